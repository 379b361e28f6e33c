"""Telling people, and their saying that they have read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from django.utils import timezone

from kemai.foundation.access.actor import Actor
from kemai.foundation.notifications.models import Notification
from kemai.foundation.notifications.reading import unread

CHUNK = 500


@dataclass(frozen=True)
class News:
    """One line for one person. The same key again changes nothing.

    With `customer_id` only who sees the customer reads it; with `group` only who sees that group of fields.
    """

    person_id: int
    key: str
    title: str
    body: str = ""
    link: str = ""
    kind: str = ""
    customer_id: int | None = None
    group: str = ""


def notify(
    *, person_id: int, key: str, title: str, body: str = "", link: str = "", kind: str = "",
    customer_id: int | None = None, group: str = "",
) -> None:  # fmt: skip
    """Tells a person once: the same key again changes nothing."""
    notify_many([News(person_id, key, title, body, link, kind, customer_id, group)])


def notify_many(items: Iterable[News]) -> None:
    """Tells many, in statements of CHUNK rows; whoever knows it already is left alone."""
    rows = [_row(item) for item in items]
    for start in range(0, len(rows), CHUNK):
        Notification.objects.bulk_create(rows[start : start + CHUNK], ignore_conflicts=True)


def mark_read(actor: Actor, ids: Sequence[int]) -> int:
    """Marks the actor's own news as read; others' are left alone."""
    return unread(actor).filter(pk__in=list(ids)).update(read_at=timezone.now())


def mark_all_read(actor: Actor, up_to: int) -> int:
    """Marks all that was on the page; what came after (a higher id) stays unread."""
    return unread(actor).filter(pk__lte=up_to).update(read_at=timezone.now())


def _row(item: News) -> Notification:
    cut = {"key": item.key[:120], "title": item.title[:200], "body": item.body[:500], "link": item.link[:200]}
    return Notification(**{**asdict(item), **cut})

"""News for a person, unread until opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from kemai.foundation.access.actor import Actor
    from kemai.foundation.notifications.models import Notification


def notify(*, person_id: int, key: str, title: str, body: str = "", link: str = "") -> None:
    """Tells a person once: the same key again changes nothing."""
    from kemai.foundation.notifications.models import Notification

    Notification.objects.get_or_create(
        person_id=person_id,
        key=key[:120],
        defaults={"title": title[:200], "body": body[:500], "link": link[:200]},
    )


def unread(actor: Actor) -> QuerySet[Notification]:
    """The actor's unread news, newest first."""
    from kemai.foundation.notifications.models import Notification

    return Notification.objects.filter(person_id=actor.person_id or 0, read_at=None)


def mark_read(actor: Actor, ids: Iterable[int]) -> int:
    """Marks the actor's own news as read; others' are left alone."""
    from django.utils import timezone

    return unread(actor).filter(pk__in=list(ids)).update(read_at=timezone.now())

"""Which days of the facts are older than the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from kemai.business.trade.models import DirtyDay, SaleLine

AT_ONCE = 500  # days of one statement


def note_dirty(days: Iterable[date]) -> None:
    """Notes these days; call it in the transaction that changes the ledger."""
    now = timezone.now()
    rows = [DirtyDay(day=day, noted_at=now) for day in sorted(set(days))]
    DirtyDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["day"], update_fields=["noted_at"]
    )


def note_dirty_batch(batch_id: int) -> None:
    """Notes every day that landing or undoing the batch changes."""
    note_dirty(days_of_batch(batch_id))


def days_of_batch(batch_id: int) -> list[date]:
    """The days on which the batch has or has ended a line: to be read before a transaction that should be short."""
    touched = SaleLine.objects.filter(Q(batch_id=batch_id) | Q(ended_by=batch_id)).order_by()
    return list(touched.values_list("day", flat=True).distinct())


def dirty_days() -> dict[date, datetime]:
    """The days noted, with the instant of the last note."""
    return dict(DirtyDay.objects.values_list("day", "noted_at"))


def forget(days: Mapping[date, datetime]) -> None:
    """Takes the notes back, but not one that was written again meanwhile."""
    noted: dict[datetime, list[date]] = {}
    for day, noted_at in days.items():
        noted.setdefault(noted_at, []).append(day)
    for noted_at, some in noted.items():
        for start in range(0, len(some), AT_ONCE):
            DirtyDay.objects.filter(noted_at=noted_at, day__in=some[start : start + AT_ONCE]).delete()

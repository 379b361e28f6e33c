"""Which months of the facts are older than the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from kemai.business.trade.models import DirtyMonth, SaleLine
from kemai.business.trade.month_of import MonthOf, first_day


def note_dirty(months: Iterable[date]) -> None:
    """Notes the months of these days; call it in the transaction that changes the ledger."""
    now = timezone.now()
    rows = [DirtyMonth(month=month, noted_at=now) for month in sorted({day.replace(day=1) for day in months})]
    DirtyMonth.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["month"], update_fields=["noted_at"]
    )


def note_dirty_batch(batch_id: int) -> None:
    """Notes every month that landing or undoing the batch changes."""
    note_dirty(months_of_batch(batch_id))


def months_of_batch(batch_id: int) -> list[date]:
    """The months in which the batch has or has ended a line: to be read before a transaction that should be short."""
    touched = SaleLine.objects.filter(Q(batch_id=batch_id) | Q(ended_by=batch_id)).order_by()
    months = touched.annotate(month=MonthOf("day")).values_list("month", flat=True).distinct()
    return [first_day(month) for month in months]


def dirty_months() -> dict[date, datetime]:
    """The months noted, with the instant of the last note."""
    return dict(DirtyMonth.objects.values_list("month", "noted_at"))


def forget(months: Mapping[date, datetime]) -> None:
    """Takes the notes back, but not one that was written again meanwhile."""
    for month, noted_at in months.items():
        DirtyMonth.objects.filter(month=month, noted_at=noted_at).delete()

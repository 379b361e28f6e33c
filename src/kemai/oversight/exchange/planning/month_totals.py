"""Totals by month of what a file reads and changes, to be held against the accounting program's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet, Sum

from kemai.oversight.exchange.planning.report import Month, Report


def note_months(
    report: Report, rows: pl.DataFrame, day: str, amount: str, *, read: int, change: int
) -> Iterator[tuple[str, int]]:
    """Adds the rows to the report's months: `read` and `change` say how often each counts (-1: is taken back).

    Gives (2026-03, rows) for each month.
    """
    by_month = rows.group_by(pl.col(day).dt.month_start()).agg(
        pl.len().alias("rows"), pl.col(amount).sum().alias("fen")
    )
    for first, count, fen in by_month.iter_rows():
        month = f"{first:%Y-%m}"
        total = report.months.setdefault(month, Month())
        total.rows += count * read
        total.amount_fen += fen * read
        total.change_fen += fen * change
        yield month, count


def month_total(rows: QuerySet[Any], day: str, month: str) -> int:
    """What the books hold in a month, in fen."""
    start = date.fromisoformat(f"{month}-01")
    end = date(start.year + start.month // 12, start.month % 12 + 1, 1)
    inside = rows.filter(**{f"{day}__gte": start, f"{day}__lt": end})
    return int(inside.aggregate(total=Sum("amount_fen"))["total"] or 0)

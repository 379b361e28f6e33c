"""Sums of money by customer, person, unit or region."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Sum

from kemai.business.archives.keys import COLUMNS

BY = {"customer": "customer_id"} | {by: f"customer__{column}" for by, column in COLUMNS.items()}
Sums = dict[Any, int]


def fen_by(rows: QuerySet[Any], by: str) -> list[tuple[Any, int]]:
    """Rows of the key and what the rows with it add up to, in fen."""
    sums = rows.order_by().values_list(BY[by]).annotate(fen=Sum("amount_fen"))
    return [(key, fen or 0) for key, fen in sums]

"""What people entered beside the ledger, as the part `worth` takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Sum

from kemai.business.valuation.models import AcquisitionSpend, MissingLine
from kemai.foundation.arrow.reading import reader

if TYPE_CHECKING:
    import pyarrow as pa

_EXTRA = """
SELECT c.code AS customer_id, CAST(SUM(m.worth_fen) AS bigint) AS extra_fen FROM valuation_missingline m
JOIN archives_customer c ON c.id = m.customer_id GROUP BY c.code ORDER BY c.code
"""


def spends() -> list[list[Any]]:
    """Period, first day, last day and fen of what was spent on winning customers, oldest first."""
    rows = AcquisitionSpend.objects.order_by("starts_on").values_list(
        "period", "starts_on", "ends_on", "amount_fen"
    )
    return [[period, start.isoformat(), end.isoformat(), fen] for period, start, end, fen in rows]


def extra_digest() -> list[Any]:
    """What differs whenever an estimate line by line does."""
    found = MissingLine.objects.aggregate(
        n=Count("pk"), fen=Sum("worth_fen"), last=Max("pk"), at=Max("created_at")
    )
    return [found["n"], found["fen"] or 0, found["last"] or 0, found["at"].isoformat() if found["at"] else ""]


def extra_estimates() -> pa.Table:
    """customer_id and extra_fen, the potential that was estimated line by line."""
    import pyarrow as pa

    with reader() as read:
        rows = read(_EXTRA)
    return pa.table(
        {
            "customer_id": rows["customer_id"].cast(pa.string()),
            "extra_fen": rows["extra_fen"].cast(pa.int64()),
        }
    )

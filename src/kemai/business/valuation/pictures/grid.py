"""The RFM grid (3.1): customers, sales and mean value in each cell of two of the three scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum

from kemai.business.valuation import queries
from kemai.business.valuation.models import Run
from kemai.business.valuation.pictures.seen import may_look
from kemai.foundation.access.actor import Actor

SCORES = ("r", "f", "m")
STEPS = (5, 4, 3, 2, 1)


@dataclass(frozen=True)
class Cell:
    """Customers with two scores: their net sales of 12 months and the mean of it, in fen."""

    down: int
    across: int
    customers: int
    sales_fen: int

    @property
    def mean_fen(self) -> int | None:
        """None where nobody is in the cell."""
        return round(self.sales_fen / self.customers) if self.customers else None


def grid(actor: Actor, run: Run, down: str, across: str) -> list[Cell]:
    """All 25 cells, the best scores first. Raises LookupError unless the axes are two of r, f, m."""
    may_look(actor)
    if down not in SCORES or across not in SCORES or down == across:
        raise LookupError(f"{down} {across}")
    rows = queries.standings(actor, run).filter(rfm_segment__isnull=False).order_by()
    sums = rows.values_list(down, across).annotate(n=Count("pk"), fen=Sum("sales_12m_fen"))
    found = {(a, b): (n, fen or 0) for a, b, n, fen in sums}
    return [Cell(a, b, *found.get((a, b), (0, 0))) for a in STEPS for b in STEPS]


def segments(actor: Actor, run: Run) -> list[tuple[str, int, int]]:
    """(segment, customers, sales in fen) of the eight, the largest sales first."""
    may_look(actor)
    rows: Any = queries.standings(actor, run).filter(rfm_segment__isnull=False).order_by()
    found = rows.values_list("rfm_segment").annotate(n=Count("pk"), fen=Sum("sales_12m_fen"))
    return sorted(((s, n, fen or 0) for s, n, fen in found), key=lambda row: -row[2])

"""The RFM grid (3.1): customers, sales and mean value in each cell of two of the three scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kemai.business.valuation.models import Run
from kemai.business.valuation.pictures.seen import may_look
from kemai.business.valuation.runs.summed import seen_in
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
    found = {(a, b): (n, fen) for a, b, n, fen in _summed(actor, run, down, across)}
    return [Cell(a, b, *found.get((a, b), (0, 0))) for a in STEPS for b in STEPS]


def segments(actor: Actor, run: Run) -> list[tuple[str, int, int]]:
    """(segment, customers, sales in fen) of the eight, the largest sales first."""
    may_look(actor)
    found: Any = _summed(actor, run, "rfm_segment")
    return sorted(found, key=lambda row: -row[2])


def _summed(actor: Actor, run: Run, *by: str) -> list[tuple[Any, ...]]:
    """Customers with a segment and their net sales of 12 months in fen, by columns of the run."""
    import polars as pl

    rows = seen_in(actor, run).filter(pl.col("rfm_segment").is_not_null())
    return rows.group_by(by).agg(pl.len(), pl.col("sales_12m_fen").sum()).collect().rows()

"""Net sales by customer and complete month as one matrix: what every method here reads.

Amounts are whole fen in doubles, exact below 2**53, so that neither the order of the lines nor a split line matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.exact import sum_or_zero
from kemai.value.measures.rfm import is_order_line
from kemai.value.windows import complete_months, months_before

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from ibis.expr.types import Table

NEVER = -1


@dataclass(frozen=True, slots=True)
class Series:
    """`amounts[i, c]` of customer `ids[i]` in the month that begins on `edges[c]`; the last edge is the first month to
    come. `first[i]` is where the series begins: the month of the first order, 0 for an older one, the number of months
    where that month isn't complete yet, NEVER without any order."""

    ids: pa.Array
    amounts: np.ndarray
    first: np.ndarray
    edges: tuple[date, ...]

    @property
    def length(self) -> np.ndarray:
        """How many complete months each customer is known for."""
        import numpy as np

        return np.where(self.first == NEVER, 0, self.amounts.shape[1] - self.first)

    def until(self, left_out: int) -> Series:
        """The same as it was so many months ago, when later customers weren't known."""
        import numpy as np

        months = self.amounts.shape[1] - left_out
        first = np.where(self.first >= months, NEVER, self.first)
        return Series(self.ids, self.amounts[:, :months], first, self.edges[: months + 1])

    def ahead(self, months: int) -> tuple[date, ...]:
        """The first days of the months to come."""
        return tuple(months_before(self.edges[-1], -step) for step in range(months))


def series_of(lines: Table, as_of: date, months: int, key: str = "customer_id") -> Series:
    """The series of every customer with lines up to `as_of`, in the order of their keys.

    `lines` has the key, day, amount_fen and kind; lines that don't count as sales are gone already.
    """
    import numpy as np
    import pyarrow.compute as pc

    lines = lines.filter(lines.day <= as_of)
    edges = complete_months(as_of, months)
    starts = lines.group_by(key).aggregate(day=lines.day.min(where=is_order_line(lines))).to_pyarrow()
    starts = starts.take(pc.sort_indices(starts[key]))
    ids = starts[key].combine_chunks()
    sums = _sums(lines, edges, key)
    amounts = np.zeros((len(ids), months))
    rows = pc.index_in(sums[key].combine_chunks(), value_set=ids).to_numpy(zero_copy_only=False)
    amounts[rows, sums["place"].to_numpy()] = sums["fen"].to_numpy()
    return Series(ids, amounts, _first(starts["day"], edges), edges)


def _sums(lines: Table, edges: tuple[date, ...], key: str) -> Any:
    base = edges[0].year * 12 + edges[0].month
    inside = lines.filter((lines.day >= edges[0]) & (lines.day < edges[-1]))
    place = (inside.day.year().cast("int64") * 12 + inside.day.month().cast("int64") - base).cast("int64")
    placed = inside.mutate(place=place)
    return placed.group_by([key, "place"]).aggregate(fen=sum_or_zero(placed.amount_fen)).to_pyarrow()


def _first(days: Any, edges: tuple[date, ...]) -> np.ndarray:
    """Where each series begins; a customer with returns alone has never bought."""
    import numpy as np

    known = days.to_numpy(zero_copy_only=False).astype("datetime64[D]")
    starts = np.array(edges, dtype="datetime64[D]")
    place = np.searchsorted(starts, known, side="right") - 1
    return np.where(np.isnat(known), NEVER, np.clip(place, 0, len(edges) - 1)).astype(np.int64)

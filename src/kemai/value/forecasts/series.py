"""Net sales by customer and complete month as one matrix: what every method here reads.

Amounts are whole fen in doubles, exact below 2**53, so that neither the order of the lines nor a split line matters.
A month is a row of the matrix: what is done to each customer's months is then done to whole rows, which is many times
as fast as a sum over a few numbers for each customer.
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
BEYOND = 1 << 30


@dataclass(frozen=True, slots=True)
class Series:
    """`amounts[c, i]` of customer `ids[i]` in the month that begins on `edges[c]`; the last edge is the first month to
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

        return np.where(self.first == NEVER, 0, len(self.amounts) - self.first)

    def until(self, left_out: int) -> Series:
        """The same as it was so many months ago, when later customers weren't known."""
        import numpy as np

        months = len(self.amounts) - left_out
        first = np.where(self.first >= months, NEVER, self.first)
        return Series(self.ids, self.amounts[:months], first, self.edges[: months + 1])

    def block(self, rows: slice) -> Series:
        """Some of the customers."""
        return Series(self.ids[rows], self.amounts[:, rows], self.first[rows], self.edges)

    def ahead(self, months: int) -> tuple[date, ...]:
        """The first days of the months to come."""
        return tuple(months_before(self.edges[-1], -step) for step in range(months))


def series_of(lines: Table, as_of: date, months: int, key: str = "customer_id") -> Series:
    """The series of every customer with lines up to `as_of`, in the order of their keys.

    `lines` has the key, day, amount_fen and kind; lines that don't count as sales are gone already.
    """
    import numpy as np

    edges = complete_months(as_of, months)
    sums = _sums(lines.filter(lines.day <= as_of), edges, key)
    ids, customer = _placed(sums[key].combine_chunks())
    place = sums["place"].to_numpy()
    amounts, first = np.zeros((months, len(ids))), np.full(len(ids), BEYOND)
    inside = (place >= 0) & (place < months)
    amounts[place[inside], customer[inside]] = sums["fen"].to_numpy()[inside]
    ordered = sums["is_ordered"].to_numpy()
    np.minimum.at(first, customer[ordered], np.clip(place[ordered], 0, months))
    first[first == BEYOND] = NEVER
    return Series(ids, amounts, first, edges)


def _sums(lines: Table, edges: tuple[date, ...], key: str) -> Any:
    """Fen of each customer in each complete month, and whether anything was ordered; what lies before them all has place
    -1, what comes after them the place after the last."""
    import ibis

    base = edges[0].year * 12 + edges[0].month
    month = lines.day.year().cast("int64") * 12 + lines.day.month().cast("int64") - base
    last = ibis.literal(len(edges) - 1, "int64")
    placed = lines.mutate(place=month.clip(-1, last).cast("int64"), is_order=is_order_line(lines))
    return placed.group_by([key, "place"]).aggregate(
        fen=sum_or_zero(placed.amount_fen), is_ordered=placed.is_order.fill_null(False).any()
    ).to_pyarrow()  # fmt: skip


def _placed(keys: Any) -> tuple[pa.Array, np.ndarray]:
    """The different keys in their order, and the place among them of each key."""
    import numpy as np
    import pyarrow.compute as pc

    coded = keys.dictionary_encode()
    order = pc.sort_indices(coded.dictionary)
    rank = np.empty(len(order), np.intp)
    rank[order.to_numpy()] = np.arange(len(order))
    return coded.dictionary.take(order), rank[coded.indices.to_numpy(zero_copy_only=False)]

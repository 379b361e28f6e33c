"""Columns of what a part found, laid in the order of other rows: free where both stand in one order, as they mostly do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kemai.value.ordering import is_rising

if TYPE_CHECKING:
    import pyarrow as pa


def laid_like(
    rows: pa.Table, found: pa.Table, names: Sequence[str], by: str = "customer_id"
) -> dict[str, Any]:
    """The columns of `found`, which has a row a customer, for each of `rows`; null where it has none."""
    import pyarrow.compute as pc

    keys, known = rows[by].combine_chunks(), found[by].combine_chunks()
    if not keys.equals(known):
        found = found.select(list(names)).take(pc.index_in(keys, value_set=known))
    return {name: found[name].combine_chunks() for name in names}


def in_order(rows: pa.Table, by: str = "customer_id") -> pa.Table:
    """The rows by the code point of their codes, looked at first: what was read from a run's file is so already."""
    return rows if is_rising(rows[by]) else rows.sort_by(by)

"""Lists of a part's file: many rows a customer as one list in the customer's row, put together by Arrow and NumPy.

An engine collects structures into lists one by one and sorts within each; here everything is sorted once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


def lists_beside(keys: pa.ChunkedArray, rows: pa.Table, names: tuple[str, ...], order: str) -> pa.Array:
    """A list of structures of `names` for each of `keys`, from the rows whose `customer_id` is that key, in the order of
    the column `order`; null for a key without a row."""
    import numpy as np
    import pyarrow.compute as pc

    place = pc.index_in(rows["customer_id"], value_set=keys.combine_chunks())
    rows = rows.select([*names]).append_column("place", place).filter(pc.is_valid(place))
    rows = rows.sort_by([("place", "ascending"), (order, "ascending")])
    counts = np.bincount(rows["place"].to_numpy(), minlength=len(keys))
    return in_lists(rows.select([*names]), counts)


def in_lists(rows: pa.Table, counts: np.ndarray) -> pa.Array:
    """The rows as structures in lists of so many each, one list after the other; null for a list of none."""
    import numpy as np
    import pyarrow as pa

    offsets = np.concatenate([[0], counts.cumsum()]).astype(np.int32)
    told = [column.combine_chunks() for column in rows.columns]
    structures = pa.StructArray.from_arrays(told, names=rows.column_names)
    missing = np.append(counts == 0, False)
    return pa.ListArray.from_arrays(pa.array(offsets, mask=missing), structures)

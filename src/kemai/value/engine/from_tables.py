"""A ledger in a table of one's own, made ready for a run: `revalue` reads files in whole fen, and a list of customers."""

from __future__ import annotations

import os
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kemai.value import facts

if TYPE_CHECKING:
    import pyarrow as pa


def write_sales(sales: Any, to: str | PathLike[str]) -> Path:
    """Write the lines of `sales` (as for `rfm`, in yuan) as a Parquet file of `facts.SALES`, which `revalue` reads.

    Optional columns are cost (yuan), quantity, product_code, kind (sale, return) and status (ordered, delivered,
    cancelled; delivered where nothing is said). The file is complete before its name appears. FactError as for `rfm`.
    """
    import pyarrow.parquet as pq

    from kemai.value.tables import sale_facts

    path = Path(to)
    table = sale_facts(sales).to_pyarrow().cast(facts.SALES.arrow_schema())
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        pq.write_table(table, partial, compression="zstd")
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def customers_of(sales: Any) -> pa.Table:
    """Everybody in `sales` as `facts.CUSTOMERS`, by code: since the first delivered line, of no state, type or owner."""
    import pyarrow as pa

    from kemai.value.tables import sale_lines

    lines = sale_lines(sales)
    rows = lines.group_by("customer_id").aggregate(since=lines.day.min()).order_by("customer_id").to_pyarrow()
    kinds = facts.CUSTOMERS.arrow_schema()
    columns = {field.name: pa.nulls(rows.num_rows, field.type) for field in kinds}
    columns |= {name: rows[name].cast(kinds.field(name).type) for name in rows.column_names}
    columns["customer_key"] = pa.array(range(1, rows.num_rows + 1), pa.int64())
    return pa.table(columns, schema=kinds)

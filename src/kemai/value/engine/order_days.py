"""The ledger in fewer rows: one row for what a customer ordered under one number on one day, instead of one a line.

Every sum of a run is a sum of these rows, and no window cuts a day, so a run from condensed files is equal to a run
from their lines. A file of lines that has not changed keeps its own; a nightly run reads the lines of the others only.
"""

from __future__ import annotations

import os
from contextlib import closing
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kemai.value import facts
from kemai.value.exact import sum_of, sum_or_zero
from kemai.value.measures.rfm import is_order_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ibis.expr.types import Table

FORM = 1  # a number of the form of these files: a new form makes new files
SUMMED = ("lines", "amount_fen", "margin_lines")
MAYBE_NOTHING = ("margin_fen", "moved_milli")


def as_ledger(sales: Table) -> Table:
    """Sale lines as rows of `facts.ORDER_DAYS`, each of them one row."""
    import ibis

    is_order = is_order_line(sales)
    margin = sales.amount_fen - sales.cost_fen
    return sales.select(
        "customer_id", "order_no", "day", "status", is_order=is_order, lines=ibis.literal(1, "int64"),
        amount_fen=sales.amount_fen, margin_fen=margin, margin_lines=margin.notnull().cast("int64"),
        moved_milli=is_order.ifelse(sales.quantity_milli, -sales.quantity_milli.abs()),
    )  # fmt: skip


def condensed(sales: Table) -> Table:
    """The same with equal customer, number, day, status and direction in one row, by customer."""
    lines = as_ledger(sales)
    rows = lines.group_by("customer_id", "order_no", "day", "status", "is_order").aggregate(
        **{name: sum_or_zero(lines[name]) for name in SUMMED},
        **{name: sum_of(lines[name]) for name in MAYBE_NOTHING},
    )
    return rows.select(*facts.ORDER_DAYS.names).order_by(
        "customer_id", "day", "order_no", "status", "is_order"
    )


def condense(pairs: Iterable[tuple[str | PathLike[str], Path]], *, threads: int = 2) -> int:
    """Write for each (file of `facts.SALES`, path) the condensed file; gives how many were written.

    A path that is there already stays as it is: its name has to say which lines it holds.
    """
    import ibis
    import pyarrow.parquet as pq

    wanted = [(str(sales), path) for sales, path in pairs if not path.exists()]
    if not wanted:
        return 0
    connection = ibis.duckdb.connect(threads=threads)
    with closing(connection.con) as raw:
        query, checked = "", None
        for sales, path in wanted:
            quoted = sales.replace("'", "''")
            raw.execute(f"CREATE OR REPLACE TEMP VIEW some_lines AS SELECT * FROM read_parquet('{quoted}')")
            schema = pq.read_schema(sales)
            if schema != checked:  # once for equal files: looking costs more than a small one
                lines = facts.SALES.check(connection.table("some_lines"))
                query, checked = connection.compile(condensed(lines)), schema
            _write(raw.execute(query).to_arrow_table(), path)
    return len(wanted)


def _write(table: Any, path: Path) -> None:
    """Complete before its name appears."""
    import pyarrow.parquet as pq

    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        pq.write_table(table, partial, compression="zstd", row_group_size=122_880)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)

"""The lines of some days from the database into Parquet files named by their own bytes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection

from kemai.business.trade.facts.manifest import PieceFile, folder
from kemai.business.trade.facts.pieces import Piece
from kemai.business.trade.facts.snapshot import Snapshot
from kemai.foundation.arrow.reading import Reader
from kemai.value.facts import SALES

if TYPE_CHECKING:
    import pyarrow as pa

# Texts are never null here: ADBC on SQLite guesses a column's type from its first rows.
_SQL = """
SELECT l.id, COALESCE(l.customer_id, 0) AS customer_key, l.order_no, {day} AS day, l.amount_fen, l.cost_fen, l.quantity_milli,
       COALESCE(l.product_id, 0) AS product_key, l.kind, l.status
FROM trade_saleline l WHERE l.day >= '{start}' AND l.day < '{end}' AND {visible}
"""
# What has few values in a file, or many rows of each; the file is smaller and quicker to write than with all.
_REPEATED = ["customer_id", "product_code", "kind", "status", "day"]


class Codes:
    """Numbers of the database to the codes that the facts carry; number 0 is nobody."""

    def __init__(self, rows: pa.Table) -> None:
        import numpy as np
        import pyarrow as pa

        self._ids = rows.column(0).to_numpy().astype(np.int64)
        self._codes: Any = rows.column(1).cast(pa.string()).combine_chunks()

    def of(self, ids: Any) -> Any:
        """The codes of an Arrow column of numbers; unknown numbers become null."""
        import numpy as np
        import pyarrow as pa

        wanted = ids.to_numpy().astype(np.int64)
        if not len(self._ids):
            return pa.nulls(len(wanted), pa.string())
        place = np.minimum(np.searchsorted(self._ids, wanted), len(self._ids) - 1)
        missing = self._ids[place] != wanted
        return self._codes.take(pa.array(place, mask=missing))


def read_codes(read: Reader, table: str) -> Codes:
    """The codes of `archives_customer` or `trade_product`."""
    return Codes(read(f"SELECT id, code FROM {table} ORDER BY id"))


def lines_of(read: Reader, piece: Piece, seen: Snapshot, customers: Codes, products: Codes) -> Any:
    """The piece's lines as an Arrow table of `facts.SALES`, in the order in which they were written."""
    import pyarrow as pa

    asked = _SQL.format(day=_day_column(), start=piece.start, end=piece.end, visible=seen.sql("l"))
    raw = _as_written(read(asked))
    columns = {
        **{name: raw[name] for name in raw.schema.names},
        "customer_id": customers.of(raw["customer_key"]),
        "product_code": products.of(raw["product_key"]),
        "day": pa.chunked_array([raw["day"].combine_chunks()]).cast(pa.string()).cast(pa.date32()),
    }
    schema: Any = SALES.arrow_schema()
    return pa.table([columns[each.name].cast(each.type) for each in schema], schema=schema)


def _as_written(rows: pa.Table) -> pa.Table:
    """By id. The database gives them by day, which mostly is the same."""
    import numpy as np

    ids = rows["id"].to_numpy().astype(np.int64)
    if (ids[1:] > ids[:-1]).all():
        return rows
    return rows.combine_chunks().take(np.argsort(ids))


def cut(table: Any, pieces: Sequence[Piece]) -> Iterator[tuple[Piece, Any]]:
    """The lines of each piece that has any, one piece at a time."""
    import numpy as np

    days = table["day"].to_numpy().astype("datetime64[D]")
    ends = np.array([each.end for each in pieces[:-1]], "datetime64[D]")
    places = np.searchsorted(ends, days, side="right")
    if (places[1:] < places[:-1]).any():  # else the database wrote them day by day
        table = table.combine_chunks().take(np.argsort(places, kind="stable"))
        places.sort()
    edges = np.searchsorted(places, np.arange(len(pieces) + 1))
    for piece, start, end in zip(pieces, edges[:-1], edges[1:], strict=True):
        if start < end:
            yield piece, table.slice(start, end - start)


def write_piece(table: Any, piece: Piece) -> PieceFile:
    """The file, complete on the disk before its name appears. The same lines give the same bytes, however they were read."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    partial = folder() / f".{piece.key}.{os.getpid()}.partial"
    options: Any = {"compression": "zstd", "row_group_size": 122_880, "use_dictionary": _REPEATED}
    pq.write_table(table.combine_chunks(), partial, **options)
    with partial.open("rb+") as out:
        digest = hashlib.file_digest(out, "sha256").hexdigest()
        os.fsync(out.fileno())
    name = f"{piece.key}.{digest[:16]}.parquet"
    os.replace(partial, folder() / name)
    return PieceFile(name, table.num_rows, int(pc.sum(table["amount_fen"]).as_py() or 0))


def ledger_months(read: Reader) -> list[date]:
    """Every month from the first line to the last."""
    [found] = read("SELECT COALESCE(CAST(MIN(day) AS varchar(10)), '') AS first, COALESCE(CAST(MAX(day) AS varchar(10)), '') AS last FROM trade_saleline").to_pylist()  # fmt: skip
    if not found["first"]:
        return []
    month, last = (date.fromisoformat(found[name]).replace(day=1) for name in ("first", "last"))
    months = []
    while month <= last:
        months.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return months


def _day_column() -> str:
    return "l.day" if connection.vendor == "sqlite" else "CAST(l.day AS varchar(10))"

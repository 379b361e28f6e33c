"""Anything Arrow can read becomes an Ibis table.

Tables that are not Ibis tables already are put on one DuckDB connection a thread (a connection may not be
shared by threads); an Ibis table stays on its own backend, unless that cannot work the measures out.
"""

from __future__ import annotations

import itertools
import os
import threading
import weakref
from typing import TYPE_CHECKING, Any

from kemai.value.errors import FactError

if TYPE_CHECKING:
    from ibis.expr.types import Table

_local = threading.local()
_names = itertools.count()
FETCHED = ("sqlite", "polars")  # they know no nan or no window: their rows come over
READABLE = "pandas、Polars、Arrow 或 Ibis 的表，或 Parquet 文件的路径"


def connection() -> Any:
    """This thread's in-process DuckDB connection, opened at first use."""
    if not hasattr(_local, "connection"):
        import ibis

        _local.connection = ibis.duckdb.connect()
    return _local.connection


def read(data: Any) -> Table:
    """An Ibis table from an Ibis table, a Parquet path, or anything Arrow can read."""
    from ibis.expr.types import Table

    if isinstance(data, Table):
        return _registered(data.to_pyarrow()) if data.get_backend().name in FETCHED else data
    if isinstance(data, str | os.PathLike):
        return _parquet(os.fspath(data))
    return _registered(_arrow(data))


def on_one_backend(*given: Any) -> tuple[Any, ...]:
    """The same tables, None among them, so that one query can take them all: where some are Ibis tables of another backend
    than the others, their rows come over."""
    from ibis.expr.types import Table

    queries = [each for each in given if isinstance(each, Table)]
    homes = {id(each.get_backend()) for each in queries}
    if len(queries) < sum(each is not None for each in given):
        homes.add(id(connection()))
    if len(homes) <= 1:
        return given
    return tuple(
        each.to_pyarrow() if isinstance(each, Table) and each.get_backend() is not connection() else each
        for each in given
    )


def rows_of(data: Any) -> Any:
    """The rows as an Arrow table, in the order in which they came where they have one."""
    import pyarrow as pa

    if isinstance(data, pa.Table):  # without loading an engine
        return data
    from ibis.expr.types import Table

    is_query = isinstance(data, Table | str | os.PathLike)
    return read(data).to_pyarrow() if is_query else _arrow(data)


def few_rows(table: Table) -> list[dict[str, Any]]:
    """The rows of a short answer as dictionaries.

    By batches: a whole table would have Ibis import pandas, which takes as long as a look at millions of lines.
    """
    return [row for batch in table.to_pyarrow_batches() for row in batch.to_pylist()]


def _parquet(path: str) -> Table:
    import duckdb

    try:
        return connection().read_parquet(path)
    except duckdb.Error as error:
        what = "没有这个文件" if not os.path.exists(path) else "不是 Parquet"
        cure = "；CSV、Excel 先读成表，例如 pandas.read_csv(…, dtype={'customer_id': str})"
        raise FactError(
            f"{path}：{what}{cure if os.path.exists(path) else ''}", code="unreadable", path=path
        ) from error


def _arrow(data: Any) -> Any:
    import pyarrow as pa

    collected = data
    if not hasattr(data, "__arrow_c_stream__"):  # a Polars query, a pyarrow data set
        collect = getattr(data, "collect", None) or getattr(data, "to_table", None)
        collected = collect() if collect else data
    if hasattr(data, "iloc") and not hasattr(data, "columns"):
        raise FactError("给的是一列，要一张表：Series 先 .rename('value').reset_index()", code="unreadable")
    try:
        if isinstance(collected, list | tuple):
            return pa.Table.from_pylist(list(collected))
        if isinstance(collected, pa.Table):
            return _plain(collected)
        arrow = _plain(pa.table(collected))
        return _untyped(arrow) if hasattr(data, "iloc") and not len(data) else arrow
    except (pa.ArrowException, TypeError, ValueError, AttributeError) as error:
        what = "" if hasattr(collected, "columns") else f"给的是 {type(data).__name__}，要 {READABLE}；"
        raise FactError(f"表无法读取：{what}{error}", code="unreadable") from error


def _plain(arrow: Any) -> Any:
    """Polars gives text as views, which Arrow can't look for in a list: DuckDB asks it to where it joins. It reads no
    short floats and no long decimals."""
    import pyarrow as pa

    def plain(kind: Any) -> Any:
        if pa.types.is_string_view(kind):
            return pa.large_string()
        if pa.types.is_decimal256(kind):
            return pa.decimal128(38, kind.scale)
        return pa.float32() if pa.types.is_float16(kind) else kind

    kinds = {f.name: plain(f.type) for f in arrow.schema}
    return arrow if list(kinds.values()) == arrow.schema.types else arrow.cast(pa.schema(kinds.items()))


def _untyped(arrow: Any) -> Any:
    """Without a row, pandas calls a column floats of which it knows nothing."""
    import pyarrow as pa

    kinds = {f.name: pa.null() if pa.types.is_floating(f.type) else f.type for f in arrow.schema}
    return pa.schema(kinds.items()).empty_table()


def _registered(arrow: Any) -> Table:
    """The Arrow table as a view, forgotten by DuckDB when the last expression over it is gone."""
    if not arrow.num_columns:
        raise FactError("表没有列", code="unreadable")
    backend, name = connection(), f"kemai_input_{next(_names)}"
    backend.con.register(name, arrow)
    table = backend.table(name)
    weakref.finalize(table.op(), _forget, backend.con, name).atexit = False
    return _with_empty_columns(table, arrow)


def _with_empty_columns(table: Table, arrow: Any) -> Table:
    """A column with nothing in it has no type in Arrow but a whole number's in DuckDB: it may be anything again."""
    import ibis
    import pyarrow as pa

    empty = [field.name for field in arrow.schema if pa.types.is_null(field.type)]
    return table.mutate(**{name: ibis.null() for name in empty}) if empty else table


def _forget(duckdb: Any, name: str) -> None:
    duckdb.unregister(name)

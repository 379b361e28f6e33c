"""Anything Arrow can read becomes an Ibis table in the form the measures expect.

Tables that are not Ibis tables already are put on one DuckDB connection a thread (a connection may not be
shared by threads); an Ibis table stays on its own backend.
"""

from __future__ import annotations

import itertools
import os
import threading
import weakref
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kemai.value.errors import FactError
from kemai.value.exact import to_fen
from kemai.value.facts import LARGEST_FEN
from kemai.value.ordering import is_rising

if TYPE_CHECKING:
    from ibis.expr.types import Table

_local = threading.local()
_names = itertools.count()


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
        return data
    if isinstance(data, str | os.PathLike):
        return connection().read_parquet(os.fspath(data))
    return _registered(_arrow(data))


def _arrow(data: Any) -> Any:
    import pyarrow as pa

    collected = (
        data.collect() if hasattr(data, "collect") and not hasattr(data, "__arrow_c_stream__") else data
    )
    try:
        if isinstance(collected, list | tuple):
            return pa.Table.from_pylist(list(collected))
        if isinstance(collected, pa.Table):
            return collected
        arrow = _plain(pa.table(collected))
        return _untyped(arrow) if hasattr(data, "iloc") and not len(data) else arrow
    except (pa.ArrowException, TypeError, ValueError, AttributeError) as error:
        raise FactError(f"表无法读取：{error}", code="unreadable") from error


def _plain(arrow: Any) -> Any:
    """Polars gives text as views, which Arrow can't look for in a list: DuckDB asks it to where it joins."""
    import pyarrow as pa

    kinds = {f.name: pa.large_string() if pa.types.is_string_view(f.type) else f.type for f in arrow.schema}
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


def customer_values(data: Any) -> Table:
    """Rows of customer_id, value_fen, history_fen (0 without a history column), one row a customer.

    Raises FactError for a missing column, a wrong type, an empty or repeated customer.
    """
    table = read(data)
    _need(table, "customer_id", "text")
    _need(table, "value", "number")
    amounts = {"value_fen": "value"} | ({"history_fen": "history"} if "history" in table.columns else {})
    _check_amounts(table, amounts.values())
    checks = table.aggregate(
        rows=table.count(), filled=table.customer_id.count(), known=table.customer_id.nunique()
    )
    rows, filled, known = _one(checks)
    if filled < rows:
        raise FactError(f"customer_id：有 {rows - filled} 行没有客户", code="empty", column="customer_id")
    if known < rows:
        raise FactError(f"customer_id：有 {rows - known} 行客户重复", code="repeated", column="customer_id")
    columns = {name: to_fen(table[source]) for name, source in amounts.items()}
    return table.select(table.customer_id, **{"history_fen": _zero(), **columns})


def sale_lines(data: Any, also: Sequence[str] = ()) -> Table:
    """Rows of customer_id, order_no, day, amount_fen, kind: the delivered lines of known customers.

    A return lowers, whatever the sign of its amount; a line without a status is delivered. Facts as the product keeps
    them, in whole fen (`facts.SALES`), are taken as they are where there is no `amount`. The text columns named in `also`
    come along, empty where the table has none.
    """
    import ibis

    table = read(data)
    amount = "amount_fen" if "amount_fen" in table.columns and "amount" not in table.columns else "amount"
    for name, kind in (("customer_id", "text"), ("order_no", "text"), ("day", "day"), (amount, "number")):
        _need(table, name, kind)
    checks = (
        _amount_checks(table, amount) if amount == "amount" else {}
    )  # whole fen were checked when written
    *amounts, undated = _one(table.aggregate(**checks, undated=table.day.isnull().sum()))  # one reading
    _refuse_amounts(amount, any(amounts))
    if undated:
        raise FactError("day：有没有日期的行", code="empty", column="day")
    if "status" in table.columns:
        table = table.filter(table.status.fill_null("delivered") == "delivered")
    table = table.filter(table.customer_id.notnull())
    kind = table.kind.fill_null("sale") if "kind" in table.columns else ibis.literal("sale")
    fen = signed_fen(table, kind) if amount == "amount" else table.amount_fen.cast("int64")
    nothing = ibis.null("string")
    extra = {
        name: table[name].cast("string") if name in table.columns else nothing.name(name) for name in also
    }
    return table.select(
        customer_id=table.customer_id.cast("string"), order_no=table.order_no.cast("string"), day=table.day.cast("date"),
        amount_fen=fen, kind=kind, **extra,
    )  # fmt: skip


def signed_fen(table: Table, kind: Any) -> Any:
    """Amounts in fen, those of returns below nothing: some firms write them without a sign."""
    fen = to_fen(table.amount)
    return (kind == "return").ifelse(-fen.abs(), fen)


def shaped(data: Any, needed: Mapping[str, str], optional: Mapping[str, str] | None = None) -> Table:
    """The table reduced to the named columns; an optional one that is not there is empty.

    The kinds are text, number, day, flag and money; money becomes whole fen in a column `<name>_fen`. FactError
    for a needed column that is missing and for any of the wrong type.
    """
    table = read(data)
    wanted = {**needed, **(optional or {})}
    for name, kind in wanted.items():
        if name in needed or name in table.columns:
            _need(table, name, "number" if kind == "money" else kind)
    _check_amounts(
        table, [name for name, kind in wanted.items() if kind == "money" and name in table.columns]
    )
    return table.select(
        **{_as_name(name, kind): _as_kind(table, name, kind) for name, kind in wanted.items()}
    )


def one_row_each(table: Table, *names: str) -> Table:
    """The same table; FactError where a key is empty or stands in two rows. One name, or several as one key."""
    if len(names) == 1 and _is_rising(table, names[0]):
        return table
    keys = table.group_by(list(names)).aggregate(rows=table.count())
    odd = keys.filter((keys.rows > 1) | _any_null(keys, names)).order_by(list(names)).limit(1)
    for row in odd.to_pyarrow().to_pylist():
        what = "、".join(str(row[name]) for name in names)
        empty = any(row[name] is None for name in names)
        raise FactError(
            f"{names[0]}：{'有空的行' if empty else f'{what} 重复'}",
            code="empty" if empty else "repeated",
            column=names[0],
        )
    return table


def _is_rising(table: Table, name: str) -> bool:
    """Whether each key is after the one before: what comes from a run's file is, and a look costs a fifth of a count.
    On another engine the keys would have to travel."""
    return table.get_backend().name == "duckdb" and is_rising(table.select(name).to_pyarrow()[name])


def _any_null(table: Table, names: Sequence[str]) -> Any:
    import ibis

    return ibis.or_(*(table[name].isnull() for name in names))


KINDS = {"text": "string", "number": "float64", "day": "date", "flag": "boolean", "money": "int64"}


def _as_name(name: str, kind: str) -> str:
    return f"{name}_fen" if kind == "money" else name


def _as_kind(table: Table, name: str, kind: str) -> Any:
    import ibis

    if name not in table.columns:
        return ibis.null(KINDS[kind])
    if kind == "money":
        return to_fen(table[name])
    column = table[name].cast(KINDS[kind])
    return column.isnan().ifelse(None, column) if kind == "number" else column


def criteria(data: Any, names: Mapping[str, object], texts: Sequence[str] = ()) -> Table:
    """Rows of customer_id, one float column a criterion and the text columns named in `texts`, one row a customer."""
    table = read(data)
    for name in ("customer_id", *texts):
        _need(table, name, "text")
    for name in names:
        _need(table, name, "number")
    columns = {name: table[name].cast("float64") for name in names}
    rows = table.select(
        "customer_id", **{name: table[name].cast("string") for name in texts},
        **{name: column.isnan().ifelse(None, column) for name, column in columns.items()},
    )  # fmt: skip
    return one_row_each(rows, "customer_id")


def _zero() -> Any:
    import ibis

    return ibis.literal(0, "int64")


def _one(aggregated: Table) -> tuple[int, ...]:
    """The single row of an aggregation as whole numbers, nothing as 0."""
    [row] = aggregated.to_pyarrow().to_pylist()
    return tuple(int(value or 0) for value in row.values())


def _need(table: Table, name: str, kind: str) -> None:
    if name not in table.columns:
        raise FactError(f"缺少列 {name}", code="missing_column", column=name)
    found = table.schema()[name]
    fits = {
        "text": found.is_string() or found.is_null(),
        "number": found.is_numeric() or found.is_null(),
        "day": found.is_date() or (found.is_timestamp() and found.timezone is None) or found.is_null(),
        "flag": found.is_boolean() or found.is_integer() or found.is_null(),
    }
    if not fits[kind]:
        raise FactError(f"列 {name} 的类型 {found} 不对，应为 {kind}", code="wrong_type", column=name)


def _check_amounts(table: Table, names: Any) -> None:
    for name in names:
        wrong, missing = _one(table.aggregate(**_amount_checks(table, name)))
        _refuse_amounts(name, wrong or missing)


def _amount_checks(table: Table, name: str) -> dict[str, Any]:
    """How many are no number or too large, and how many are empty where none may be."""
    column = table[name]
    is_whole = column.type().is_integer()
    column = column if is_whole else column.cast("float64")
    too_large = column.abs() > LARGEST_FEN // 100
    bad = too_large if is_whole else column.isnan() | too_large
    return {"wrong": bad.sum(), "missing": (column.isnull() if name == "amount" else bad).sum()}


def _refuse_amounts(name: str, count: int) -> None:
    if count:
        raise FactError(f"{name}：有不是数、为空或过大的值", code="bad_amount", column=name)

"""Tables in the form that the measures expect: which columns, of which type, and what to do where they are not.

What is wrong is said with the column and with what mends it (`FactError`); what is left out is said too (`FactWarning`).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kemai.value.errors import FactError, FactWarning
from kemai.value.exact import to_fen
from kemai.value.facts import LARGEST_FEN, SALES
from kemai.value.ordering import is_rising
from kemai.value.reading import few_rows, read

if TYPE_CHECKING:
    from ibis.expr.types import Table


def customer_values(data: Any) -> Table:
    """Rows of customer_id, value_fen, history_fen (0 without a history column), one row a customer.

    Raises FactError for a missing column, a wrong type, an empty or repeated customer.
    """
    table = read(data)
    _need_all(table, ("customer_id", "value"))
    _need(table, "customer_id", "text")
    _need(table, "value", "number")
    amounts = {"value_fen": "value"} | ({"history_fen": "history"} if "history" in table.columns else {})
    _check_amounts(table, amounts.values())
    checks = table.aggregate(
        rows=table.count(), filled=table.customer_id.count(), known=table.customer_id.nunique(),
        nameless=_is_nameless(table).sum(),
    )  # fmt: skip
    rows, filled, known, nameless = _one(checks)
    if filled < rows:
        raise FactError(f"customer_id：有 {rows - filled} 行没有客户", code="empty", column="customer_id")
    if known < rows:
        raise FactError(
            f"customer_id：有 {rows - known} 行客户重复；一位客户一行，先按 customer_id 加总",
            code="repeated", column="customer_id",
        )  # fmt: skip
    _warn_of_nameless(nameless)
    columns = {name: to_fen(table[source]) for name, source in amounts.items()}
    return table.select(table.customer_id, **{"history_fen": _zero(), **columns})


def sale_lines(data: Any, also: Sequence[str] = ()) -> Table:
    """Rows of customer_id, order_no, day, amount_fen, kind: the delivered lines of known customers.

    A return lowers, whatever the sign of its amount; a line without a status is delivered. Facts as the product keeps
    them, in whole fen (`facts.SALES`), are taken as they are where there is no `amount`. The text columns named in `also`
    come along, empty where the table has none.
    """
    import ibis

    table, amount = _checked_lines(data)
    if "status" in table.columns:
        table = table.filter(_word(table, "status") == "delivered")
    table = table.filter(table.customer_id.notnull())
    kind = _word(table, "kind") if "kind" in table.columns else ibis.literal("sale")
    fen = signed_fen(table, kind) if amount == "amount" else table.amount_fen.cast("int64")
    nothing = ibis.null("string")
    extra = {
        name: table[name].cast("string") if name in table.columns else nothing.name(name) for name in also
    }
    return table.select(
        customer_id=table.customer_id.cast("string"), order_no=table.order_no.cast("string").nullif(""), day=table.day.cast("date"),
        amount_fen=fen, kind=kind, **extra,
    )  # fmt: skip


def sale_facts(data: Any) -> Table:
    """The same lines, all of them and of nobody too, as `facts.SALES`: whole fen, thousandths of a quantity, a status.

    Optional columns: cost (yuan), quantity, product_code, kind, status; a return takes its cost back.
    """
    import ibis

    table, amount = _checked_lines(data)
    if amount != "amount":
        return SALES.check(table)
    kinds = {"cost": "number", "quantity": "number", "product_code": "code", "kind": "text", "status": "text"}
    known = {name: kind for name, kind in kinds.items() if name in table.columns}
    for name, kind in known.items():
        _need(table, name, kind)
    _check_amounts(table, [name for name in ("cost", "quantity") if name in known])
    columns = {name: table[name] if name in known else ibis.null("string") for name in kinds}
    kind, status = (
        _word(table, name) if name in known else ibis.literal(DEFAULTS[name]) for name in ("kind", "status")
    )
    is_back = kind == "return"
    cost = to_fen(table.cost) if "cost" in known else ibis.null("int64")
    quantity = table.quantity.cast("float64") * 1000 if "quantity" in known else ibis.null("float64")
    return table.select(
        customer_id=table.customer_id.cast("string"), order_no=table.order_no.cast("string").nullif(""), day=table.day.cast("date"),
        amount_fen=signed_fen(table, kind), cost_fen=is_back.ifelse(-cost.abs(), cost),
        quantity_milli=quantity.round().cast("int64"), product_code=columns["product_code"].cast("string"),
        kind=kind, status=status,
    )  # fmt: skip


def _checked_lines(data: Any) -> tuple[Table, str]:
    """The table as it came and the name of its amount: `amount` in yuan, or `amount_fen` of facts."""
    table = read(data)
    amount = "amount_fen" if "amount_fen" in table.columns and "amount" not in table.columns else "amount"
    _need_all(table, ("customer_id", "order_no", "day", amount))
    for name, kind in (("customer_id", "text"), ("order_no", "code"), ("day", "day"), (amount, "number")):
        _need(table, name, kind)
    is_own = amount == "amount"  # whole fen were checked when written
    words = [name for name in WORDS if is_own and name in table.columns]
    for name in words:
        _need(table, name, "text")
    checks = {"undated": table.day.isnull().sum(), **{name: _is_strange(table, name).sum() for name in words}}
    undated, *rest = _one(table.aggregate(**checks, **(_line_checks(table) if is_own else {})))  # one reading
    _refuse_strange(table, [name for name, rows in zip(words, rest, strict=False) if rows])
    if is_own:
        _hear_of_lines(*rest[len(words) :])
    if undated:
        raise FactError(f"day：有 {undated} 行没有日期", code="empty", column="day")
    return table, amount


# What a line may call itself; another word would be counted as a sale, or left out, in silence.
WORDS = {"kind": ("sale", "return", "monthly"), "status": ("ordered", "delivered", "cancelled")}
DEFAULTS = {"kind": "sale", "status": "delivered"}


def _is_strange(table: Table, name: str) -> Any:
    return table[name].cast("string").notin(("", *WORDS[name]))


def _word(table: Table, name: str) -> Any:
    """The column with its default where nothing is written."""
    return table[name].cast("string").nullif("").fill_null(DEFAULTS[name])


def _refuse_strange(table: Table, names: Sequence[str]) -> None:
    for name in names:
        odd = table.filter(_is_strange(table, name)).select(word=table[name].cast("string")).distinct()
        found = "、".join(odd.order_by("word").limit(3).to_pyarrow()["word"].to_pylist())
        raise FactError(
            f"{name}：不认识 {found}；只能是 {'、'.join(WORDS[name])}，空的是 {DEFAULTS[name]}",
            code="unknown_word", column=name,
        )  # fmt: skip


def _line_checks(table: Table) -> dict[str, Any]:
    """What `_hear_of_lines` is told of: amounts that are none, and lines of nobody."""
    return {
        **_amount_checks(table, "amount"), "unknown": table.customer_id.isnull().sum(),
        "nameless": _is_nameless(table).sum(),
    }  # fmt: skip


def _hear_of_lines(wrong: int, missing: int, unknown: int, nameless: int) -> None:
    """FactError for bad amounts, FactWarning for lines of nobody: they are left out, but never in silence."""
    _refuse_amounts("amount", wrong, missing)
    if unknown:
        said = f"customer_id：有 {unknown:,} 行没有客户，不算在任何一位头上"
        warnings.warn(FactWarning(said, code="no_customer", rows=unknown), stacklevel=5)
    _warn_of_nameless(nameless)


NAMELESS = ("", "nan", "NaN", "None", "<NA>", "NaT")


def _is_nameless(table: Table) -> Any:
    """Whether a customer is called what `astype(str)` makes of a missing one."""
    return table.customer_id.cast("string").isin(NAMELESS)


def _warn_of_nameless(rows: int) -> None:
    if rows:
        said = (
            f"customer_id：有 {rows:,} 行的客户叫“nan”之类，多半是 astype(str) 把空的变成了字；"
            '用 .astype("string")，空的还是空的'
        )
        warnings.warn(FactWarning(said, code="nameless_customer", rows=rows), stacklevel=5)


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
    _need_all(table, needed)
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
    for row in few_rows(odd):
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
    _need_all(table, ("customer_id", *texts, *names))
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
    [row] = few_rows(aggregated)
    return tuple(int(value or 0) for value in row.values())


def _need_all(table: Table, names: Iterable[str]) -> None:
    """FactError that names all columns that are missing, and those that are there."""
    missing = [name for name in names if name not in table.columns]
    if missing:
        there = "、".join(table.columns[:12]) + ("…" if len(table.columns) > 12 else "")
        raise FactError(
            f"缺少列 {'、'.join(missing)}；表里有 {there}",
            code="missing_column",
            column=missing[0],
            columns=missing,
        )


def _need(table: Table, name: str, kind: str) -> None:
    _need_all(table, (name,))
    found = table.schema()[name]
    fits = {
        "text": found.is_string() or found.is_null(),
        "code": found.is_string() or found.is_integer() or found.is_null(),
        "number": found.is_numeric() or found.is_null(),
        "day": found.is_date() or (found.is_timestamp() and found.timezone is None) or found.is_null(),
        "flag": found.is_boolean() or found.is_integer() or found.is_null(),
    }
    if not fits[kind]:
        raise FactError(
            f"列 {name} 的类型 {found} 不对，应为{KIND_NAMES[kind]}{_cure(found, kind)}",
            code="wrong_type",
            column=name,
        )


KIND_NAMES = {"text": "文本", "code": "文本", "number": "数", "day": "日期", "flag": "是或否"}


def _cure(found: Any, kind: str) -> str:
    """What to write in pandas to make this type the one that is needed; nothing where there is no sure way."""
    cures = {
        ("text", found.is_integer()): '.astype("string")',
        ("text", found.is_floating()): '.astype("Int64").astype("string")，免得成了 "17850.0"',
        ("number", found.is_string()): "pandas.to_numeric(…)",
        ("day", found.is_string()): "pandas.to_datetime(…)",
        ("day", found.is_integer()): "pandas.to_datetime(….astype(str))，如果写成 20260630 这样",
        (
            "day",
            found.is_timestamp(),
        ): '.dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)，先说定是哪里的日子',
    }
    cure = cures.get(("text" if kind == "code" else kind, True))
    return f"：{cure}" if cure else ""


def _check_amounts(table: Table, names: Any) -> None:
    for name in names:
        wrong, missing = _one(table.aggregate(**_amount_checks(table, name)))
        _refuse_amounts(name, wrong, missing if name == "amount" else 0)


def _amount_checks(table: Table, name: str) -> dict[str, Any]:
    """How many are no number or too large, and how many are empty."""
    column = table[name]
    is_whole = column.type().is_integer()
    column = column if is_whole else column.cast("float64")
    too_large = ~column.between(-LARGEST_FEN // 100, LARGEST_FEN // 100)
    bad = too_large if is_whole else column.isnan() | too_large
    return {"wrong": bad.sum(), "missing": column.isnull().sum()}


def _refuse_amounts(name: str, wrong: int, empty: int) -> None:
    """`wrong` counts those that are no number (nan, inf) or too large, `empty` those that are null."""
    if wrong or empty:
        found = [f"{count} 行{what}" for count, what in ((empty, "为空"), (wrong, "不是数或过大")) if count]
        raise FactError(f"{name}：有 {'、'.join(found)}", code="bad_amount", column=name)

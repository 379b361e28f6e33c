"""The part of a run that says what everybody owes, how late, how they have paid and how much room is left (2.11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kemai import value
from kemai.business.archives.models import Credit
from kemai.business.trade.books import ReceivableBooks, read_books
from kemai.business.valuation.models import CreditStanding, RunRow
from kemai.business.valuation.parameter_groups import ParameterGroup, parameters_of
from kemai.business.valuation.runs.parts import Found, Given, Part, nobody
from kemai.value import SchemeError
from kemai.value.credit.ageing import BUCKETS
from kemai.value.credit.limits import METHODS
from kemai.value.windows import months_before, months_start

if TYPE_CHECKING:
    from ibis.expr.types import Table

KEY = "credit"
TREND_MONTHS = 12
DEFAULTS = {"methods": ["need", "net_worth"]}
_FEN = (*BUCKETS, "total", "overdue", "credit", "net", "undelivered", "exposure", "limit")
_CENTI = {
    "dso_simple": "dso_simple", "dso_countback": "dso_countback", "delinquent_days": "delinquent",
    "payment_score": "score", "use_percent": "use",
}  # fmt: skip


def part() -> Part:
    """The part as it registers."""
    return Part(KEY, _model, work, lambda: parameters_of(KEY))


def _model() -> type[RunRow]:
    return CreditStanding


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    chosen = [name for name in METHODS if name in set(values["methods"])]
    if not chosen or len(chosen) != len(set(values["methods"])):
        raise SchemeError(_("额度至少选一种算法，只能从表里选。"), code="bad_methods")
    return {"methods": chosen}


GROUP = ParameterGroup(KEY, DEFAULTS, _checked)


def work(given: Given) -> Found:
    """A row for everybody with an invoice, a receipt or a limit, and the company's sums and months."""
    import polars as pl

    books, limits = read_books(), _limits()
    with given.engine() as engine:
        sales = engine.read_parquet(given.order_days or given.sales)
        months = {"months": _months(books, sales, given.as_of)}
        if not any(map(len, (books.invoices, books.receipts, limits))):
            return Found(nobody(CreditStanding), _summary(None, given.as_of) | months)
        tables = tables_of(engine, books)
        table = value.credit_standing(
            tables["invoices"], tables["receipts"], _still_counted(engine, sales, given.as_of), given.as_of,
            tables["allocations"], _with_amounts(engine.create_table("limits", limits, temp=True), "limit_fen", "limit"),
        )  # fmt: skip
        rows: Any = pl.from_arrow(table.to_pyarrow())
    keys: Any = pl.from_arrow(given.customers.select(["customer_id", "customer_key"]))
    stored = _stored(rows.join(keys, on="customer_id", how="inner")).to_arrow()
    return Found(stored, _summary(rows, given.as_of) | months)


def _still_counted(engine: Any, sales: Any, as_of: date) -> Any:
    """What the measures look at, a row a customer, day and status: the last months, and orders not yet delivered."""
    from kemai.value.exact import sum_or_zero

    rows = sales.filter((sales.status == "ordered") | (sales.day >= months_start(as_of, TREND_MONTHS)))
    sums = rows.group_by("customer_id", "day", "status").aggregate(amount_fen=sum_or_zero(rows.amount_fen))
    return engine.create_table("sales_by_day", _with_amounts(sums).drop("amount_fen"), temp=True)


def tables_of(engine: Any, books: ReceivableBooks) -> dict[str, Table]:
    """The books as tables of the engine, amounts in yuan."""
    return {
        name: _with_amounts(engine.create_table(name, getattr(books, name), temp=True))
        for name in ("invoices", "receipts", "allocations")
    }


def _with_amounts(table: Any, fen: str = "amount_fen", name: str = "amount") -> Any:
    from kemai.value.exact import to_yuan

    return table.mutate(**{name: to_yuan(table[fen])})


def _limits() -> Any:
    import pyarrow as pa

    found = list(
        Credit.objects.exclude(credit_limit_fen=None).values_list("customer__code", "credit_limit_fen")
    )
    schema = pa.schema([("customer_id", pa.string()), ("limit_fen", pa.int64())])
    return pa.Table.from_arrays(
        [pa.array([row[at] for row in found], schema.field(at).type) for at in (0, 1)], schema=schema
    )


def _stored(rows: Any) -> Any:
    """The library's columns as the model has them: fen, hundredths, and what exceeds the limit."""
    import polars as pl

    fen = {f"{name}_fen": (pl.col(name) * 100).cast(pl.Int64) for name in _FEN}
    centi = {f"{new}_centi": (pl.col(old) * 100).round().cast(pl.Int64) for old, new in _CENTI.items()}
    more = pl.when(pl.col("is_dso_more").fill_null(False)).then(pl.lit("beyond_known_sales"))
    made = rows.with_columns(**fen, **centi, dso_reason=pl.coalesce("dso_reason", more)).with_columns(
        beyond_fen=pl.when(pl.col("over_limit"))
        .then(pl.col("exposure_fen") - pl.col("limit_fen"))
        .otherwise(0)
    )
    names = [
        f.column
        for f in CreditStanding._meta.concrete_fields
        if f.column not in ("id", "run_id", "customer_id")
    ]
    return made.sort("overdue_fen", "customer_key", descending=[True, False]).select("customer_key", *names)


def _summary(rows: Any, as_of: date) -> dict[str, Any]:
    """The company: fen by bucket, and how many owe, are late, are above their limit; all 0 without `rows`."""
    if rows is None:
        nothing = dict.fromkeys(_FEN[:-1], 0)
        return {"as_of": as_of.isoformat(), "fen": nothing, "owing": 0, "late": 0, "over_limit": 0}
    fen = {name: int(rows[name].sum() * 100) for name in _FEN[:-1]}
    return {
        "as_of": as_of.isoformat(), "fen": fen, "owing": rows.filter(rows["total"] > 0).height,
        "late": rows.filter(rows["overdue"] > 0).height, "over_limit": int(rows["over_limit"].sum() or 0),
    }  # fmt: skip


def _months(books: ReceivableBooks, sales: Any, as_of: date) -> list[dict[str, Any]]:
    """The company's receivables and DSO at the end of each of the last months, oldest first; days null without sales."""
    ends = [months_before(as_of, back) for back in range(TREND_MONTHS - 1, -1, -1)]
    billed, paid = _by_day(books.invoices, "issued_on"), _by_day(books.receipts, "received_on")
    delivered = sales.filter(sales.status == "delivered", sales.day >= months_start(ends[0], 12))
    by_day = delivered.group_by("day").aggregate(amount_fen=delivered.amount_fen.sum().cast("float64"))
    sold = _by_day(by_day.to_pyarrow(), "day")
    made = []
    for end in ends:
        owed = max(_sum(billed, date.min, end) - _sum(paid, date.min, end), 0)
        since = months_start(end, 12)
        length = (end - since).days + 1
        found = value.dso(Decimal(owed) / 100, Decimal(max(_sum(sold, since, end), 0)) / 100, length)
        made.append(
            {"on": end.isoformat(), "owed_fen": owed, "days": None if found.days is None else str(found.days)}
        )
    return made


def _by_day(rows: Any, column: str) -> list[tuple[date, int]]:
    """The fen of each day."""
    sums = rows.group_by(column).aggregate([("amount_fen", "sum")]).to_pylist()
    return [(row[column], round(row["amount_fen_sum"] or 0)) for row in sums if row[column] is not None]


def _sum(days: list[tuple[date, int]], first: date, last: date) -> int:
    return sum(fen for day, fen in days if first <= day <= last)

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
from kemai.business.valuation.parameter_groups import ParameterGroup, parameters_of, register_parameters
from kemai.business.valuation.runs.parts import Found, Given, Part, register_part
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


def register() -> None:
    """The part and its parameters, once at start."""
    register_parameters(ParameterGroup(KEY, DEFAULTS, _checked))
    register_part(Part(KEY, _model, work, lambda: parameters_of(KEY)))


def _model() -> type[RunRow]:
    return CreditStanding


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    chosen = [name for name in METHODS if name in set(values["methods"])]
    if not chosen or len(chosen) != len(set(values["methods"])):
        raise SchemeError(_("额度至少选一种算法，只能从表里选。"), code="bad_methods")
    return {"methods": chosen}


def work(given: Given) -> Found:
    """A row for everybody with an invoice, a receipt or a limit, and the company's sums and months."""
    import polars as pl

    with given.engine() as engine:
        books = tables_of(engine, read_books())
        sales = _with_amounts(engine.read_parquet(given.sales))
        table = value.credit_standing(
            books["invoices"], books["receipts"], sales, given.as_of, books["allocations"],
            _with_amounts(engine.create_table("limits", _limits(), temp=True), "limit_fen", "limit"),
        )  # fmt: skip
        rows: Any = pl.from_arrow(table.to_pyarrow())
        summary = _summary(rows, given.as_of) | {"months": _months(books, sales, given.as_of)}
    keys: Any = pl.from_arrow(given.customers.select(["customer_id", "customer_key"]))
    return Found(_stored(rows.join(keys, on="customer_id", how="inner")).to_arrow(), summary)


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
    """The company: fen by bucket, and how many owe, are late, are above their limit."""
    fen = {name: int(rows[name].sum() * 100) for name in _FEN[:-1]}
    return {
        "as_of": as_of.isoformat(), "fen": fen, "owing": rows.filter(rows["total"] > 0).height,
        "late": rows.filter(rows["overdue"] > 0).height, "over_limit": int(rows["over_limit"].sum() or 0),
    }  # fmt: skip


def _months(books: dict[str, Any], sales: Any, as_of: date) -> list[dict[str, Any]]:
    """The company's receivables and DSO at the end of each of the last months, oldest first; days null without sales."""
    ends = [months_before(as_of, back) for back in range(TREND_MONTHS - 1, -1, -1)]
    billed = _sums(books["invoices"], "issued_on", {str(end): (None, end) for end in ends})
    paid = _sums(books["receipts"], "received_on", {str(end): (None, end) for end in ends})
    delivered = sales.filter(sales.status == "delivered")
    sold = _sums(delivered, "day", {str(end): (months_start(end, 12), end) for end in ends})
    made = []
    for end in ends:
        owed = max(billed[str(end)] - paid[str(end)], 0)
        length = (end - months_start(end, 12)).days + 1
        found = value.dso(Decimal(owed) / 100, Decimal(max(sold[str(end)], 0)) / 100, length)
        made.append(
            {"on": end.isoformat(), "owed_fen": owed, "days": None if found.days is None else str(found.days)}
        )
    return made


def _sums(table: Any, column: str, spans: Mapping[str, tuple[date | None, date]]) -> dict[str, int]:
    """The fen of each span of days, in one reading."""
    day, sums = table[column].cast("date"), {}
    for name, (first, last) in spans.items():
        where = (day <= last) if first is None else (day <= last) & (day >= first)
        sums[name] = table.amount_fen.sum(where=where).fill_null(0).cast("float64")
    [found] = table.aggregate(**sums).to_pyarrow().to_pylist()
    return {name: round(fen) for name, fen in found.items()}

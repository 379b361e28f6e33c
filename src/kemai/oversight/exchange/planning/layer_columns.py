"""The credit and operations columns of a customer file: which are there, what they may hold, what stands already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from kemai.business.archives.layers import CREDIT, LAYERS, MONTH_END, OPERATIONS, Layer
from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Actor
from kemai.oversight.exchange.parsing.kinds import CUSTOMERS
from kemai.oversight.exchange.planning.customers_named import chunks
from kemai.oversight.exchange.planning.refusals import found

VERSIONS = tuple(f"{layer.key}_version" for layer in LAYERS)
NUMBERS, DAYS = pl.Int64, pl.Date
MOST = 2_000_000_000
_PER_M2 = 1_000


@dataclass(frozen=True)
class Kept:
    """A column of the file and where its value is stored; `per` of the file's unit make one of the record's."""

    field: str
    layer: Layer
    column: str
    per: int = 1

    @property
    def output(self) -> str:
        """Its name in the clean table."""
        return CUSTOMERS.field(self.field).output

    @property
    def dtype(self) -> type[pl.DataType]:
        """How it is held."""
        kind = next(f.kind for f in self.layer.fields if f.key == self.column)
        return DAYS if kind == "day" else pl.String if kind in ("text", "choice") else NUMBERS

    @property
    def longest(self) -> int | None:
        """Of a text, how many characters fit."""
        return getattr(self.layer.model._meta.get_field(self.column), "max_length", None)


KEPT = (
    Kept("registered_capital", CREDIT, "registered_capital_fen"), Kept("founded_on", CREDIT, "founded_on"),
    Kept("business_history", CREDIT, "business_history"), Kept("credit_limit", CREDIT, "credit_limit_fen"),
    Kept("credit_days", CREDIT, "credit_days"), Kept("statement_day", CREDIT, "settlement_day"),
    Kept("payment_terms", CREDIT, "payment_terms"), Kept("sales_staff", OPERATIONS, "sales_staff"),
    Kept("operating_staff", OPERATIONS, "operating_staff"), Kept("trade_area", OPERATIONS, "trade_area"),
    Kept("floor_area", OPERATIONS, "floor_area_m2", _PER_M2),
    Kept("warehouse_area", OPERATIONS, "warehouse_area_m2", _PER_M2),
    Kept("delivery_mode", OPERATIONS, "delivery_mode"),
)  # fmt: skip
COLUMNS = {kept.column: kept for kept in KEPT}


def mapped(fields: Sequence[str]) -> tuple[Kept, ...]:
    """Those of the layers' columns that the file has; most files have none, and pay for none."""
    return tuple(kept for kept in KEPT if kept.field in fields)


def forbidden(actor: Actor, kept: Kept) -> bool:
    """Whether the actor may not write the column: credit out of sight, or limit and period without the credit role."""
    if kept.layer is not CREDIT:
        return False
    is_guarded = any(f.guarded for f in CREDIT.fields if f.key == kept.column)
    return not actor.sees("credit") or (is_guarded and not actor.may("credit.edit"))


def stored(table: pl.DataFrame, some: Sequence[Kept]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table with the records' columns and without the rows whose values can't be, and the problems."""
    problems = []
    for kept in some:
        if kept.dtype is NUMBERS:
            high = MONTH_END if kept.column == "settlement_day" else MOST * 100 * kept.per
            low = 1 if kept.column == "settlement_day" else 0
            wrong = table.filter(~pl.col(kept.output).is_between(low, high).fill_null(True))
            problems.append(found(wrong, kept.field, kept.output, "out_of_range"))
        elif kept.longest:
            long = table.filter(pl.col(kept.output).str.len_chars() > kept.longest)
            problems.append(found(long, kept.field, kept.output, "too_long", params={"limit": kept.longest}))
    told = pl.concat(problems) if problems else found(table.clear(), "name", "name", "too_long")
    table = table.filter(~pl.col("row").is_in(told["row"].unique().implode()))
    return table.with_columns(_whole(kept) for kept in some), told


def standing(ids: list[int], some: Sequence[Kept]) -> pl.DataFrame:
    """What the layers of known customers hold, and their versions; empty texts count as no value."""
    schema: dict[str, Any] = {
        "customer_ref": pl.Int64,
        **dict.fromkeys(VERSIONS, pl.Int64),
        **{k.column: k.dtype for k in some},
    }
    paths = [f"{layer.key}__version" for layer in LAYERS] + [f"{k.layer.key}__{k.column}" for k in some]
    rows = [
        row for part in chunks(ids) for row in Customer.objects.filter(pk__in=part).values_list("pk", *paths)
    ]
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)).name.keep())


def _whole(kept: Kept) -> pl.Expr:
    """The column in the record's unit, half up."""
    value = pl.col(kept.output)
    return (value if kept.per == 1 else (value + kept.per // 2) // kept.per).alias(kept.column)

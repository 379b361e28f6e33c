"""What the books of invoices, receipts, targets and stock are: model, key, content, and what makes sense in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.db.models import QuerySet

from kemai.business.trade.models import Invoice, Receipt, StaffTarget, StockCount, Target
from kemai.foundation.among import Among
from kemai.oversight.exchange.planning.products_named import CODE_CHARACTERS
from kemai.oversight.exchange.planning.refusals import found
from kemai.oversight.exchange.planning.twins import KEY_PARTS

Check = Callable[[pl.DataFrame], pl.DataFrame]
_TYPES: dict[str, Any] = {
    "customer_ref": pl.Int64, "product_ref": pl.Int64, "person_ref": pl.Int64, "unit_ref": pl.Int64, "invoice_no": pl.String, "receipt_no": pl.String,
    "period": pl.String, "issued_on": pl.Date, "due_on": pl.Date, "received_on": pl.Date, "counted_on": pl.Date,
    "amount_fen": pl.Int64, "quantity_milli": pl.Int64,
}  # fmt: skip


@dataclass(frozen=True)
class Ledger:
    """`key` makes a row unique, its last part is what a person knows it by (`told`); `fields` are what it says.

    Names are those of the plan: `customer_ref` is the model's `customer_id`. `day` sorts amounts into months; `holder` is
    whose a row is.
    """

    model: Any
    key: tuple[str, ...]
    told: str
    fields: tuple[str, ...]
    day: str = ""
    limits: Mapping[str, int] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    holder: str = "customer_ref"

    @property
    def columns(self) -> tuple[str, ...]:
        """Everything a version is written from."""
        return tuple(dict.fromkeys((self.holder, *self.key, *self.fields)))

    def key_of(self) -> pl.Expr:
        """The key of each row as one text."""
        parts = [pl.col(name).cast(pl.String).fill_null("") for name in self.key]
        return pl.concat_str(parts, separator=KEY_PARTS).alias("key")

    def landed(self) -> QuerySet[Any]:
        """The book as it stands."""
        rows: QuerySet[Any] = self.model.objects.landed()
        return rows

    def standing(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows of the book with the keys of these, as key, old_id, holder (whose it is) and the fields."""
        names = self.columns
        found_rows = self._near(rows).values_list("pk", *(stored(name) for name in names))
        schema = {"old_id": pl.Int64, **{name: _TYPES[name] for name in names}}
        frame = pl.DataFrame(list(found_rows), schema=schema, orient="row")
        return frame.with_columns(self.key_of(), pl.col(self.holder).alias("holder")).select(
            "key", "old_id", "holder", *self.fields
        )

    def _near(self, rows: pl.DataFrame) -> QuerySet[Any]:
        """By number; or by customer, and from the first to the last of what else is in the key."""
        near = self.landed()
        if self.holder == "customer_ref" and "customer_ref" not in self.key:
            return near.filter(Among(self.key[0], rows[self.key[0]].to_list()))
        span = {f"{self.told}__range": (rows[self.told].min(), rows[self.told].max())}
        if self.holder != "customer_ref":
            return near.filter(**span)
        known = rows["customer_ref"].unique()
        return near.filter(Among("customer_id", known.filter(known > 0).to_list()), **span)


def stored(name: str) -> str:
    """The column of the table that a column of the plan goes to."""
    return f"{name.removesuffix('_ref')}_id" if name.endswith("_ref") else name


def _red_letters(rows: pl.DataFrame) -> pl.DataFrame:
    """Below zero is a red letter: taken, and said."""
    yuan = (pl.col("amount_fen").cast(pl.Decimal(24, 2)) / 100).cast(pl.String).alias("_yuan")
    red = rows.filter(pl.col("amount_fen") < 0).with_columns(yuan)
    return found(red, "amount", "_yuan", "red_letter", is_warning=True)


def _due_before_issued(rows: pl.DataFrame) -> pl.DataFrame:
    wrong = rows.filter((pl.col("due_on") < pl.col("issued_on")).fill_null(False))
    return found(wrong, "due_on", "due_on", "due_before_issued")


def _unknown_invoices(rows: pl.DataFrame) -> pl.DataFrame:
    """A receipt may come before its invoice; whose an invoice of that number is otherwise, is not told."""
    named = rows.filter(pl.col("invoice_no").fill_null("") != "")
    if not len(named):
        return found(named, "invoice_no", "invoice_no", "invoice_unknown", is_warning=True)
    numbers = named["invoice_no"].unique().to_list()
    known = pl.DataFrame(
        list(Invoice.objects.landed().filter(Among("invoice_no", numbers)).values_list("invoice_no", "customer_id")),
        schema={"invoice_no": pl.String, "customer_ref": pl.Int64}, orient="row",
    )  # fmt: skip
    lost = named.join(known, on=["invoice_no", "customer_ref"], how="anti")
    return found(lost, "invoice_no", "invoice_no", "invoice_unknown", is_warning=True)


LEDGERS = {
    "invoices": Ledger(
        Invoice, ("invoice_no",), "invoice_no", ("issued_on", "due_on", "amount_fen"), "issued_on", {"invoice_no": 60},
        (_due_before_issued, _red_letters),
    ),
    "receipts": Ledger(
        Receipt, ("receipt_no",), "receipt_no", ("received_on", "amount_fen", "invoice_no"), "received_on",
        {"receipt_no": 60, "invoice_no": 60}, (_red_letters, _unknown_invoices),
    ),
    "targets": Ledger(Target, ("customer_ref", "period"), "period", ("amount_fen",)),
    "stock": Ledger(
        StockCount, ("customer_ref", "product_ref", "counted_on"), "counted_on", ("quantity_milli",),
        limits={"product_code": CODE_CHARACTERS},
    ),
}  # fmt: skip

STAFF_TARGETS = Ledger(
    StaffTarget, ("person_ref", "unit_ref", "period"), "period", ("amount_fen",), holder="person_ref"
)
"""Rows of a targets file that name a person or a unit; such targets are few, so that a period's are all read."""

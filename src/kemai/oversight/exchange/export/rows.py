"""The rows of each kind as text under the template's headers, within the actor's rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet

from kemai.business.archives.custom_fields import active_fields, values_of
from kemai.business.archives.layers import CREDIT, Layer
from kemai.business.archives.models import Contact, Customer, CustomField
from kemai.business.archives.supply_links import visible_links
from kemai.business.prospects.models import Potential
from kemai.business.trade.models import Invoice, Receipt, SaleLine, StaffTarget, StockCount, Target
from kemai.business.trade.queries import products
from kemai.business.trade.queries.targets import led_units, staff
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.among import Among
from kemai.foundation.batches.models import unlanded_ids
from kemai.foundation.money import amount_text
from kemai.foundation.sealing import unseal
from kemai.oversight.exchange.own_fields import written
from kemai.oversight.exchange.planning import listed_columns
from kemai.oversight.exchange.planning.customers import TEXTS
from kemai.oversight.exchange.planning.layer_columns import KEPT
from kemai.oversight.exchange.planning.listed_columns import LISTED, Listed
from kemai.oversight.exchange.planning.staff_named import unit_texts

Write = Callable[[Any], str]
CHUNK = 5_000


def nothing(values: Sequence[Any]) -> dict[Any, str] | None:
    """A column whose value is the one at its path."""
    return None


@dataclass(frozen=True)
class Column:
    """A field of the import kind, where its value lies, how it is written, and which field groups it is in."""

    field: str
    path: str
    write: Write = str
    group: str = "basics"  # several, with a space between, must all be seen
    beside: Callable[[Sequence[Any]], dict[Any, str] | None] = (
        nothing  # cells by what lies at the path, for many at once
    )

    def is_seen(self, actor: Actor, owner_id: int | None) -> bool:
        """Whether the actor sees it plainly of a customer owned by `owner_id`."""
        return all(each == "basics" or actor.sees(each, owner_id) for each in self.group.split())


OWED = "sales credit"  # what a customer owes tells both what it buys and how it pays


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _day(value: date | None) -> str:
    return "" if value is None else value.isoformat()


def _amount(fen: int | None) -> str:
    return amount_text(fen) or ""


def _milli(value: int | None) -> str:
    return "" if value is None else f"{Decimal(value) / 1000:f}"


def _percent(bp: int | None) -> str:
    return "" if bp is None else f"{Decimal(bp) / 100:f}%"


def _yes(value: bool) -> str:
    return "是" if value else ""


def _nobody(_pk: Any) -> str:
    return ""


def _account(sealed: Any) -> str:
    return "" if sealed is None else unseal(bytes(sealed))


def _group(layer: Layer) -> str:
    return "credit" if layer is CREDIT else "basics"


_CUSTOMER = (Column("customer_code", "customer__code"), Column("customer_name", "customer__name"))
_LAYER: dict[str, Write] = {"registered_capital": _amount, "credit_limit": _amount, "founded_on": _day}
COLUMNS: dict[str, tuple[Column, ...]] = {
    "customers": (
        Column("code", "code"), *(Column(name, name, _text) for name in TEXTS), Column("state", "state"),
        Column("unit", "unit__name", _text), Column("owner", "owner__login", _text), Column("since", "since", _day),
        Column("bank_account", "bank_account_sealed", _account, "bank"),
        *(Column(k.field, f"{k.layer.key}__{k.column}", _LAYER.get(k.field, _text), _group(k.layer)) for k in KEPT),
    ),
    "contacts": (
        Column("name", "name"), Column("customer_code", "customer__code"), Column("customer_name", "customer__name"),
        Column("title", "title", _text), Column("mobile", "mobile", _text, "contacts"),
        Column("phone", "phone", _text, "contacts"), Column("email", "email", _text, "contacts"),
        Column("decision_role", "decision_role", _text), Column("birthday", "birthday", _day, "contacts"),
        Column("lunar", "is_lunar", _yes, "contacts"),
    ),
    "links": (
        Column("dealer", "dealer__code"), Column("customer", "customer__code"),
        Column("product_line", "product_line", _text), Column("share", "share_bp", _percent),
        Column("from", "from_on", _day), Column("to", "to_on", _day),
    ),
    "products": (
        Column("code", "code"), Column("name", "name"), Column("line", "line"), Column("grade", "grade"),
        Column("launched_on", "launched_on", _day),
    ),
    "sales": (
        Column("order_no", "order_no", group="sales"), Column("line_no", "line_no", group="sales"),
        Column("day", "day", _day, "sales"), Column("customer_code", "customer__code", _text),
        Column("customer_name", "customer__name", _text), Column("product_code", "product__code", _text, "sales"),
        Column("quantity", "quantity_milli", _milli, "sales"), Column("amount", "amount_fen", _amount, "sales"),
        Column("cost", "cost_fen", _amount, "margin"), Column("kind", "kind", group="sales"),
        Column("status", "status", group="sales"),
    ),
    "potentials": (
        Column("customer_code", "customer__code"), Column("customer_name", "customer__name"),
        Column("mp", "mp_fen", _amount, "potential"), Column("es", "es_bp", _percent, "potential"),
        Column("p", "p_bp", _percent, "potential"), Column("av", "av_fen", _amount, "potential"),
        Column("horizon_months", "horizon_months", _text, "potential"),
        Column("reason_product", "reason_product", _text, "potential"),
        Column("reason_market", "reason_market", _text, "potential"),
        Column("reason_relation", "reason_relation", _text, "potential"),
    ),
    "invoices": (
        Column("invoice_no", "invoice_no", group=OWED), *_CUSTOMER, Column("issued_on", "issued_on", _day, OWED),
        Column("due_on", "due_on", _day, OWED), Column("amount", "amount_fen", _amount, OWED),
    ),
    "receipts": (
        Column("receipt_no", "receipt_no", group=OWED), *_CUSTOMER, Column("received_on", "received_on", _day, OWED),
        Column("amount", "amount_fen", _amount, OWED), Column("invoice_no", "invoice_no", group=OWED),
    ),
    "targets": (
        *_CUSTOMER, Column("person", "pk", _nobody, "sales"), Column("unit", "pk", _nobody, "sales"), Column("period", "period", group="sales"), Column("amount", "amount_fen", _amount, "sales"),
    ),
    "stock": (
        *_CUSTOMER, Column("counted_on", "counted_on", _day, "sales"), Column("product_code", "product__code", _text, "sales"),
        Column("product_name", "product__name", _text, "sales"), Column("quantity", "quantity_milli", _milli, "sales"),
    ),
}  # fmt: skip


def columns_for(actor: Actor, kind: str) -> list[Column]:
    """The columns that hold anything the actor may see plainly."""
    columns = (*COLUMNS[kind], *own_columns()) if kind == "customers" else COLUMNS[kind]
    return [c for c in columns if c.is_seen(actor, actor.person_id)]


def own_columns() -> list[Column]:
    """The company's own fields, and the rows that a cell lists, of the customers whose ids lie at the path."""
    listed = [Column(each.field, "pk", _text, beside=partial(_listed, each)) for each in LISTED]
    return listed + [Column(f.key, "pk", _text, beside=partial(_own, f)) for f in active_fields()]


def _own(field: CustomField, ids: Sequence[Any]) -> dict[Any, str]:
    return {pk: written(field, held[field.pk]) for pk, held in values_of(ids, [field]).items()}


def _listed(listed: Listed, ids: Sequence[Any]) -> dict[Any, str]:
    rows = listed.model.objects.filter(Among("customer_id", list(ids)), is_active=True).order_by("pk")
    found: dict[Any, list[str]] = {}
    for row in rows.exclude(batch_id__in=unlanded_ids()):
        found.setdefault(row.customer_id, []).append(listed_columns.written(listed, row))
    return {pk: listed_columns.together(texts) for pk, texts in found.items()}


def rows_for(actor: Actor, kind: str, columns: list[Column]) -> Iterator[list[str]]:
    """The rows as text; a cell of somebody else's customer that the actor may not see is empty."""
    owner = _OWNER[kind]
    paths = [column.path for column in columns]
    found = _records(actor, kind).values_list(*paths, *([owner] if owner else [])).iterator(chunk_size=CHUNK)
    while rows := list(islice(found, CHUNK)):
        cells = [column.beside([row[place] for row in rows]) for place, column in enumerate(columns)]
        for row in rows:
            owner_id = row[-1] if owner else None
            yield [
                column.write(value if held is None else held.get(value))
                if column.is_seen(actor, owner_id)
                else ""
                for column, value, held in zip(columns, row, cells, strict=False)
            ]
    if kind == "targets":
        yield from _staff_rows(actor, columns)


def _staff_rows(actor: Actor, columns: list[Column]) -> Iterator[list[str]]:
    """Targets of the persons and units that the actor leads, each named so that an import finds it again."""
    rows = StaffTarget.objects.landed().filter(Q(person__in=staff(actor)) | Q(unit__in=led_units(actor)))
    texts = unit_texts()
    found = rows.order_by("period", "id").values_list("person__login", "unit_id", "period", "amount_fen")
    for login, unit, period, fen in found.iterator(chunk_size=CHUNK):
        cells = {"person": login or "", "unit": texts.get(unit, ""), "period": period, "amount": _amount(fen)}
        yield [cells.get(column.field, "") for column in columns]


_OWNER = {
    "customers": "owner_id",
    "contacts": "customer__owner_id",
    "links": "customer__owner_id",
    "products": "",
    "sales": "customer__owner_id",
    "potentials": "customer__owner_id",
    **dict.fromkeys(("invoices", "receipts", "targets", "stock"), "customer__owner_id"),
}
_BOOKS: dict[str, tuple[Any, str]] = {
    "invoices": (Invoice, "issued_on"), "receipts": (Receipt, "received_on"), "targets": (Target, "customer__code"),
    "stock": (StockCount, "counted_on"),
}  # fmt: skip


def _records(actor: Actor, kind: str) -> QuerySet[Any]:
    if kind == "customers":
        return restrict(Customer.objects.all(), actor).order_by("code")
    if kind == "contacts":
        return restrict(Contact.objects.filter(is_active=True), actor).order_by("customer__code", "id")
    if kind == "links":
        return visible_links(actor).order_by(
            "dealer__code", "customer__code", "product_line", "from_on", "id"
        )
    if kind == "products":
        return products(actor).order_by("code")
    if kind == "sales":
        return restrict(SaleLine.objects.landed(), actor).order_by("day", "id")
    if kind in _BOOKS:
        model, order = _BOOKS[kind]
        return restrict(model.objects.all(), actor).order_by(order, "id")
    estimates = Potential.objects.filter(is_current=True).exclude(batch_id__in=unlanded_ids())
    return estimates.filter(customer__in=restrict(Customer.objects.all(), actor)).order_by("customer__code")

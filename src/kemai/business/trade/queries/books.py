"""What stands beside the sales of a customer: latest invoices and receipts, this year's target, the last stock count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    DateField,
    F,
    Max,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce

from kemai.business.archives.models import Customer
from kemai.business.trade.models import Invoice, Receipt, StockCount, Target
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict

LATEST = 20
_NO_DAY = Cast(Value(None), DateField())
_NOTHING = Cast(Value(None), BigIntegerField())
_NO_TEXT = Value("", CharField())
_SHAPE = ("book", "number", "day", "due", "amount", "paid")


@dataclass(frozen=True, slots=True)
class BookInvoice:
    """One invoice with what receipts that name it have brought."""

    invoice_no: str
    issued_on: date
    due_on: date | None
    amount_fen: int
    paid_fen: int

    @property
    def open_fen(self) -> int:
        """What is still to come by the receipts that name it."""
        return self.amount_fen - self.paid_fen


@dataclass(frozen=True, slots=True)
class BookReceipt:
    """Money that came in."""

    receipt_no: str
    received_on: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class BookTarget:
    """This year's: its own, or the sum of `count` quarters or months."""

    fen: int
    kind: str  # year, quarter, month
    count: int

    @property
    def is_whole(self) -> bool:
        """Whether it covers the year, so that the year's sales may be held against it."""
        return self.count == {"year": 1, "quarter": 4, "month": 12}[self.kind]


@dataclass(frozen=True, slots=True)
class Books:
    """Newest first, `LATEST` of each; what the actor may not see is empty. Stock: (product, thousandths) of one day."""

    invoices: tuple[BookInvoice, ...] = ()
    receipts: tuple[BookReceipt, ...] = ()
    target: BookTarget | None = None
    counted_on: date | None = None
    stock: tuple[tuple[str, int], ...] = ()


def books_of(actor: Actor, customer: Customer) -> Books:
    """All of them in one statement; nothing where sales are hidden, no money owed where credit is."""
    if not actor.sees("sales", customer.owner_id):
        return Books()
    parts = [_targets(actor, customer), _stock(actor, customer)]
    if actor.sees("credit", customer.owner_id):
        parts += [_invoices(actor, customer), _receipts(actor, customer)]
    found: dict[str, list[Any]] = {"i": [], "r": [], "t": [], "s": []}
    for row in parts[0].union(*parts[1:], all=True):
        found[row[0]].append(row[1:])
    return _books(found)


def _books(found: dict[str, list[Any]]) -> Books:
    for rows in found.values():
        rows.sort(key=lambda row: (row[1] or date.min, row[0]), reverse=True)
    stock = found["s"]
    return Books(
        invoices=tuple(BookInvoice(*row) for row in found["i"]),
        receipts=tuple(BookReceipt(number, day, amount) for number, day, _due, amount, _paid in found["r"]),
        target=_of_the_year([(row[0], row[3]) for row in found["t"]]),
        counted_on=stock[0][1] if stock else None,
        stock=tuple(sorted((row[0], row[3]) for row in stock)),
    )


def _of_the_year(targets: list[tuple[str, int]]) -> BookTarget | None:
    """The year's own target; where there is none, the sum of its quarters; else of its months."""
    by_kind: dict[str, list[int]] = {"year": [], "quarter": [], "month": []}
    for period, fen in targets:
        by_kind["year" if len(period) == 4 else "quarter" if "Q" in period else "month"].append(fen)
    found = (BookTarget(sum(fens), kind, len(fens)) for kind, fens in by_kind.items() if fens)
    return next(found, None)


def _invoices(actor: Actor, customer: Customer) -> QuerySet[Any]:
    named = restrict(Receipt.objects.filter(customer=customer, invoice_no=OuterRef("invoice_no")), actor)
    paid = named.order_by().values("invoice_no").annotate(sum=Sum("amount_fen")).values("sum")
    rows = _latest(Invoice, actor, customer, "-issued_on")
    return _shaped(
        rows, "i", number=F("invoice_no"), day=F("issued_on"), due=F("due_on"), amount=F("amount_fen"),
        paid=Coalesce(Subquery(paid, output_field=BigIntegerField()), 0),
    )  # fmt: skip


def _receipts(actor: Actor, customer: Customer) -> QuerySet[Any]:
    rows = _latest(Receipt, actor, customer, "-received_on")
    return _shaped(rows, "r", number=F("receipt_no"), day=F("received_on"), amount=F("amount_fen"))


def _targets(actor: Actor, customer: Customer) -> QuerySet[Any]:
    rows = restrict(Target.objects.filter(customer=customer, period__startswith=f"{actor.today.year}"), actor)
    return _shaped(rows, "t", number=F("period"), amount=F("amount_fen"))


def _stock(actor: Actor, customer: Customer) -> QuerySet[Any]:
    mine = restrict(StockCount.objects.filter(customer=customer), actor)
    last = mine.order_by().values("customer").annotate(day=Max("counted_on")).values("day")
    rows = StockCount.objects.filter(
        pk__in=mine.filter(counted_on=Subquery(last)).order_by("pk").values("pk")[:LATEST]
    )
    name = Coalesce(F("product__name"), _NO_TEXT)
    return _shaped(rows, "s", number=name, day=F("counted_on"), amount=F("quantity_milli"))


def _latest(model: type[Model], actor: Actor, customer: Customer, order: str) -> QuerySet[Any]:
    mine = restrict(model._default_manager.filter(customer=customer), actor)
    return model._default_manager.filter(pk__in=mine.order_by(order, "-pk").values("pk")[:LATEST])


def _shaped(rows: QuerySet[Any], book: str, **columns: Any) -> QuerySet[Any]:
    """Rows of one book in the shape that all share."""
    shape = {"day": _NO_DAY, "due": _NO_DAY, "paid": _NOTHING, **columns}
    named = {f"{name}_": shape[name] for name in _SHAPE[1:]}
    return rows.order_by().values_list(*[Value(book, CharField())], *named.values())

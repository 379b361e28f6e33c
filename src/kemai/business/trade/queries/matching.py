"""One customer's invoices and receipts, and which money paid what: the rule of the ageing, plus what people said."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from kemai import value
from kemai.business.archives.models import Credit, Customer
from kemai.business.trade.books import ReceivableBooks, shaped_books
from kemai.business.trade.models import Allocation, Invoice, Receipt
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict

LONGEST = 20_000  # invoices and receipts of one customer that are matched, the latest


@dataclass(frozen=True)
class Match:
    """Money from a receipt (or a red letter) for an invoice; `how` is assigned, named or oldest."""

    source_no: str
    kind: str
    invoice_no: str
    paid_on: date
    how: str
    fen: int


@dataclass(frozen=True)
class MatchedInvoice:
    """An invoice with what is still open, who paid it, and how many days late it was or is (0 and less: in time)."""

    invoice_no: str
    issued_on: date
    due_on: date
    amount_fen: int
    open_fen: int
    settled_on: date | None
    days_late: int
    matches: tuple[Match, ...]


@dataclass(frozen=True)
class MatchedReceipt:
    """A receipt with what of it has found no invoice."""

    receipt_no: str
    received_on: date
    amount_fen: int
    invoice_no: str
    unapplied_fen: int
    matches: tuple[Match, ...]


@dataclass(frozen=True)
class MatchedBooks:
    """Newest first."""

    invoices: tuple[MatchedInvoice, ...] = ()
    receipts: tuple[MatchedReceipt, ...] = ()

    @property
    def open_fen(self) -> int:
        """Everything that is still to be paid."""
        return sum(invoice.open_fen for invoice in self.invoices)

    @property
    def unapplied_fen(self) -> int:
        """Money that has found no invoice."""
        return sum(receipt.unapplied_fen for receipt in self.receipts)


def matched_books(actor: Actor, customer: Customer) -> MatchedBooks:
    """What is matched as of today; nothing where credit is hidden from the actor."""
    if not actor.sees("credit", customer.owner_id):
        return MatchedBooks()
    invoices = list(
        restrict(Invoice.objects.filter(customer=customer), actor).order_by("-issued_on", "-pk")[:LONGEST]
    )
    receipts = list(
        restrict(Receipt.objects.filter(customer=customer), actor).order_by("-received_on", "-pk")[:LONGEST]
    )
    if not invoices and not receipts:
        return MatchedBooks()
    books = _books(customer, invoices, receipts)
    given = (_yuan(books.invoices), _yuan(books.receipts), actor.today, _yuan(books.allocations))
    pairs = [_match(row) for row in value.matches(*given).to_pyarrow().to_pylist()]
    left = {
        row["invoice_no"]: int(row["open"] * 100)
        for row in value.open_invoices(*given).to_pyarrow().to_pylist()
    }
    by_invoice, by_source = defaultdict(list), defaultdict(list)
    for pair in sorted(pairs, key=lambda p: (p.paid_on, p.source_no)):
        by_invoice[pair.invoice_no].append(pair)
        by_source[pair.source_no].append(pair)
    due = dict(
        zip(books.invoices["invoice_no"].to_pylist(), books.invoices["due_on"].to_pylist(), strict=True)
    )
    return MatchedBooks(
        tuple(_invoice(i, due[i.invoice_no], left.get(i.invoice_no, 0), tuple(by_invoice[i.invoice_no]), actor.today) for i in invoices),
        tuple(_receipt(r, tuple(by_source[r.receipt_no])) for r in receipts),
    )  # fmt: skip


def _books(customer: Customer, invoices: list[Invoice], receipts: list[Receipt]) -> ReceivableBooks:
    import polars as pl

    days = Credit.objects.filter(customer=customer).values_list("credit_days", flat=True).first() or 0
    said = Allocation.objects.filter(customer=customer).values_list("receipt_no", "invoice_no", "amount_fen")
    text, number = pl.String, pl.Int64
    return shaped_books(
        pl.DataFrame(
            [(i.invoice_no, "c", i.issued_on.isoformat(), i.due_on.isoformat() if i.due_on else "", days, i.amount_fen) for i in invoices],
            {"invoice_no": text, "customer_id": text, "issued_on": text, "due_on": text, "credit_days": number, "amount_fen": number}, orient="row",
        ),
        pl.DataFrame(
            [(r.receipt_no, "c", r.received_on.isoformat(), r.invoice_no, r.amount_fen) for r in receipts],
            {"receipt_no": text, "customer_id": text, "received_on": text, "invoice_no": text, "amount_fen": number}, orient="row",
        ),
        pl.DataFrame(list(said), {"receipt_no": text, "invoice_no": text, "amount_fen": number}, orient="row"),
    )  # fmt: skip


def _yuan(table: Any) -> Any:
    """The table with its amounts in yuan, exactly."""
    import polars as pl

    frame: Any = pl.from_arrow(table)
    return frame.with_columns(amount=pl.col("amount_fen").cast(pl.Decimal(18, 2)) / 100).to_arrow()


def _match(row: dict[str, Any]) -> Match:
    fen = int(row["amount"] * 100)
    return Match(row["source_no"], row["kind"], row["invoice_no"], row["paid_on"], row["how"], fen)


def _invoice(
    one: Invoice, due: date, open_fen: int, found: tuple[Match, ...], today: date
) -> MatchedInvoice:  # fmt: skip
    settled = (
        max((match.paid_on for match in found), default=None)
        if open_fen == 0 and one.amount_fen > 0
        else None
    )
    until = settled or (today if open_fen > 0 else due)
    return MatchedInvoice(
        one.invoice_no, one.issued_on, due, one.amount_fen, open_fen, settled, (until - due).days, found
    )


def _receipt(one: Receipt, found: tuple[Match, ...]) -> MatchedReceipt:
    left = max(one.amount_fen - sum(match.fen for match in found), 0)
    return MatchedReceipt(one.receipt_no, one.received_on, one.amount_fen, one.invoice_no, left, found)

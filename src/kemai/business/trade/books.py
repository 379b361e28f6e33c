"""Invoices, receipts and what was said of them as Arrow, for whoever works out what is owed by everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kemai.foundation.arrow.reading import Reader, reader
from kemai.foundation.batches.models import unlanded_ids

if TYPE_CHECKING:
    import pyarrow as pa

# Nothing is null here: ADBC on SQLite guesses a column's type from its first rows.
_INVOICES = """
SELECT b.invoice_no, c.code AS customer_id, CAST(b.issued_on AS varchar(10)) AS issued_on,
       COALESCE(CAST(b.due_on AS varchar(10)), '') AS due_on, COALESCE(k.credit_days, 0) AS credit_days, b.amount_fen
FROM trade_invoice b JOIN archives_customer c ON c.id = b.customer_id LEFT JOIN archives_credit k ON k.customer_id = c.id
WHERE {landed} ORDER BY b.id
"""
_RECEIPTS = """
SELECT b.receipt_no, c.code AS customer_id, CAST(b.received_on AS varchar(10)) AS received_on, b.invoice_no, b.amount_fen
FROM trade_receipt b JOIN archives_customer c ON c.id = b.customer_id WHERE {landed} ORDER BY b.id
"""
_ALLOCATIONS = "SELECT receipt_no, invoice_no, amount_fen FROM trade_allocation ORDER BY id"
_LANDED = "b.batch_id NOT IN ({hidden}) AND (b.ended_by IS NULL OR b.ended_by IN ({hidden}))"


@dataclass(frozen=True, slots=True)
class ReceivableBooks:
    """Arrow tables: invoices (invoice_no, customer_id, issued_on, due_on, amount_fen), receipts (receipt_no, customer_id,
    received_on, invoice_no or null, amount_fen), allocations (receipt_no, invoice_no, amount_fen)."""

    invoices: pa.Table
    receipts: pa.Table
    allocations: pa.Table


def read_books() -> ReceivableBooks:
    """The books as they stand. An invoice without a due day is due by the customer's terms, or at once."""
    hidden = ", ".join(str(each) for each in (*unlanded_ids(), 0))
    landed = _LANDED.format(hidden=hidden)
    with reader() as read:
        invoices = _rows(
            read, _INVOICES.format(landed=landed), "invoice_no", "customer_id", "issued_on", "due_on"
        )
        receipts = _rows(
            read, _RECEIPTS.format(landed=landed), "receipt_no", "customer_id", "received_on", "invoice_no"
        )
        allocations = _rows(read, _ALLOCATIONS, "receipt_no", "invoice_no")
    return shaped_books(invoices, receipts, allocations)


def shaped_books(invoices: Any, receipts: Any, allocations: Any) -> ReceivableBooks:
    """The same from Polars frames of texts (days as ISO texts, "" for none) and whole numbers."""
    import polars as pl

    issued, due = (pl.col(name).str.to_date(strict=False) for name in ("issued_on", "due_on"))
    dated = invoices.with_columns(
        issued_on=issued, due_on=due.fill_null(issued + pl.duration(days=pl.col("credit_days")))
    )
    named = receipts.with_columns(
        received_on=pl.col("received_on").str.to_date(strict=False),
        invoice_no=pl.when(pl.col("invoice_no") != "").then(pl.col("invoice_no")),
    )
    return ReceivableBooks(dated.drop("credit_days").to_arrow(), named.to_arrow(), allocations.to_arrow())


def _rows(read: Reader, sql: str, *texts: str) -> Any:
    import polars as pl

    found: Any = pl.from_arrow(read(sql))
    return found.with_columns(
        **{name: pl.col(name).cast(pl.String) if name in texts else pl.col(name).cast(pl.Int64) for name in found.columns}
    )  # fmt: skip

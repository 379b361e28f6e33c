"""Invoices and receipts as hypothesis draws them, for every test of matching."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

DAY = date(2026, 6, 30)
days = st.integers(0, 400).map(lambda back: DAY - timedelta(days=back))


def table(rows: list[dict[str, Any]], **types: Any) -> pa.Table:
    """The rows with the types of the books, also where there is none."""
    return pa.Table.from_pylist(rows, pa.schema(list(types.items())))


def invoices_of(rows: list[dict[str, Any]]) -> pa.Table:
    """A table of invoices, amounts in yuan."""
    return table(
        rows, invoice_no=pa.string(), customer_id=pa.string(), issued_on=pa.date32(), due_on=pa.date32(), amount=pa.int64()
    )  # fmt: skip


def receipts_of(rows: list[dict[str, Any]]) -> pa.Table:
    """A table of receipts, amounts in yuan."""
    return table(
        rows, receipt_no=pa.string(), customer_id=pa.string(), received_on=pa.date32(), invoice_no=pa.string(), amount=pa.int64()
    )  # fmt: skip


@st.composite
def books(draw: Any, least: int = 1) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A few invoices (some red) and receipts (from `least` up) of two customers."""
    invoices = [
        {
            "invoice_no": f"F{n}", "customer_id": draw(st.sampled_from("AB")), "issued_on": (on := draw(days)),
            "due_on": on + timedelta(days=draw(st.integers(0, 60))),
            "amount": draw(st.integers(1, 900) | st.integers(-200, -1)),
        }
        for n in range(draw(st.integers(0, 6)))
    ]  # fmt: skip
    receipts = []
    for n in range(draw(st.integers(0, 6))):
        named = draw(st.sampled_from([None, *invoices])) if invoices else None
        receipts.append({
            "receipt_no": f"S{n}", "customer_id": named["customer_id"] if named else draw(st.sampled_from("AB")),
            "received_on": draw(days), "invoice_no": named and named["invoice_no"], "amount": draw(st.integers(least, 900)),
        })  # fmt: skip
    return invoices, receipts

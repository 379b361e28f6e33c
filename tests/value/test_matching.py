"""Which money paid which invoice: conserved to the fen, the same as the ageing says, whatever the order of the rows."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.value.credit_books import DAY, books, invoices_of, receipts_of

from kemai import value

QUICK = settings(max_examples=12, deadline=None)


def pairs(invoices, receipts, allocations=None, day=DAY):
    found = (
        value.matches(invoices_of(invoices), receipts_of(receipts), day, allocations).to_pyarrow().to_pylist()
    )
    return sorted((r["source_no"], r["invoice_no"], r["amount"], r["how"]) for r in found)


def summed(rows, place):
    sums = defaultdict(Decimal)
    for row in rows:
        sums[row[place]] += row[2]
    return sums


@QUICK
@given(books())
def test_what_is_matched_and_what_is_open_add_up_to_what_was_invoiced(drawn) -> None:
    invoices, receipts = drawn
    found = pairs(invoices, receipts)
    opened = value.open_invoices(invoices_of(invoices), receipts_of(receipts), DAY).to_pyarrow().to_pylist()
    left = {r["invoice_no"]: r["open"] for r in opened}
    paid, used = summed(found, 1), summed(found, 0)
    for invoice in invoices:
        if invoice["amount"] > 0:
            assert paid[invoice["invoice_no"]] + left.get(invoice["invoice_no"], 0) == invoice["amount"]
        else:
            assert used[invoice["invoice_no"]] <= -invoice["amount"]
            assert invoice["invoice_no"] not in paid
    for receipt in receipts:
        assert used[receipt["receipt_no"]] <= receipt["amount"]
    assert all(amount > 0 for _s, _i, amount, _h in found)


@QUICK
@given(books(least=-300), st.randoms())
def test_the_order_of_the_rows_changes_nothing(drawn, dice: random.Random) -> None:
    invoices, receipts = drawn
    before = pairs(invoices, receipts)
    dice.shuffle(invoices)
    dice.shuffle(receipts)
    assert pairs(invoices, receipts) == before


@QUICK
@given(books(least=-300))
def test_money_taken_back_never_pays_more_than_came(drawn) -> None:
    invoices, receipts = drawn
    whole = sum(r["amount"] for r in receipts if r["amount"] > 0)
    from_receipts = sum(r[2] for r in pairs(invoices, receipts) if r[0].startswith("S"))
    assert from_receipts <= whole
    aged = value.ageing(invoices_of(invoices), receipts_of(receipts), DAY).to_pyarrow().to_pylist()
    net = sum(i["amount"] for i in invoices) - sum(r["amount"] for r in receipts)
    assert sum(row["net"] for row in aged) == net


def invoice(number, amount, on, due=None, customer="A"):
    return {
        "invoice_no": number,
        "customer_id": customer,
        "issued_on": on,
        "due_on": due or on,
        "amount": amount,
    }


def receipt(number, amount, on, named=None, customer="A"):
    return {
        "receipt_no": number,
        "customer_id": customer,
        "received_on": on,
        "invoice_no": named,
        "amount": amount,
    }


MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def test_a_named_invoice_comes_first_then_the_oldest_and_a_receipt_may_pay_many() -> None:
    invoices = [invoice("F1", 100, MARCH), invoice("F2", 50, APRIL), invoice("F3", 80, MAY)]
    receipts = [receipt("S1", 70, MAY, "F2"), receipt("S2", 100, MAY)]
    assert pairs(invoices, receipts) == [
        ("S1", "F1", 20, "oldest"), ("S1", "F2", 50, "named"), ("S2", "F1", 80, "oldest"), ("S2", "F3", 20, "oldest"),
    ]  # fmt: skip


def test_a_red_letter_pays_like_money_and_its_number_is_told() -> None:
    invoices = [invoice("F1", 100, MARCH), invoice("H1", -30, APRIL)]
    assert pairs(invoices, [receipt("S1", 70, MAY)]) == [
        ("H1", "F1", 30, "oldest"), ("S1", "F1", 70, "oldest"),
    ]  # fmt: skip


def test_what_a_person_assigned_goes_before_what_the_receipt_names_and_never_beyond_the_receipt() -> None:
    import pyarrow as pa

    invoices = [invoice("F1", 100, MARCH), invoice("F2", 50, APRIL)]
    said = pa.table({"receipt_no": ["S1", "S1"], "invoice_no": ["F1", "F2"], "amount": [40, 50]})
    assert pairs(invoices, [receipt("S1", 60, MAY, "F1")], said) == [
        ("S1", "F1", 40, "assigned"), ("S1", "F2", 20, "assigned"),
    ]  # fmt: skip

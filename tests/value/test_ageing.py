"""Ageing (2.11): every receipt finds its invoice, what is left stands by its age."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kemai import value

AS_OF = date(2026, 6, 30)
BUCKETS = ("not_due", "days_1_30", "days_31_60", "days_61_90", "days_91_180", "days_181_365", "over_365")
quick = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)
INVOICE = pa.schema([
    ("invoice_no", pa.string()), ("customer_id", pa.string()), ("issued_on", pa.date32()), ("due_on", pa.date32()),
    ("amount", pa.decimal128(18, 2)),
])  # fmt: skip
RECEIPT = pa.schema([
    ("receipt_no", pa.string()), ("customer_id", pa.string()), ("received_on", pa.date32()),
    ("amount", pa.decimal128(18, 2)), ("invoice_no", pa.string()),
])  # fmt: skip


def ago(days):
    return AS_OF - timedelta(days=days)


def billed(*rows):
    """(number, customer, days since issue, amount, days overdue)."""
    return pa.Table.from_pylist([
        {"invoice_no": no, "customer_id": who, "issued_on": ago(issued), "amount": Decimal(str(amount)),
         "due_on": None if not rest else ago(rest[0])}
        for no, who, issued, amount, *rest in rows
    ], INVOICE)  # fmt: skip


def paid(*rows):
    """(number, customer, days ago, amount, invoice)."""
    return pa.Table.from_pylist([
        {"receipt_no": no, "customer_id": who, "received_on": ago(days), "amount": Decimal(str(amount)),
         "invoice_no": rest[0] if rest else None}
        for no, who, days, amount, *rest in rows
    ], RECEIPT)  # fmt: skip


def one(*args, **more):
    [row] = value.ageing(*args, **more).to_pyarrow().to_pylist()
    return row


def open_by_number(*args, **more):
    found = value.open_invoices(*args, **more).to_pyarrow().to_pylist()
    return {row["invoice_no"]: float(row["open"]) for row in found}


def test_an_invoice_stands_in_the_bucket_of_its_days_overdue():
    edges = (-5, 0, 1, 30, 31, 60, 61, 90, 91, 180, 181, 365, 366, 900)
    row = one(billed(*((f"I{i}", "甲", 999, 2**i, days) for i, days in enumerate(edges))), paid(), AS_OF)
    assert [row[name] for name in BUCKETS] == [2**i + 2 ** (i + 1) for i in range(0, 14, 2)]
    assert (row["total"], row["overdue"]) == (2**14 - 1, 2**14 - 4)


def test_the_basis_may_be_the_day_of_the_invoice():
    table = billed(("I", "甲", 40, 10, -20))
    assert one(table, paid(), AS_OF)["not_due"] == 10
    assert one(table, paid(), AS_OF, basis="invoice")["days_31_60"] == 10


def test_without_a_due_date_an_invoice_is_due_when_issued():
    assert one(billed(("I", "甲", 1, 10)), paid(), AS_OF)["days_1_30"] == 10


def test_the_reserve_takes_the_percent_of_each_bucket():
    ages = (0, 1, 31, 61, 91, 181, 366)
    table = billed(*((f"I{i}", "甲", 999, 100, days) for i, days in enumerate(ages)))
    assert one(table, paid(), AS_OF)["reserve"] == 0 + 1 + 5 + 10 + 30 + 50 + 100
    assert one(billed(("I", "甲", 9, "0.50", 1)), paid(), AS_OF)["reserve"] == Decimal("0.01")


def test_a_receipt_without_an_invoice_pays_the_oldest_first():
    table = billed(("I1", "甲", 90, 100), ("I2", "甲", 60, 100), ("I3", "甲", 30, 100), ("J", "乙", 99, 7))
    assert open_by_number(table, paid(("R", "甲", 1, 150)), AS_OF) == {"I2": 50, "I3": 100, "J": 7}


def test_a_receipt_with_an_invoice_pays_that_one_and_its_excess_the_oldest():
    table = billed(("I1", "甲", 90, 100), ("I2", "甲", 60, 100), ("I3", "甲", 30, 100))
    assert open_by_number(table, paid(("R", "甲", 1, 80, "I3")), AS_OF) == {"I1": 100, "I2": 100, "I3": 20}
    assert open_by_number(table, paid(("R", "甲", 1, 130, "I3")), AS_OF) == {"I1": 70, "I2": 100}


def test_many_receipts_pay_one_invoice_and_one_receipt_many():
    table = billed(("I1", "甲", 90, 100), ("I2", "甲", 60, 100), ("I3", "甲", 30, 100))
    rows = paid(("R1", "甲", 9, 30, "I2"), ("R2", "甲", 8, 30, "I2"), ("R2", "甲", 8, 45, "I3"))
    assert open_by_number(table, rows, AS_OF) == {"I1": 100, "I2": 40, "I3": 55}


def test_allocations_say_what_a_receipt_pays_and_the_rest_goes_to_the_oldest():
    table = billed(("I1", "甲", 90, 100), ("I2", "甲", 60, 100), ("I3", "甲", 30, 100))
    parts = pa.table({"receipt_no": ["R", "R"], "invoice_no": ["I2", "I3"], "amount": [50, 20]})
    assert open_by_number(table, paid(("R", "甲", 1, 100, "I3")), AS_OF, parts) == {
        "I1": 70,
        "I2": 50,
        "I3": 80,
    }


def test_money_paid_too_much_is_kept_as_credit():
    row = one(billed(("I", "甲", 5, 100)), paid(("R", "甲", 1, 130)), AS_OF)
    assert (row["total"], row["credit"], row["net"]) == (0, 30, -30)
    assert one(billed(), paid(("R", "甲", 1, 5)), AS_OF)["credit"] == 5


def test_a_credit_note_pays_like_money():
    table = billed(("I1", "甲", 90, 100), ("I2", "甲", 60, 100), ("N", "甲", 9, -120))
    assert open_by_number(table, paid(), AS_OF) == {"I2": 80}


def test_a_receipt_taken_back_is_owed_again():
    table = billed(("I", "甲", 90, 100))
    named = paid(("R", "甲", 50, 100, "I"), ("R-", "甲", 20, -100, "I"))
    assert one(table, named, AS_OF)["days_61_90"] == 100
    loose = one(table, paid(("R", "甲", 50, 100, "I"), ("R-", "甲", 20, -40)), AS_OF)
    assert (loose["days_1_30"], loose["total"]) == (40, 40)


def test_what_comes_after_the_day_is_left_out():
    table = billed(("I", "甲", 10, 100), ("later", "甲", -1, 50))
    assert one(table, paid(("R", "甲", -1, 100, "I")), AS_OF)["total"] == 100
    assert open_by_number(table, paid(("R", "甲", 1, 30, "later")), AS_OF) == {"I": 70}


def test_a_column_with_nothing_in_it_is_no_wrong_column():
    invoice = {"invoice_no": "I", "customer_id": "甲", "issued_on": ago(5), "due_on": None, "amount": 5}
    receipt = {"receipt_no": "R", "customer_id": "甲", "received_on": ago(1), "amount": 2, "invoice_no": None}
    assert one([invoice], [receipt], AS_OF)["days_1_30"] == 3
    nothing = pa.table({name: pa.array([], pa.null()) for name in receipt})
    assert one([invoice], nothing, AS_OF)["days_1_30"] == 5


@pytest.mark.parametrize(
    ("invoices", "receipts", "column"),
    [
        (billed(("I", "甲", 1, 1), ("I", "乙", 1, 1)), paid(), "invoice_no"),
        (billed(("I", None, 1, 1)), paid(), "customer_id"),
        (billed(("I", "甲", 1, 1)), paid(("R", None, 1, 1)), "customer_id"),
        (billed(("I", "甲", 1, 1)).drop_columns("issued_on"), paid(), "issued_on"),
        (billed(("I", "甲", 1, 1)), paid().drop_columns("amount"), "amount"),
    ],
)
def test_bad_shapes_are_refused_by_column(invoices, receipts, column):
    with pytest.raises(value.FactError) as refused:
        value.ageing(invoices, receipts, AS_OF)
    assert refused.value.column == column


def test_the_basis_is_due_or_invoice():
    with pytest.raises(value.FactError):
        value.ageing(billed(), paid(), AS_OF, basis="moon")


@quick
@given(
    bills=st.lists(
        st.tuples(st.sampled_from("甲乙"), st.integers(-3, 400), st.integers(-500, 5000)), max_size=8
    ),
    money=st.lists(
        st.tuples(st.sampled_from("甲乙"), st.integers(-3, 400), st.integers(-500, 5000), st.integers(0, 9)),
        max_size=8,
    ),
)
def test_no_cent_is_lost_between_invoices_and_receipts(bills, money):
    invoices = billed(*((f"I{i}", who, days, Decimal(fen) / 100) for i, (who, days, fen) in enumerate(bills)))
    receipts = paid(
        *((f"R{i}", who, days, Decimal(fen) / 100, f"I{no}") for i, (who, days, fen, no) in enumerate(money))
    )
    rows = value.ageing(invoices, receipts, AS_OF).to_pyarrow().to_pylist()
    owed = sum(fen for _, days, fen in bills if days >= 0) - sum(
        fen for _, days, fen, _ in money if days >= 0
    )
    assert sum(row["net"] for row in rows) * 100 == owed
    for row in rows:
        assert sum(row[name] for name in BUCKETS) == row["total"] >= 0
        assert min(row["credit"], row["total"]) == 0

"""Standings of payers: for all at once what the formulas of one say."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.value.credit_books import DAY, books, invoices_of, receipts_of

from kemai import value
from kemai.value.channel.plan import Behind, Choice
from kemai.value.windows import months_before, months_start

QUICK = settings(max_examples=9, deadline=None)


def sales_of(rows):
    schema = pa.schema(
        [
            ("customer_id", pa.string()),
            ("order_no", pa.string()),
            ("day", pa.date32()),
            ("amount", pa.int64()),
            ("status", pa.string()),
        ]
    )
    return pa.Table.from_pylist(rows, schema)


@QUICK
@given(
    books(),
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 364), st.integers(-50, 400)), max_size=8),
)
def test_the_countback_of_everybody_is_that_of_each(drawn, sold) -> None:
    invoices, receipts = drawn
    lines = [
        {
            "customer_id": who,
            "order_no": str(n),
            "day": DAY - timedelta(days=back),
            "amount": yuan,
            "status": "delivered",
        }
        for n, (who, back, yuan) in enumerate(sold)
    ]
    table = (
        value.credit_standing(invoices_of(invoices), receipts_of(receipts), sales_of(lines), DAY)
        .to_pyarrow()
        .to_pylist()
    )
    spans = [(months_start(DAY, k + 1), months_before(DAY, k)) for k in range(12)]
    for row in table:
        months = [
            sum(x["amount"] for x in lines if x["customer_id"] == row["customer_id"] and a <= x["day"] <= b)
            for a, b in spans
        ]
        lengths = [(b - a).days + 1 for a, b in spans]
        if sum(months) <= 0:
            assert (row["dso_simple"], row["dso_reason"]) == (None, "no_sales")
            continue
        owed = max(row["net"], Decimal(0))
        assert abs(row["dso_simple"] - float(value.dso(owed, months, lengths))) < 0.011
        if min(months) >= 0:
            one = value.dso(owed, months, lengths, method="countback")
            assert abs(row["dso_countback"] - float(one)) < 0.011
            assert row["is_dso_more"] == one.is_more


def test_the_countback_of_a_new_customer_ends_with_its_first_sales() -> None:
    """2.11: what is owed is the sales of the last month, so the months before it count no days."""
    day = date(2026, 6, 30)
    line = {"customer_id": "A", "order_no": "1", "day": day, "amount": 100, "status": "delivered"}
    invoice = {"invoice_no": "F1", "customer_id": "A", "issued_on": day, "due_on": day, "amount": 100}
    table = value.credit_standing(invoices_of([invoice]), receipts_of([]), sales_of([line]), day)
    [row] = table.to_pyarrow().to_pylist()
    assert (row["dso_countback"], row["is_dso_more"]) == (31.0, False)


def test_orders_not_delivered_use_the_limit_and_no_limit_gives_no_percent() -> None:
    day = date(2026, 6, 30)
    lines = [
        {"customer_id": who, "order_no": "1", "day": day, "amount": 30, "status": "ordered"} for who in "AB"
    ]
    invoices = [
        {"invoice_no": f"F{who}", "customer_id": who, "issued_on": day, "due_on": day, "amount": 120}
        for who in "AB"
    ]
    limits = pa.table({"customer_id": ["A"], "limit": [100]})
    table = value.credit_standing(invoices_of(invoices), receipts_of([]), sales_of(lines), day, None, limits)
    found = {row["customer_id"]: row for row in table.to_pyarrow().to_pylist()}
    assert (found["A"]["exposure"], found["A"]["use_percent"], found["A"]["over_limit"]) == (150, 150.0, True)
    assert (found["B"]["use_percent"], found["B"]["use_reason"], found["B"]["over_limit"]) == (
        None,
        "no_limit",
        False,
    )
    assert found["A"]["score_reason"] == "nothing_due_yet"


@given(
    st.integers(0, 2000), st.lists(st.tuples(st.integers(0, 500), st.integers(0, 100)), max_size=6),
    st.lists(st.sampled_from(["", "none", "direct", "7"]), min_size=6, max_size=6), st.sampled_from(["strong", "normal", "weak"]),
)  # fmt: skip
def test_a_plan_never_keeps_more_than_goes_through_and_adds_up(gross, rows, suppliers, tie) -> None:
    behind = [Behind(str(n), through, through * part // 100) for n, (through, part) in enumerate(rows)]
    found = value.replacement(gross, behind, {str(n): Choice(each, tie) for n, each in enumerate(suppliers)})
    assert found.retained + found.at_risk == gross
    assert found.retained <= gross + len(rows)
    assert sum(found.moved.values()) <= gross + len(rows)
    assert value.replacement(gross, behind, {}).retained == found.before

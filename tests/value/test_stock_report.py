"""Consumption of all customers at once, from counts and deliveries (3.14, S1.109)."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest

from kemai import value

AS_OF = date(2026, 6, 30)


def ago(days):
    return AS_OF - timedelta(days=days)


def counted(*rows):
    return pa.Table.from_pylist([
        {"customer_id": who, "product_code": product, "counted_on": ago(days), "quantity": float(quantity)}
        for who, product, days, quantity in rows
    ])  # fmt: skip


def delivered(*rows):
    return pa.Table.from_pylist([
        {"customer_id": who, "product_code": product, "day": ago(days), "quantity": float(quantity), "kind": (*rest, "sale")[0],
         "status": (*rest, "sale", "delivered")[1] if len(rest) > 1 else "delivered"}
        for who, product, days, quantity, *rest in rows
    ])  # fmt: skip


def one(counts, sales):
    [row] = value.stock_report(counts, sales, AS_OF).to_pyarrow().to_pylist()
    return row


TWO = counted(("甲", "p", 30, 100), ("甲", "p", 0, 80))


def test_s1_109_the_shop_of_the_definition():
    row = one(TWO, delivered(("甲", "p", 10, 200)))
    assert (row["opening"], row["deliveries"], row["closing"], row["sold_out"], row["days"]) == (
        100,
        200,
        80,
        220,
        30,
    )
    assert (round(row["per_day"], 2), round(row["cover_days"], 1), row["suggested_order"]) == (
        7.33,
        10.9,
        250,
    )
    assert (row["product_code"], row["reason"]) == ("p", None)


def test_it_says_the_same_as_for_one_customer():
    row, single = one(TWO, delivered(("甲", "p", 10, 200))), value.consumption(100, 200, 80, 30)
    assert (row["per_day"], row["cover_days"]) == (float(single.per_day), float(single.cover_days))


def test_only_deliveries_between_the_two_counts_of_that_product_count():
    sales = delivered(
        ("甲", "p", 30, 1000), ("甲", "p", 29, 7), ("甲", "p", 0, 20), ("甲", "q", 5, 1000), ("乙", "p", 5, 1000),
        ("甲", "p", 5, 3, "return"), ("甲", "p", 5, -4, "return"), ("甲", "p", 5, 1000, "sale", "cancelled"),
    )  # fmt: skip
    assert one(TWO, sales)["deliveries"] == 20


def test_a_later_count_and_older_ones_are_left_out():
    counts = counted(("甲", "p", 60, 999), ("甲", "p", 30, 100), ("甲", "p", 0, 80), ("甲", "p", -1, 5))
    row = one(counts, delivered(("甲", "p", 10, 200)))
    assert (row["opening"], row["closing"]) == (100, 80)


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (counted(("甲", "p", 0, 80)), "no_opening_count"), (counted(("甲", "p", 30, 10), ("甲", "p", 0, 80)), "count_error"),
        (counted(("甲", "p", 30, 80), ("甲", "p", 0, 80)), "no_consumption"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_empty_with_a_reason(counts, reason):
    row = one(counts, delivered(("乙", "p", 10, 1)))
    assert (row["reason"], row["cover_days"]) == (reason, None)
    if reason != "no_consumption":
        assert row["sold_out"] is row["per_day"] is row["suggested_order"] is None


def test_counts_may_name_no_product_but_not_twice_the_same():
    plain = TWO.drop_columns("product_code")
    assert one(plain, delivered(("甲", None, 10, 200)))["sold_out"] == 220
    with pytest.raises(value.FactError):
        value.stock_report(counted(("甲", "p", 0, 1), ("甲", "p", 0, 2)), delivered(("甲", "p", 1, 1)), AS_OF)


def test_s1_109_a_count_below_nothing_is_refused():
    rows = [row | {"quantity": -row["quantity"]} for row in TWO.to_pylist()]
    with pytest.raises(value.FactError) as refused:
        one(pa.Table.from_pylist(rows, TWO.schema), delivered(("甲", None, 10, 200)))
    assert refused.value.column == "quantity"

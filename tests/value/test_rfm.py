"""RFM: definition 3.1 to the digit, and its edges."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest

from kemai import value


def line(code, day, amount, order="", kind="sale"):
    return {
        "customer_id": code,
        "order_no": order or f"{code}-{day}",
        "day": day,
        "amount": amount,
        "kind": kind,
    }


def sales(*rows):
    return pa.Table.from_pylist(list(rows))


def four_regulars(as_of):
    return [line(f"R{i}", as_of - timedelta(days=i), 100 + i) for i in range(1, 5)]


def test_the_ten_customers_get_the_codes_of_the_definition(ten_sales, as_of, rows_of):
    found = rows_of(value.rfm(ten_sales, as_of))
    codes = ["555", "545", "454", "434", "343", "323", "232", "222", "121", "111"]
    assert [found[code]["code"] for code in sorted(found)] == codes
    assert (found["C01"]["recency_days"], found["C01"]["frequency"], found["C01"]["monetary"]) == (
        2,
        24,
        480_000,
    )
    assert {row["reason"] for row in found.values()} == {None}


def test_segments_follow_the_three_highs(ten_sales, as_of, rows_of):
    found = rows_of(value.rfm(ten_sales, as_of))
    segments = {code: found[code]["segment"] for code in ("C01", "C04", "C05", "C10")}
    assert segments == {"C01": "重要价值", "C04": "重要发展", "C05": "一般保持", "C10": "一般挽留"}


def test_an_order_is_a_distinct_number_and_today_is_zero_days(as_of, rows_of):
    rows = [line("X", as_of, 10, "1"), line("X", as_of, 20, "1"), line("X", as_of, 30, "2")]
    found = rows_of(value.rfm(sales(*rows, *four_regulars(as_of)), as_of))["X"]
    assert (found["recency_days"], found["frequency"], found["monetary"]) == (0, 2, 60)


def test_a_return_lowers_money_but_is_no_order_and_renews_nothing(as_of, rows_of):
    rows = [
        line("X", as_of - timedelta(days=30), 100, "1"),
        line("X", as_of - timedelta(days=3), -40, "2"),
        line("X", as_of - timedelta(days=2), -10, "3", "return"),
    ]
    found = rows_of(value.rfm(sales(*rows, *four_regulars(as_of)), as_of))["X"]
    assert (found["recency_days"], found["frequency"], found["monetary"]) == (30, 1, 50)


def test_a_return_lowers_money_whatever_the_sign_it_is_written_with(as_of, rows_of):
    rows = [line("X", as_of - timedelta(days=30), 100), line("X", as_of, 40, kind="return")]
    found = rows_of(value.rfm(sales(*rows, *four_regulars(as_of)), as_of))["X"]
    assert (found["recency_days"], found["frequency"], found["monetary"]) == (30, 1, 60)


def test_a_line_without_a_status_is_delivered(as_of, rows_of):
    rows = [line("X", as_of, 5, "1") | {"status": None}, line("X", as_of, 7, "2") | {"status": "cancelled"}]
    assert rows_of(value.rfm(sales(*rows), as_of))["X"]["monetary"] == 5


@pytest.mark.parametrize("days", [0, -5, 1.5, None])
def test_a_window_that_is_no_number_of_days_is_refused(ten_sales, as_of, days):
    with pytest.raises(value.FactError) as refused:
        value.rfm(ten_sales, as_of, window_days=days)
    assert refused.value.column == "window_days"


def test_returns_beyond_sales_leave_negative_money_with_score_one(as_of, rows_of):
    rows = [line("X", as_of - timedelta(days=30), 100), line("X", as_of, -400, kind="return")]
    found = rows_of(value.rfm(sales(*rows, *four_regulars(as_of)), as_of))["X"]
    assert (found["monetary"], found["m"]) == (-300, 1)


def test_without_an_order_in_the_window_recency_is_scored_and_the_rest_is_one(as_of, rows_of):
    old = [line(f"O{i}", as_of - timedelta(days=400 + i), 999) for i in range(9)]
    found = rows_of(value.rfm(sales(line("X", as_of, 1), *old), as_of))
    assert (found["O0"]["recency_days"], found["O0"]["frequency"], found["O0"]["monetary"]) == (400, 0, 0)
    assert found["O0"]["r"] == 5
    assert {(found[f"O{i}"]["f"], found[f"O{i}"]["m"]) for i in range(9)} == {(1, 1)}


def test_the_window_holds_365_days_and_no_more(as_of, rows_of):
    rows = [line("X", date(2025, 7, 1), 5, "in"), line("X", date(2025, 6, 30), 7, "out")]
    found = rows_of(value.rfm(sales(*rows, *four_regulars(as_of)), as_of))["X"]
    assert (found["frequency"], found["monetary"]) == (1, 5)


def test_fewer_than_five_customers_are_not_scored(as_of, rows_of):
    found = rows_of(value.rfm(sales(*four_regulars(as_of)), as_of))
    assert {(row["r"], row["code"], row["segment"], row["reason"]) for row in found.values()} == {
        (None, None, None, "too_few_customers")
    }
    assert found["R1"]["recency_days"] == 1


def test_a_customer_with_returns_only_has_no_rfm(as_of, rows_of):
    found = rows_of(value.rfm(sales(line("X", as_of, -5), *four_regulars(as_of)), as_of))["X"]
    assert (found["recency_days"], found["monetary"], found["code"], found["reason"]) == (
        None,
        None,
        None,
        "no_purchase",
    )


def test_days_after_the_as_of_date_do_not_exist(as_of, rows_of):
    later = line("Z", as_of + timedelta(days=1), 5)
    assert "Z" not in rows_of(value.rfm(sales(later, *four_regulars(as_of)), as_of))


def test_anonymous_lines_make_no_customer(as_of, rows_of):
    assert None not in rows_of(value.rfm(sales(line(None, as_of, 5, "n"), *four_regulars(as_of)), as_of))


@pytest.mark.parametrize("column", ["customer_id", "order_no", "day", "amount"])
def test_a_missing_column_is_named(ten_sales, as_of, column):
    with pytest.raises(value.FactError) as refused:
        value.rfm(ten_sales.drop_columns([column]), as_of)
    assert refused.value.column == column
    assert column in str(refused.value)


@pytest.mark.parametrize(
    ("column", "word"), [("kind", "refund"), ("kind", "Return"), ("status", "Delivered")]
)
def test_a_word_that_no_rule_knows_is_refused_and_not_counted_as_a_sale(column, word):
    """3.1: only a return lowers, only what was delivered counts."""
    as_of = date(2026, 6, 30)
    rows = [{**row, "status": "delivered"} for row in four_regulars(as_of)]
    with pytest.raises(value.FactError, match=word) as refused:
        value.rfm(sales(*rows, {**rows[0], column: word}), as_of)
    assert refused.value.column == column


def test_what_is_left_blank_is_a_delivered_sale_and_an_order_a_day(rows_of):
    """3.1: a file of text has blanks where another has nothing."""
    as_of = date(2026, 6, 30)
    lines = [
        {**line("B", as_of - timedelta(days=back), 10), "order_no": blank, "kind": blank, "status": blank}
        for back, blank in ((0, ""), (1, ""), (2, None), (2, None))
    ]
    row = rows_of(value.rfm(sales(*lines), as_of))["B"]
    assert (row["frequency"], row["monetary"]) == (3, 40)


@pytest.mark.parametrize(("as_of", "days"), [(date(2026, 6, 30), 10**6), (date(1, 1, 1), 365)])
def test_a_window_longer_than_the_calendar_is_all_time(as_of, days, rows_of):
    """3.1"""
    found = rows_of(value.rfm(sales(line("A", date(1, 1, 1), 5)), as_of, days))
    assert (found["A"]["frequency"], found["A"]["monetary"]) == (1, 5)

"""Stability and persistence (3.9)."""

from __future__ import annotations

from datetime import date

import ibis
import pyarrow as pa
import pytest

from kemai import value
from kemai.value.measures.stability import priority_tag

AS_OF = date(2026, 6, 30)


def monthly(*amounts, code="S"):
    """One line a month, the last in June 2026; None is a month without a line."""
    rows = []
    for back, amount in enumerate(reversed(amounts)):
        index = 2026 * 12 + 5 - back
        if amount is not None:
            day = date(index // 12, index % 12 + 1, 15)
            rows.append({"customer_id": code, "order_no": str(day), "day": day, "amount": amount})
    return pa.Table.from_pylist(rows)


def only(table):
    [row] = table.to_pyarrow().to_pylist()
    return row


def test_the_twelve_months_of_the_definition():
    found = only(value.stability(monthly(10, 12, 11, 9, 10, 12, 11, 10, 13, 12, 11, 11), AS_OF))
    assert (found["months"], found["mean"], found["label"], found["trend"]) == (12, 11, "stable", "up")
    assert (round(found["cv"], 4), round(found["slope"], 4), round(found["r2"], 3)) == (0.0982, 0.0979, 0.098)
    assert round(found["trend_per_year"] * 100, 2) == 10.68
    assert (found["active_ratio"], found["streak"], found["longest_gap"]) == (1, 12, 0)


def test_the_streak_of_the_definition():
    found = only(value.stability(monthly(5, None, 4, 6, None, 7), AS_OF))
    assert (found["months"], found["streak"], found["longest_gap"]) == (6, 1, 1)
    assert found["active_ratio"] == pytest.approx(4 / 6)


def test_months_before_the_first_order_are_no_gap_and_later_ones_are():
    found = only(value.stability(monthly(7, None, None, None, 7, 7, None, None), AS_OF))
    assert (found["months"], found["streak"], found["longest_gap"]) == (8, 0, 3)


def test_under_six_months_there_is_no_answer():
    found = only(value.stability(monthly(1, 1, 1, 1, 1), AS_OF))
    assert (found["months"], found["cv"], found["label"], found["trend"]) == (5, None, None, None)
    assert found["reason"] == "too_few_months"


def test_a_mean_of_zero_or_less_has_no_variation():
    sales = pa.concat_tables([monthly(5, None, None, None, None, None), monthly(-9)])
    found = only(value.stability(sales, AS_OF))
    assert (found["cv"], found["label"], found["trend"], found["reason"]) == (
        None,
        None,
        None,
        "no_positive_mean",
    )


def test_the_running_month_is_left_out_until_its_last_day():
    sales = monthly(*[1] * 12, 99)
    assert only(value.stability(sales, date(2026, 6, 29)))["mean"] == 1
    assert only(value.stability(sales, AS_OF))["mean"] > 1


def test_an_even_series_has_no_r2_and_is_flat():
    found = only(value.stability(monthly(*[3] * 12), AS_OF))
    assert (found["cv"], found["slope"], found["r2"], found["trend"]) == (0, 0, None, "flat")


@pytest.mark.parametrize(
    ("amounts", "label"), [((3, 5) * 6, "stable"), ((2, 6) * 6, "fluctuating"), ((1, 6) * 6, "unstable")]
)
def test_the_cuts_belong_to_the_steadier_side(amounts, label):
    assert only(value.stability(monthly(*amounts), AS_OF))["label"] == label


def test_a_shrinking_customer_goes_down():
    assert only(value.stability(monthly(*range(24, 12, -1)), AS_OF))["trend"] == "down"


def test_two_years_can_be_asked_for():
    assert only(value.stability(monthly(*[5] * 30), AS_OF, months=24))["months"] == 24


def test_s3_5_a_return_lowers_its_month_whatever_its_sign():
    rows = monthly(10, 10, 10, 10, 10, 10).to_pylist()
    back = rows[2] | {"order_no": "back", "amount": 4, "kind": "return"}
    found = only(value.stability([*(row | {"kind": "sale"} for row in rows), back], AS_OF))
    assert round(found["mean"] * 6, 9) == 56


@pytest.mark.parametrize("months", [0, -6, 6.5])
def test_s3_5_a_series_of_no_months_is_refused(months):
    with pytest.raises(value.FactError) as refused:
        value.stability(monthly(*[5] * 12), AS_OF, months=months)
    assert refused.value.column == "months"


def test_only_returns_is_no_purchase():
    assert only(value.stability(monthly(-1), AS_OF))["reason"] == "no_purchase"


@pytest.mark.parametrize(
    ("score", "cv", "trend", "tag"),
    [
        (8_000, 0.25, "flat", "P1"), (9_000, 0.1, "down", "P2"), (8_000, 0.26, "up", "P2"), (8_000, None, None, "P2"),
        (7_999, 0.1, "up", "P3"), (None, 0.1, "up", None),
    ],
)  # fmt: skip
def test_the_priority_tag(score, cv, trend, tag):
    row = pa.table(
        {
            "q": pa.array([score], pa.int64()),
            "cv": pa.array([cv], pa.float64()),
            "t": pa.array([trend], pa.string()),
        }
    )
    table = ibis.memtable(row)
    assert table.select(tag=priority_tag(table.q, table.cv, table.t)).to_pyarrow()["tag"].to_pylist() == [tag]


@pytest.mark.parametrize("months", [0, -1, 1.5, 61, 600, None])
def test_a_series_of_no_month_or_of_more_than_five_years_is_refused(months):
    """3.9"""
    with pytest.raises(value.FactError) as refused:
        value.stability(monthly(1, 2, 3), AS_OF, months)
    assert refused.value.column == "months"

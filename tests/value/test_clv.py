"""Value over time (3.10, S4.48–S4.51, S4.56–S4.61)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from math import isclose

import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kemai import value
from kemai.value.measures.compounding import compounded, compounding

shares = st.floats(0, 1)
rates = st.floats(-0.5, 2)


def term_by_term(margin, retention, discount, years):
    return sum(margin * retention ** (t - 1) / (1 + discount) ** t for t in range(1, years + 1))


def test_s4_49_five_years_of_an_unchanged_pattern():
    assert round(value.clv(10_000, 0.8, 0.1), 2) == 26_551.22
    assert round(value.clv(10_000, 0.8, 0.1, 5, 5_000), 2) == 21_551.22


@pytest.mark.parametrize(
    ("years", "more"), [(1, 9090.91), (2, 6611.57), (3, 4808.41), (4, 3497.03), (5, 2543.29)]
)
def test_each_year_brings_what_the_definition_says(years, more):
    assert round(value.clv(10_000, 0.8, 0.1, years) - value.clv(10_000, 0.8, 0.1, years - 1), 2) == more


def test_without_end():
    assert round(value.clv(10_000, 0.8, 0.1, years=None), 2) == 33_333.33
    assert round(value.clv(10_000, 0.8, 0.1, years=None, acquisition=5_000), 2) == 28_333.33


@given(margin=st.floats(-1e6, 1e6), retention=shares, discount=rates, years=st.integers(0, 60))
def test_the_closed_form_is_the_sum_of_its_years(margin, retention, discount, years):
    expected = term_by_term(margin, retention, discount, years)
    assert isclose(value.clv(margin, retention, discount, years), expected, rel_tol=1e-9, abs_tol=1e-9)


@given(retention=shares, discount=st.floats(0.01, 2), years=st.integers(1, 40))
def test_a_longer_horizon_is_worth_more_and_never_more_than_the_infinite(retention, discount, years):
    short, long, endless = (value.clv(1_000, retention, discount, n) for n in (years, years + 1, None))
    assert short <= long * (1 + 1e-12)
    assert long <= endless * (1 + 1e-9)


@given(low=shares, high=shares)
def test_a_customer_who_stays_more_surely_is_worth_more(low, high):
    low, high = sorted((low, high))
    assert value.clv(1_000, low, 0.1) <= value.clv(1_000, high, 0.1) * (1 + 1e-12)


def test_nobody_stays_and_no_discount():
    assert value.clv(1_000, 0, 0.25) == 800
    assert value.clv(1_000, 1, 0, years=7) == 7_000
    assert value.clv(1_000, 0.5, 0.1, years=0, acquisition=30) == -30


def test_a_customer_that_costs_money_has_a_negative_value():
    assert value.clv(-1_000, 0.8, 0.1) < 0


@pytest.mark.parametrize(
    ("arguments", "column"),
    [
        ((1, 1.01, 0.1), "retention"),
        ((1, -0.1, 0.1), "retention"),
        ((1, 0.8, -1), "discount"),
        ((1, 0.8, 0.1, -1), "years"),
        ((1, 0.8, 0.1, 2.5), "years"),
        ((1, 0.8, 0.1, 5, -1), "acquisition"),
        ((float("nan"), 0.8, 0.1), "margin"),
        (("x", 0.8, 0.1), "margin"),
        ((1, 1, 0, None), "retention"),
        ((1, 0.9, -0.1, None), "retention"),
        ((1, 1, -0.99, 100_000), "years"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(arguments, column):
    with pytest.raises(value.FactError) as refused:
        value.clv(*arguments)
    assert refused.value.column == column


def test_s4_57_the_cost_of_winning_a_customer():
    assert value.acquisition_cost(500_000, 200) == Decimal("2500.00")
    assert value.acquisition_cost(500_000, 0) is None
    assert value.acquisition_cost("0.05", 2) == Decimal("0.03")


def test_s4_48_historical_value_is_profit_to_date():
    assert value.historical_value(["0.10"] * 3) == Decimal("0.30")
    assert value.historical_value([], acquisition=100) == -100


def test_s4_50_a_missing_line_is_potential():
    assert value.cross_selling_value(1_000_000, 0.3, 0.2, 0.5) == 30_000


def test_s4_50_recommendations_count_one_generation():
    assert value.referral_value(2, 0.5, 26_551.22) == Decimal("26551.22")


def test_s4_51_lifetime_value_is_current_and_potential():
    assert value.lifetime_value(value.clv(10_000, 0.8, 0.1), [30_000]) == Decimal("56551.22")


def test_s4_60_the_way_of_the_motor_trade():
    assert value.lifetime_purchases_value(6, 20_000, 15_000, 7_000) == 142_000


def test_s4_56_four_parameters_are_shown_and_never_240():
    card = value.economics(500, [300], 6_000, 20_000)
    shown = (card.acquisition_cost, card.retention_cost, card.benefit, card.revenue)
    assert shown == (500, 300, 6_000, 20_000)
    assert (card.margin_rate, card.cost_rate) == (30, 4)
    assert 240 not in (*shown, card.margin_rate, card.cost_rate)


def test_s4_58_s4_59_costs_add_up_and_the_intangible_may_have_a_price():
    card = value.economics(0, [100, 50, 25], 1_000, 0, intangible=200)
    assert (card.retention_cost, card.benefit, card.margin_rate) == (175, 1_200, None)


flows = st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 9_000)), min_size=1, max_size=12)
YEARLY = st.decimals(0, 1, places=3)


def history(found, discount=0, spent=0, ago=0):
    profits = [Decimal(fen) / 100 for fen, _days in found]
    days = [days for _fen, days in found]
    return value.historical_value(
        profits, Decimal(spent) / 100, discount=discount, days_ago=days, acquired_days_ago=ago
    )


def test_3_10_the_past_in_money_of_today():
    """10 % a year: 10,000 of four years ago are 14,641, the 5,000 it cost to win then 7,320.50, and 1,000 of today."""
    found = [(1_000_000, 1_461), (100_000, 0)]
    assert history(found, "0.1", 500_000, 1_461) == Decimal("8320.50")
    assert history(found, 0, 500_000, 1_461) == Decimal("6000.00")
    assert history([(-100_000, 1_461)], "0.1") == Decimal("-1464.10")


@given(found=flows, spent=st.integers(0, 10**8), ago=st.integers(0, 9_000))
def test_a_rate_of_nothing_is_the_nominal_value(found, spent, ago):
    profits = [Decimal(fen) / 100 for fen, _days in found]
    assert history(found, 0, spent, ago) == value.historical_value(profits, Decimal(spent) / 100)


@given(found=flows, rates=st.tuples(YEARLY, YEARLY))
def test_profits_of_the_past_are_worth_more_at_a_higher_rate(found, rates):
    low, high = sorted(rates)
    assert history(found) <= history(found, low) <= history(found, high)


@given(found=flows, discount=YEARLY, part=st.floats(0, 1), seed=st.randoms())
def test_a_line_in_two_and_another_order_change_nothing(found, discount, part, seed):
    fen, days = found[0]
    cut = int(fen * part)
    pieces = [(cut, days), (fen - cut, days), *found[1:]]
    seed.shuffle(pieces)
    assert history(pieces, discount) == history(found, discount)


def test_a_day_for_each_profit_and_a_rate_above_minus_one():
    with pytest.raises(value.FactError, match="days_ago"):
        value.historical_value([1, 2], discount="0.1", days_ago=[5])
    with pytest.raises(value.FactError, match="discount"):
        value.historical_value([1], discount=-1, days_ago=[5])
    with pytest.raises(value.FactError, match="days"):
        value.historical_value([1], discount="0.1", days_ago=[-5])


def test_a_column_of_days_is_compounded_as_one_day_is():
    as_of, days, discount = date(2026, 6, 30), [0, 1, 59, 365, 366, 1_461, 9_131], "0.137"
    rows = pa.table({"fen": [12_345_678 + n for n in days], "day": [as_of - timedelta(days=n) for n in days]})
    table = ibis.memtable(rows)
    found = table.mutate(grown=compounded(table.fen, table.day, as_of, discount)).to_pyarrow().to_pylist()
    assert {row["fen"]: row["grown"] for row in found} == {
        12_345_678 + n: (12_345_678 + n) * compounding(n, discount) for n in days
    }

"""Expected value and contribution minus time (3.3, 3.4)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kemai import value
from kemai.value.measures.contribution import contribution_share_minus_time, time_flag


def test_s0_36_a_prospect_is_worth_potential_times_share_times_probability():
    assert value.prospect_expected_value(Decimal(2_000_000), Decimal("0.30"), Decimal("0.50")) == 300_000


def test_s0_39_a_customer_is_worth_its_sales_and_the_likely_increase():
    assert value.customer_expected_value(Decimal(1_200_000), Decimal(500_000), Decimal("0.8")) == 1_600_000


def test_without_an_estimate_a_customer_is_worth_its_sales():
    assert value.customer_expected_value(Decimal(1_200_000), None, None) == 1_200_000


@pytest.mark.parametrize(
    ("arguments", "column"),
    [((1, "1.01", "0.5"), "es"), ((1, "0.5", "-0.1"), "p"), ((-1, "0.5", "0.5"), "mp")],
)
def test_shares_beyond_one_and_negative_amounts_are_refused(arguments, column):
    with pytest.raises(value.FactError) as refused:
        value.prospect_expected_value(*map(Decimal, arguments))
    assert refused.value.column == column


def test_contribution_minus_time_in_money():
    assert value.contribution_minus_time(Decimal(100_000), Decimal(40), Decimal(150)) == 94_000


def test_negative_profit_is_allowed_and_negative_hours_are_not():
    assert value.contribution_minus_time(Decimal(-10), Decimal(1), Decimal(5)) == -15
    with pytest.raises(value.FactError):
        value.contribution_minus_time(Decimal(10), Decimal(-1), Decimal(5))


def test_contribution_minus_time_in_points():
    assert contribution_share_minus_time(Decimal(25), Decimal(21), Decimal(10)) == 13
    assert contribution_share_minus_time(Decimal(25), Decimal(21), None) is None


def test_profit_without_an_hour_is_flagged():
    assert time_flag(Decimal(1), Decimal(0)) == "no_time_logged"
    assert time_flag(Decimal(1), Decimal(1)) is None


@pytest.mark.parametrize("given", [None, "x", Decimal("NaN"), Decimal("Infinity"), True])
@pytest.mark.parametrize(
    ("call", "arguments", "columns"),
    [
        (value.prospect_expected_value, (1, "0.5", "0.5"), ("mp", "es", "p")),
        (value.customer_expected_value, (1, 5, "0.5"), ("cb",)),
        (value.contribution_minus_time, (100, 40, 150), ("profit", "hours", "rate")),
        (contribution_share_minus_time, (25, 21, 10), ("sales_share", "profit_share")),
    ],
)
def test_s0_35_what_is_no_number_is_refused_by_name(call, arguments, columns, given):
    for place, column in enumerate(columns):
        with pytest.raises(value.FactError) as refused:
            call(*arguments[:place], given, *arguments[place + 1 :])
        assert refused.value.column == column


def test_s0_35_the_weight_of_sales_is_a_share():
    assert contribution_share_minus_time(25, 21, 10, 0.25) == 12
    with pytest.raises(value.FactError):
        contribution_share_minus_time(25, 21, 10, Decimal("1.5"))

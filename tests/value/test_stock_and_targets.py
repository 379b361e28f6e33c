"""Stock, consumption and what to order; targets shared out (3.14, S1.109, S1.110)."""

from __future__ import annotations

import warnings
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kemai import value

WAN = 10_000


def test_s1_109_consumption_and_cover_of_the_definition():
    found = value.consumption(100, 200, 80, days=30)
    assert (found.sold_out, round(found.per_day, 2), round(found.cover_days, 1)) == (
        220,
        Decimal("7.33"),
        Decimal("10.9"),
    )
    assert (found.source, found.reason) == ("counts", None)


def test_the_suggested_order_and_the_forecast_of_the_definition():
    found = value.consumption(100, 200, 80, days=30)
    assert value.suggested_order(found.sold_out, 80) == 250
    assert round(value.consumption_forecast(found, 31)) == 227


def test_goods_on_the_way_lower_the_order_and_it_never_is_below_nothing():
    assert value.suggested_order(220, 80, in_transit=100) == 150
    assert value.suggested_order(220, 80, in_transit=300) == 0


def test_season_and_trend_move_the_forecast():
    found = value.consumption(100, 200, 0, days=30)
    assert value.consumption_forecast(found, 30, seasonal="1.2", trend="0.1") == 396
    with pytest.raises(value.FactError):
        value.consumption_forecast(found, 30, trend=-2)


def test_a_negative_sell_out_is_an_error_of_counting():
    with pytest.raises(value.FactError) as refused:
        value.sold_out(100, 0, 101)
    assert refused.value.code == "count_error"
    assert value.sold_out(100, 50, 80, returns=20) == 50


def test_without_a_count_orders_stand_for_sales_and_nothing_is_guessed():
    for opening, closing in ((None, 80), (100, None), (None, None)):
        found = value.consumption(opening, 200, closing, days=30, returns=20)
        assert (found.sold_out, found.cover_days, found.source, found.reason) == (
            180,
            None,
            "orders",
            "no_count",
        )


def test_nothing_sold_lasts_for_no_number_of_days():
    found = value.consumption(100, 0, 100, days=30)
    assert (found.cover_days, found.reason) == (None, "no_consumption")
    with pytest.raises(value.FactError):
        value.consumption(1, 1, 1, days=0)


@given(
    opening=st.integers(0, 999),
    deliveries=st.integers(0, 999),
    closing=st.integers(0, 999),
    days=st.integers(1, 366),
)
def test_what_is_there_lasts_as_long_as_it_takes_to_sell_it(opening, deliveries, closing, days):
    if opening + deliveries <= closing:
        return
    found = value.consumption(opening, deliveries, closing, days)
    assert abs(found.per_day * found.cover_days - closing) < Decimal("1e-20")


def test_s1_110_the_target_of_the_definition():
    found = value.allocate_target(1000 * WAN, {"A": 240, "B": 360, "C": 200})
    assert found == {"A": 300 * WAN, "B": 450 * WAN, "C": 250 * WAN}


def test_equal_remainders_go_by_code():
    found = value.allocate_target(100 * WAN, {"c": 5, "a": 5, "b": 5})
    assert {key: float(target / WAN) for key, target in found.items()} == {"a": 33.4, "b": 33.3, "c": 33.3}
    assert list(found) == ["c", "a", "b"]


def test_without_forecasts_all_get_the_same_with_a_warning():
    with pytest.warns(value.FactWarning, match="平均"):
        found = value.allocate_target(90_000, {"a": 0, "b": 0, "c": 0})
    assert set(found.values()) == {30_000}


def test_floors_and_caps_hold_and_the_others_share_the_rest():
    found = value.allocate_target(
        1_000_000, {"a": 8, "b": 1, "c": 1}, floors={"b": 200_000}, caps={"a": 600_000}
    )
    assert found == {"a": 600_000, "b": 200_000, "c": 200_000}


def test_a_total_that_is_no_whole_step_is_still_shared_out_to_the_cent():
    found = value.allocate_target("1000500.01", {"a": 1, "b": 1})
    assert sum(found.values()) == Decimal("1000500.01")
    assert sorted(target % 1000 for target in found.values())[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((100, {}), "empty"), ((100, {"a": 1}, {"a": 101}), "floors_too_high"), ((100, {"a": 1}, None, {"a": 99}), "caps_too_low"),
        ((100, {"a": 1, "b": 1}, {"a": 60}, {"a": 50}), "cap_below_floor"), ((100, {"a": -1}), "negative"),
        ((100, {"a": 1}, {"z": 1}), "unknown_key"), ((-1, {"a": 1}), "negative"),
    ],
)  # fmt: skip
def test_a_target_that_cannot_be_shared_is_refused(arguments, code):
    with pytest.raises(value.FactError) as refused:
        value.allocate_target(*arguments)
    assert refused.value.code == code


@given(
    total=st.integers(0, 10**7),
    people=st.lists(
        st.tuples(st.integers(0, 1000), st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=8
    ),
)
def test_targets_add_up_and_stay_within_their_bounds(total, people):
    forecasts = {f"m{i}": weight for i, (weight, _, _) in enumerate(people)}
    floors = {f"m{i}": low for i, (_, low, _) in enumerate(people)}
    caps = {f"m{i}": low + room for i, (_, low, room) in enumerate(people)}
    if not sum(floors.values()) <= total <= sum(caps.values()):
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", value.FactWarning)
        found = value.allocate_target(total, forecasts, floors, caps)
    assert sum(found.values()) == total
    assert all(floors[key] <= target <= caps[key] for key, target in found.items())


@given(total=st.integers(0, 10**4), weights=st.lists(st.integers(1, 1000), min_size=1, max_size=9))
def test_rounding_moves_nobody_by_a_whole_step(total, weights):
    found = value.allocate_target(total * 1000, {f"m{i}": weight for i, weight in enumerate(weights)})
    for weight, target in zip(weights, found.values(), strict=True):
        assert target % 1000 == 0
        assert abs(target - Decimal(total * 1000) * weight / sum(weights)) < 1000


def test_completion_and_the_performance_index():
    assert (value.completion(920, 1000), value.completion(2, 3)) == (92, Decimal("66.67"))
    assert value.completion(5, 0) is value.completion(5, None) is value.performance_index(5, None) is None
    assert (value.performance_index(2000, 1000), value.performance_index(-5, 1000)) == (150, 0)


def test_targets_come_in_the_order_of_the_forecasts_whoever_meets_a_cap():
    """3.14"""
    found = value.allocate_target(100_000, {"a": 1, "b": 9, "c": 1}, caps={"b": 50_000})
    assert list(found) == ["a", "b", "c"]
    assert found == {"a": 25_000, "b": 50_000, "c": 25_000}

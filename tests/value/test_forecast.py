"""What customers will buy: the line of 3.9, rules by pattern, bands that hold, and last year as the yardstick (S3.6)."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kemai import value

AS_OF = date(2026, 6, 30)
KA = (10, 12, 11, 9, 10, 12, 11, 10, 13, 12, 11, 11)


def months(*amounts, customer="甲"):
    """Lines on the 15th of the last complete months."""
    made, last = [], 2026 * 12 + 5
    for back, amount in enumerate(reversed(amounts)):
        year, month = divmod(last - back, 12)
        if amount:
            day = date(year, month + 1, 15)
            made.append(
                {"customer_id": customer, "order_no": f"{customer}{day}", "day": day, "amount": float(amount)}
            )
    return made


def forecasts(lines, **more):
    rows = value.forecast(pa.Table.from_pylist(lines), AS_OF, **more).to_pyarrow().to_pylist()
    return {row["customer_id"]: row for row in rows}


def test_s3_6_the_line_of_the_definition_gives_11_64_at_month_13():
    """S3.6: OLS of 3.9 at month 13: 11 + 0.0979 x 6.5 = 11.64."""
    row = forecasts(months(*KA))["甲"]
    assert (row["method"], row["months"], row["monthly"][0]) == ("trend", 12, 11.64)
    assert row["reason"] is None


def test_a_straight_line_goes_straight_on():
    row = forecasts(months(*range(10, 22)))["甲"]
    assert row["monthly"] == [float(each) for each in range(22, 34)]
    assert row["low_12"] == row["next_12"] == row["high_12"]


def test_a_weak_trend_stands_still_after_the_first_month():
    row = forecasts(months(*KA))["甲"]
    assert row["monthly"][11] - row["monthly"][0] < 0.02


def test_s3_6_three_to_twelve_months_each_within_its_band():
    row = forecasts(months(*KA))["甲"]
    assert row["next_3"] < row["next_6"] < row["next_12"] == pytest.approx(sum(row["monthly"]))
    for span in (3, 6, 12):
        assert row[f"low_{span}"] <= row[f"next_{span}"] <= row[f"high_{span}"]
    short = forecasts(months(*KA), months=3)["甲"]
    assert (len(short["monthly"]), short["next_3"], short["next_6"]) == (3, row["next_3"], None)


def test_a_band_of_more_percent_is_wider():
    narrow, wide = (forecasts(months(*KA), level=level)["甲"] for level in (60, 95))
    assert wide["high_3"] > narrow["high_3"]
    assert wide["low_3"] < narrow["low_3"]


def test_the_band_of_the_line_is_the_textbooks():
    """s = 1.0261 * sqrt(12/10) … : residuals of 10 degrees of freedom, t(0.9; 10) = 1.3722, 1 + 1/12 + 6.5²/143."""
    row = forecasts(months(*KA))["甲"]
    residual = (14 * (1 - 0.0979020979**2 * 143 / 14) / 10) ** 0.5
    width = 1.372184 * residual * (1 + 1 / 12 + 6.5**2 / 143) ** 0.5
    assert row["monthly_high"][0] - row["monthly"][0] == pytest.approx(width, abs=0.01)


@pytest.mark.parametrize(
    ("amounts", "reason"),
    [
        ((1, 2, 3), "too_few_months"),
        ((5, 5, 5, 5, *([0] * 12)), "no_recent_purchase"),
        ((*([0] * 9), 7), "too_few_months"),
        ((7, *([0] * 9)), "one_month_only"),
    ],
)
def test_who_is_not_known_well_enough_gets_a_reason_and_no_number(amounts, reason):
    row = forecasts(months(*amounts))["甲"]
    assert (row["reason"], row["method"], row["next_12"], row["monthly"]) == (reason, None, None, None)


def test_returns_alone_are_no_purchase():
    lines = [
        {"customer_id": "甲", "order_no": "r", "day": date(2026, 1, 5), "amount": -5.0, "kind": "return"}
    ]
    assert forecasts(lines)["甲"]["reason"] == "no_purchase"


def test_the_method_follows_the_pattern_of_buying():
    lines = [
        *months(*([30, 0, 30] * 8), customer="even"),
        *months(*([0, 0, 5, 0, 0, 60, 0, 0, 400] * 3)[-24:], customer="uneven"),
        *months(*([30, 0, 30, 0] * 4 + [0] * 8), customer="fading"),
        *months(*KA, customer="steady"),
    ]
    found = {name: row["method"] for name, row in forecasts(lines).items()}
    assert found == {"even": "croston_sba", "uneven": "adida", "fading": "tsb", "steady": "trend"}


def test_a_season_of_ones_own_comes_back_next_year():
    year = [10, 10, 10, 10, 40, 10, 10, 10, 10, 10, 10, 10]
    row = forecasts(months(*year, *year))["甲"]
    assert row["method"] == "own_season"
    assert max(row["monthly"]) == row["monthly"][4] == pytest.approx(40, rel=0.1)


def test_who_is_known_for_a_short_time_borrows_the_season_of_the_company():
    year = [10, 10, 10, 10, 40, 10, 10, 10, 10, 10, 10, 10]
    lines = [
        *months(*[x * 50 for x in year], *[x * 50 for x in year], customer="old"),
        *months(*([9] * 7), customer="new"),
    ]
    row = forecasts(lines)["new"]
    assert row["method"] == "company_season"
    assert row["monthly"][4] > 2 * row["monthly"][0]


def test_last_years_months_are_used_where_they_do_better_and_it_is_said():
    """Months that repeat exactly, but jump too much for a line: seasonal naive makes no error at all."""
    years = {f"c{n:02d}": [10.0 + 30 * ((k * (n + 3)) % 5) for k in range(12)] for n in range(25)}
    lines = [line for name, year in years.items() for line in months(*year * 3, customer=name)]
    rows = value.forecast_accuracy(pa.Table.from_pylist(lines), AS_OF).to_pyarrow().to_pylist()
    beaten = [row for row in rows if row["is_beaten"]]
    found = forecasts(lines)
    assert beaten
    assert all(row["naive_wape"] == 0 for row in beaten)
    naive = {name: row for name, row in found.items() if row["method"] == "seasonal_naive"}
    assert naive
    assert {name: row["monthly"] for name, row in naive.items()} == {name: years[name] for name in naive}


def test_the_backtest_has_a_line_for_all_that_is_no_worse_than_its_parts():
    lines = [
        line
        for n in range(6)
        for line in months(*[x + n for x in KA], *[x + n for x in KA], customer=f"c{n}")
    ]
    rows = value.forecast_accuracy(pa.Table.from_pylist(lines), AS_OF).to_pyarrow().to_pylist()
    assert rows[-1]["method"] == "all"
    assert rows[-1]["customers"] == sum(row["customers"] for row in rows[:-1]) == 6


def test_without_a_year_before_the_held_out_months_nothing_is_compared():
    assert value.forecast_accuracy(pa.Table.from_pylist(months(*KA)), AS_OF).to_pyarrow().num_rows == 0


def test_the_sum_of_the_customers_is_the_companys_to_the_fen_and_its_band_is_never_that_of_independence_alone():
    from kemai.value.forecasts.report import forecasts_of
    from kemai.value.tables import sale_lines

    lines = [line for n in range(8) for line in months(*[x * (n + 1) * 1.37 for x in KA], customer=f"c{n}")]
    found = forecasts_of(sale_lines(pa.Table.from_pylist(lines)), AS_OF)
    assert sum(found.company.mean) == int(found.ahead.mean.sum())
    total, low, high = found.company.span(12)
    assert low < total < high
    width = high - total
    alone = found.ahead.variance[-1] ** 0.5 * 1.2816
    assert width > alone


@pytest.mark.parametrize(
    ("more", "column"), [({"months": 2}, "months"), ({"months": 13}, "months"), ({"level": 30}, "level")]
)
def test_what_cannot_be_asked_is_refused_by_name(more, column):
    with pytest.raises(value.FactError) as odd:
        forecasts(months(*KA), **more)
    assert odd.value.column == column


series = st.lists(st.integers(0, 400), min_size=3, max_size=30)


@settings(max_examples=25, deadline=None)
@given(st.lists(series, min_size=1, max_size=4), st.randoms(use_true_random=False), st.integers(2, 9))
def test_neither_the_order_of_lines_nor_a_split_line_nor_the_currency_changes_a_forecast(many, dice, scale):
    lines = [line for n, amounts in enumerate(many) for line in months(*amounts, customer=f"c{n}")]
    if not lines:
        return
    plain = forecasts(lines)
    shuffled = [
        part for line in lines for part in ({**line, "amount": line["amount"] - 1}, {**line, "amount": 1.0})
    ]
    dice.shuffle(shuffled)
    assert forecasts(shuffled) == plain
    scaled = forecasts([{**line, "amount": line["amount"] * scale} for line in lines])
    for name, row in plain.items():
        assert (scaled[name]["method"], scaled[name]["reason"]) == (row["method"], row["reason"])
        if row["monthly"]:
            assert scaled[name]["monthly"] == pytest.approx(
                [each * scale for each in row["monthly"]], abs=0.01 * scale
            )


@settings(max_examples=40, deadline=None)
@given(series)
def test_no_forecast_is_below_nothing_and_every_band_holds_its_mean(amounts):
    lines = months(*amounts)
    for row in forecasts(lines).values() if lines else ():
        if row["reason"] is None:
            for low, mean, high in zip(row["monthly_low"], row["monthly"], row["monthly_high"], strict=True):
                assert 0 <= low <= mean <= high


def test_s1_167_the_even_series_is_a_stable_source_of_orders_and_a_wild_one_is_not():
    """S1.167: KA series of 3.9 (CV 0.098) -> stable; CV 0.6 -> unstable."""
    wild = [4, 16, 4, 16, 4, 16, 4, 16, 4, 16, 4, 16]
    lines = [*months(*KA, customer="ka"), *months(*wild, customer="wild")]
    rows = value.stability(pa.Table.from_pylist(lines), AS_OF).to_pyarrow().to_pylist()
    found = {row["customer_id"]: (round(row["cv"], 4), row["label"]) for row in rows}
    assert found == {"ka": (0.0982, "stable"), "wild": (0.6, "unstable")}


def test_s3_25_steadier_and_ten_percent_more():
    """S3.25: CV 0.20 -> 0.12; sales 400 -> 440万 -> more stable, +10%."""
    found = value.development(0.20, 0.12, 4_000_000, 4_400_000)
    assert (found.steadiness, str(found.growth)) == ("more_stable", "10.00")
    assert value.development(0.12, 0.20, 1, 1).steadiness == "less_stable"
    assert value.development(0.12, 0.125, 0, 5) == value.development(0.12, 0.125, None, 5)
    assert value.development(None, 0.1, 5, 4).steadiness is None


def test_rates_of_all_at_once_are_those_of_statsforecast_one_by_one() -> None:
    """S3.6: two sums of months are foretold as well by any smoothing, and there statsforecast's choice is chance."""
    from statsforecast.models import ADIDA, TSB, CrostonSBA

    from kemai.value.forecasts.intermittent import rates_of
    from kemai.value.forecasts.patterns import METHODS

    random, rows, models = np.random.default_rng(7), 600, (CrostonSBA(), TSB(0.1, 0.1), ADIDA())
    months = np.round(random.lognormal(11, 1.2, (rows, 24))) * (random.random((rows, 24)) < 0.4)
    length = random.integers(9, 25, rows)
    months[np.arange(24) < 24 - length[:, None]] = 0
    months[:, -1] = np.where((months > 0).sum(axis=1) < 4, 50_000, months[:, -1])
    for name, model in zip(("croston_sba", "tsb", "adida"), models, strict=True):
        found = rates_of(np.ascontiguousarray(months.T), length, np.full(rows, METHODS.index(name)))
        alone = [model.forecast(y=row[-n:], h=1)["mean"][0] for row, n in zip(months, length, strict=True)]
        is_equal = np.isclose(found, alone, rtol=1e-6)
        assert is_equal.mean() > 0.99 if name == "adida" else is_equal.all()

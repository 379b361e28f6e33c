"""DSO, the five Cs, grades, limits and solvency (2.4, 2.11, S4.97–S4.100)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kemai import value

WAN = 10_000
amounts = st.integers(0, 10**9)


def test_dso_simple_and_countback_of_the_definition():
    months, days = [100, 80, 70], [30, 31, 30]
    assert round(float(value.dso(212, months, days, method="countback")), 1) == 74.7
    assert round(float(value.dso(212, months, days)), 1) == 77.2
    assert value.dso(212, 250, 91).days == Decimal("77.17")


def test_months_of_a_dso_come_as_lists_arrays_or_columns():
    for made in (tuple, np.array, pd.Series):
        found = value.dso(212, made([100, 80, 70]), made([30, 31, 30]), method="countback")
        assert found.days == Decimal("74.71")


def test_receivables_beyond_all_known_sales_are_more_than_the_days_known():
    found = value.dso(300, [100, 80, 70], [30, 31, 30], method="countback")
    assert (str(found), found.is_more, found.reason) == (">91.00", True, "beyond_known_sales")
    assert not value.dso(250, [100, 80, 70], [30, 31, 30], method="countback").is_more


@pytest.mark.parametrize("method", ["simple", "countback"])
def test_without_sales_there_is_no_dso(method):
    found = value.dso(5, [0, 0], [30, 31], method=method)
    assert (found.days, found.reason) == (None, "no_sales")


def test_nothing_owed_is_no_day_and_a_month_without_sales_is_passed():
    assert value.dso(0, [100], [30], method="countback").days == 0
    assert value.dso(50, [0, 100], [30, 31], method="countback").days == Decimal("45.50")


def test_best_possible_dso_and_what_is_beyond_it():
    best = value.best_possible_dso(150, 250, 91)
    assert best.days == Decimal("54.60")
    assert value.average_days_delinquent(value.dso(212, 250, 91), best) == Decimal("22.57")
    assert value.average_days_delinquent(value.dso(1, 0, 91), best) is None


@pytest.mark.parametrize(
    ("arguments", "column"),
    [
        ((-1, 1, 1), "receivables"),
        ((1, [1, 2], [30]), "days"),
        ((1, 1, 1, "moon"), "method"),
        ((1, "x", 1), "sales"),
        ((1, 1, 0), "days"),
    ],
)
def test_a_dso_of_nonsense_is_refused(arguments, column):
    with pytest.raises(value.FactError) as refused:
        value.dso(*arguments)
    assert refused.value.column == column


@given(
    owed=amounts,
    months=st.lists(st.tuples(st.integers(1, 10**8), st.integers(28, 31)), min_size=1, max_size=12),
)
def test_countback_never_passes_the_days_known_and_grows_with_what_is_owed(owed, months):
    sales, days = [fen for fen, _ in months], [length for _, length in months]
    found = value.dso(owed, sales, days, method="countback")
    assert 0 <= found.days <= sum(days)
    assert found.is_more == (owed > sum(sales))
    assert value.dso(owed + 1, sales, days, method="countback").days >= found.days


def test_the_five_cs_of_the_definition_are_an_a():
    scores = {"character": 85, "capacity": 80, "capital": 70, "collateral": 60, "conditions": 75}
    assert value.five_c(scores) == Decimal("76.75")
    assert value.credit_grade(value.five_c(scores)) == "A"


def test_an_unknown_c_is_no_score_and_a_wrong_one_is_refused():
    assert value.five_c({"character": 85}) is None
    with pytest.raises(value.FactError):
        value.five_c(dict.fromkeys(("character", "capacity", "capital", "collateral", "conditions"), 101))
    with pytest.raises(value.SchemeError):
        value.five_c({"x": 1}, {"x": 99})


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        (100, "AAA"), ("90.01", "AAA"), (90, "AA"), (80, "A"), ("80.01", "AA"), (70, "BBB"), (60, "BB"), (50, "B"),
        ("40.01", "B"), (40, "CCC"), (30, "CC"), (20, "C"), (10, "D"), (0, "D"),
    ],
)  # fmt: skip
def test_the_grade_begins_above_its_line(score, grade):
    assert value.credit_grade(score) == grade


def test_what_each_grade_may_have():
    found = {grade: value.credit_terms(grade) for grade in ("AAA", "AA", "A", "BBB", "BB", "B", "CCC", "D")}
    assert [float(terms.factor) for terms in found.values()] == [1, 0.8, 0.6, 0.4, 0.2, 0.1, 0, 0]
    assert [terms.days for terms in found.values()] == [60, 45, 30, 15, 7, 7, 0, 0]
    assert found["BBB"].terms == "prepaid_30"
    with pytest.raises(value.FactError):
        value.credit_terms("AAAA")
    with pytest.raises(value.FactError):
        value.credit_grade(101)


def test_six_methods_of_the_definition():
    assert value.limit_by_need(400 * WAN, 30) == Decimal("328767.12")
    assert value.limit_by_net_worth(300 * WAN) == 30 * WAN
    assert value.limit_by_working_capital(100 * WAN) == 10 * WAN
    assert value.limit_by_own_exposure(100 * WAN) == 10 * WAN
    heuristic = {
        "credit_need": 0.3,
        "payment": "on_time",
        "years": 5,
        "margin": 0.1,
        "current_ratio": 1.8,
        "debt_ratio": 0.4,
    }
    assert value.limit_by_heuristic(300 * WAN, **heuristic) == 90 * WAN
    ratios = {"current_ratio": 1.8, "quick_ratio": 1.1, "short_debt_ratio": 0.4, "total_debt_ratio": 0.6}
    assert value.limit_by_working_assets(300 * WAN, 500 * WAN, **ratios) == 100 * WAN


@pytest.mark.parametrize(
    ("changes", "percent"),
    [
        ({}, 30), ({"credit_need": 0.24}, 25), ({"credit_need": 0.5}, 30), ({"credit_need": 0.51}, 35),
        ({"payment": "discount"}, 35), ({"payment": "late"}, 20), ({"years": 2}, 25), ({"years": 10}, 30),
        ({"years": 11}, 35), ({"margin": 0.04}, 25), ({"margin": 0.15}, 35), ({"current_ratio": 1.4}, 25),
        ({"current_ratio": 2.3}, 35), ({"debt_ratio": 0.29}, 35), ({"debt_ratio": 0.3}, 30), ({"debt_ratio": 0.51}, 20),
    ],
)  # fmt: skip
def test_the_points_of_the_rule_of_thumb(changes, percent):
    usual = {
        "credit_need": 0.3,
        "payment": "on_time",
        "years": 5,
        "margin": 0.1,
        "current_ratio": 1.8,
        "debt_ratio": 0.4,
    }
    assert value.heuristic_percent(**usual | changes) == percent


def test_the_rule_of_thumb_never_takes_away():
    worst = {
        "credit_need": 0,
        "payment": "late",
        "years": 0,
        "margin": 0,
        "current_ratio": 0,
        "debt_ratio": 1,
    }
    assert value.heuristic_percent(**worst) == 0
    with pytest.raises(value.FactError):
        value.heuristic_percent(**worst | {"payment": "never"})


@pytest.mark.parametrize(
    ("score", "percent"),
    [("-4.6", 0), ("-4.59", 2.5), ("-3.9", 2.5), ("-3.2", 5), ("-2.5", 7.5), ("-1.8", 10), ("-1.1", 12.5), ("-0.4", 15),
     ("0.3", 17.5), ("1.0", 20), ("1.01", 25)],
)  # fmt: skip
def test_the_percents_of_the_working_asset_model(score, percent):
    ratios = {"current_ratio": score, "quick_ratio": 0, "short_debt_ratio": 0, "total_debt_ratio": 0}
    assert float(value.limit_by_working_assets(100, 100, **ratios)) == percent
    assert value.limit_by_working_assets(-500, 100, **ratios) == 0


def test_the_final_limit_is_the_lowest_by_the_factor_rounded_down():
    found = value.credit_limit({"need": Decimal("328767.12"), "net_worth": 30 * WAN}, "A", 12 * WAN, 3 * WAN)
    assert (found.limit, found.available, found.method) == (18 * WAN, 3 * WAN, "net_worth")
    assert found.holds(4 * WAN)
    assert not found.holds(3 * WAN)
    assert value.credit_limit({"need": "9999.99"}, "AAA").limit == 9_000
    assert value.credit_limit({"need": 30 * WAN}, "AAA", receivables=31 * WAN).available == -1 * WAN


def test_no_credit_below_b_and_no_limit_without_the_figures():
    assert value.credit_limit({"need": 100 * WAN}, "CCC").limit == 0
    found = value.credit_limit({"need": 100, "net_worth": None}, "A")
    assert (found.limit, found.reason, found.holds(0)) == (None, "missing_net_worth", True)


@pytest.mark.parametrize("limits", [{}, {"moon": 1}, {"need": -1}])
def test_a_limit_of_nonsense_is_refused(limits):
    with pytest.raises(value.FactError):
        value.credit_limit(limits, "A")


@given(need=amounts, worth=amounts, grade=st.sampled_from(["AAA", "AA", "A", "BBB", "BB", "B", "CCC"]))
def test_a_limit_is_whole_thousands_and_never_above_any_method(need, worth, grade):
    found = value.credit_limit({"need": need, "net_worth": worth}, grade)
    assert found.limit % 1000 == 0
    assert 0 <= found.limit <= min(need, worth)


def marks(**statement):
    return {name: ratio.mark for name, ratio in value.solvency(statement).items() if ratio.mark}


def test_s4_98_the_example_of_the_definition():
    found = value.solvency({"current_assets": 900, "inventory": 350, "current_liabilities": 500})
    assert (found["current_ratio"].value, found["current_ratio"].mark) == (Decimal("1.80"), "watch")
    assert (found["quick_ratio"].value, found["quick_ratio"].mark) == (Decimal("1.10"), "good")


@pytest.mark.parametrize(
    ("assets", "mark"), [(200, "good"), (199, "watch"), (180, "watch"), (100, "watch"), (90, "red")]
)
def test_s4_99_the_current_ratio_is_ideal_from_two_and_not_below_one(assets, mark):
    assert marks(current_assets=assets, current_liabilities=100)["current_ratio"] == mark


@pytest.mark.parametrize(
    ("assets", "mark"), [(110, "good"), (100, "good"), (60, "watch"), (50, "watch"), (40, "red")]
)
def test_s4_100_the_quick_ratio(assets, mark):
    assert (
        marks(current_assets=assets + 30, inventory=20, prepayments=10, current_liabilities=100)[
            "quick_ratio"
        ]
        == mark
    )


@pytest.mark.parametrize(("debt", "mark"), [(50, "good"), (51, "watch"), (70, "watch"), (71, "red")])
def test_the_debt_ratio(debt, mark):
    assert marks(total_debt=debt, total_assets=100)["debt_ratio"] == mark


def test_s4_97_turnovers_and_profits():
    found = value.solvency({
        "credit_sales": 900, "average_receivables": 200, "cost_of_sales": 600, "average_inventory": 150, "cash": 30,
        "current_liabilities": 100, "profit": 45, "sales": 900, "equity": 300,
    })  # fmt: skip
    assert {name: (str(ratio.value), ratio.mark) for name, ratio in found.items() if ratio.value is not None} == {
        "cash_ratio": ("0.30", "good"), "receivable_turnover": ("4.50", None), "inventory_turnover": ("4.00", None),
        "net_margin": ("5.00", "good"), "return_on_equity": ("15.00", "good"),
    }  # fmt: skip


def test_s4_97_years_stand_side_by_side_and_a_missing_one_says_so():
    year = {"current_assets": 900, "current_liabilities": 500}
    found = value.operations({2024: year, 2025: None, 2026: year | {"current_assets": 1000}})["current_ratio"]
    assert [(y, ratio.value, ratio.reason) for y, ratio in found.items()] == [
        (2024, Decimal("1.80"), None), (2025, None, "missing_year"), (2026, Decimal("2.00"), None),
    ]  # fmt: skip


def test_no_debt_is_not_endless_soundness_and_much_too_sound_is_noted():
    found = value.solvency({"current_assets": 900, "current_liabilities": 0, "inventory": 0})
    assert (found["current_ratio"].value, found["current_ratio"].reason) == (None, "no_current_debt")
    rich = value.solvency({"current_assets": 401, "current_liabilities": 100})
    assert rich["current_ratio"].note == "may_be_stock_or_bad_debts"
    assert rich["quick_ratio"].reason == "missing_inventory"


def test_an_unknown_figure_is_refused():
    with pytest.raises(value.FactError, match="moon"):
        value.solvency({"moon": 1})


@pytest.mark.parametrize(
    ("owed", "sales", "days"),
    [(0, [0, 100], "0"), (100, [100, 0, 70], "30"), (100, [100, 0, 0], "30"), (100, [0, 100, 0], "61")],
)
def test_countback_counts_no_day_once_nothing_is_left_to_look_for(owed, sales, days):
    """2.11: a month without sales counts only while receivables are still to be explained."""
    found = value.dso(owed, sales, [30, 31, 30][: len(sales)], method="countback")
    assert (found.days, found.is_more) == (Decimal(days), False)


def test_limits_and_reserves_of_the_wrong_shape_are_refused_by_name():
    """2.11"""
    invoices = {
        "invoice_no": ["F1"], "customer_id": ["a"], "issued_on": [date(2026, 5, 1)], "amount": [100],
    }  # fmt: skip
    receipts = pa.table(
        {
            "receipt_no": pa.array([], pa.string()), "customer_id": pa.array([], pa.string()),
            "received_on": pa.array([], pa.date32()), "amount": pa.array([], pa.int64()),
        }
    )  # fmt: skip
    with pytest.raises(value.FactError) as refused:
        value.ageing(invoices, receipts, date(2026, 6, 30), reserve_percent=(0, 1))
    assert refused.value.column == "reserve_percent"
    with pytest.raises(value.FactError) as refused:
        value.credit_limit(300_000, "A")
    assert refused.value.column == "limits"

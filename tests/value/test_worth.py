"""The value kinds of many customers at once agree with the formulas for one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kemai import value
from kemai.value.measures.clv import cross_selling_value, lifetime_value
from kemai.value.measures.ratios import account_profit, benefit_share, investment_return
from kemai.value.measures.worth import Outlook, worth
from kemai.value.states.rates import churn_rates, churn_rates_by_class
from kemai.value.states.stakes import churn_stakes

TYPES = {"is_partly_costed": pa.bool_(), "customer_id": pa.string(), "retention": pa.float64()}


def table(*rows: dict[str, Any]) -> pa.Table:
    names = ["customer_id", *{name for row in rows for name in row}]
    return pa.table(
        {n: pa.array([row.get(n, f"c{i}" if n == "customer_id" else None) for i, row in enumerate(rows)], TYPES.get(n, pa.int64())) for n in dict.fromkeys(names)}
    )  # fmt: skip


def one(outlook: Outlook | None = None, **known: Any) -> dict[str, Any]:
    [row] = worth(table(known), outlook or Outlook()).to_pylist()
    return row


BOUGHT = {
    "profit_all_fen": 8_000_000,
    "sales_all_fen": 40_000_000,
    "profit_12m_fen": 1_000_000,
    "sales_12m_fen": 5_000_000,
    "retention": 0.8,
}


def test_s4_48_historical_value_is_profit_to_date_less_the_cost_of_winning():
    """S4.48: the sum of profit to date; without a known cost of winning the profit alone."""
    assert one(**BOUGHT)["historical_fen"] == 8_000_000
    assert one(**BOUGHT, acquisition_fen=250_000)["historical_fen"] == 7_750_000


def test_3_10_the_past_in_money_of_the_day_replaces_the_nominal_sums_alone():
    grown = {
        "grown_profit_all_fen": 9_000_000,
        "grown_sales_all_fen": 45_000_000,
        "grown_acquisition_fen": 300_000,
    }
    nominal, compounded = (
        one(Outlook(grown_history=on), **BOUGHT, **grown, acquisition_fen=250_000) for on in (False, True)
    )
    assert (nominal["historical_fen"], compounded["historical_fen"]) == (7_750_000, 8_700_000)
    assert {**nominal, "historical_fen": 0} == {**compounded, "historical_fen": 0}
    by_rate = Outlook(grown_history=True, own_margin=False, margin_rate=0.2)
    assert one(by_rate, **BOUGHT, **grown)["historical_fen"] == 9_000_000 - 300_000


def test_s4_49_the_current_value_of_the_example():
    """S4.49: m 10,000 a year, r .8, d .1, 5 years -> 26,551.22."""
    assert one(**BOUGHT)["current_fen"] == 2_655_122


def test_s4_50_a_missing_line_is_demand_times_share_times_margin_times_probability():
    """S4.50: 100万 x 30% x 20% x 50% = 3万."""
    estimated = BOUGHT | {"growth_fen": 30_000_000, "growth_bp": 5_000}
    assert one(**estimated)["potential_fen"] == 3_000_000
    assert cross_selling_value(1_000_000, "0.3", "0.2", "0.5") == Decimal("30000.00")
    assert one(**BOUGHT, extra_fen=3_000_000)["potential_fen"] == 3_000_000


def test_s4_51_the_lifetime_value_of_the_example_looks_ahead_only():
    """S4.51: current 26,551.22 + potential 30,000 -> 56,551.22; history is not in it."""
    found = one(**BOUGHT, growth_fen=30_000_000, growth_bp=5_000, acquisition_fen=999)
    assert found["lifetime_fen"] == 5_655_122
    assert lifetime_value(value.clv(10_000, 0.8, 0.1), ["30000"]) == Decimal("56551.22")


def test_s4_58_the_cost_of_keeping_a_customer_lowers_what_it_is_worth():
    """S4.58: retention cost per customer-year comes off the margin of each year."""
    assert one(Outlook(retention_cost_fen=100_000), **BOUGHT)["current_fen"] == round(900_000 * 2.655122)


def test_what_cannot_be_known_is_null_and_says_why():
    no_costs = {"sales_all_fen": 100, "sales_12m_fen": 100, "retention": 0.8}
    found = one(**no_costs)
    assert (found["historical_fen"], found["historical_reason"], found["current_reason"]) == (
        None,
        "no_cost",
        "no_cost",
    )
    assert found["lifetime_reason"] == "no_current"
    assert found["potential_reason"] == "no_estimate"
    assert one(growth_fen=100, growth_bp=5_000, retention=0.8)["current_reason"] == "no_purchase"
    gone = one(**(BOUGHT | {"retention": None}))
    assert (gone["current_fen"], gone["current_reason"], gone["historical_fen"]) == (None, "lost", 8_000_000)
    by_rate = one(Outlook(margin_rate=0.2), **no_costs)
    assert (by_rate["historical_fen"], by_rate["benefit_fen"]) == (20, 20)
    assert one(Outlook(margin_rate=0.5, own_margin=False), **BOUGHT)["benefit_fen"] == 2_500_000


def test_s4_48_a_history_with_the_cost_of_some_lines_alone_says_so():
    some = {"sales_all_fen": 100, "sales_12m_fen": 100, "retention": 0.8, "is_partly_costed": True}
    found = one(**some)
    assert (found["historical_fen"], found["historical_reason"]) == (None, "partial_cost")
    assert found["current_reason"] == "no_cost"
    assert one(Outlook(margin_rate=0.2), **some)["historical_reason"] is None


@given(
    st.lists(st.tuples(st.integers(-10**12, 10**12), st.floats(0, 1), st.integers(0, 10**9)), min_size=1, max_size=8),
    st.floats(0, 0.5), st.integers(1, 30),
)  # fmt: skip
def test_s4_49_many_customers_get_what_the_formula_gives_each(rows, discount, years):
    asked = [
        {
            "profit_12m_fen": m,
            "sales_12m_fen": 10**12,
            "sales_all_fen": 10**12,
            "profit_all_fen": m,
            "retention": r,
            "extra_fen": x,
        }
        for m, r, x in rows
    ]
    for found, (m, r, x) in zip(
        worth(table(*asked), Outlook(discount, years)).to_pylist(), rows, strict=True
    ):
        exact = value.clv(m, r, discount, years)
        assert abs(found["current_fen"] - exact) <= 0.5 + abs(exact) * 1e-9
        assert abs(found["lifetime_fen"] - exact - x) <= 1 + abs(exact) * 1e-9


def lines(*days: tuple[str, date, int], status: str = "delivered") -> pa.Table:
    return pa.table({
        "customer_id": [c for c, _d, _n in days], "order_no": [str(i) for i in range(len(days))], "day": [d for _c, d, _n in days],
        "amount_fen": [n for _c, _d, n in days], "kind": ["sale"] * len(days),
    })  # fmt: skip


DAY = date(2026, 6, 30)


def every(customer: str, days: int, last: int, orders: int, fen: int = 10_000) -> list[tuple[str, date, int]]:
    return [(customer, DAY - timedelta(days=last + days * n), fen) for n in range(orders)]


@pytest.mark.parametrize(
    ("since", "level", "at_risk"),
    [(11, "green", 0), (12, "yellow", 60_000), (15, "orange", 60_000), (20, "red", 60_000), (181, "lost_proposed", 60_000)],
)  # fmt: skip
def test_s4_12_the_warning_follows_the_customers_own_cycle(since, level, at_risk):
    """S4.12: yellow from 1.2 of the own cycle, orange 1.5, red 2.0; what leaves is the year up to the last order."""
    [row] = churn_stakes(lines(*every("a", 10, since, 6)), DAY).to_pyarrow().to_pylist()
    assert (row["level"], row["at_risk_fen"], row["year_fen"]) == (level, at_risk, 60_000)


def test_s4_9_lost_is_a_proposal_until_somebody_confirmed_it():
    """S4.9: three cycles and 180 days propose; a confirmed loss has nothing at risk any more."""
    sales = lines(*every("a", 10, 200, 6))
    gone = pa.table({"customer_id": ["a"], "lost_on": [DAY]})
    [proposed] = churn_stakes(sales, DAY).to_pyarrow().to_pylist()
    [lost] = churn_stakes(sales, DAY, None, None, gone).to_pyarrow().to_pylist()
    assert (proposed["level"], lost["level"], lost["at_risk_fen"], lost["year_fen"]) == (
        "lost_proposed",
        "lost",
        None,
        60_000,
    )


def test_s4_8_orders_in_time_are_counted_towards_loyalty():
    """S4.8: three purchases in a row within the own cycle are what loyalty asks for."""
    [row] = churn_stakes(lines(*every("a", 10, 5, 3)), DAY).to_pyarrow().to_pylist()
    assert row["on_cycle"] == 3
    [late] = churn_stakes(lines(*every("a", 10, 30, 3)), DAY).to_pyarrow().to_pylist()
    assert late["on_cycle"] == 0


def test_the_year_at_stake_ends_with_the_last_order_and_is_never_negative():
    old = [
        ("a", DAY - timedelta(days=600), 5_000),
        ("a", DAY - timedelta(days=190), 7_000),
        ("a", DAY - timedelta(days=191), 1_000),
    ]
    [row] = churn_stakes(lines(*old), DAY).to_pyarrow().to_pylist()
    assert row["year_fen"] == 8_000
    [back] = churn_stakes(lines(("b", DAY, 100), ("b", DAY, -900)), DAY).to_pyarrow().to_pylist()
    assert back["year_fen"] == 0


def test_churn_is_told_for_each_class_as_for_all():
    sales = lines(*(line for c in "abcd" for line in every(c, 30, 100, 4)))
    gone = pa.table({"customer_id": ["a"], "lost_on": [DAY]})
    classes = pa.table({"customer_id": list("abc"), "class": ["A", "A", "B"]})
    [whole] = churn_rates(sales, gone, DAY - timedelta(days=30), DAY).to_pyarrow().to_pylist()
    by_class = {
        r["class"]: r
        for r in churn_rates_by_class(sales, gone, classes, DAY - timedelta(days=30), DAY)
        .to_pyarrow()
        .to_pylist()
    }
    assert (whole["churn"], whole["weighted_churn"]) == (25.0, 25.0)
    assert {c: r["churn"] for c, r in by_class.items()} == {"A": 50.0, "B": 0.0}


def test_s1_71_s1_166_s0_15_profit_after_rebates_and_service_return_and_benefit():
    """S1.71: 400-300-8-12 = 80万 (20%); S1.166: 80万 on 50万 -> 60%; S0.15: 10万 of 400万 -> 2.5%."""
    assert account_profit(4_000_000, 3_000_000, 80_000, 120_000) == (Decimal("800000.00"), Decimal("20.00"))
    assert investment_return(800_000, 500_000) == Decimal("60.00")
    assert investment_return(800_000, 0) is None
    assert benefit_share(100_000, 4_000_000) == Decimal("2.50")
    assert benefit_share(100_000, 0) is None
    assert account_profit(0, 0, 1, 0) == (Decimal("-1.00"), None)

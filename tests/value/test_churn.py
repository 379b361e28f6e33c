"""Own cycle, churn warning, churn rates and winning back (2.9, S4.8, S4.9, S4.12)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kemai import value

AS_OF = date(2026, 6, 30)
quick = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)


def ago(days):
    return AS_OF - timedelta(days=days)


def ledger(**bought):
    """Customer = days ago of each purchase, or (days ago, amount, kind)."""
    rows = []
    for code, times in bought.items():
        for i, each in enumerate(times):
            days, amount, kind = each if isinstance(each, tuple) else (each, 100, "sale")
            rows.append(
                {
                    "customer_id": code,
                    "order_no": f"{code}{i}",
                    "day": ago(days),
                    "amount": amount,
                    "kind": kind,
                }
            )
    return pa.Table.from_pylist(rows)


def every(cycle, since, times=7):
    return [since + cycle * i for i in range(times)]


def one(sales, **more):
    [row] = value.churn(sales, AS_OF, **more).to_pyarrow().to_pylist()
    return row


def levels(sales, **more):
    return {
        row["customer_id"]: row["level"] for row in value.churn(sales, AS_OF, **more).to_pyarrow().to_pylist()
    }


def test_the_cycle_is_the_median_of_the_last_six_gaps():
    days = [5, 15, 35, 45, 55, 95, 105, 905]  # gaps 10 20 10 10 40 10, and 800, which is too long ago
    row = one(ledger(甲=days))
    assert (row["cycle_days"], row["days_since"], row["q"], row["cycle_from"]) == (10, 5, 0.5, "own")
    assert row["purchases"] == 8


def test_an_even_number_of_gaps_takes_the_middle_of_two():
    assert one(ledger(甲=[0, 10, 31]))["cycle_days"] == 15.5


def test_purchases_of_one_day_are_one_and_returns_are_none():
    row = one(ledger(甲=[0, 0, 10, 20, (5, -3, "sale"), (2, 7, "return")]))
    assert (row["purchases"], row["cycle_days"]) == (3, 10)


def test_s4_12_green_yellow_orange_red_from_the_own_cycle():
    sales = ledger(**{f"K{days:02d}": every(10, days) for days in (11, 12, 14, 15, 19, 20, 29)})
    found = levels(sales)
    assert found == {
        "K11": "green", "K12": "yellow", "K14": "yellow", "K15": "orange", "K19": "orange", "K20": "red", "K29": "red",
    }  # fmt: skip


def test_s4_9_lost_is_proposed_from_three_cycles_and_180_days():
    sales = ledger(A=every(60, 180), B=every(60, 179), C=every(61, 180), D=every(10, 100))
    assert levels(sales) == {"A": "lost_proposed", "B": "red", "C": "red", "D": "red"}


def test_s4_9_lost_needs_a_person_and_ends_with_the_next_purchase():
    sales = ledger(A=every(60, 200), B=every(60, 200), C=every(60, 30))
    confirmed = pa.table({"customer_id": ["A", "C"], "lost_on": [ago(10), ago(100)]})
    rows = {
        row["customer_id"]: row
        for row in value.churn(sales, AS_OF, confirmed=confirmed).to_pyarrow().to_pylist()
    }
    assert {code: (row["level"], row["state"]) for code, row in rows.items()} == {
        "A": ("lost", "lost"), "B": ("lost_proposed", "dormant"), "C": ("green", "active"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("now", "level"), [(81, "green"), (80, "yellow"), (61, "yellow"), (60, "orange"), (0, "orange")]
)
def test_sales_of_three_months_against_last_year(now, level):
    times = [(20, now, "sale"), (400, 100, "sale"), *[(day, 0, "sale") for day in (40, 60, 80)]]
    row = one(ledger(甲=times))
    assert (row["level"], row["drop_percent"]) == (level, 100 - now)
    assert row["reasons"] == ("sales_drop" if level != "green" else "")
    assert (row["sales_3m"], row["sales_3m_last_year"]) == (now, 100)


def test_without_sales_last_year_nothing_can_fall():
    assert one(ledger(甲=every(10, 5)))["drop_percent"] is None


@pytest.mark.parametrize(
    ("signal", "level", "reason"),
    [
        ({"complaint_overdue": True}, "orange", "complaint"), ({"csat": 2}, "orange", "csat"), ({"csat": 3}, "green", ""),
        ({"competitor_signed": True}, "red", "competitor"), ({"contact_left": True}, "red", "contact_left"),
        ({"contact_left": False}, "green", ""),
        ({"contact_left": True, "complaint_overdue": True}, "red", "complaint,contact_left"),
    ],
)  # fmt: skip
def test_s4_12_other_signals_join_with_their_reasons(signal, level, reason):
    signals = pa.Table.from_pylist([{"customer_id": "甲", **signal}])
    row = one(ledger(甲=every(10, 5)), signals=signals)
    assert (row["level"], row["reasons"]) == (level, reason)


def test_the_cycle_is_named_as_the_reason():
    assert one(ledger(甲=every(10, 20)))["reasons"] == "cycle"


def test_with_two_purchases_the_class_says_the_cycle():
    sales = ledger(A=every(10, 5), B=every(30, 5), C=[15, 20], D=[15], E=[15])
    classes = pa.table({"customer_id": ["A", "B", "C", "D"], "class": ["x", "y", "x", "y"]})
    rows = {
        row["customer_id"]: row for row in value.churn(sales, AS_OF, classes=classes).to_pyarrow().to_pylist()
    }
    assert {code: (row["cycle_days"], row["cycle_from"]) for code, row in rows.items()} == {
        "A": (10, "own"), "B": (30, "own"), "C": (10, "class"), "D": (30, "class"), "E": (None, None),
    }  # fmt: skip
    assert (rows["C"]["level"], rows["E"]["level"], rows["E"]["reason"]) == ("orange", "green", "no_cycle")
    assert one(ledger(A=[3, 9]))["reason"] == "no_cycle"


def test_without_classes_it_is_the_cycle_of_all():
    rows = {
        row["customer_id"]: row
        for row in value.churn(ledger(A=every(10, 5), B=every(30, 5), C=[15]), AS_OF).to_pyarrow().to_pylist()
    }
    assert (rows["C"]["cycle_days"], rows["C"]["cycle_from"]) == (20, "all")


@pytest.mark.parametrize(
    ("days", "streak"),
    [
        (every(10, 5), 7),
        (every(10, 13), 0),
        ([5, 15, 25, 60, 70, 80], 3),
        ([5, 20, 30, 40, 50], 1),
        ([3, 9], 0),
    ],
)
def test_s4_8_purchases_in_time_one_after_the_other(days, streak):
    assert one(ledger(甲=days))["on_cycle"] == streak


def test_nothing_after_the_day_counts():
    assert one(ledger(甲=[*every(10, 20), -1]))["days_since"] == 20


@quick
@given(days=st.lists(st.integers(0, 700), min_size=3, max_size=12, unique=True))
def test_the_cycle_agrees_with_plain_python(days):
    days = sorted(days)
    gaps = [b - a for a, b in pairwise(days)][:6]
    row = one(ledger(甲=days))
    assert row["cycle_days"] == median(gaps)
    assert row["q"] == days[0] / median(gaps)


def test_churn_by_heads():
    assert (value.churn_rate(500, 50), value.retention_rate(500, 50)) == (10, 90)
    assert value.churn_rate(0, 0) is None
    with pytest.raises(value.FactError):
        value.churn_rate(5, 6)


def test_churn_by_value_weighs_the_lost_by_their_sales():
    sales = ledger(
        A=[(100, 900, "sale")], B=[(100, 100, "sale")], new=[(5, 999, "sale")], gone=[(300, 50, "sale")]
    )
    confirmed = pa.table({"customer_id": ["B", "new", "gone"], "lost_on": [ago(3), ago(2), ago(200)]})
    [row] = value.churn_rates(sales, confirmed, ago(90), AS_OF).to_pyarrow().to_pylist()
    assert (row["customers_at_start"], row["customers_lost"], row["churn"], row["retention"]) == (
        2,
        1,
        50,
        50,
    )
    assert (row["sales_at_start"], row["sales_lost"]) == (1000, 100)
    assert (row["weighted_churn"], row["weighted_retention"]) == (10, 90)


def test_who_came_back_before_the_period_is_there_again():
    sales = ledger(A=[(300, 50, "sale"), (150, 50, "sale")])
    confirmed = pa.table({"customer_id": ["A"], "lost_on": [ago(200)]})
    [row] = value.churn_rates(sales, confirmed, ago(90), AS_OF).to_pyarrow().to_pylist()
    assert (row["customers_at_start"], row["churn"]) == (1, 0)


def test_a_period_without_customers_has_no_rate():
    none = pa.table({"customer_id": pa.array([], pa.string()), "lost_on": pa.array([], pa.date32())})
    [row] = value.churn_rates(ledger(A=[5]), none, ago(90), AS_OF).to_pyarrow().to_pylist()
    assert (row["churn"], row["weighted_churn"], row["reason"]) == (None, None, "no_customers")
    with pytest.raises(value.FactError):
        value.churn_rates(ledger(A=[5]), none, AS_OF, ago(90))


def test_what_winning_back_is_worth():
    assert value.win_back_value(40, 0.25, 3_000, 200) == Decimal(22_000)


def test_s1_9_moves_between_quarters_feed_the_markov_model():
    # Both bought every 30 days until the middle of January; A goes on.
    sales = ledger(A=every(30, 0, 20), B=every(30, 165, 8))
    moves = value.state_moves(sales, AS_OF, quarters=2)
    found = {(row["from_state"], row["to_state"]): row["count"] for row in moves.to_pyarrow().to_pylist()}
    assert found == {("active", "active"): 2, ("active", "dormant"): 1, ("dormant", "dormant"): 1}
    with pytest.warns(value.FactWarning):
        matrix = value.transition_matrix(moves, ("active", "at_risk", "dormant", "lost"))
    assert matrix[0].round(3).tolist() == [0.5, 0.1, 0.3, 0.1]

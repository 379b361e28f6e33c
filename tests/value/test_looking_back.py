"""States, concentration and targets at several days say the same as the one-day functions do for each day."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kemai import value
from kemai.value.windows import months_start

AS_OF = date(2026, 6, 30)
DAYS = value.quarter_ends(AS_OF, 8)


def ledger(seed: int, customers: int = 40) -> list[tuple[str, date, float]]:
    dice, lines = random.Random(seed), []
    for number in range(customers):
        day = date(2024, 1, 1) + timedelta(days=dice.randint(0, 500))
        for _n in range(dice.randint(1, 14)):
            lines.append((f"K{number:02d}", day, float(dice.randint(-50, 900))))
            day += timedelta(days=dice.randint(0, 90))
    return lines


def table(lines: list[tuple[str, date, float]]) -> pa.Table:
    codes, days, amounts = zip(*lines, strict=True)
    return pa.table(
        {
            "customer_id": codes,
            "order_no": [f"O{n}" for n in range(len(lines))],
            "day": days,
            "amount": amounts,
        }
    )


CONFIRMED = pa.table({"customer_id": ["K03", "K04"], "lost_on": [date(2025, 9, 1)] * 2})
CLASSES = pa.table({"customer_id": [f"K{n:02d}" for n in range(0, 40, 2)], "class": ["A", "B"] * 10})


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([{}, {"confirmed": CONFIRMED}, {"classes": CLASSES}]))
def test_states_at_each_day_are_those_that_the_warning_of_that_day_gives(seed: int, more: dict[str, Any]):
    book = table(ledger(seed))
    at = value.states_at(book, DAYS[-3:], **more).to_pyarrow().to_pylist()
    for day in DAYS[-3:]:
        then = value.churn(book, day, **more).to_pyarrow().to_pylist()
        assert {row["customer_id"]: row["state"] for row in at if row["day"] == day} == {
            row["customer_id"]: row["state"] for row in then if row["state"]
        }


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000))
def test_concentration_at_each_day_is_that_of_its_twelve_months(seed: int):
    lines = ledger(seed)
    rows = {row["day"]: row for row in value.concentrations(table(lines), DAYS).to_pyarrow().to_pylist()}
    for day in DAYS:
        sums: dict[str, float] = {}
        for code, on, amount in lines:
            if months_start(day) <= on <= day:
                sums[code] = sums.get(code, 0) + amount
        if not sums:
            assert day not in rows
            continue
        values = pa.table({"customer_id": list(sums), "value": list(sums.values())})
        [want] = value.concentration(values).to_pyarrow().to_pylist()
        assert rows[day]["n"] == want["n"]
        assert rows[day]["hhi"] == (want["hhi"] and pytest.approx(want["hhi"]))
        assert rows[day]["top20_share"] == (want["top20_share"] and pytest.approx(want["top20_share"]))


def test_a_target_is_due_by_the_days_of_its_period_and_the_shortest_periods_count():
    targets = pa.table({
        "customer_id": ["A", "A", "A", "B", "C", "D"], "period": ["2026", "2026-01", "2026-02", "2026", "2025", "2026-Q4"],
        "amount": [1200.0, 100.0, 280.0, 365.0, 999.0, 50.0],
    })  # fmt: skip
    due = {
        row["customer_id"]: float(row["target"])
        for row in value.target_to_date(targets, date(2026, 2, 14)).to_pyarrow().to_pylist()
    }
    assert due == {"A": 100 + 140, "B": 45.0}


def test_a_period_that_cannot_be_read_is_refused():
    from kemai.value.measures.target_to_date import period_days

    for odd in ("2026-Q5", "2026-13", "26", "2026-1"):
        with pytest.raises(value.FactError):
            period_days(odd)


def test_purchases_in_a_row_and_months_with_purchases_are_scores():
    rows = pa.table(
        {"customer_id": ["a", "b", "c"], "on_cycle": [3, 9, None], "active_ratio": [0.5, 1.0, None]}
    )
    found = {
        row["customer_id"]: (row["repeat"], row["persistence"])
        for row in value.behaviour_scores(rows).to_pyarrow().to_pylist()
    }
    assert found == {"a": (75.0, 50.0), "b": (100.0, 100.0), "c": (None, None)}


COLUMN = st.lists(st.sampled_from([None, "A", "B", "C"]), min_size=1, max_size=12)


@settings(max_examples=12, deadline=None)
@given(st.data(), COLUMN)
def test_s2_13_the_spread_of_a_table_is_that_of_each_customer(data: Any, first: list[str | None]):
    """S2.13: how far the schemes disagree, between 0 and 1, null below two schemes."""
    second = data.draw(
        st.lists(st.sampled_from([None, "key", "small"]), min_size=len(first), max_size=len(first))
    )
    order = {"abc": ("A", "B", "C"), "tiers": ("key", "small")}
    columns = {"abc": first, "tiers": second}
    places = {
        key: value.class_places({label: columns[key].count(label) for label in labels})
        for key, labels in order.items()
    }
    codes = [f"K{n}" for n in range(len(first))]
    arrow = pa.table({"customer_id": codes, **{k: pa.array(v, pa.string()) for k, v in columns.items()}})
    rows = {
        row["customer_id"]: row["spread"]
        for row in value.class_spreads(arrow, order).to_pyarrow().to_pylist()
    }
    for code, a, b in zip(codes, first, second, strict=True):
        want = value.class_spread({"abc": a, "tiers": b}, places)
        assert rows[code] == (None if want is None else pytest.approx(float(want)))
        assert want is None or 0 <= want <= 1


def test_s4_9_who_was_lost_twice_is_lost_from_each_confirmation_to_the_next_purchase():
    """S4.9, 2.9: called lost, won back by an order, called lost again: each quarter end says what was known then."""
    days = [date(2025, month, 1) + timedelta(days=30 * n) for month in range(1, 4) for n in (0, 1)]
    book = table([("A", day, 100.0) for day in [*days, date(2025, 11, 20)]])
    twice = pa.table({"customer_id": ["A", "A"], "lost_on": [date(2025, 9, 1), date(2026, 6, 15)]})
    ends = [date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30)]
    at = value.states_at(book, ends, confirmed=twice).to_pyarrow().to_pylist()
    states = {row["day"]: row["state"] for row in at}
    assert states[ends[0]] == states[ends[3]] == "lost"
    assert "lost" not in (states[ends[1]], states[ends[2]])

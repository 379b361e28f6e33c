"""Cohorts: who came when, and how many of them order again."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kemai import value

AS_OF = date(2026, 6, 30)
LINES = st.lists(
    st.tuples(
        st.sampled_from("ABCDE"),
        st.integers(0, 700),
        st.integers(-500, 5_000),
        st.sampled_from(["sale", "return"]),
    ),
    min_size=1,
    max_size=40,
)


def ledger(lines: list[tuple[str, date, float]]) -> pa.Table:
    codes, days, amounts = zip(*lines, strict=True)
    orders = [f"O{n}" for n in range(len(lines))]
    return pa.table({"customer_id": codes, "order_no": orders, "day": days, "amount": amounts})


def found(table: Any) -> dict[tuple[date, int], dict[str, Any]]:
    return {(row["cohort"], row["age"]): row for row in table.to_pyarrow().to_pylist()}


BOOK = ledger([
    ("A", date(2026, 1, 5), 100.0), ("B", date(2026, 1, 20), 50.0), ("A", date(2026, 2, 5), 100.0), ("C", date(2026, 2, 6), 80.0),
    ("A", date(2026, 4, 5), 30.0), ("C", date(2026, 4, 9), 80.0), ("A", date(2026, 4, 12), -10.0), ("B", date(2026, 6, 29), 5.0),
])  # fmt: skip


def test_a_cohort_is_counted_month_by_month_and_a_return_is_no_order():
    rows = found(value.cohorts(BOOK, date(2026, 4, 30), "month", 4))
    january = [rows[date(2026, 1, 1), age] for age in range(4)]
    assert [row["customers"] for row in january] == [2, 2, 2, 2]
    assert [row["retention"] for row in january] == [100.0, 50.0, 0.0, 50.0]
    assert [row["sales"] for row in january] == [Decimal(150), Decimal(100), Decimal(0), Decimal(20)]
    assert january[3]["sales_share"] == pytest.approx(20 * 100 / 150)
    assert (date(2026, 2, 1), 2) in rows
    assert (date(2026, 2, 1), 3) not in rows


def test_a_period_that_is_not_over_is_left_out():
    rows = found(value.cohorts(BOOK, date(2026, 6, 29)))
    assert {age for _cohort, age in rows} == {0}
    rows = found(value.cohorts(BOOK, AS_OF))
    assert rows[date(2026, 1, 1), 1]["active"] == 3


def test_who_came_before_the_window_is_in_no_cohort():
    rows = found(value.cohorts(BOOK, date(2026, 4, 30), "month", 3))
    assert {cohort for cohort, _age in rows} == {date(2026, 2, 1)}


@pytest.mark.parametrize(("by", "periods"), [("week", None), ("month", 0)])
def test_an_unknown_period_or_no_cohort_at_all_is_refused(by: str, periods: int | None):
    with pytest.raises(value.FactError):
        value.cohorts(BOOK, AS_OF, by, periods)


@settings(max_examples=12, deadline=None)
@given(LINES, st.sampled_from(["month", "quarter"]))
def test_every_cohort_begins_whole_and_never_has_more_than_came(lines: Any, by: str):
    rows = [(code, AS_OF - timedelta(days=back), float(amount)) for code, back, amount, _kind in lines]
    book = ledger(rows).append_column("kind", pa.array([kind for *_rest, kind in lines]))
    cohorts = found(value.cohorts(book, AS_OF, by, 30))
    for (_cohort, age), row in cohorts.items():
        assert 0 <= row["active"] <= row["customers"]
        assert row["retention"] == pytest.approx(row["active"] * 100 / row["customers"])
        assert age > 0 or row["retention"] == 100
    came = {code for code, _back, amount, kind in lines if kind == "sale" and amount >= 0}
    assert sum(row["customers"] for (_cohort, age), row in cohorts.items() if age == 0) <= len(came)

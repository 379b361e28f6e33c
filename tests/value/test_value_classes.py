"""MVC, MGC, BZC (3.5, S2.6–S2.9)."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kemai import value

WAN = 10_000
FIVE = {"A": (50, 60), "B": (10, 55), "C": (-2, -1), "D": (12, 15), "E": (-1, 20)}
quick = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


def table(pairs, **more):
    return pa.table({
        "customer_id": pa.array(list(pairs), pa.string()), "av": pa.array([a and a * WAN for a, _ in pairs.values()], pa.int64()),
        "pv": pa.array([p and p * WAN for _, p in pairs.values()], pa.int64()), **more,
    })  # fmt: skip


def classes(rows_of, found):
    return {code: row["class"] for code, row in rows_of(found).items()}


def test_s2_6_s2_7_s2_8_the_five_customers_of_the_definition(rows_of):
    found = classes(rows_of, value.value_classes(table(FIVE), 40 * WAN, 30 * WAN))
    assert found == {"A": "MVC", "B": "MGC", "C": "BZC", "D": "MIGRATOR", "E": "MIGRATOR"}


def test_without_cuts_the_best_fifth_set_them(rows_of):
    rows = rows_of(value.value_classes(table(FIVE)))
    assert (rows["A"]["value_cut"], rows["A"]["growth_cut"]) == (50 * WAN, 45 * WAN)
    assert {code: row["class"] for code, row in rows.items()} == {
        "A": "MVC", "B": "MGC", "C": "BZC", "D": "MIGRATOR", "E": "MIGRATOR",
    }  # fmt: skip


def test_the_fifth_is_of_the_positive_values_only(rows_of):
    many = {f"P{i}": (i, i) for i in range(1, 11)} | {f"N{i}": (-i, 1) for i in range(1, 31)}
    rows = rows_of(value.value_classes(table(many)))
    assert {code for code, row in rows.items() if row["class"] == "MVC"} == {"P9", "P10"}


def test_equal_values_are_classed_alike(rows_of):
    found = classes(rows_of, value.value_classes(table(dict.fromkeys("ABCDE", (7, 7)))))
    assert set(found.values()) == {"MVC"}


def test_s2_9_a_loss_that_can_turn_is_not_below_zero_for_good(rows_of):
    found = classes(
        rows_of, value.value_classes(table({"A": (-2, 0), "B": (-2, 1), "C": (0, -5)}), 100, 10**9)
    )
    assert found == {"A": "BZC", "B": "MIGRATOR", "C": "MIGRATOR"}


def test_a_gap_without_a_positive_potential_is_no_growth(rows_of):
    found = classes(rows_of, value.value_classes(table({"A": (-50, -1), "B": (-50, 1)}), 100 * WAN, 10 * WAN))
    assert found == {"A": "BZC", "B": "MGC"}


def test_no_gap_above_nothing_no_growth_customer(rows_of):
    rows = rows_of(value.value_classes(table({"A": (5, 5), "B": (3, 2)})))
    assert {row["growth_cut"] for row in rows.values()} == {None}
    assert "MGC" not in {row["class"] for row in rows.values()}


def test_the_new_and_the_unknown_are_not_rated_and_set_no_cut(rows_of):
    pairs = {"A": (50, 60), "B": (99, 99), "C": (None, 5), "D": (5, None), "E": (5, 5)}
    rows = rows_of(value.value_classes(table(pairs, months=pa.array([6, 5, 9, 9, None]))))
    assert {code: (row["class"], row["reason"]) for code, row in rows.items()} == {
        "A": ("MVC", None), "B": ("UNRATED", "new_customer"), "C": ("UNRATED", "missing_av"),
        "D": ("UNRATED", "missing_pv"), "E": ("UNRATED", "missing_months"),
    }  # fmt: skip
    assert rows["A"]["value_cut"] == 50 * WAN


def test_an_empty_table_is_an_empty_result(rows_of):
    assert rows_of(value.value_classes(table({}))) == {}


@pytest.mark.parametrize(
    ("bad", "column"),
    [
        (pa.table({"customer_id": ["a"], "av": [1]}), "pv"),
        (pa.table({"customer_id": ["a"], "av": ["x"], "pv": [1]}), "av"),
        (pa.table({"customer_id": ["a", "a"], "av": [1, 2], "pv": [1, 2]}), "customer_id"),
        (pa.table({"customer_id": ["a", None], "av": [1, 2], "pv": [1, 2]}), "customer_id"),
        (pa.table({"customer_id": ["a"], "av": [1], "pv": [float("nan")]}), "pv"),
    ],
)
def test_bad_shapes_are_refused_by_column(bad, column):
    with pytest.raises(value.FactError) as refused:
        value.value_classes(bad)
    assert refused.value.column == column


@quick
@given(numbers=st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=1, max_size=30))
def test_every_class_keeps_its_own_rule(numbers):
    pairs = {f"K{i}": pair for i, pair in enumerate(numbers)}
    for row in value.value_classes(table(pairs)).to_pyarrow().to_pylist():
        below = row["av"] < 0 and row["pv"] <= 0
        most = row["value_cut"] is not None and row["av"] >= row["value_cut"]
        grows = row["growth_cut"] is not None and row["gap"] >= row["growth_cut"] and row["pv"] > 0
        expected = "BZC" if below else "MVC" if most else "MGC" if grows else "MIGRATOR"
        assert row["class"] == expected

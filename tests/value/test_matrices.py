"""Matrices of two measures (3.6, 3.6b, 3.7) and small ratios (3.16)."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest

from kemai import value
from kemai.value.schemes.matrix import Axis, Matrix

WAN = 10_000


@pytest.mark.parametrize(
    ("performance", "loyalty", "cell"),
    [(92, "79.4", "core"), (80, 60, "core"), (80, "59.99", "retain"), ("79.99", 60, "develop"), (0, 0, "minimum"),
     (None, 80, None), (80, None, None)],
)  # fmt: skip
def test_performance_by_loyalty(performance, loyalty, cell):
    assert value.performance_loyalty().cell(performance, loyalty) == cell


def test_its_cuts_are_settings():
    assert value.performance_loyalty(95, 60).cell(92, 79) == "develop"


@pytest.mark.parametrize(
    ("grade", "cells"),
    [
        ("AAA", ("extend_reward", "normal_promote", "train_watch")), ("A", ("extend_reward", "normal_promote", "train_watch")),
        ("BBB", ("limit_collect_faster", "normal_limit", "cut_limit")), ("BB", ("limit_collect_faster", "normal_limit", "cut_limit")),
        ("B", ("cash_guarantee", "cash", "exit")), ("D", ("cash_guarantee", "cash", "exit")),
    ],
)  # fmt: skip
def test_credit_by_performance(grade, cells):
    matrix = value.credit_performance()
    assert tuple(matrix.cell(grade, performance) for performance in (100, 99.9, 69.9)) == cells
    assert matrix.cell(grade, 70) == cells[1]


def test_the_example_of_credit_by_performance():
    assert value.credit_performance().cell("A", 80) == "normal_promote"
    with pytest.raises(value.SchemeError):
        value.credit_performance().cell("Z", 80)


def test_the_examples_of_value_by_potential():
    matrix = value.value_potential(20 * WAN, 20 * WAN)
    pairs = ((50, 45), (50, 10), (10, 45), (10, 10))
    assert [matrix.cell(av * WAN, gap * WAN) for av, gap in pairs] == ["platinum", "gold", "iron", "lead"]


def test_a_table_is_placed_as_its_customers_are(rows_of):
    table = pa.table(
        {"customer_id": list("abcd"), "performance": [92.0, 10, None, 90], "loyalty": [79.4, 80, 80, None]}
    )
    rows = rows_of(value.performance_loyalty().place(table))
    assert {code: (row["cell"], row["reason"]) for code, row in rows.items()} == {
        "a": ("core", None), "b": ("develop", None), "c": (None, "missing_performance"), "d": (None, "missing_loyalty"),
    }  # fmt: skip
    credit = pa.table({"customer_id": ["a", "b"], "grade": ["A", None], "performance": [80, 80]})
    found = rows_of(value.credit_performance().place(credit))
    assert [found[code]["cell"] for code in "ab"] == ["normal_promote", None]


def test_a_matrix_with_a_hole_or_cuts_that_rise_is_refused():
    one, two = Axis("x", ("a",)), Axis("y", ("b", "c"), (Decimal(1),))
    with pytest.raises(value.SchemeError):
        Matrix("m", one, two, {("a", "b"): "cell"})
    with pytest.raises(value.SchemeError):
        Axis("x", ("a", "b", "c"), (1, 2))
    with pytest.raises(value.SchemeError):
        Axis("x", ("a", "b"))


def test_key_accounts_come_by_metal_and_then_by_what_is_expected(rows_of):
    pairs = {
        "a": (50, 60, 1),
        "b": (10, 55, 1),
        "c": (30, 75, 0.5),
        "d": (30, 75, 0.9),
        "e": (1, 2, 1),
        "f": (None, 5, 1),
    }
    table = pa.table({
        "customer_id": list(pairs), "av": pa.array([av and av * WAN for av, _, _ in pairs.values()], pa.int64()),
        "pv": [pv * WAN for _, pv, _ in pairs.values()], "p": [float(p) for _, _, p in pairs.values()],
    })  # fmt: skip
    rows = rows_of(value.value_potential_matrix(table, 20 * WAN, 20 * WAN))
    assert {code: (row["cell"], row["priority"]) for code, row in rows.items()} == {
        "d": ("platinum", 1), "c": ("platinum", 2), "a": ("gold", 3), "b": ("iron", 4), "e": ("lead", 5), "f": (None, None),
    }  # fmt: skip
    assert rows["f"]["reason"] == "missing_av"


def test_s1_155_a_likelihood_beyond_one_is_refused():
    with pytest.raises(value.FactError) as refused:
        value.value_potential_matrix(pa.table({"customer_id": ["a"], "av": [1], "pv": [2], "p": [1.5]}))
    assert refused.value.column == "p"


def test_without_cuts_the_medians_divide(rows_of):
    table = pa.table({"customer_id": list("abc"), "av": [10, 20, 30], "pv": [40, 21, 40]})
    rows = rows_of(value.value_potential_matrix(table))
    assert {code: row["cell"] for code, row in rows.items()} == {"a": "iron", "b": "gold", "c": "platinum"}


def test_the_performance_index_of_a_table(rows_of):
    table = pa.table({
        "customer_id": list("abcde"), "actual": [92.0, 300, 50, 20, None], "target": [100.0, 100, None, 0, 100],
    })  # fmt: skip
    rows = rows_of(value.performance_indices(table))
    assert {code: (row["performance"], row["source"]) for code, row in rows.items()} == {
        "a": (92, "target"), "b": (150, "target"), "c": (50, "percentile"), "d": (25, "percentile"), "e": (None, None),
    }  # fmt: skip
    assert rows["e"]["reason"] == "missing_actual"


def test_share_of_wallet_needs_every_rival():
    assert value.share_of_wallet(60, [30, 10]) == 60
    assert value.share_of_wallet(60, []) == 100
    assert (
        value.share_of_wallet(60, None)
        is value.share_of_wallet(60, [None, 3])
        is value.share_of_wallet(0, [])
        is None
    )


def test_the_return_on_a_discount_of_the_definition():
    assert value.discount_roi(20 * WAN, 12 * WAN) == Decimal("66.67")
    assert value.discount_roi(6, 12) == -50
    assert value.discount_roi(6, 0) is None
    assert value.extra_margin(130, 100, "1.1") == 20


def test_the_investment_ratios_of_the_definition():
    assert value.investment_ratios([500, 50, 50], [1000, 1000, 1000]) == [50, Decimal("27.5"), 20]
    assert value.investment_ratios([5, 5], [0, 100]) == [None, 10]
    with pytest.raises(value.FactError):
        value.investment_ratios([1], [])

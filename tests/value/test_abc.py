"""ABC by count and by value (3.2), the same engine behind both."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pyarrow as pa
import pytest

from kemai import value


def values(*amounts, codes=None, history=None):
    columns = {"customer_id": codes or [f"K{i:04d}" for i in range(len(amounts))], "value": list(amounts)}
    return pa.table(columns | ({"history": history} if history else {}))


def counts(table, column="class"):
    return Counter(table.to_pyarrow()[column].to_pylist())


@pytest.mark.parametrize(
    ("n", "a", "b", "c"),
    [(20, 3, 4, 13), (10, 2, 2, 6), (1, 0, 0, 1), (0, 0, 0, 0), (3, 0, 1, 2), (4, 1, 0, 3)],
)
def test_s0_41_count_shares_round_half_up_on_cumulative_shares(n, a, b, c):
    table = (
        values(*range(100, 100 + n))
        if n
        else pa.table({"customer_id": pa.array([], pa.string()), "value": pa.array([], pa.int64())})
    )
    assert counts(value.abc(table)) == Counter({k: v for k, v in {"A": a, "B": b, "C": c}.items() if v})


def test_one_customer_becomes_a_by_the_option():
    assert counts(value.abc(values(5), min_one_a=True)) == {"A": 1}


def test_s0_41_shares_that_do_not_add_to_100_are_refused_in_a_sentence():
    with pytest.raises(value.SchemeError, match="100%"):
        value.abc(values(1, 2), shares=(15, 20, 60))


def test_s1_134_s2_11_by_value_the_customer_that_crosses_the_line_is_above_it(ten_values, rows_of):
    found = rows_of(value.abc(ten_values, cuts=(80, 95), by="value"))
    by_class = {name: {code for code, row in found.items() if row["class"] == name} for name in "ABC"}
    assert by_class == {
        "A": {"C01", "C02", "C04", "C03"},
        "B": {"C05", "C06", "C07"},
        "C": {"C08", "C09", "C10"},
    }


def test_shares_before_are_those_of_the_definition(ten_values, rows_of):
    found = sorted(rows_of(value.abc(ten_values, by="value")).values(), key=lambda row: row["rank"])
    before = [round(row["cumulative_share"] - row["share"], 2) for row in found]
    assert before == [0, 41.45, 67.36, 77.72, 85.49, 90.67, 94.56, 97.15, 98.88, 99.57]
    assert round(sum(row["share"] for row in found), 9) == 100


def test_a_line_exactly_reached_belongs_below(rows_of):
    found = rows_of(value.abc(values(80, 15, 5), by="value"))
    assert [found[code]["class"] for code in sorted(found)] == ["A", "B", "C"]


def test_a_total_of_nothing_has_no_classes_by_value_but_c_by_count(rows_of):
    table = values(0, -5, 0)
    by_value = rows_of(value.abc(table, by="value"))
    assert {(row["class"], row["reason"], row["share"]) for row in by_value.values()} == {
        (None, "no_positive_total", None)
    }
    assert {row["class"] for row in rows_of(value.abc(table)).values()} == {"C"}


def test_zero_or_less_is_always_c_and_still_counts_in_n():
    table = values(10, 9, 8, *[0] * 15, -1, -2)
    assert counts(value.abc(table)) == {"A": 3, "C": 17}


def test_negative_amounts_stand_last_and_outside_the_total(rows_of):
    found = rows_of(value.abc(values(60, 40, -50), by="value"))
    assert [round(found[code]["share"], 2) for code in sorted(found)] == [60, 40, 0]
    assert found["K0002"]["rank"] == 3
    assert found["K0002"]["class"] == "C"


def test_ties_go_by_history_then_by_code_point(rows_of):
    table = values(5, 5, 5, 5, codes=["b", "甲", "a", "B"], history=[1, 1, 9, 1])
    found = rows_of(value.abc(table))
    assert sorted(found, key=lambda code: found[code]["rank"]) == ["a", "B", "b", "甲"]


def test_an_empty_value_is_not_ranked_and_not_counted(rows_of):
    found = rows_of(value.abc(values(*range(1, 11), None)))
    assert (found["K0010"]["rank"], found["K0010"]["class"], found["K0010"]["reason"]) == (
        None,
        None,
        "no_value",
    )
    assert Counter(row["class"] for row in found.values())["A"] == 2


@pytest.mark.parametrize(
    ("amount", "cents"),
    [(1.005, "1.01"), (2.675, "2.68"), (-1.005, "-1.01"), (Decimal("0.125"), "0.13"), (7, "7.00")],
)
def test_amounts_are_rounded_half_up_to_cents(amount, cents, rows_of):
    assert rows_of(value.abc(values(amount)))["K0000"]["value"] == Decimal(cents)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (pa.table({"customer_id": ["a", "a"], "value": [1, 2]}), "customer_id"),
        (pa.table({"customer_id": ["a", None], "value": [1, 2]}), "customer_id"),
        (pa.table({"customer_id": [1, 2], "value": [1, 2]}), "customer_id"),
        (pa.table({"customer_id": ["a"], "value": ["1"]}), "value"),
        (pa.table({"customer_id": ["a"], "value": [float("nan")]}), "value"),
        (pa.table({"customer_id": ["a"], "value": [float("inf")]}), "value"),
        (pa.table({"customer_id": ["a"], "value": [1e300]}), "value"),
        (pa.table({"customer_id": ["a"]}), "value"),
    ],
)
def test_bad_shapes_are_refused_by_column(table, column):
    with pytest.raises(value.FactError) as refused:
        value.abc(table)
    assert refused.value.column == column


def test_by_must_be_count_or_value(ten_values):
    with pytest.raises(value.SchemeError):
        value.abc(ten_values, by="weight")


def test_cuts_written_as_fractions_are_refused_and_not_taken_for_less_than_a_percent(ten_values):
    """3.2"""
    with pytest.raises(value.SchemeError, match="80"):
        value.abc(ten_values, cuts=(0.8, 0.95), by="value")

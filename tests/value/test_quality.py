"""The quality-customer score (3.8)."""

from __future__ import annotations

import pyarrow as pa
import pytest

from kemai import value

WEIGHTS = {"sales": 0.4, "tenure": 0.2, "profit": 0.4}
BENCHMARKS = {"sales": 500, "tenure": 5, "profit": 80}


def scored(rows_of, **columns):
    table = pa.table({"customer_id": [f"K{i}" for i in range(len(columns["sales"]))], **columns})
    return rows_of(value.quality_score(table, WEIGHTS, BENCHMARKS))


def test_s3_3_sales_tenure_and_profit_are_weighted_to_88(rows_of):
    found = scored(rows_of, sales=[600], tenure=[3], profit=[72])["K0"]
    assert (found["score"], found["label"], found["reason"]) == (88.0, "quality", None)


@pytest.mark.parametrize(
    ("score", "label"),
    [
        (88, "quality"),
        (80, "quality"),
        (79.99, "ordinary"),
        (70, "ordinary"),
        (60, "ordinary"),
        (59.99, "poor"),
        (45, "poor"),
    ],
)
def test_s3_2_s4_65_three_labels_by_score(rows_of, score, label):
    table = pa.table({"customer_id": ["K0"], "x": [float(score)]})
    found = rows_of(value.quality_score(table, {"x": 1}, {"x": 100}))["K0"]
    assert (found["score"], found["label"]) == (score, label)


def test_a_missing_criterion_is_not_rated_and_says_which(rows_of):
    found = scored(rows_of, sales=[600.0, 600.0], tenure=[3.0, None], profit=[None, 72.0])
    assert [(row["score"], row["label"], row["reason"]) for row in found.values()] == [
        (None, None, "missing_profit"),
        (None, None, "missing_tenure"),
    ]


def test_negative_counts_as_nothing(rows_of):
    assert scored(rows_of, sales=[-1], tenure=[5], profit=[80])["K0"]["score"] == 60.0


@pytest.mark.parametrize("benchmark", [0, -1, None, "x", float("nan"), float("inf")])
def test_a_benchmark_of_zero_or_of_no_number_is_refused(benchmark):
    table = pa.table({"customer_id": ["a"], "x": [1]})
    with pytest.raises(value.SchemeError, match="标杆"):
        value.quality_score(table, {"x": 1}, {"x": benchmark})


@pytest.mark.parametrize("weights", [{"x": 0.9}, {"x": None}, {"x": "x"}, {"x": 1.2, "y": -0.2}, {}])
def test_weights_must_be_numbers_and_add_to_one(weights):
    table = pa.table({"customer_id": ["a"], "x": [1], "y": [1]})
    with pytest.raises(value.SchemeError, match="权重"):
        value.quality_score(table, weights, {"x": 1, "y": 1})


@pytest.mark.parametrize("codes", [["a", "a"], ["a", None]])
def test_s3_3_a_customer_has_one_row_and_a_code(codes):
    with pytest.raises(value.FactError) as refused:
        value.quality_score(pa.table({"customer_id": codes, "x": [1, 2]}), {"x": 1}, {"x": 1})
    assert refused.value.column == "customer_id"


def behind(rows_of, gates, *rows):
    names = ("customer_id", "x", "credit", "profit")
    types = (pa.string(), pa.float64(), pa.string(), pa.float64())
    columns = zip(names, types, zip(*rows, strict=True), strict=True)
    table = pa.table({name: pa.array(column, kind) for name, kind, column in columns})
    found = rows_of(value.quality_score(table, {"x": 1}, {"x": 100}, gates=gates))
    return {code: (row["score"], row["label"], row["reason"]) for code, row in found.items()}


@pytest.mark.parametrize("grade", ["AAA", "AA", "A", "BBB", "BB"])
def test_3_8_a_grade_of_bb_or_better_passes_the_gate(rows_of, grade):
    assert behind(rows_of, ["credit"], ("K", 88, grade, -1))["K"] == (88, "quality", None)


@pytest.mark.parametrize("grade", ["B", "CCC", "CC", "C", "D"])
def test_3_8_a_grade_below_bb_knocks_out_and_says_so(rows_of, grade):
    assert behind(rows_of, ["credit"], ("K", 88, grade, 1))["K"] == (0, "poor", "knocked_out_credit")


@pytest.mark.parametrize("grade", [None, "", "好"])
def test_a_grade_nobody_knows_is_not_rated_rather_than_let_through(rows_of, grade):
    assert behind(rows_of, ["credit"], ("K", 88, grade, 1))["K"] == (None, None, "missing_credit")


@pytest.mark.parametrize(("profit", "passes"), [(0.01, True), (0, False), (-5, False)])
def test_3_8_only_a_profit_above_0_passes(rows_of, profit, passes):
    found = behind(rows_of, ["profit"], ("K", 88, None, profit))["K"]
    assert found == ((88, "quality", None) if passes else (0, "poor", "knocked_out_profit"))


def test_a_failed_gate_decides_whatever_else_is_missing(rows_of):
    found = behind(
        rows_of, ["credit", "profit"], ("A", None, "D", None), ("B", 88, None, -1), ("C", None, None, 1), ("D", 88, "D", -1),
    )  # fmt: skip
    assert {code: row[2] for code, row in found.items()} == {
        "A": "knocked_out_credit", "B": "knocked_out_profit", "C": "missing_x", "D": "knocked_out_credit",
    }  # fmt: skip


def test_without_gates_credit_and_profit_do_not_matter(rows_of):
    assert behind(rows_of, [], ("K", 88, "D", -1))["K"] == (88, "quality", None)


def test_a_gate_there_is_not_and_a_gate_without_its_column_are_refused():
    table = pa.table({"customer_id": ["K"], "x": [1]})
    with pytest.raises(value.SchemeError, match="年限") as refused:
        value.quality_score(table, {"x": 1}, {"x": 1}, gates=["年限"])
    assert refused.value.code == "unknown_gate"
    with pytest.raises(value.FactError, match="credit"):
        value.quality_score(table, {"x": 1}, {"x": 1}, gates=["credit"])

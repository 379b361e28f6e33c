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

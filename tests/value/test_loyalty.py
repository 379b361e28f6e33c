"""The loyalty index (2.7, S4.8) and the degree of serialization (3.11)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kemai import value
from kemai.value.scorecards.loyalty import LOYALTY_WEIGHTS

EXAMPLE = {"repeat": 80, "share_of_wallet": 60, "persistence": 100, "referral": 90}
quick = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)


def test_the_customer_of_the_definition_is_loyal():
    found = value.rate_loyalty(EXAMPLE)
    assert (round(found.index, 1), found.label, found.known_weight) == (Decimal("79.4"), "loyal", 80)


def test_the_whole_table_agrees_with_one_customer(rows_of):
    table = pa.Table.from_pylist([{"customer_id": "甲", **EXAMPLE}])
    row = rows_of(value.loyalty_index(table))["甲"]
    assert (row["index"], row["label"], row["known_weight"], row["reason"]) == (79.38, "loyal", 80, None)


@pytest.mark.parametrize(
    ("points", "label"),
    [(100, "loyal"), (75, "loyal"), (74.99, "switcher"), (45, "switcher"), (44.99, "none"), (0, "none")],
)
def test_three_bands(points, label):
    assert value.rate_loyalty(dict.fromkeys(LOYALTY_WEIGHTS, points)).label == label


def test_half_of_the_weight_must_be_known(rows_of):
    enough, little = (
        {"repeat": 80, "share_of_wallet": 80},
        {"repeat": 80, "persistence": 80, "rival_attitude": 80},
    )
    assert value.rate_loyalty(enough).index == 80
    found = value.rate_loyalty(little | {"referral": None})
    assert (found.index, found.known_weight, found.reason) == (None, 45, "too_little_known")
    row = rows_of(value.loyalty_index(pa.Table.from_pylist([{"customer_id": "甲", **little}])))["甲"]
    assert (row["index"], row["label"], row["reason"]) == (None, None, "too_little_known")


def test_scores_out_of_range_unknown_criteria_and_weights_are_refused():
    with pytest.raises(value.FactError):
        value.rate_loyalty({"repeat": 101})
    with pytest.raises(value.FactError, match="moon"):
        value.rate_loyalty({"moon": 1})
    with pytest.raises(value.FactError) as refused:
        value.loyalty_index(pa.table({"customer_id": ["a"], "repeat": [-1]}))
    assert refused.value.column == "repeat"
    with pytest.raises(value.SchemeError):
        value.rate_loyalty({"repeat": 1}, {"repeat": 99})


@quick
@given(
    rows=st.lists(
        st.fixed_dictionaries({name: st.none() | st.integers(0, 100) for name in LOYALTY_WEIGHTS}),
        min_size=1,
        max_size=20,
    )
)
def test_table_and_single_always_agree(rows):
    kinds = [("customer_id", pa.string()), *((name, pa.int64()) for name in LOYALTY_WEIGHTS)]
    table = pa.Table.from_pylist(
        [{"customer_id": f"K{i}", **row} for i, row in enumerate(rows)], pa.schema(kinds)
    )
    found = {row["customer_id"]: row for row in value.loyalty_index(table).to_pyarrow().to_pylist()}
    for i, row in enumerate(rows):
        one = value.rate_loyalty(row)
        index = None if one.index is None else float(one.index)
        assert (found[f"K{i}"]["index"], found[f"K{i}"]["label"]) == (index, one.label)


@pytest.mark.parametrize(
    ("attitude", "behaviour", "kind"),
    [
        (60, 60, "true"),
        (60, 59, "latent"),
        (59, 60, "spurious"),
        (59, 59, "none"),
        (None, 90, None),
        (90, None, None),
    ],
)
def test_attitude_and_behaviour_make_four_kinds(attitude, behaviour, kind):
    assert value.loyalty_type(attitude, behaviour) == kind


@pytest.mark.parametrize(
    ("in_a_row", "share", "is_loyal"),
    [(3, 60, True), (3, 50, True), (3, 49.9, False), (2, 90, False), (3, None, True), (2, None, False)],
)
def test_s4_8_loyal_is_continuing_and_directed(in_a_row, share, is_loyal):
    assert value.is_loyal(in_a_row, share) is is_loyal


def hundred(label_of, sales_of, class_of=lambda i: None, n=100):
    return pa.table({
        "customer_id": [f"K{i}" for i in range(n)], "label": pa.array([label_of(i) for i in range(n)], pa.string()),
        "sales": pa.array([sales_of(i) for i in range(n)], pa.float64()), "class": pa.array([class_of(i) for i in range(n)], pa.string()),
    })  # fmt: skip


def degree(table):
    [row] = value.serialization_degree(table).to_pyarrow().to_pylist()
    return row


def test_the_degree_of_the_definition():
    table = hundred(
        lambda i: "loyal" if i < 40 else "switcher" if i < 75 else "none",
        lambda i: 15.5 if i < 40 else 6.0 if i < 75 else 6.8,
    )
    row = degree(table)
    assert row["degree_by_count"] == 40
    assert row["degree_by_sales"] == 62
    assert (row["rated"], row["loyal"], row["unrated_share"]) == (100, 40, 0)


def test_early_adopters_are_loyal_and_the_unrated_stand_aside():
    labels = ["loyal", "early_adopter", "switcher", None, None]
    row = degree(hundred(lambda i: labels[i], lambda i: 10, lambda i: "AABAB"[i], n=5))
    assert (row["rated"], row["loyal"], row["unrated_share"]) == (3, 2, 40)
    assert row["degree_of_a"] == 100


def test_loyal_or_a_counts_each_customer_once():
    labels = ["loyal", "none", "loyal", "none"]
    row = degree(hundred(lambda i: labels[i], lambda i: 10, lambda i: "AABB"[i], n=4))
    assert (row["loyal_or_a"], row["degree_of_a"], row["degree_by_count"]) == (75, 50, 50)


def test_nobody_rated_is_no_degree():
    row = degree(hundred(lambda i: None, lambda i: 10, n=2))
    assert (row["degree_by_count"], row["degree_by_sales"], row["reason"]) == (None, None, "nobody_rated")


def test_an_early_adopter_orders_within_ninety_days_of_the_launch():
    launch, as_of = date(2026, 1, 1), date(2026, 6, 30)
    bought = {"first": 0, "last": 90, "late": 91, "before": -1}
    sales = pa.Table.from_pylist([
        {"customer_id": code, "order_no": code, "day": launch + timedelta(days=days), "amount": 1, "product_code": "p"}
        for code, days in bought.items()
    ] + [{"customer_id": "other", "order_no": "x", "day": launch, "amount": 1, "product_code": "q"}])  # fmt: skip
    products = pa.table({"product_code": ["p", "q"], "launched_on": pa.array([launch, None], pa.date32())})
    found = value.early_adopters(sales, products, as_of).to_pyarrow().to_pylist()
    assert sorted(row["customer_id"] for row in found) == ["first", "last"]

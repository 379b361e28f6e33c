"""Concentration and composition (3.16, S1.138, S3.1, S4.38, S4.39, S4.93, S4.94)."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest

from kemai import value
from kemai.value.composition import composition


def only(table):
    [row] = table.to_pyarrow().to_pylist()
    return row


def test_hhi_of_the_ten_customers_is_2609(ten_values):
    assert round(only(value.concentration(ten_values))["hhi"]) == 2609


def test_s1_138_the_best_two_of_ten_bring_67_36_percent(ten_values):
    assert round(only(value.concentration(ten_values))["top20_share"], 2) == 67.36


def test_s3_1_eighty_percent_with_four_of_ten_is_flatter_than_the_rule(ten_values):
    found = value.pareto(ten_values)
    assert (found.customers_for_70, found.customers_for_80, found.percent_for_80) == (3, 4, 40)
    assert found.verdict == "flatter"


@pytest.mark.parametrize(("head", "verdict"), [(1, "steeper"), (2, "inside"), (3, "inside"), (4, "flatter")])
def test_the_verdict_looks_at_20_to_30_percent(head, verdict):
    amounts = [850 // head] * head + [1] * (10 - head)
    table = pa.table({"customer_id": [str(i) for i in range(10)], "value": amounts})
    assert value.pareto(table).verdict == verdict


def test_s4_38_the_first_goal_is_the_customers_up_to_80_percent(ten_values):
    assert value.pareto(ten_values).first_goal == ("C01", "C02", "C04", "C03")


def test_s4_39_the_others_are_to_be_developed(ten_values):
    found = value.pareto(ten_values)
    assert found.to_develop == ("C05", "C06", "C07", "C08", "C09", "C10")
    assert round(found.to_develop_share, 2) == 14.51


def test_nothing_sold_has_no_concentration():
    found = only(value.concentration(pa.table({"customer_id": ["a"], "value": [0]})))
    assert (found["hhi"], found["verdict"], found["reason"]) == (None, None, "no_positive_total")


def test_s4_93_shares_add_to_exactly_100_by_largest_remainder():
    table = pa.table({"customer_id": list("abc"), "value": [1, 1, 1]})
    found = composition(table).to_pyarrow().to_pylist()
    assert sorted(row["share"] for row in found) == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]


def test_s4_94_by_region_count_share_sales_and_share(ten_values):
    table = ten_values.append_column("region", pa.array(["东区"] * 4 + ["西区"] * 6))
    found = {row["region"]: row for row in composition(table, by="region").to_pyarrow().to_pylist()}
    east = found["东区"]
    assert (east["customers"], east["customers_share"], east["value"], east["share"]) == (
        4,
        40,
        990_000,
        Decimal("85.49"),
    )
    assert sum(row["share"] for row in found.values()) == 100


def test_an_unknown_column_is_named(ten_values):
    with pytest.raises(value.FactError) as refused:
        composition(ten_values, by="region")
    assert refused.value.column == "region"

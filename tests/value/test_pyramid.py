"""The customer pyramid (2.2)."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest

from kemai import value
from kemai.value.schemes import PYRAMIDS


def falling(n):
    return pa.table(
        {"customer_id": [f"K{i:04d}" for i in range(1, n + 1)], "value": [10_000 - i for i in range(n)]}
    )


def tiers(table):
    return Counter(table.to_pyarrow()["tier"].to_pylist())


@pytest.fixture(scope="module")
def thousand(rows_of):
    return {row["rank"]: row["tier"] for row in rows_of(value.pyramid(falling(1000))).values()}


def test_s4_52_key_tier_is_ranks_1_to_10(thousand):
    assert {rank for rank, tier in thousand.items() if tier == "key"} == set(range(1, 11))


def test_s4_53_major_tier_is_ranks_11_to_50(thousand):
    assert {rank for rank, tier in thousand.items() if tier == "major"} == set(range(11, 51))


def test_s4_54_ordinary_tier_is_ranks_51_to_200(thousand):
    assert {rank for rank, tier in thousand.items() if tier == "ordinary"} == set(range(51, 201))


def test_s4_55_small_tier_is_the_remaining_800(thousand):
    assert {rank for rank, tier in thousand.items() if tier == "small"} == set(range(201, 1001))


def test_s4_63_the_procedure_gives_10_40_150_800():
    assert tiers(value.pyramid(falling(1000))) == {"key": 10, "major": 40, "ordinary": 150, "small": 800}


@pytest.mark.parametrize(("one", "expected"), [(True, (1, 1, 4, 24)), (False, (0, 2, 4, 24))])
def test_thirty_customers_with_and_without_the_option(one, expected):
    found = tiers(value.pyramid(falling(30), min_one_key=one))
    assert tuple(found[name] for name in ("key", "major", "ordinary", "small")) == expected


def test_the_second_preset_is_1_19_30_50():
    found = tiers(value.pyramid(falling(100), shares=PYRAMIDS["su_1_19_30_50"]))
    assert found == {"key": 1, "major": 19, "ordinary": 30, "small": 50}


def test_nothing_bought_is_never_a_key_customer():
    table = pa.table({"customer_id": ["a", "b"], "value": [0, -1]})
    assert tiers(value.pyramid(table)) == {"small": 2}


def test_four_shares_are_needed():
    with pytest.raises(value.SchemeError, match="4 个"):
        value.pyramid(falling(3), shares=(20, 80))

"""Places worked out on whole columns are the places that the expressions give, whoever is ranked among whom."""

from __future__ import annotations

import ibis
import numpy as np
import pyarrow as pa
import pytest

from kemai.value.engine.columns import Columns
from kemai.value.measures.rfm import scored_by_rank, scored_table
from kemai.value.ordering import how_many_better
from kemai.value.schemes.ranking import rank_columns

SIZE = 500


@pytest.fixture(params=[1, 2, 3])
def company(request) -> pa.Table:
    """Few different values, so that most customers tie, and a fifth without a value."""
    dice = np.random.default_rng(request.param)
    without = dice.random(SIZE) < 0.2
    return pa.table(
        {
            "seq": np.arange(SIZE), "population": [str(n) for n in dice.integers(0, 4, SIZE)],
            "history_fen": dice.integers(0, 5, SIZE), "a__value": pa.array(dice.integers(-3, 9, SIZE), mask=without),
        }
    )  # fmt: skip


@pytest.mark.parametrize("among", [None, "population"])
def test_ranks_and_sums_before_are_those_of_the_windows(company, among) -> None:
    table = ibis.memtable(company)
    wanted = table.mutate(**rank_columns(among, table.a__value, table.history_fen, table.seq, "a"))
    rows = wanted.order_by("seq").to_pyarrow()
    found = Columns(company, among).ranked(["a"], ["a"])
    assert pa.array(found["a__rank"]).to_pylist() == rows["a__rank"].to_pylist()
    assert pa.array(found["a__before"]).to_pylist() == rows["a__before"].to_pylist()


def test_equal_values_have_equally_many_better_ones_in_each_group() -> None:
    values, groups = np.array([5, 9, 5, 9, 1, 7]), np.array([0, 0, 0, 1, 1, 0])
    known = np.array([True, True, True, True, True, False])
    assert how_many_better(values, known, groups).tolist() == [1, 0, 1, 0, 1, 0]
    assert how_many_better(values, known, None).tolist() == [2, 0, 2, 0, 4, 0]


def test_nobody_has_a_place_and_that_is_no_error() -> None:
    nobody = np.array([], np.int64)
    assert how_many_better(nobody, nobody.astype(bool), nobody).tolist() == []


def test_scores_by_columns_are_those_of_the_windows(company) -> None:
    dice = np.random.default_rng(7)
    numbers = {name: dice.integers(-2, 30, SIZE) for name in ("recency_days", "frequency", "monetary_fen")}
    base = ibis.memtable(pa.table({"seq": np.arange(SIZE), **numbers}))
    everybody = np.ones(SIZE, bool)
    places = {
        "rfm_n": np.full(SIZE, SIZE), "r": how_many_better(-numbers["recency_days"], everybody, None),
        "f": how_many_better(numbers["frequency"], everybody, None),
        "m": how_many_better(numbers["monetary_fen"], everybody, None),
    }  # fmt: skip
    by_columns = scored_by_rank(ibis.memtable(pa.table({"seq": np.arange(SIZE), **numbers, **places})))
    wanted = scored_table(base).order_by("seq").to_pyarrow()
    assert (
        by_columns.order_by("seq").to_pyarrow().select(wanted.column_names).to_pydict() == wanted.to_pydict()
    )

"""The Markov model of customer states (3.12, S1.9)."""

from __future__ import annotations

import warnings

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kemai import value

STATES = ("active", "at_risk", "dormant", "lost")
P = np.array([[0.80, 0.15, 0.05, 0], [0.30, 0.40, 0.25, 0.05], [0.10, 0.10, 0.50, 0.30], [0, 0, 0, 1]])
counts = st.lists(st.lists(st.integers(0, 200), min_size=4, max_size=4), min_size=4, max_size=4)


def matrix(*args, **more):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", value.FactWarning)
        return value.transition_matrix(*args, **more)


def test_s1_9_the_forecast_of_the_definition():
    assert value.forecast_states((60, 20, 15, 5), P, 1) == pytest.approx((55.5, 18.5, 15.5, 10.5))
    assert value.forecast_states((60, 20, 15, 5), P, 2) == pytest.approx((51.5, 17.275, 15.15, 16.075))


def test_s1_9_two_periods_are_v_times_p_times_p():
    v = np.array([60, 20, 15, 5])
    assert value.forecast_states(v, P, 2) == pytest.approx(v @ P @ P)
    assert value.forecast_states(v, P, 0) == pytest.approx(v)


def test_the_values_of_the_definition():
    found = value.state_values(P, (1000, 300, -20, 0), 0.10)
    assert found.round(2).tolist() == [5610.33, 3399.03, 1464.89, 0]


def test_the_recency_model_of_pfeifer_and_carraway():
    chances, contribution, mailing = (0.3, 0.2, 0.15, 0.05), 40, 4
    recency = np.zeros((5, 5))
    for i, chance in enumerate(chances):
        recency[i, 0], recency[i, i + 1] = chance, 1 - chance
    recency[4, 4] = 1
    rewards = [contribution - mailing, -mailing, -mailing, -mailing, 0]
    found = value.state_values(recency, rewards, 0.20)
    assert found.round(3).tolist() == [52.320, 5.554, 1.251, -1.820, 0]


def test_many_moves_are_counted_as_they_are():
    moves = [("active", "active")] * 24 + [("active", "lost")] * 6
    assert matrix(moves, STATES)[0].tolist() == pytest.approx([0.8, 0, 0, 0.2])


def test_below_thirty_moves_a_half_is_added_to_each_cell():
    moves = [("active", "active")] * 23 + [("active", "lost")] * 6
    assert matrix(moves, STATES)[0].tolist() == pytest.approx([23.5 / 31, 0.5 / 31, 0.5 / 31, 6.5 / 31])
    assert matrix(moves, STATES, few=29)[0].tolist() == pytest.approx([23 / 29, 0, 0, 6 / 29])


def test_a_state_nobody_left_stays_where_it_is_and_warns():
    moves = [(start, "active") for start in STATES[:3] for _ in range(30)]
    with pytest.warns(value.FactWarning, match="lost") as caught:
        found = value.transition_matrix(moves, STATES)
    assert found[3].tolist() == [0, 0, 0, 1]
    assert caught[0].message.params["states"] == ["lost"]


def test_s1_9_states_may_be_numbers():
    with pytest.warns(value.FactWarning, match="1"):
        found = value.transition_matrix({(0, 0): 30, (0, 1): 10}, (0, 1))
    assert found.tolist() == [[0.75, 0.25], [0, 1]]


def test_or_takes_the_row_that_was_given_for_it():
    with pytest.warns(value.FactWarning):
        found = value.transition_matrix([("active", "active")] * 30, STATES, prior=P)
    assert found[1:] == pytest.approx(P[1:])
    assert found[0].tolist() == [1, 0, 0, 0]


def test_an_absorbing_state_is_never_left_and_needs_no_warning():
    moves = [(start, "lost") for start in STATES[:3] for _ in range(30)] + [("lost", "active")]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = value.transition_matrix(moves, STATES, absorbing=("lost",))
    assert found[3].tolist() == [0, 0, 0, 1]


def test_moves_come_as_pairs_counts_an_array_or_a_table():
    pairs = [("a", "a")] * 30 + [("a", "b")] * 10 + [("b", "b")] * 40
    array = np.array([[30, 10], [0, 40]])
    table = pa.table({"from_state": ["a", "a", "b"], "to_state": ["a", "b", "b"], "count": [30, 10, 40]})
    rows = pa.table({"from_state": [a for a, _ in pairs], "to_state": [b for _, b in pairs]})
    forms = [
        pairs,
        {("a", "a"): 30, ("a", "b"): 10, ("b", "b"): 40},
        array,
        array.tolist(),
        table,
        rows,
        table.to_pylist(),
        rows.to_pandas(),
        np.array(pairs),
        [("a", "a", 30), ("a", "b", 10), ("b", "b", 40)],
        table.to_pandas().rename(columns={"from_state": "from", "to_state": "to"}),
    ]
    for moves in forms:
        assert value.transition_matrix(moves, ("a", "b")).tolist() == [[0.75, 0.25], [0, 1]]


@pytest.mark.parametrize(
    ("call", "column"),
    [
        (lambda: value.transition_matrix([("a", "z")], ("a", "b")), "moves"),
        (lambda: value.transition_matrix([("a",)], ("a", "b")), "moves"),
        (lambda: value.transition_matrix([("a", "b", "x")], ("a", "b")), "moves"),
        (lambda: value.transition_matrix([7], ("a", "b")), "moves"),
        (lambda: value.transition_matrix({("a", "a"): -1}, ("a", "b")), "moves"),
        (lambda: value.transition_matrix(np.ones((3, 3)), ("a", "b")), "moves"),
        (lambda: value.transition_matrix([], ("a", "a")), "states"),
        (lambda: value.transition_matrix([], ()), "states"),
        (lambda: value.transition_matrix([], ("a", "b"), absorbing=("z",)), "absorbing"),
        (lambda: value.transition_matrix([], ("a", "b"), prior=[[1, 1], [0, 1]]), "prior"),
        (lambda: value.forecast_states((1, 2), [[0.5, 0.4], [0, 1]], 1), "P"),
        (lambda: value.forecast_states((1, 2), [[1.5, -0.5], [0, 1]], 1), "P"),
        (lambda: value.forecast_states((1, 2), [[1, 0, 0], [0, 1, 0]], 1), "P"),
        (lambda: value.forecast_states((1, -2), np.eye(2), 1), "v"),
        (lambda: value.forecast_states("ab", np.eye(2), 1), "v"),
        (lambda: value.forecast_states((1, 2), np.eye(2), -1), "periods"),
        (lambda: value.state_values(np.eye(2), (1, 2), 0), "discount"),
        (lambda: value.state_values(np.eye(2), (1, float("nan")), 0.1), "rewards"),
    ],
)
def test_what_is_no_model_is_refused_by_name(call, column):
    with pytest.raises(value.FactError) as refused:
        call()
    assert refused.value.column == column


@given(counts=counts)
def test_s1_9_each_row_adds_to_one(counts):
    found = matrix(np.array(counts), STATES)
    assert np.abs(found.sum(axis=1) - 1).max() <= 1e-9
    assert ((found >= 0) & (found <= 1)).all()


@given(counts=counts, v=st.lists(st.integers(0, 1000), min_size=4, max_size=4), periods=st.integers(0, 30))
def test_a_forecast_neither_wins_nor_loses_a_customer(counts, v, periods):
    found = value.forecast_states(v, matrix(np.array(counts), STATES), periods)
    assert found.sum() == pytest.approx(sum(v), abs=1e-6)


@given(counts=counts, rewards=st.lists(st.integers(-100, 1000), min_size=4, max_size=4))
def test_a_value_is_the_reward_now_and_the_discounted_value_of_the_next_period(counts, rewards):
    found = matrix(np.array(counts), STATES)
    values = value.state_values(found, rewards, 0.1)
    assert values == pytest.approx(np.array(rewards) + found @ values / 1.1, abs=1e-6)

"""What a fit promises: order and grouping never matter, it finds what made the data, and it says when not to trust it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kemai import value
from kemai.value.errors import FactError
from kemai.value.lifetime import BetaGeoNBD, GammaGamma, ParetoNBD, lifetime_value
from kemai.value.lifetime import beta_geo as beta_geo_room
from kemai.value.lifetime import gamma_gamma as gamma_gamma_room
from kemai.value.lifetime import pareto as pareto_room
from kemai.value.lifetime.customers import Counted, history

quick = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


def made(seed, customers, r=0.5, alpha=8.0, a=0.8, b=2.5):
    """Customers of a known BG/NBD: repeat purchases, last one, time watched, in weeks."""
    random = np.random.default_rng(seed)
    T = random.integers(200, 700, customers) / 7
    pace, leaves = random.gamma(r, 1 / alpha, customers), random.beta(a, b, customers)
    x, t_x, here = np.zeros(customers), np.zeros(customers), np.ones(customers, bool)
    then = random.exponential(1 / pace)
    while (buys := here & (then <= T)).any():
        x, t_x = x + buys, np.where(buys, then, t_x)
        here = buys & (random.random(customers) >= leaves)
        then = then + random.exponential(1 / pace)
    return x, t_x, T


@pytest.fixture(scope="module")
def people():
    return made(1, 4000)


@pytest.mark.parametrize("model", [BetaGeoNBD, ParetoNBD])
def test_neither_order_nor_grouping_changes_a_fit(people, model):
    x, t_x, T = people
    order = np.random.default_rng(2).permutation(x.size)
    plain = model().fit(x, t_x, T)
    turned = model().fit(x[order], t_x[order], T[order])
    assert turned.params == plain.params
    twice = model().fit(x, t_x, T, weights=np.full(x.size, 2))
    repeated = model().fit(*(np.repeat(each, 2) for each in people))
    assert twice.params == pytest.approx(repeated.params, rel=1e-9)
    assert twice.log_likelihood == pytest.approx(2 * plain.log_likelihood, rel=1e-12)
    assert twice.standard_errors["r"] == pytest.approx(plain.standard_errors["r"] / np.sqrt(2), rel=1e-4)


@pytest.mark.parametrize(("model", "times"), [(BetaGeoNBD, ["alpha"]), (ParetoNBD, ["alpha", "beta"])])
def test_another_unit_of_time_scales_the_times_alone(people, model, times):
    x, t_x, T = people
    weeks, days = model().fit(x, t_x, T), model().fit(x, t_x * 7, T * 7)
    for name, number in weeks.params.items():
        assert days.params[name] == pytest.approx(number * (7 if name in times else 1), rel=1e-5)
    assert days.expected_purchases(70, 3, 140, 210) == pytest.approx(
        weeks.expected_purchases(10, 3, 20, 30), rel=1e-5
    )


def test_a_fit_finds_what_made_the_customers(people):
    model = BetaGeoNBD().fit(*people)
    assert model.is_trusted
    truth = {"r": 0.5, "alpha": 8.0, "a": 0.8, "b": 2.5}
    for name, number in truth.items():
        assert abs(model.params[name] - number) < 4 * model.standard_errors[name]


@pytest.mark.parametrize("room", [beta_geo_room, pareto_room])
@quick
@given(
    parameters=st.tuples(*[st.floats(0.05, 30)] * 4),
    rows=st.lists(
        st.tuples(st.integers(0, 60), st.floats(0.01, 1), st.floats(1, 200)), min_size=1, max_size=12
    ),
)
def test_the_gradient_is_that_of_the_likelihood(room, parameters, rows):
    x = np.array([row[0] for row in rows], float)
    T = np.array([row[2] for row in rows])
    t_x = np.where(x > 0, T * np.array([row[1] for row in rows]), 0.0)
    likelihood = room._Likelihood(history(x, t_x, T))
    at = np.array(parameters)
    gradient = likelihood(at)[1]
    for i, step in enumerate(np.diag(at * 1e-6)):
        slope = (likelihood(at + step)[0] - likelihood(at - step)[0]) / (2 * step[i])
        assert gradient[i] == pytest.approx(slope, rel=1e-4, abs=1e-4)


@quick
@given(
    parameters=st.tuples(*[st.floats(0.5, 30)] * 3),
    rows=st.lists(st.tuples(st.integers(1, 60), st.floats(0.5, 5000)), min_size=1, max_size=12),
)
def test_the_gradient_of_spend_is_that_of_its_likelihood(parameters, rows):
    x = Counted.of(np.array([row[0] for row in rows], float))
    likelihood = gamma_gamma_room._Likelihood(x, np.array([row[1] for row in rows]), np.ones(len(rows)))
    at = np.array(parameters)
    gradient = likelihood(at)[1]
    for i, step in enumerate(np.diag(at * 1e-6)):
        slope = (likelihood(at + step)[0] - likelihood(at - step)[0]) / (2 * step[i])
        assert gradient[i] == pytest.approx(slope, rel=1e-4, abs=1e-4)


@quick
@given(
    parameters=st.tuples(*[st.floats(0.5, 30)] * 4),
    rows=st.lists(
        st.tuples(st.integers(0, 60), st.floats(0.01, 1), st.floats(1, 200)), min_size=1, max_size=12
    ),
)
def test_the_second_derivatives_are_those_of_the_likelihoods(parameters, rows):
    x, T = np.array([row[0] for row in rows], float), np.array([row[2] for row in rows])
    t_x = np.where(x > 0, T * np.array([row[1] for row in rows]), 0.0)
    spend = gamma_gamma_room._Likelihood(Counted.of(x + 1), T, np.ones(len(rows)))
    for likelihood, at in (
        (beta_geo_room._Likelihood(history(x, t_x, T)), np.array(parameters)),
        (spend, np.array(parameters[:3])),
    ):
        value_there, gradient, hessian = likelihood.curved(at)
        assert value_there == pytest.approx(likelihood(at)[0], rel=1e-12)
        assert gradient == pytest.approx(likelihood(at)[1], rel=1e-12)
        for i, step in enumerate(np.diag(at * 1e-5)):
            bend = (likelihood(at + step)[1] - likelihood(at - step)[1]) / (2 * step[i])
            assert hessian[i] == pytest.approx(bend, rel=1e-5, abs=1e-5)


def test_newtons_way_and_the_search_by_slopes_end_at_the_same_place(monkeypatch):
    many = made(5, 20_000)
    plain = BetaGeoNBD().fit(*many)
    monkeypatch.delattr(beta_geo_room._Likelihood, "curved")
    searched = BetaGeoNBD().fit(*many)
    assert plain.problem is searched.problem is None
    assert plain.params == pytest.approx(searched.params, rel=1e-6)
    assert plain.log_likelihood >= searched.log_likelihood - 1e-9 * abs(searched.log_likelihood)
    assert plain.standard_errors == pytest.approx(searched.standard_errors, rel=1e-3)


@pytest.mark.parametrize("model", [
    BetaGeoNBD.from_params(r=0.05, alpha=0.2, a=0.1, b=0.3), BetaGeoNBD.from_params(r=3, alpha=100, a=2, b=5),
    ParetoNBD.from_params(r=0.55, alpha=10.6, s=0.6, beta=11.7),
])  # fmt: skip
def test_what_is_to_come_is_the_same_between_the_places_where_it_is_worked_out(model):
    T = np.tile(np.arange(7, 900) / 7, 3)
    x = np.repeat([0.0, 4.0, 120.0], 893)
    last = np.where(x > 0, T, 0.0)
    together = model.discounted_purchases(x, last, T, 0.002, 260)
    for at in (0, 500, 892, 893, 1_300, 1_786, 2_500, 2_678):
        alone = model.discounted_purchases(x[at], last[at], T[at], 0.002, 260)
        assert together[at] == pytest.approx(alone, rel=1e-11)


@pytest.mark.parametrize("model", [
    BetaGeoNBD.from_params(r=0.243, alpha=4.414, a=0.793, b=2.426),
    ParetoNBD.from_params(r=0.55, alpha=10.6, s=0.6, beta=11.7),
])  # fmt: skip
@quick
@given(x=st.integers(1, 300), share=st.floats(0.02, 1), T=st.floats(1, 300), longer=st.floats(0.1, 200))
def test_silence_makes_a_customer_less_alive_and_a_longer_time_brings_more(model, x, share, T, longer):
    alive = model.alive(x, T * share, T)
    assert 0 <= alive <= 1
    assert model.alive(x, T * share, T + longer) <= alive
    shorter, far = (model.expected_purchases(t, x, T * share, T) for t in (longer, 2 * longer))
    assert 0 <= shorter <= far


def test_too_few_repeat_buyers_are_not_trusted():
    x, t_x, T = made(3, 60)
    model = BetaGeoNBD().fit(x, t_x, T)
    assert (x > 0).sum() < 50
    assert model.problem == "too_few_repeat_buyers"
    assert not model.is_trusted


def test_data_that_do_not_say_a_parameter_are_not_trusted():
    """Everybody buys every week and nobody ever leaves: how many leave cannot be told."""
    T = np.full(300, 30.0)
    model = BetaGeoNBD().fit(np.full(300, 30), T, T)
    assert model.problem in {"parameter_at_bound", "no_standard_error", "not_converged"}


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        (([1.5], [1], [2]), "frequency"),
        (([1], [3], [2]), "recency"),
        (([0], [1], [2]), "recency"),
        (([1], [0], [2]), "recency"),
        (([1], [1], [float("nan")]), "age"),
        (([-1], [1], [2]), "frequency"),
        (([1, 2], [1], [2]), "recency"),
        ((["a"], [1], [2]), "frequency"),
    ],
)
def test_a_strange_customer_is_refused_by_name(columns, name):
    with pytest.raises(FactError) as refused:
        BetaGeoNBD().fit(*columns)
    assert refused.value.column == name


def test_nothing_is_answered_before_a_fit_and_nothing_from_strange_parameters():
    with pytest.raises(FactError):
        BetaGeoNBD().alive(1, 1, 2)
    with pytest.raises(FactError):
        BetaGeoNBD.from_params(r=1, alpha=1, a=1)
    with pytest.raises(FactError):
        ParetoNBD.from_params(r=1, alpha=1, s=0, beta=1)


def test_a_summary_counts_days_and_nets_what_came_back():
    """Two orders of one day are one purchase; a return alone is none; its money is taken off its day."""
    rows = [
        ("甲", "1", date(2026, 1, 5), 100.0, "sale"),
        ("甲", "2", date(2026, 1, 5), 50.0, "sale"),
        ("甲", "3", date(2026, 1, 19), 80.0, "sale"),
        ("甲", "3", date(2026, 1, 19), -20.0, "return"),
        ("甲", "4", date(2026, 2, 2), -500.0, "return"),
        ("甲", "5", date(2026, 2, 9), 40.0, "sale"),
        ("乙", "6", date(2026, 2, 9), 10.0, "sale"),
        ("丙", "7", date(2026, 2, 9), -10.0, "return"),
        ("丁", "8", date(2026, 3, 9), 10.0, "sale"),
    ]
    table = pa.Table.from_pylist([
        dict(zip(("customer_id", "order_no", "day", "amount", "kind"), row, strict=True)) for row in rows
    ])  # fmt: skip
    found = value.lifetime.summary(table, date(2026, 2, 16)).to_pyarrow().sort_by("customer_id").to_pylist()
    first, second = sorted(found, key=lambda row: row["frequency"], reverse=True)
    assert (first["customer_id"], first["frequency"], first["recency"], first["age"]) == ("甲", 2, 5.0, 6.0)
    assert (first["mean_value"], first["reason"]) == (50.0, None)
    assert (second["customer_id"], second["frequency"], second["mean_value"]) == ("乙", 0, None)
    assert second["reason"] == "no_repeat_purchase"


def test_lifetime_value_is_margin_times_spend_times_what_is_to_come():
    purchases = BetaGeoNBD.from_params(r=0.243, alpha=4.414, a=0.793, b=2.426)
    spend = GammaGamma.from_params(p=6.25, q=3.74, v=15.44)
    given = {"margin": 0.3, "discount": 0.1}
    for_ever = lifetime_value(purchases, spend, 2, 30.43, 38.86, 22.35, **given)
    five_years = lifetime_value(purchases, spend, 2, 30.43, 38.86, 22.35, years=5, **given)
    assert 0 < five_years < for_ever
    rate = np.log1p(0.1) / (365.25 / 7)
    to_come = purchases.discounted_purchases(2, 30.43, 38.86, rate)
    assert for_ever == pytest.approx(0.3 * spend.expected_spend(2, 22.35) * to_come, rel=1e-12)
    with pytest.raises(FactError):
        lifetime_value(purchases, spend, 2, 30.43, 38.86, 22.35, margin=0.3, discount=0)


def test_the_same_answer_for_one_and_for_many():
    model = ParetoNBD.from_params(r=0.55, alpha=10.6, s=0.6, beta=11.7)
    x, t_x, T = np.array([0, 2, 2, 9]), np.array([0, 30, 30, 38.0]), np.array([39.0, 39, 39, 39])
    for answer in (model.alive, lambda *row: model.expected_purchases(26, *row),
                   lambda *row: model.discounted_purchases(*row, 0.002)):  # fmt: skip
        many = answer(x, t_x, T)
        assert many == pytest.approx([answer(*row) for row in zip(x, t_x, T, strict=True)], rel=1e-12)


def test_customers_kept_back_are_scored_as_the_fit_scores_its_own(people):
    x, t_x, T = people
    for model in (BetaGeoNBD, ParetoNBD):
        fitted = model().fit(x, t_x, T)
        assert fitted.score(x, t_x, T) == pytest.approx(fitted.log_likelihood, rel=1e-12)
        assert fitted.score(x[:9], t_x[:9], T[:9]) > fitted.score(x[:10], t_x[:10], T[:10])
    spend = GammaGamma().fit([2, 3, 5] * 40, [20.0, 35.5, 28.0] * 40)
    assert spend.score([2, 3, 5] * 40, [20.0, 35.5, 28.0] * 40) == pytest.approx(
        spend.log_likelihood, rel=1e-12
    )

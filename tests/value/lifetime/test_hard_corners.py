"""Where other libraries return nothing, overflow or lose their digits. The figures were worked out from the closed
forms with 60 digits."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad

from kemai.value.errors import FactError
from kemai.value.lifetime import BetaGeoNBD, GammaGamma, ParetoNBD, lifetime_value

BETA_GEO = [
    # r, alpha, a, b, t, x, t_x, T, expected purchases
    (0.3, 4, 0.2, 0.5, 39, 0, 0, 30, 0.29710135242983),  # a + b below 1 and no repeat purchase
    (0.3, 4, 1.0, 2, 39, 3, 20, 30, 1.5515310617147),  # a is 1
    (0.3, 4, 0.001, 0.01, 1000, 0, 0, 0.5, 60.391120665167),
    (50, 4, 0.8, 0.2, 1000, 900, 200, 200.5, 1955.9035314229),  # very many purchases
    (50, 400, 1000.0, 2000, 1000, 900, 200, 200.5, 2.2162100776702),
    (0.3, 4, 0.2, 0.5, 1e6, 500, 60, 60.5, 1379643.093160731),  # a time ahead of thousands of lives
    (0.3, 4, 1.0, 2, 1e6, 500, 60, 60, 4836.301347390358),
    (0.3, 4, 0.8, 2.4, 1e9, 0, 0, 0, 265.4496239751248),
    (0.3, 4, 0.001, 0.01, 1e6, 3, 20, 30, 95971.22827803594),
]
PARETO = [
    # r, alpha, s, beta, x, t_x, T, alive
    (0.55, 10.6, 0.6, 11.7, 500, 20, 31, 1.2594429756129e-64),
    (0.55, 10, 50, 500, 3, 10, 300, 2.5258474090425e-14),
    (0.55, 0.001, 5, 1000, 700, 299, 300, 0.98478620033797),
    (0.55, 10.6, 0.6, 0.01, 0, 0, 31, 0.0038531072008007),
]


@pytest.mark.parametrize("case", BETA_GEO)
def test_bg_nbd_keeps_its_digits_everywhere(case):
    r, alpha, a, b, t, x, t_x, T, expected = case
    model = BetaGeoNBD.from_params(r=r, alpha=alpha, a=a, b=b)
    assert model.expected_purchases(t, x, t_x, T) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("case", PARETO)
def test_pareto_nbd_keeps_its_digits_everywhere(case):
    r, alpha, s, beta, x, t_x, T, alive = case
    model = ParetoNBD.from_params(r=r, alpha=alpha, s=s, beta=beta)
    assert model.alive(x, t_x, T) == pytest.approx(alive, rel=1e-10)


def test_a_is_one_lies_between_its_neighbours():
    below, at, above = (
        BetaGeoNBD.from_params(r=0.3, alpha=4, a=a, b=2).expected_purchases(39, 3, 20, 30)
        for a in (1 - 1e-6, 1.0, 1 + 1e-6)
    )
    assert above < at < below
    assert at == pytest.approx((above + below) / 2, rel=1e-9)


def test_s_is_one_lies_between_its_neighbours():
    below, at, above = (
        ParetoNBD.from_params(r=0.55, alpha=10, s=s, beta=12).expected_purchases(39, 3, 20, 30)
        for s in (1 - 1e-6, 1.0, 1 + 1e-6)
    )
    assert above < at < below
    assert at == pytest.approx((above + below) / 2, rel=1e-9)


def test_without_a_mean_there_is_no_number_but_a_reason():
    model = GammaGamma.from_params(p=6, q=0.9, v=15)
    assert not model.has_mean
    assert np.isnan(model.expected_spend(0, 0))
    assert model.reason(0) == "no_mean"
    assert np.isfinite(model.expected_spend(3, 20.0))
    assert model.reason(3) is None


@pytest.mark.parametrize("t", [0.0, 0.5, 39.0, 400.0])
@pytest.mark.parametrize(
    "model",
    [
        BetaGeoNBD.from_params(r=0.243, alpha=4.414, a=0.793, b=2.426),
        BetaGeoNBD.from_params(r=2, alpha=40, a=0.3, b=0.4),
        ParetoNBD.from_params(r=0.55, alpha=10.6, s=0.6, beta=11.7),
        ParetoNBD.from_params(r=3, alpha=80, s=1.0, beta=30),
    ],
)
def test_chances_add_up_to_one_and_to_the_expected_number(model, t):
    counts = np.arange(3000)
    chances = model.pmf(counts, t)
    assert chances.min() >= 0
    assert chances.sum() == pytest.approx(1, abs=1e-9)
    assert chances @ counts == pytest.approx(model.expected_purchases_new(t), rel=1e-7, abs=1e-12)


@pytest.mark.parametrize(
    "model",
    [
        BetaGeoNBD.from_params(r=0.243, alpha=4.414, a=0.793, b=2.426),
        ParetoNBD.from_params(r=0.55, alpha=10.6, s=0.6, beta=11.7),
    ],
)
def test_discounting_is_the_integral_of_what_is_still_to_come(model):
    rate, step = 0.002, 1e-3

    def paid(u):
        gained = model.expected_purchases(u + step, 2, 30, 39) - model.expected_purchases(u - step, 2, 30, 39)
        return gained / (2 * step) * np.exp(-rate * u)

    direct = quad(paid, step, 200, limit=200)[0]
    assert model.discounted_purchases(2, 30, 39, rate, 200) == pytest.approx(direct, rel=1e-3)
    assert model.discounted_purchases(2, 30, 39, 0, 39) == pytest.approx(
        model.expected_purchases(39, 2, 30, 39), rel=1e-12
    )
    assert model.discounted_purchases(2, 30, 39, rate, 200) < model.discounted_purchases(2, 30, 39, rate)


MODEL = BetaGeoNBD.from_params(r=0.243, alpha=4.414, a=0.793, b=2.426)
SPEND = GammaGamma.from_params(p=6.25, q=3.74, v=15.44)
PEOPLE = pd.DataFrame(
    {"x": [2, 0, 5], "t_x": [30.43, 0, 20], "T": [38.86, 38.86, 25], "m": [22.35, np.nan, 9]},
    index=["c", "a", "b"],
)


def test_columns_of_a_query_are_refused_since_their_rows_come_in_any_order():
    table = ibis.memtable(PEOPLE)
    for call in (
        lambda: BetaGeoNBD().fit(table.x, table.t_x, table["T"]),
        lambda: MODEL.alive(table.x, table.t_x, table["T"]),
        lambda: SPEND.expected_spend(table.x, table.m),
        lambda: GammaGamma().fit(table.x, table.m),
    ):
        with pytest.raises(FactError, match="to_pandas") as refused:
            call()
        assert refused.value.code == "column_of_a_query"


def test_pandas_columns_in_different_orders_are_not_paired_with_strangers():
    other = PEOPLE.sort_index()
    for call in (
        lambda: MODEL.alive(PEOPLE.x, PEOPLE.t_x, other["T"]),
        lambda: BetaGeoNBD().fit(PEOPLE.x, other.t_x, PEOPLE["T"]),
        lambda: SPEND.expected_spend(PEOPLE.x, other.m),
    ):
        with pytest.raises(FactError) as refused:
            call()
        assert refused.value.code == "other_order"
    by_place = MODEL.alive(PEOPLE.x, PEOPLE.t_x.reset_index(drop=True), PEOPLE["T"].to_numpy())
    assert by_place.tolist() == MODEL.alive(PEOPLE.x, PEOPLE.t_x, PEOPLE["T"]).tolist()


@pytest.mark.parametrize("kind", ["numpy_nullable", "pyarrow"])
def test_nullable_columns_of_pandas_are_numbers_and_what_is_missing_is_no_spend_of_the_customer(kind):
    people = PEOPLE.convert_dtypes(dtype_backend=kind)
    spent = SPEND.expected_spend(people.x, people.m)
    assert spent.tolist() == SPEND.expected_spend([2, 0, 5], [22.35, 0, 9]).tolist()
    assert (
        MODEL.alive(people.x, people.t_x, people["T"]).tolist()
        == MODEL.alive(PEOPLE.x, PEOPLE.t_x, PEOPLE["T"]).tolist()
    )


def test_a_bad_customer_is_named_by_its_row():
    with pytest.raises(FactError, match="T：第 1 行"):
        MODEL.alive([2, 2], [30, 40], [38, 38])
    with pytest.raises(FactError, match="x：有不是数的值"):
        MODEL.alive(["two"], [30], [38])


def test_a_model_says_what_it_is():
    assert repr(BetaGeoNBD()) == "BetaGeoNBD()"
    assert repr(SPEND) == "GammaGamma(p=6.25, q=3.74, v=15.44)"
    few = BetaGeoNBD().fit([1, 0], [2, 0], [3, 3])
    assert repr(few).startswith("BetaGeoNBD(r=")
    assert repr(few).endswith("problem=too_few_repeat_buyers)")
    assert f"log_likelihood={few.log_likelihood:.2f}" in repr(few)


def test_wrong_parameters_are_told_from_missing_ones():
    with pytest.raises(FactError, match="应为 p, q, v：缺 v、多了 gamma"):
        GammaGamma.from_params(p=6.25, q=3.74, gamma=15.44)
    with pytest.raises(FactError, match="fit"):
        BetaGeoNBD().alive(1, 2, 3)


@pytest.mark.parametrize("percent", [30, float("nan")])
def test_a_margin_in_percent_is_no_fraction(percent):
    with pytest.raises(FactError, match="margin"):
        lifetime_value(MODEL, SPEND, 2, 30.43, 38.86, 22.35, margin=percent, discount=0.1)


PARETO_MODEL = ParetoNBD.from_params(r=0.5534, alpha=10.5802, s=0.6061, beta=11.6562)
ENDLESS = float("inf")


@pytest.mark.parametrize("model", [MODEL, PARETO_MODEL])
@pytest.mark.parametrize(
    ("ask", "column"),
    [
        (lambda m: m.alive([1, 2, 3], [1, 2], [3, 4, 5]), "t_x"),
        (lambda m: m.alive([1, 2], [1, 2], [3, 4, 5]), "T"),
        (lambda m: m.expected_purchases([1, 2, 3], [1, 2], [1, 2], [3, 4]), "x"),
        (lambda m: m.pmf([1, 2, 3], [4, 5]), "t"),
        (lambda m: m.pmf(-1, 5), "n"),
        (lambda m: m.pmf(1.5, 5), "n"),
        (lambda m: m.pmf(np.nan, 5), "n"),
        (lambda m: m.pmf(1, [5, -1]), "t"),
        (lambda m: m.alive(1, 1, np.nan), "T"),
        (lambda m: m.alive(1, np.nan, 5), "t_x"),
        (lambda m: m.alive(1, 6, 5), "T"),
        (lambda m: m.expected_purchases_new(-1), "t"),
    ],
)
def test_an_argument_that_cannot_be_is_refused_by_its_own_name(model, ask, column):
    with pytest.raises(FactError) as refused:
        ask(model)
    assert refused.value.column == column
    assert str(refused.value).startswith(f"{column}：")


@pytest.mark.parametrize("model", [MODEL, PARETO_MODEL])
def test_nobody_has_no_answers_and_no_error(model):
    answers = (
        model.alive([], [], []), model.expected_purchases(52, [], [], []), model.expected_purchases_new([]),
        model.pmf([], 3), model.discounted_purchases([], [], [], 0.002), SPEND.expected_spend([], []),
    )  # fmt: skip
    assert [np.shape(each) for each in answers] == [(0,)] * len(answers)


@pytest.mark.parametrize(
    ("x", "mean", "column"),
    [
        (-1, 5, "x"), (1.5, 5, "x"), (np.nan, 5, "x"), (ENDLESS, 5, "x"), (2, ENDLESS, "mean_value"),
        (2, np.nan, "mean_value"), ([1, 2, 3], [1, 2], "mean_value"), ([0, 1], [None, None], "mean_value"),
    ],
)  # fmt: skip
def test_a_spend_of_what_cannot_be_is_refused(x, mean, column):
    with pytest.raises(FactError) as refused:
        SPEND.expected_spend(x, mean)
    assert refused.value.column == column


def test_who_gave_back_more_than_it_bought_is_expected_to_spend_no_less_than_nothing():
    assert SPEND.expected_spend(50, -1_000) == SPEND.expected_spend(50, 0) > 0


@pytest.mark.parametrize("given", ["x", None, -1, 0, np.nan, [1, 2]])
def test_a_parameter_that_is_none_is_refused_by_its_name(given):
    with pytest.raises(FactError) as refused:
        BetaGeoNBD.from_params(r=1, alpha=1, a=1, b=given)
    assert refused.value.column == "b"


@pytest.mark.parametrize("column", ["years", "unit_days"])
@pytest.mark.parametrize("given", [0, -1, float("nan")])
def test_a_worth_over_no_time_is_refused(column, given):
    with pytest.raises(FactError) as refused:
        lifetime_value(MODEL, SPEND, 2, 30.43, 38.86, 22.35, margin=0.3, discount=0.1, **{column: given})
    assert refused.value.column == column


def test_discounting_over_less_than_no_time_is_refused():
    with pytest.raises(FactError) as refused:
        MODEL.discounted_purchases(2, 30, 39, 0.002, -1)
    assert refused.value.column == "horizon"

"""Every printed digit of `reference_tables.csv`, and log-likelihoods of exact days to 1e-5 (BG/NBD, Pareto/NBD,
Gamma-Gamma; S4.58, S4.59, S4.61)."""

from __future__ import annotations

import numpy as np
import pytest

from kemai.value.lifetime import BetaGeoNBD, GammaGamma, ParetoNBD

PRINTED = BetaGeoNBD.from_params(r=0.243, alpha=4.414, a=0.793, b=2.426)
WALKTHROUGH = ParetoNBD.from_params(r=0.5534, alpha=10.5802, s=0.6061, beta=11.6562)


@pytest.fixture(scope="module")
def beta_geo(cdnow):
    return BetaGeoNBD().fit(cdnow.frequency, cdnow.recency, cdnow.age)


@pytest.fixture(scope="module")
def pareto(cdnow):
    return ParetoNBD().fit(cdnow.frequency, cdnow.recency, cdnow.age)


@pytest.fixture(scope="module")
def spend(cdnow):
    return GammaGamma().fit(cdnow.frequency, cdnow.mean_value)


def rounded(model, digits):
    return {name: round(number, digits) for name, number in model.params.items()}


def test_the_sample_has_its_known_customers(cdnow):
    assert len(cdnow) == 2357
    assert int((cdnow.frequency > 0).sum()) == 946
    first = cdnow.iloc[0]
    assert (first.frequency, round(first.recency, 2), round(first.age, 2)) == (2, 30.43, 38.86)


def test_bg_nbd_finds_the_parameters_of_the_paper(beta_geo):
    assert rounded(beta_geo, 3) == {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    assert beta_geo.log_likelihood == pytest.approx(-9582.4292067, abs=1e-5)
    assert beta_geo.is_trusted


def test_bg_nbd_tells_the_first_customer_what_the_sheet_tells(beta_geo):
    assert round(PRINTED.expected_purchases(39, 2, 30.43, 38.86), 3) == 1.226
    assert round(beta_geo.expected_purchases(39, 2, 30 + 3 / 7, 38 + 6 / 7), 3) == 1.226


def test_bg_nbd_expects_of_a_new_customer_what_the_sheet_expects(beta_geo):
    times = [0.1429, 1, 3, 31.8571, 32]
    printed = [0.0078, 0.0532, 0.1506, 1.0405, 1.0437]
    assert np.round(beta_geo.expected_purchases_new(times), 4).tolist() == printed
    # The sheet breaks its series off; at 78 weeks that costs the last digit but one.
    assert beta_geo.expected_purchases_new(78) == pytest.approx(1.8576, abs=5e-4)


def test_bg_nbd_gives_the_published_chances():
    assert PRINTED.pmf(10, 2) == pytest.approx(1.07869e-07, rel=5e-6)
    assert round(PRINTED.pmf(0, 39), 7) == 0.5737864
    printed = [0.0019995214, 0.0015170236, 0.0011633150, 0.0009003148, 0.0007023638]
    printed += [0.0005517902, 0.0004361913, 0.0003467171, 0.0002769613, 0.0002222260]
    assert np.round(PRINTED.pmf(np.arange(11, 21), 30), 10).tolist() == printed


def test_pareto_nbd_finds_the_parameters_of_the_paper(pareto):
    assert rounded(pareto, 3) == {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}
    assert pareto.log_likelihood == pytest.approx(-9594.9761789, abs=1e-5)
    assert pareto.is_trusted


def test_pareto_nbd_answers_as_the_walkthrough():
    assert round(WALKTHROUGH.alive(26, 30.86, 31), 4) == 0.9979
    assert WALKTHROUGH.expected_purchases(52, 26, 30.86, 31) == pytest.approx(25.46, abs=0.01)


def test_pareto_nbd_expects_of_a_new_customer_what_is_published(pareto):
    printed = [0, 0.05077821, 0.09916088, 0.14542507, 0.18979930, 0.23247466, 0.27361274, 0.31335159]
    assert pareto.expected_purchases_new(np.arange(8)) == pytest.approx(printed, abs=0.01)


def test_gamma_gamma_finds_the_parameters_of_the_note(spend):
    assert rounded(spend, 2) == {"p": 6.25, "q": 3.74, "v": 15.44}
    assert spend.log_likelihood == pytest.approx(-4055.9177, abs=1e-4)


def test_gamma_gamma_expects_of_the_first_ten_what_the_sheet_expects(spend, cdnow):
    ten = cdnow.head(10)
    printed = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert np.round(spend.expected_spend(ten.frequency, ten.mean_value), 2).tolist() == printed

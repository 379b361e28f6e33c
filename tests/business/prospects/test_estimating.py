"""Estimates of potential: the list of probabilities, shares, reasons, versions."""

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.archives.actions import Invalid
from kemai.business.prospects import queries
from kemai.business.prospects.actions import estimate_potential
from kemai.business.prospects.models import Potential
from kemai.foundation.access.actor import Refused

pytestmark = pytest.mark.django_db


def test_s0_36_an_estimate_is_kept_to_the_fen(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    estimate_potential(
        actor=people["e1"], customer=mine, mp_fen=200_000_000, es_bp=3000, p_bp=5000, reason_market="招标"
    )
    now = queries.current_potential(people["e1"], mine)
    assert (now.mp_fen, now.es_bp, now.p_bp, now.horizon_months) == (200_000_000, 3000, 5000, 12)


def test_s0_37_a_probability_off_the_list_is_refused_unless_the_company_allows_it(people):
    from kemai.foundation.preferences.company import set_company_setting

    mine = customer_of(people, "e1", "华瑞商贸")
    with pytest.raises(Invalid) as refused:
        estimate_potential(actor=people["e1"], customer=mine, p_bp=6500)
    assert "p_bp" in refused.value.problems
    assert not Potential.objects.exists()
    set_company_setting(actor=people["d"], key="potential.free_probability", value=True)
    assert estimate_potential(actor=people["e1"], customer=mine, p_bp=6500).potential.p_bp == 6500


def test_s0_38_a_share_without_a_reason_warns_and_history_shows_both(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    assert estimate_potential(actor=people["e1"], customer=mine, es_bp=2000).warnings
    assert not estimate_potential(
        actor=people["me"], customer=mine, es_bp=3000, reason_product="新品"
    ).warnings
    seen = list(
        queries.potential_history(people["e1"], mine).values_list("es_bp", "person_name", "estimated_on")
    )
    assert seen == [(3000, "ME", TODAY), (2000, "E1", TODAY)]
    assert Potential.objects.filter(is_current=True).count() == 1


@pytest.mark.parametrize(
    "wrong", [{"es_bp": 10_001}, {"es_bp": -1}, {"mp_fen": -1}, {"horizon_months": 0}, {"mp_fen": 10**30}]
)
def test_numbers_that_make_no_sense_are_refused(wrong, people):
    mine = customer_of(people, "e1", "华瑞商贸")
    with pytest.raises(Invalid):
        estimate_potential(actor=people["e1"], customer=mine, **wrong)
    assert not Potential.objects.exists()


def test_a_stranger_neither_sees_nor_makes_estimates(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    estimate_potential(actor=people["e1"], customer=mine, mp_fen=100)
    for login in ("e2", "w1", "c", "s", "a", "stranger"):
        assert queries.current_potential(people[login], mine) is None
        with pytest.raises((LookupError, Refused)):
            estimate_potential(actor=people[login], customer=mine, mp_fen=1)
    assert Potential.objects.count() == 1

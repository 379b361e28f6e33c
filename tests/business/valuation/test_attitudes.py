"""What customers think of us: one of three, every record kept, said by owner and team, suggested by the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.cast import TODAY, customer_of

from kemai.business.archives.actions import Invalid
from kemai.business.archives.models import TeamMember
from kemai.business.valuation.actions import record_attitude
from kemai.business.valuation.attitudes import attitude_history, guess_of
from kemai.business.valuation.models import Attitude, Position
from kemai.foundation.access.actor import Refused
from kemai.foundation.trail.models import Entry

pytestmark = pytest.mark.django_db


def test_s1_133_each_customer_has_one_of_three_and_every_record_stays(people: Any):
    """S1.133 and S2.10: loyal, brand switcher, no brand loyalty; the newest counts."""
    customer = customer_of(people, "e1", "东边的店")
    record_attitude(actor=people["e1"], customer=customer, attitude="switcher", note="换了两回牌子")
    record_attitude(
        actor=people["e1"],
        customer=customer,
        attitude="loyal",
        is_early_adopter=True,
        answers={"referral": 90},
    )
    history = list(attitude_history(people["e1"], customer))
    assert [(each.attitude, each.is_current) for each in history] == [("loyal", True), ("switcher", False)]
    assert history[0].is_early_adopter
    assert history[0].person_name == people["e1"].name
    assert (
        list(Entry.objects.filter(verb="valuation.attitude.recorded").values_list("customer_id", flat=True))
        == [customer.pk] * 2
    )


def test_s1_133_only_a_loyal_customer_is_an_early_adopter(people: Any):
    """S1.133: the flag comes only with loyal, in the action and in the database."""
    customer = customer_of(people, "e1", "东边的店")
    with pytest.raises(Invalid) as odd:
        record_attitude(actor=people["e1"], customer=customer, attitude="none", is_early_adopter=True)
    assert set(odd.value.problems) == {"is_early_adopter"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Attitude.objects.create(customer=customer, attitude="none", is_early_adopter=True, on=TODAY)
    assert not Attitude.objects.exists()


@pytest.mark.parametrize(
    "more",
    [
        {"attitude": "fond"},
        {"answers": {"referral": 101}},
        {"answers": {"referral": -1}},
        {"on": TODAY + timedelta(days=1)},
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(people: Any, more: dict[str, Any]):
    customer = customer_of(people, "e1", "东边的店")
    with pytest.raises(Invalid):
        record_attitude(actor=people["e1"], customer=customer, **{"attitude": "loyal", **more})
    assert not Attitude.objects.exists()


def test_owner_and_team_record_and_nobody_else(people: Any):
    customer = customer_of(people, "e1", "东边的店")
    for login in ("me", "d", "c"):
        with pytest.raises(Refused, match="负责人和团队"):
            record_attitude(actor=people[login], customer=customer, attitude="loyal")
    with pytest.raises(LookupError):
        record_attitude(actor=people["w1"], customer=customer, attitude="loyal")
    assert not Attitude.objects.exists()
    assert not Entry.objects.filter(verb__startswith="valuation.attitude").exists()
    TeamMember.objects.create(customer=customer, person=people.persons["w1"], starts_on=date(2026, 1, 1))
    assert (
        record_attitude(actor=people["w1"], customer=customer, attitude="none").person_id
        == people["w1"].person_id
    )


def test_who_sees_no_values_reads_no_attitudes(people: Any):
    customer = customer_of(people, "e1", "东边的店")
    record_attitude(actor=people["e1"], customer=customer, attitude="loyal")
    assert [len(attitude_history(people[login], customer)) for login in ("d", "me", "c", "s", "w1")] == [
        1,
        1,
        0,
        0,
        0,
    ]


def test_s4_8_three_purchases_in_time_and_half_of_the_wallet_suggest_loyal():
    """S4.8: 3 on-cycle orders and SOW 60 % -> loyal; without the wallet the purchases speak, below half they do not."""
    place = Position(on_cycle=3)
    guesses = [guess_of(place, share) for share in (60, None, 40)]
    assert [guess and (guess.attitude, guess.by) for guess in guesses] == [
        ("loyal", "rule"),
        ("loyal", "rule"),
        None,
    ]
    assert guess_of(Position(on_cycle=2), 90) is None
    assert (
        guess_of(
            Position(on_cycle=0, label="switcher", label_from="index", loyalty_centi=5_000), None
        ).attitude
        == "switcher"
    )  # type: ignore[union-attr]
    assert guess_of(None, 90) is None

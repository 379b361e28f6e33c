"""Notes about people have a privacy class: private ones are read by the account team and by nobody else (S0.14)."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cast import customer_of

from kemai.business.archives import actions, queries
from kemai.business.archives.models import ContactNote
from kemai.foundation.access.actor import Refused
from kemai.foundation.trail.models import EntryValues

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(people):
    made = customer_of(people, "e1", "华瑞商贸")
    actions.add_contact(actor=people["e1"], customer=made, name="贺明远")
    return made


def texts(people, login, customer):
    return [note.text for note in queries.notes_of(people[login], customer)]


def test_s0_14_likings_and_days_are_read_by_the_account_team_alone(people, customer):
    person = customer.contacts.get()
    actions.add_note(actor=people["e1"], contact=person, text="爱喝明前茶", kind="liking")
    actions.add_note(actor=people["e1"], contact=person, text="结婚纪念日", kind="day", on=date(2026, 12, 1))
    assert texts(people, "e1", customer) == ["爱喝明前茶", "结婚纪念日"]
    for login in ("me", "d", "c", "e2", "w1", "s", "stranger"):
        assert texts(people, login, customer) == []
    member = actions.add_team_member(actor=people["me"], customer=customer, person=people.persons["w1"])
    assert texts(people, "w1", customer) == ["爱喝明前茶", "结婚纪念日"]
    actions.end_team_member(actor=people["me"], member=member)
    assert texts(people, "w1", customer) == []


def test_a_note_for_all_is_read_by_whoever_sees_the_customer(people, customer):
    actions.add_note(actor=people["me"], contact=customer.contacts.get(), text="说话爽快", privacy="all")
    assert texts(people, "d", customer) == texts(people, "e1", customer) == ["说话爽快"]
    assert texts(people, "w1", customer) == []


def test_who_is_not_on_the_team_keeps_no_private_note_and_nothing_is_left_of_a_refusal(people, customer):
    person = customer.contacts.get()
    with pytest.raises(Refused, match="团队"):
        actions.add_note(actor=people["me"], contact=person, text="怕狗")
    for login, error in (("w1", LookupError), ("f1", Refused), ("stranger", Refused)):
        with pytest.raises(error):
            actions.add_note(actor=people[login], contact=person, text="怕狗", privacy="all")
    for wrong in (
        {"text": " "},
        {"text": "长" * 201},
        {"text": "好", "kind": "x"},
        {"text": "好", "privacy": "x"},
    ):
        with pytest.raises(actions.Invalid):
            actions.add_note(actor=people["e1"], contact=person, **wrong)
    assert not ContactNote.objects.exists()


def test_the_trail_and_other_peoples_pages_never_hold_the_text(people, customer, client):
    person = customer.contacts.get()
    note = actions.add_note(actor=people["e1"], contact=person, text="暗号喜好")
    assert "暗号喜好" not in str(list(EntryValues.objects.values_list("changes", flat=True)))
    backend = "django.contrib.auth.backends.ModelBackend"
    address = f"/customers/{customer.code}/contacts/"
    client.force_login(people.persons["me"], backend=backend)
    for page in (address, f"{address}{person.pk}/", f"/customers/{customer.code}/changes/"):
        assert "暗号喜好" not in client.get(page).content.decode()
    assert client.post(f"{address}{person.pk}/notes/{note.pk}/retire/").status_code == 404
    client.force_login(people.persons["e1"], backend=backend)
    for page in (address, f"{address}{person.pk}/"):
        assert "暗号喜好" in client.get(page).content.decode()
    assert client.post(f"{address}{person.pk}/notes/{note.pk}/retire/").status_code == 302
    assert texts(people, "e1", customer) == []

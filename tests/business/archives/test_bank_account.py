"""The bank account: who may see it, who may change it, and what is left at rest."""

import pytest
from tests.cast import customer_of

from kemai.business.archives import actions, fields
from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Refused
from kemai.foundation.trail.models import Entry, EntryValues

pytestmark = pytest.mark.django_db
ACCOUNT = "6222000011112222333"


def test_p07_the_account_is_cipher_at_rest_and_absent_from_the_trail(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    actions.set_bank_account(actor=people["f1"], customer=mine, version=1, account=ACCOUNT)
    now = Customer.objects.get(pk=mine.pk)
    assert ACCOUNT.encode() not in bytes(now.bank_account_sealed)
    assert not any(ACCOUNT in str(v.changes) for v in EntryValues.objects.all())
    assert fields.bank_account(people["f1"], now) == "**** 2333"
    for login in ("e1", "c", "s"):
        assert fields.bank_account(people[login], now) is None


def test_only_credit_changes_it_and_only_the_version_it_saw(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    with pytest.raises(Refused):
        actions.set_bank_account(actor=people["e1"], customer=mine, version=1, account=ACCOUNT)
    with pytest.raises(actions.Conflict):
        actions.set_bank_account(actor=people["f1"], customer=mine, version=9, account=ACCOUNT)
    assert Customer.objects.get(pk=mine.pk).bank_account_sealed is None


def test_who_may_see_the_account_reveals_it_and_each_look_is_in_the_trail(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    actions.set_bank_account(actor=people["f1"], customer=mine, version=1, account=ACCOUNT)
    assert actions.reveal_bank_account(actor=people["f1"], customer=mine) == ACCOUNT
    looks = Entry.objects.filter(verb="archives.bank_account.revealed")
    assert list(looks.values_list("actor_name", "customer_id")) == [("F1", mine.pk)]
    for login, error in (("e1", Refused), ("c", Refused), ("w1", LookupError)):
        with pytest.raises(error):
            actions.reveal_bank_account(actor=people[login], customer=mine)
    assert looks.count() == 1

"""P07: the key of sealed fields is one of its own: not the secret key, not in the database."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tests.cast import customer_of

from kemai.business.archives import actions, checks
from kemai.business.archives.models import Customer
from kemai.foundation import sealing
from kemai.foundation.sealing import seals

ACCOUNT = "6222000011112222333"


def test_a_new_secret_key_loses_no_sealed_value_and_no_index(settings: Any) -> None:
    sealed, index = sealing.seal(ACCOUNT), sealing.blind_index(ACCOUNT)
    settings.SECRET_KEY = "another one, as after a leak of cookies"
    assert sealing.unseal(sealed) == ACCOUNT
    assert sealing.blind_index(ACCOUNT) == index


def test_without_the_seal_key_nothing_is_read(settings: Any) -> None:
    sealed = sealing.seal(ACCOUNT)
    settings.SEAL_KEY = "not the one"
    with pytest.raises(InvalidTag):
        sealing.unseal(sealed)


def test_what_was_sealed_before_the_key_was_apart_opens_still(settings: Any) -> None:
    nonce = bytes(12)
    old = nonce + AESGCM(seals._key("seal", settings.SECRET_KEY)).encrypt(nonce, ACCOUNT.encode(), None)
    assert sealing.unseal(old) == ACCOUNT


@pytest.mark.django_db
def test_the_doctor_says_when_the_key_is_another(people: Any, settings: Any) -> None:
    mine = customer_of(people, "e1", "华瑞商贸")
    actions.set_bank_account(actor=people["f1"], customer=mine, version=1, account=ACCOUNT)
    assert Customer.objects.get().bank_account_sealed
    assert list(checks.problems()) == []
    settings.SEAL_KEY = "not the one"
    assert [p for p in checks.problems() if "seal_key" in p]

"""The bank account: sealed at rest, found by a blind index, named in the trail without its digits."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kemai.business.archives.actions.customers import Conflict, Invalid
from kemai.business.archives.actions.locking import locked_customer
from kemai.business.archives.models import Customer
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict
from kemai.foundation.sealing import blind_index, seal, unseal

LONGEST = 60


def set_bank_account(*, actor: Actor, customer: Customer, version: int, account: str) -> None:
    """Stores or, with an empty text, removes the account. Raises Conflict when the version is not the current one."""
    actor.require("credit.edit", _("账号由信用/财务来改。"))
    text = account.strip()
    if len(text) > LONGEST:
        raise Invalid({"bank_account": _("账号太长。")})
    with transaction.atomic():
        now = locked_customer(actor, customer)
        if now.version != version:
            raise Conflict(now)
        Customer.objects.filter(pk=now.pk).update(
            bank_account_sealed=seal(text) if text else None,
            bank_account_index=blind_index(text) if text else None,
            version=F("version") + 1,
        )
        trail.record(
            actor=actor, verb="archives.bank_account.changed", subject_type="customer", subject_id=now.pk,
            customer_id=now.pk, changes={"bank_account": [_masked(now.bank_account_sealed), _masked(text)]},
        )  # fmt: skip


def reveal_bank_account(*, actor: Actor, customer: Customer) -> str:
    """The whole account, for who may see it; each look is in the trail."""
    with transaction.atomic():
        now = restrict(Customer.objects.filter(pk=customer.pk), actor).first()
        if now is None:
            raise LookupError(customer.code)
        if actor.sight("bank", now.owner_id) != "visible":
            raise Refused(_("你的岗位看不到账号。"))
        text = unseal(bytes(now.bank_account_sealed)) if now.bank_account_sealed else ""
        if text:
            trail.record(
                actor=actor, verb="archives.bank_account.revealed", subject_type="customer", subject_id=now.pk,
                customer_id=now.pk,
            )  # fmt: skip
    return text


def _masked(value: object) -> str | None:
    return "****" if value else None

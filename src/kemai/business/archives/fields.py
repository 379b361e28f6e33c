"""The fifteen basic fields: their labels, who sees which, and how many are filled (S0.8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Actor
from kemai.foundation.sealing import unseal

BASICS: tuple[tuple[str, Any], ...] = (
    ("code", _("客户编号")),
    ("name", _("客户名称")),
    ("address", _("地址")),
    ("postcode", _("邮编")),
    ("phone", _("电话")),
    ("fax", _("传真")),
    ("email", _("电子邮件")),
    ("website", _("网址")),
    ("principal", pgettext_lazy("archive", "负责人")),
    ("bank_account", _("开户行账号")),
    ("tax_number", _("税号")),
    ("registration_number", _("工商登记号")),
    ("ownership", _("所有制性质")),
    ("category", _("类别")),
    ("size", _("规模")),
)
EDITABLE = (
    "name", "short_name", "type", "uscc", "region", "category", "size", "ownership", "address", "postcode", "phone",
    "fax", "email", "website", "principal", "tax_number", "registration_number", "since",
)  # fmt: skip
BESIDE = ("short_name", "type", "uscc", "region", "since")


@dataclass(frozen=True)
class Filled:
    """How many of the basic fields hold something."""

    filled: int
    total: int

    @property
    def percent(self) -> int:
        """Whole percent, half up."""
        return (self.filled * 200 + self.total) // (2 * self.total)


def filled_share(customer: Customer) -> Filled:
    """15 of 15 filled is 100 %."""
    values = (
        customer.bank_account_sealed if name == "bank_account" else getattr(customer, name)
        for name, _label in BASICS
    )
    return Filled(sum(bool(v) for v in values), len(BASICS))


def missing(customer: Customer) -> list[Any]:
    """Labels of the basic fields that hold nothing."""
    return [
        label
        for name, label in BASICS
        if not (customer.bank_account_sealed if name == "bank_account" else getattr(customer, name))
    ]


def visible_basics(actor: Actor, customer: Customer) -> Iterator[tuple[Any, str]]:
    """Label and text of each basic field that the actor may see."""
    for name, label in BASICS:
        if name == "bank_account":
            text = bank_account(actor, customer)
            if text is not None:
                yield label, text
        else:
            yield label, str(getattr(customer, name) or "")


def visible_fields(actor: Actor, customer: Customer) -> Iterator[tuple[str, Any, str]]:
    """Key, label and text of the basic fields and of those that are kept beside them, as far as the actor sees them."""
    for name, label in BASICS:
        text = bank_account(actor, customer) if name == "bank_account" else str(getattr(customer, name) or "")
        if text is not None:
            yield name, label, text
        if name == "name":
            yield from ((key, _verbose(key), str(getattr(customer, key) or "")) for key in BESIDE)


def _verbose(key: str) -> str:
    return str(Customer._meta.get_field(key).verbose_name)  # type: ignore[union-attr]


def bank_account(actor: Actor, customer: Customer) -> str | None:
    """The account number down to its last four digits, or None where it is not for the actor's eyes.

    The whole of it is given by `actions.reveal_bank_account`, which leaves a trail.
    """
    if actor.sight("bank", customer.owner_id) == "hidden":
        return None
    text = unseal(bytes(customer.bank_account_sealed)) if customer.bank_account_sealed else ""
    return f"**** {text[-4:]}" if text else ""

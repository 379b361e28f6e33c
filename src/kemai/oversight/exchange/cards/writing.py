"""Contacts as cards of vCard 3.0 in UTF-8, for whoever may export, without what the actor does not see."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.archives.directory import ListQuery, filter_customers
from kemai.business.archives.models import Contact, Customer
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict
from kemai.oversight.exchange.cards.reading import LUNAR, ROLE, CardsRefused
from kemai.oversight.exchange.export.lists import REASON_FROM

MOST = 10_000
MEDIA_TYPE = "text/vcard; charset=utf-8"
_COMPOUND = (
    "欧阳司马上官诸葛夏侯皇甫尉迟公孙慕容令狐宇文长孙司徒司空轩辕东方独孤南宫西门端木申屠拓跋百里呼延钟离淳于单于澹台公冶宗政濮阳太叔"
    "仲孙鲜于闾丘赫连"
)
COMPOUND = frozenset(_COMPOUND[at : at + 2] for at in range(0, len(_COMPOUND), 2))


def card_file(*, actor: Actor, contact: Contact) -> bytes:
    """One person's card."""
    customer = contact.customer
    return _file(actor, [contact], told=f"{customer.code} {contact.name}", customer_id=customer.pk)


def cards_of_customer(*, actor: Actor, customer: Customer) -> bytes:
    """Everybody who still works at the customer."""
    rows = restrict(Contact.objects.filter(customer=customer, is_active=True), actor).select_related(
        "customer"
    )
    return _file(actor, rows, told=f"{customer.code} {customer.name}", customer_id=customer.pk)


def cards_of_list(*, actor: Actor, query: ListQuery, told: str, reason: str = "") -> bytes:
    """Everybody at the customers that the question finds, `told` being the question in words.

    Refused without the duty, without a reason for more than 1,000 cards, and beyond 10,000.
    """
    actor.require("export", _("你没有导出的权限。"))
    customers = filter_customers(actor, query).order_by().values("pk")
    rows = restrict(Contact.objects.filter(customer__in=customers, is_active=True), actor)
    count = rows.count()
    if count > MOST:
        raise Refused(_("一次最多 %(n)s 张名片，请先筛选。") % {"n": f"{MOST:,}"})
    if count > REASON_FROM and not reason.strip():
        raise Refused(_("超过 %(n)s 张要写用途。") % {"n": f"{REASON_FROM:,}"})
    ordered = rows.select_related("customer").order_by("customer__code", "pk")
    return _file(actor, ordered, told=told, reason=reason)


def _file(
    actor: Actor, contacts: Iterable[Contact], *, told: str, customer_id: int | None = None, reason: str = ""
) -> bytes:
    actor.require("export", _("你没有导出的权限。"))
    cards = [_card(actor, contact) for contact in contacts]
    if not cards:
        raise CardsRefused(_("这里没有可以导出的联系人。"))
    made = "".join(cards).encode()
    with transaction.atomic():
        trail.record(
            actor=actor, verb="exchange.cards.exported", subject_type="export", customer_id=customer_id,
            reason=reason.strip()[:500],
            changes={
                "filter": [None, told], "rows": [None, len(cards)], "sha256": [None, hashlib.sha256(made).hexdigest()],
            },
        )  # fmt: skip
    return made


def _card(actor: Actor, contact: Contact) -> str:
    import vobject

    card = vobject.vCard()
    card.add("fn").value = contact.name
    family, given = _parts(contact.name)
    card.add("n").value = vobject.vcard.Name(family=family, given=given)
    card.add("org").value = [contact.customer.name]
    _add(card, "title", contact.title)
    _add(card, ROLE, contact.decision_role)
    if actor.sees("contacts", contact.customer.owner_id):
        _add(card, "tel", contact.mobile, "CELL")
        _add(card, "tel", contact.phone, "WORK")
        _add(card, "email", contact.email, "WORK")
        _add(card, "bday", contact.birthday.isoformat() if contact.birthday else "")
        _add(card, LUNAR, "1" if contact.birthday and contact.is_lunar else "")
    return str(card.serialize())


def _add(card: object, name: str, value: str, kind: str = "") -> None:
    if value:
        line = card.add(name)  # type: ignore[attr-defined]
        line.value = value
        if kind:
            line.type_param = kind


def _parts(name: str) -> tuple[str, str]:
    """Family and given name: a Chinese surname of one character or two, else the last word."""
    if name.isascii():
        given, _blank, family = name.rpartition(" ")
        return family, given
    cut = 2 if len(name) > 2 and name[:2] in COMPOUND else 1
    return name[:cut], name[cut:]

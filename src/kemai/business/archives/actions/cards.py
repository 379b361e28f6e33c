"""One person at several customers: a further card, two cards found to be one person's, and a card on its own again."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kemai.business.archives.actions.checking import Invalid
from kemai.business.archives.actions.contacts import FIELDS, SHARED, add_contact, locked_contact
from kemai.business.archives.models import Contact, Customer, Individual
from kemai.business.archives.queries import cards_elsewhere
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused


def add_card(*, actor: Actor, contact: Contact, customer: Customer, **fields: Any) -> Contact:
    """The person of a card gets one at another customer; what is his own comes along, the rest is given.

    Raises LookupError for a card or a customer out of sight, Invalid where he is there already.
    """
    actor.require("contact.edit", _("你的岗位不能加联系人。"))
    with transaction.atomic():
        now = locked_contact(actor, contact)
        individual = now.individual or Individual.objects.create()
        there = Contact.objects.filter(customer_id=customer.pk, individual=individual)
        if customer.pk == now.customer_id or there.exists():
            raise Invalid({"customer": _("%(name)s 已经是这家的联系人。") % {"name": now.name}})
        own = {name: getattr(now, name) for name in SHARED}
        given = {k: v for k, v in fields.items() if k in FIELDS and k not in SHARED}
        made = add_contact(actor=actor, customer=customer, **own, **given)
        Contact.objects.filter(pk__in=(now.pk, made.pk)).update(individual=individual)
        _told(actor, "joined", made)
    made.refresh_from_db()
    return made


def same_person(*, actor: Actor, contact: Contact, other: Contact) -> None:
    """Says that two cards are of one person. Only one of them may have a form of its own so far."""
    actor.require("contact.edit", _("你的岗位不能改联系人。"))
    with transaction.atomic():
        mine, theirs = (locked_contact(actor, each) for each in sorted((contact, other), key=lambda c: c.pk))
        if mine.pk == theirs.pk or (mine.individual_id and mine.individual_id == theirs.individual_id):
            raise Refused(_("这已经是同一个人了。"))
        if mine.customer_id == theirs.customer_id:
            raise Refused(_("这是同一家的两张名片，停用其中一张就好。"))
        if mine.individual_id and theirs.individual_id:
            raise Refused(_("两边都填过个人档案；先把一边清空，再并成一个人。"))
        individual = mine.individual or theirs.individual or Individual.objects.create()
        for card in (mine, theirs):
            Contact.objects.filter(pk=card.pk).update(individual=individual, version=F("version") + 1)
        _told(actor, "joined", mine)
        _told(actor, "joined", theirs)


def part_person(*, actor: Actor, contact: Contact) -> None:
    """Takes a card off the person: it was somebody else of that name. The form stays with the other cards."""
    actor.require("contact.edit", _("你的岗位不能改联系人。"))
    with transaction.atomic():
        now = locked_contact(actor, contact)
        others = cards_elsewhere(actor, now)
        if not others:
            raise Refused(_("这个人没有别的名片。"))
        Contact.objects.filter(pk=now.pk).update(individual=None, version=F("version") + 1)
        _told(actor, "parted", now)


def _told(actor: Actor, what: str, card: Contact) -> None:
    """The other customer is not named: who reads this may not see it."""
    trail.record(
        actor=actor, verb=f"archives.contact.{what}", subject_type="contact", subject_id=card.pk,
        customer_id=card.customer_id, changes={"name": [None, card.name]},
    )  # fmt: skip

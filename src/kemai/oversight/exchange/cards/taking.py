"""Cards that come to a customer: held against who is there, then taken as somebody chose, all or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.archives import actions
from kemai.business.archives.models import Contact, Customer
from kemai.business.archives.queries import contacts_of
from kemai.foundation.access.actor import Actor
from kemai.oversight.exchange.cards.reading import Card, CardsRefused

NEW, SKIP, UPDATE = "new", "skip", "update"


@dataclass(frozen=True)
class Coming:
    """A card beside whom it may mean; `proposed` is one of the choices: new, skip, or update-<person>-<version>."""

    card: Card
    proposed: str
    people: tuple[tuple[str, Contact, dict[str, list[Any]]], ...]  # choice, person, {field: [now, then]}


@dataclass(frozen=True)
class Taken:
    """How many people were added, changed, and left as they were."""

    added: int
    changed: int
    left: int


def held_against(actor: Actor, customer: Customer, cards: Iterable[Card]) -> list[Coming]:
    """Each card with the people of the customer of that mobile, else of that name."""
    people = list(contacts_of(actor, customer))
    return [_coming(card, people) for card in cards]


def take_cards(
    *, actor: Actor, customer: Customer, cards: Iterable[Card], chosen: Mapping[int, str]
) -> Taken:
    """Does with each card what was chosen for its number; a card without a choice is left out.

    Raises Refused without the duty, Invalid, ContactConflict where somebody was quicker, and then nothing is done.
    """
    actor.require("contact.edit", _("你的岗位不能加联系人。"))
    done = {NEW: 0, UPDATE: 0, SKIP: 0}
    with transaction.atomic():
        for card in cards:
            what, _dash, which = chosen.get(card.number, SKIP).partition("-")
            if what == NEW:
                actions.add_contact(actor=actor, customer=customer, **card.fields())
            elif what == UPDATE:
                what = UPDATE if _change(actor, customer, card, which) else SKIP
            elif what != SKIP:
                raise CardsRefused(_("请给第 %(n)s 张选一个做法。") % {"n": card.number})
            done[what] += 1
    return Taken(done[NEW], done[UPDATE], done[SKIP])


def differences(card: Card, person: Contact) -> dict[str, list[Any]]:
    """What the card says otherwise: {field: [now, then]}; what it does not say stays."""
    return {k: [getattr(person, k), v] for k, v in card.fields().items() if getattr(person, k) != v}


def _coming(card: Card, people: list[Contact]) -> Coming:
    same = [p for p in people if card.mobile and p.mobile == card.mobile] or [
        p for p in people if p.name == card.name
    ]
    found = tuple((f"{UPDATE}-{p.pk}-{p.version}", p, differences(card, p)) for p in same)
    if not found:
        return Coming(card, NEW, ())
    only = found[0] if len(found) == 1 else None
    return Coming(card, only[0] if only and only[2] else SKIP, found)


def _change(actor: Actor, customer: Customer, card: Card, which: str) -> bool:
    pk, _dash, version = which.partition("-")
    if not (pk.isascii() and pk.isdigit() and version.isascii() and version.isdigit() and len(which) < 30):
        raise CardsRefused(_("请给第 %(n)s 张选一个做法。") % {"n": card.number})
    person = contacts_of(actor, customer).filter(pk=int(pk)).first()
    if person is None:
        raise LookupError(pk)
    actions.change_contact(actor=actor, contact=person, version=int(version), **card.fields())
    return bool(differences(card, person))

"""What the one line means for this actor: which customer, which contact, what is sure and what is a guess."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from kemai.business.agenda.quick_text import CHANNEL, CLAUSE, QuickText, read_quick_text
from kemai.business.archives.models import Contact, Customer
from kemai.business.archives.names import folded
from kemai.business.archives.queries import contacts_of, customer_by_code, search
from kemai.foundation.access.actor import Actor

CANDIDATES = 6
USUAL = "call"


@dataclass(frozen=True)
class Understood:
    """A line understood. Guesses are shown and kept only when a person has confirmed them."""

    quick: QuickText
    customer: Customer | None = None
    candidates: tuple[Customer, ...] = ()
    contact: Contact | None = None
    contact_guess: Contact | None = None
    channel: str | None = None
    channel_guess: str | None = None

    @property
    def is_named(self) -> bool:
        """Whether the line names a customer at all."""
        return bool(self.quick.customer)


def understand(
    actor: Actor, text: str, on: date, *,
    customer_code: str = "", here: str = "", sure: Collection[str] = (), dropped: Collection[str] = (),
) -> Understood:  # fmt: skip
    """Reads the line as of the day it was written.

    `customer_code` is a customer that was chosen, `here` the one whose page the line was written on: meant where
    the line names nobody. `sure` holds the guesses that were confirmed and `dropped`
    what was taken away, both by the names of the chips: customer, channel, minutes, travel, contact,
    next.
    """
    quick = _without(read_quick_text(text, on), dropped)
    customer, candidates = _customer(
        actor, quick, text, customer_code or _at_hand(quick, here, dropped), dropped
    )
    contact, contact_guess = _contact(actor, customer, text, sure, dropped)
    guess = None if quick.channel or "channel" in dropped or not customer else USUAL
    confirmed = guess if "channel" in sure else None
    return Understood(
        quick, customer, candidates, contact, contact_guess, quick.channel or confirmed, None if confirmed else guess
    )  # fmt: skip


def _at_hand(quick: QuickText, here: str, dropped: Collection[str]) -> str:
    return "" if quick.customer or "customer" in dropped else here


def _without(quick: QuickText, dropped: Collection[str]) -> QuickText:
    if "channel" in dropped:
        quick = replace(quick, channel=None)
    if "minutes" in dropped:
        quick = replace(quick, minutes=None)
    if "travel" in dropped:
        quick = replace(quick, travel_minutes=None)
    if "next" in dropped and quick.next_on:
        note = "，".join(x for x in (quick.note, quick.next_title) if x)
        quick = replace(quick, next_on=None, next_at=None, next_title="", note=note)
    return quick


def _customer(
    actor: Actor, quick: QuickText, text: str, code: str, dropped: Collection[str]
) -> tuple[Customer | None, tuple[Customer, ...]]:
    if code:
        try:
            return customer_by_code(actor, code), ()
        except LookupError:
            return None, ()
    if not quick.customer:
        return None, () if "customer" in dropped else tuple(_guessed(actor, text))
    found = search(actor, quick.customer, limit=CANDIDATES)
    one = None if "customer" in dropped else _clear(actor, quick.customer, found)
    return one, () if one else tuple(found)


def _clear(actor: Actor, text: str, found: list[Customer]) -> Customer | None:
    """The one that is meant: the only hit, the only one of that very name, or the only one that is mine."""
    wanted = folded(text)
    named = [c for c in found if wanted in (folded(c.name), folded(c.short_name), folded(c.code))]
    mine = [c for c in found if c.owner_id == actor.person_id]
    for some in (found, named, mine):
        if len(some) == 1:
            return some[0]
    return None


def _guessed(actor: Actor, text: str) -> list[Customer]:
    """Without an @ the first word may be a name; it is offered and never taken by itself."""
    first = CLAUSE.split(text.strip())[0].split()
    word = first[0] if first else ""
    if not 2 <= len(word) <= 12 or CHANNEL.match(word):
        return []
    return search(actor, word, limit=3)


def _contact(
    actor: Actor, customer: Customer | None, text: str, sure: Collection[str], dropped: Collection[str]
) -> tuple[Contact | None, Contact | None]:
    if customer is None or "contact" in dropped or not actor.sees("contacts", customer.owner_id):
        return None, None
    people = [c for c in contacts_of(actor, customer)[:50] if c.is_active]
    named = [c for c in people if len(c.name) > 1 and c.name in text]
    if len(named) == 1:
        return named[0], None
    guess = named[0] if named else people[0] if people else None
    return (guess, None) if guess and "contact" in sure else (None, guess)

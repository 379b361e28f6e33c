"""The same move for many customers: all of them or none, with a preview of what would be refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.archives.actions.ownership import assign_owner
from kemai.business.archives.actions.states import allowed_moves, change_state
from kemai.business.archives.models import Customer, State
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.models import Person
from kemai.foundation.access.scopes import restrict

MOST = 500
NAMED = 5


class BulkRefused(Refused):
    """Nothing was changed: how many were asked for, how many of them could have been moved."""

    status = 409

    def __init__(self, sentence: str, asked: int, allowed: int) -> None:
        super().__init__(sentence)
        self.asked, self.allowed = asked, allowed


@dataclass(frozen=True)
class Preview:
    """What a move would do: those it is allowed for, those it is not."""

    allowed: tuple[Customer, ...]
    refused: tuple[Customer, ...]


def target_preview(actor: Actor, codes: Sequence[str]) -> Preview:
    """Which of the chosen can become targets. Raises BulkRefused when one of them is not there for the actor."""
    chosen = chosen_customers(actor, codes)
    fits = [c for c in chosen if State.TARGET in allowed_moves(c)]
    return Preview(tuple(fits), tuple(c for c in chosen if State.TARGET not in allowed_moves(c)))


def select_targets(*, actor: Actor, codes: Sequence[str], reason: str = "") -> int:
    """Makes prospects targets, all or none, each with selector and date (S4.5); gives how many."""
    actor.require("customer.propose", _("目标客户由业务员和主管来选。"))
    with transaction.atomic():
        found = target_preview(actor, codes)
        if found.refused:
            names = _("、").join(str(c) for c in found.refused[:NAMED])
            sentence = _("选的 %(n)s 家里有 %(bad)s 家不是潜在客户（%(names)s），一家都没改。") % {
                "n": len(codes), "bad": len(found.refused), "names": names
            }  # fmt: skip
            raise BulkRefused(sentence, len(codes), len(found.allowed))
        for customer in found.allowed:
            change_state(actor=actor, customer=customer, to=State.TARGET, reason=reason)
    return len(found.allowed)


def assign_many(*, actor: Actor, codes: Sequence[str], person: Person, reason: str) -> int:
    """Gives many customers to one person, all or none; gives how many changed hands."""
    actor.require("customer.assign", _("换负责人要主管来做。"))
    with transaction.atomic():
        chosen = chosen_customers(actor, codes)
        moving = [c for c in chosen if c.owner_id != person.pk]
        for customer in moving:
            assign_owner(actor=actor, customer=customer, person=person, reason=reason)
    return len(moving)


def chosen_customers(actor: Actor, codes: Sequence[str]) -> list[Customer]:
    """The customers with these codes. Raises BulkRefused with the counts when one is not there for the actor."""
    asked = list(dict.fromkeys(codes))
    if not asked:
        raise BulkRefused(_("先选几家客户。"), 0, 0)
    if len(asked) > MOST:
        raise BulkRefused(_("一次最多改 %(n)s 家，请分几次。") % {"n": MOST}, len(asked), 0)
    found = list(restrict(Customer.objects.filter(code__in=asked), actor).order_by("pk"))
    if len(found) != len(asked):
        sentence = _("选的 %(n)s 家里有 %(bad)s 家不在你能看的范围里，一家都没改。") % {
            "n": len(asked), "bad": len(asked) - len(found)
        }  # fmt: skip
        raise BulkRefused(sentence, len(asked), len(found))
    return found

"""Moves of the customer's state that people make (4.0): targets, lost, non-customers, and back."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer, State, StateChange
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict

MOVES: dict[str, tuple[str, ...]] = {
    State.POTENTIAL: (State.TARGET, State.NON),
    State.TARGET: (State.POTENTIAL, State.NON),
    State.ACTUAL: (State.LOST,),
    State.LOST: (State.NON,),
    State.NON: (State.POTENTIAL,),
}
CONFIRMED = (State.LOST, State.NON)


def allowed_moves(customer: Customer) -> tuple[str, ...]:
    """The states a person may move the customer to; orders decide about actual customers."""
    return MOVES.get(customer.state, ())


def change_state(*, actor: Actor, customer: Customer, to: str, reason: str = "") -> StateChange:
    """Moves the state, or proposes it where a supervisor has to confirm (lost and non-customer)."""
    actor.require(
        "customer.propose" if not actor.may("customer.confirm") else "customer.confirm",
        _("你的岗位不能改客户状态。"),
    )
    if to in CONFIRMED and not reason.strip():
        raise Refused(_("改成流失或非客户要写原因。"))
    with transaction.atomic():
        now = restrict(Customer.objects.filter(pk=customer.pk), actor).select_for_update(of=("self",)).first()
        if now is None:
            raise LookupError(customer.code)
        if to not in allowed_moves(now):
            raise Refused(_("%(old)s客户不能改成这个状态。") % {"old": now.get_state_display()})
        waits = to in CONFIRMED and not actor.may("customer.confirm")
        change = StateChange.objects.create(
            customer=now, from_state=now.state, to_state=to, from_stage=now.stage, on=actor.today, reason=reason[:200],
            status="proposed" if waits else "done", person_id=actor.person_id, person_name=actor.name,
        )  # fmt: skip
        if not waits:
            Customer.objects.filter(pk=now.pk).update(state=to, stage="", state_since=actor.today)
        trail.record(
            actor=actor, verb=f"archives.state.{'proposed' if waits else 'changed'}", subject_type="customer",
            subject_id=now.pk, customer_id=now.pk, changes={"state": [now.state, to]}, reason=reason,
        )  # fmt: skip
    return change


def select_targets(*, actor: Actor, customers: Iterable[Customer]) -> int:
    """Makes prospects targets, all or none, each with selector and date (S4.5)."""
    with transaction.atomic():
        return sum(bool(change_state(actor=actor, customer=c, to=State.TARGET)) for c in customers)

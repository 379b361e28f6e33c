"""Moves of the customer's state that people make (4.0): targets, lost, non-customers, and back."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kemai.business.archives.custom_fields import label_of, missing
from kemai.business.archives.field_sets import current_number
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


def may_move(actor: Actor) -> bool:
    """Whether the actor moves states at all, be it by proposal."""
    return actor.may("customer.propose") or actor.may("customer.confirm")


def change_state(*, actor: Actor, customer: Customer, to: str, reason: str = "") -> StateChange:
    """Moves the state, or proposes it where a supervisor has to confirm (lost and non-customer)."""
    if not may_move(actor):
        raise Refused(_("你的岗位不能改客户状态。"))
    if to in CONFIRMED and not reason.strip():
        raise Refused(_("改成流失或非客户要写原因。"))
    with transaction.atomic():
        now = _locked(actor, customer.pk)
        if to not in allowed_moves(now):
            raise Refused(_("%(old)s客户不能改成这个状态。") % {"old": now.get_state_display()})
        lacking = missing(now, to)
        if lacking:
            names = _("、").join(label_of(f) for f in lacking)
            raise Refused(_("先填好「%(names)s」，再改成这个状态。") % {"names": names})
        waits = to in CONFIRMED and not actor.may("customer.confirm")
        waiting = StateChange.objects.filter(customer=now, status="proposed")
        if waits and waiting.filter(to_state=to).exists():
            raise Refused(_("已经提过了，等主管确认。"))
        if not waits:
            waiting.update(status="refused")  # what was proposed from a state that is no longer
        change = StateChange.objects.create(
            customer=now, from_state=now.state, to_state=to, from_stage=now.stage, on=actor.today, reason=reason[:200],
            status="proposed" if waits else "done", person_id=actor.person_id, person_name=actor.name,
            field_set=current_number(),
        )  # fmt: skip
        if not waits:
            _move(actor, now, to)
        _told(actor, now, "proposed" if waits else "changed", to, reason)
    return change


def decide_state(*, actor: Actor, change: StateChange, agree: bool, reason: str = "") -> StateChange:
    """Confirms or declines a proposal; nobody decides on his own, declining needs a reason."""
    actor.require("customer.confirm", _("流失和非客户由主管确认。"))
    if change.person_id is not None and change.person_id == actor.person_id:
        raise Refused(_("自己提的要由别人确认。"))
    if not agree and not reason.strip():
        raise Refused(_("不同意要写原因。"))
    with transaction.atomic():
        now = _locked(actor, change.customer_id)
        waiting = StateChange.objects.filter(pk=change.pk, status="proposed").first()
        if waiting is None:
            raise Refused(_("这件事已经有人处理过了。"))
        if agree and waiting.to_state not in allowed_moves(now):
            raise Refused(_("客户的状态已经变了，这个提议不再适用。"))
        waiting.status, waiting.on = ("done" if agree else "refused"), actor.today
        waiting.save(update_fields=["status", "on"])
        if agree:
            _move(actor, now, waiting.to_state)
        _told(actor, now, "confirmed" if agree else "declined", waiting.to_state, reason)
    return waiting


def _locked(actor: Actor, pk: int) -> Customer:
    found = restrict(Customer.objects.filter(pk=pk), actor).select_for_update(of=("self",)).first()
    if found is None:
        raise LookupError(pk)
    return found


def _move(actor: Actor, now: Customer, to: str) -> None:
    Customer.objects.filter(pk=now.pk).update(
        state=to, stage="", state_since=actor.today, version=F("version") + 1
    )


def _told(actor: Actor, now: Customer, what: str, to: str, reason: str) -> None:
    trail.record(
        actor=actor, verb=f"archives.state.{what}", subject_type="customer", subject_id=now.pk,
        customer_id=now.pk, changes={"state": [now.state, to]}, reason=reason,
    )  # fmt: skip

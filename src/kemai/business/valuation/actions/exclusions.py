"""What to do about a customer that only costs: somebody or the system proposes, a manager decides, people act. Never by
itself."""

from __future__ import annotations

from itertools import islice

from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from kemai.business.agenda.actions import add_task, finish_task
from kemai.business.archives.models import Customer
from kemai.business.valuation.deciders import manager_for
from kemai.business.valuation.models import Exclusion, Run
from kemai.business.valuation.parameter_groups import parameters_of
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.value_classes.exclusions import (
    may_decide,
    may_propose,
    negative_for_good,
    standing_class,
    waiting_for_a_word,
)
from kemai.business.valuation.value_classes.part import KEY
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused, system_actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.notifications import notify

MOST_A_RUN = 50
"""A desk that gets more at once is not looked at; the rest follow with the next runs."""


def propose_exclusion(*, actor: Actor, customer: Customer, way: str, reason: str) -> Exclusion:
    """A proposal about a customer of negative value, on the desk of a manager. The customer stays as it is.

    Raises Refused with a sentence, LookupError for a customer out of sight.
    """
    if not may_propose(actor):
        raise Refused(_("你的岗位不能提这个建议。"))
    if way not in Exclusion.Way.values:
        raise Refused(_("选提价、减少服务或停止供货。"))
    if not reason.strip():
        raise Refused(_("写下为什么，让决定的人看。"))
    with transaction.atomic():
        now = _locked(actor, customer.pk)
        row = standing_class(now.pk)
        if row is None or row.label != "BZC":
            raise Refused(_("只有现在和将来都是负值的客户才提这个建议。"))
        if Exclusion.objects.filter(customer=now, status=Exclusion.Status.OPEN).exists():
            raise Refused(_("已经有一个建议在等决定了。"))
        made = Exclusion.objects.create(
            customer=now, way=way, reason=reason.strip()[:300], proposer_id=actor.person_id, proposed_on=actor.today,
            av_fen=row.av_fen, pv_fen=row.pv_fen,
        )  # fmt: skip
        _hand_over(actor, made)
        _told(actor, made, "proposed", {"way": [None, made.get_way_display()]}, reason)
    return made


def propose_for_run(*, actor: Actor, run: Run) -> int:
    """The system's own proposals after a run (S2.9), those that cost most first: to raise the price, the mildest way. Again
    changes nothing: a customer has one open proposal, and what was decided rests for the months of the parameter. A run
    that is not the published one proposes nothing. Gives how many were made.
    """
    now = published_run()
    if now is None or now.pk != run.pk:
        return 0
    pause = int(parameters_of(KEY)["pause_months"])
    made = 0
    for row in islice(waiting_for_a_word(actor, run, pause), MOST_A_RUN):
        reason = negative_for_good(row.av_fen, row.pv_fen)
        try:
            propose_exclusion(actor=actor, customer=row.customer, way=Exclusion.Way.PRICE, reason=reason)
        except Refused:  # somebody was quicker
            continue
        made += 1
    return made


def decide_exclusion(*, actor: Actor, exclusion: Exclusion, agree: bool, reason: str) -> Exclusion:
    """A manager's word, with a reason; nobody decides on his own proposal. What was agreed becomes a task of the owner.

    Raises Refused with a sentence, LookupError for a customer out of sight.
    """
    if not may_decide(actor):
        raise Refused(_("由主管或领导来决定。"))
    if exclusion.proposer_id is not None and exclusion.proposer_id == actor.person_id:
        raise Refused(_("自己提的要由别人决定。"))
    if not reason.strip():
        raise Refused(_("写下为什么这样决定。"))
    with transaction.atomic():
        now = _locked(actor, exclusion.customer_id)
        waiting = Exclusion.objects.filter(pk=exclusion.pk, status=Exclusion.Status.OPEN).first()
        if waiting is None:
            raise Refused(_("这件事已经有人处理过了。"))
        waiting.status = Exclusion.Status.AGREED if agree else Exclusion.Status.DECLINED
        waiting.decider_id, waiting.decided_on, waiting.decision = (
            actor.person_id,
            actor.today,
            reason.strip()[:300],
        )
        waiting.save()
        _off_the_desk(actor, waiting)
        if agree and now.owner is not None:
            _to_do(actor, waiting, now)
        _tell_proposer(waiting, now)
        _told(
            actor,
            waiting,
            "agreed" if agree else "declined",
            {"status": [None, waiting.get_status_display()]},
            reason,
        )
    return waiting


def _locked(actor: Actor, pk: int) -> Customer:
    found = restrict(Customer.objects.filter(pk=pk), actor).select_for_update(of=("self",)).first()
    if found is None:
        raise LookupError(pk)
    return found


def _hand_over(actor: Actor, made: Exclusion) -> None:
    """A line in the manager's news and a task of today; the system does it, whoever proposed."""
    manager = manager_for(made.customer, actor)
    if manager is None:
        return
    person, is_at_work = manager
    name = made.customer.short_name or made.customer.name
    with override(person.language):
        title = _("决定：%(name)s %(way)s") % {"name": name, "way": made.get_way_display()}
        notify(
            person_id=person.pk, key=f"exclusion:{made.pk}", title=title, body=made.reason, link=_link(),
            kind="exclusion", customer_id=made.customer_id, group="margin",
        )  # fmt: skip
        if is_at_work:
            made.task = add_task(
                actor=system_actor(actor.today), title=title, due_on=actor.today, customer=made.customer, person=person
            )  # fmt: skip
            made.save(update_fields=["task"])


def _off_the_desk(actor: Actor, decided: Exclusion) -> None:
    if decided.task is not None and decided.task.status == "open":
        finish_task(actor=system_actor(actor.today), task=decided.task)


def _to_do(actor: Actor, decided: Exclusion, customer: Customer) -> None:
    title = _("%(way)s：%(why)s") % {"way": decided.get_way_display(), "why": decided.decision}
    add_task(
        actor=system_actor(actor.today), title=title, due_on=actor.today, customer=customer, person=customer.owner
    )  # fmt: skip


def _tell_proposer(decided: Exclusion, customer: Customer) -> None:
    if decided.proposer is None:
        return
    with override(decided.proposer.language):
        words = {
            "name": customer.short_name or customer.name,
            "way": decided.get_way_display(),
            "said": decided.get_status_display(),
        }
        notify(
            person_id=decided.proposer.pk, key=f"exclusion:{decided.pk}:decided", title=_("%(name)s %(way)s：%(said)s") % words,
            body=decided.decision, link=_link(), kind="exclusion", customer_id=customer.pk,
        )  # fmt: skip


def _link() -> str:
    try:
        return reverse("valuation_value_classes")
    except NoReverseMatch:  # a door without pages
        return ""


def _told(
    actor: Actor, made: Exclusion, verb: str, changes: dict[str, list[str | None]], reason: str
) -> None:
    trail.record(
        actor=actor, verb=f"valuation.exclusion.{verb}", subject_type="exclusion", subject_id=made.pk,
        customer_id=made.customer_id, changes=changes, reason=reason,
    )  # fmt: skip

"""Reads of the value classes of the published run and of proposals about customers of negative value."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer, State
from kemai.business.valuation.deciders import DUTY
from kemai.business.valuation.models import Exclusion, Run, ValueClassRow
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.runs.listed import Listed, keys_in_order, with_margin
from kemai.business.valuation.runs.summed import seen_in
from kemai.business.valuation.value_classes.part import KEY, LABELS
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict
from kemai.foundation.money import exact_text
from kemai.value.windows import months_before


def may_see_value_classes(actor: Actor) -> bool:
    """Actual and potential value rest on margin: who sees no margin at all sees none of them."""
    return actor.may("ranking.view") and (actor.sees("margin") or actor.sees("margin", actor.person_id))


def may_propose(actor: Actor) -> bool:
    """Whether the actor may propose what to do about a customer."""
    return may_see_value_classes(actor) and (actor.may("customer.propose") or actor.may(DUTY))


def may_decide(actor: Actor) -> bool:
    """Whether the actor decides."""
    return actor.may(DUTY) and may_see_value_classes(actor)


GROWS = "grows"  # instead of a class: small customers with potential
_FIRST = {"MGC": ("gap_fen", True), "BZC": ("av_fen", False), GROWS: ("gap_fen", True)}


def class_rows(actor: Actor, run: Run, chosen: str) -> Listed[ValueClassRow]:
    """The run's rows of a class or those that may grow, of customers whose margin the actor sees: those first that matter
    most in that class. Raises LookupError for a class that there is not, Refused for who sees no margin at all."""
    import polars as pl

    if not may_see_value_classes(actor):
        raise Refused(_("价值类用到毛利，你的岗位看不到。"))
    if chosen not in (*LABELS, GROWS):
        raise LookupError(chosen)
    is_chosen = pl.col("may_grow") if chosen == GROWS else pl.col("label") == chosen
    by = [_FIRST.get(chosen, ("av_fen", True))]
    keys = keys_in_order(actor, run, KEY, by, is_chosen & with_margin(actor))
    rows = ValueClassRow.objects.filter(run_id=run.pk)
    return Listed(rows.select_related("customer", "customer__owner"), keys)


def class_counts(actor: Actor, run: Run) -> dict[str, tuple[int, int, int]]:
    """{class: (customers, sum of actual values, sum of potential values)}, money in fen."""
    found = _counted(actor, run) if may_see_value_classes(actor) else {}
    return {label: found.get(label, (0, 0, 0)) for label in LABELS}


def _counted(actor: Actor, run: Run) -> dict[str, tuple[int, int, int]]:
    import polars as pl

    rows = seen_in(actor, run, KEY).filter(with_margin(actor)).group_by("label")
    sums = rows.agg(pl.len(), pl.col("av_fen", "pv_fen").sum()).collect()
    return {label: (n, av, pv) for label, n, av, pv in sums.iter_rows()}


def standing_class(customer_id: int) -> ValueClassRow | None:
    """The customer's row of the published run."""
    run = published_run()
    return ValueClassRow.objects.filter(run_id=run.pk, customer_id=customer_id).first() if run else None


def value_class_of(actor: Actor, customer: Customer) -> ValueClassRow | None:
    """The same, for who sees the customer's margin."""
    return standing_class(customer.pk) if actor.sees("margin", customer.owner_id) else None


def waiting_for_a_word(actor: Actor, run: Run, pause_months: int) -> Iterator[ValueClassRow]:
    """Rows of actual customers of negative value about whom nothing is proposed and nothing was decided within the last
    `pause_months`, those that cost most first."""
    said = Exclusion.objects.filter(customer_id=OuterRef("customer_id"))
    still_open = said.filter(status=Exclusion.Status.OPEN)
    decided = said.exclude(status=Exclusion.Status.OPEN).filter(
        decided_on__gt=months_before(actor.today, pause_months)
    )
    rows = ValueClassRow.objects.filter(run_id=run.pk, customer__state=State.ACTUAL)
    rows = rows.exclude(Exists(still_open)).exclude(Exists(decided))
    return iter(class_rows(actor, run, "BZC").of(rows.select_related("customer")))


def exclusions(actor: Actor) -> QuerySet[Exclusion]:
    """Proposals about customers whose margin the actor sees, open ones first."""
    if not may_see_value_classes(actor):
        return Exclusion.objects.none()
    seen = restrict(Customer.objects.all(), actor)
    if not actor.sees("margin"):
        seen = seen.filter(owner_id=actor.person_id)
    rows = Exclusion.objects.filter(customer_id__in=seen.values("pk"))
    return rows.select_related("customer", "proposer", "decider", "task").order_by("-status", "-id")


def exclusion_by_id(actor: Actor, pk: int) -> Exclusion:
    """One proposal. Raises LookupError."""
    found = exclusions(actor).filter(pk=pk).first()
    if found is None:
        raise LookupError(_("没有这个建议。"))
    return found


def negative_for_good(av_fen: int | None, pv_fen: int | None) -> str:
    """Why the system proposes by itself, in the language of who reads."""
    figures = {"av": exact_text(av_fen or 0), "pv": exact_text(pv_fen or 0)}
    return _("现在和将来都是负值：实际价值 %(av)s，潜在价值 %(pv)s") % figures


def reason_of(proposal: Exclusion) -> str:
    """Why it is proposed: what a person wrote, or the system's sentence from the figures that were kept."""
    if proposal.proposer_id is None and proposal.av_fen is not None:
        return negative_for_good(proposal.av_fen, proposal.pv_fen)
    return proposal.reason

"""Who is leaving, as far as the actor sees it: the warning list, its sums by level, and one customer's row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from kemai.business.archives.models import Customer
from kemai.business.valuation.churn.part import KEY
from kemai.business.valuation.models import ChurnRow, Run
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.runs.listed import Listed, keys_in_order
from kemai.business.valuation.runs.parts import part_summary
from kemai.business.valuation.runs.summed import seen_in
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import customer_scope, restrict
from kemai.foundation.prepared import prepared
from kemai.value.states.stakes import AT_RISK, LEVELS

WORST_FIRST = tuple(reversed(AT_RISK))
SHOWN = (
    "customer_id", "level", "days_since", "cycle_days", "cycle_from", "q", "reasons", "drop_percent", "at_risk_fen", "year_fen",
    "last_order_on", "customer__code", "customer__name", "customer__short_name", "customer__owner_id", "customer__owner__name",
    "customer__state", "customer__last_contact_on", "customer__last_contact_by", "customer__next_step_on", "customer__next_step",
)  # fmt: skip


def leaving(actor: Actor, run: Run, levels: Sequence[str] = AT_RISK) -> Listed[ChurnRow]:
    """Rows of the run at these levels, most at stake first, of customers that the actor sees."""
    import polars as pl

    by = [("at_risk_fen", True), *([] if set(levels) <= set(AT_RISK) else [("year_fen", True)])]
    keys = keys_in_order(actor, run, KEY, by, pl.col("level").is_in(list(levels)))
    return Listed(ChurnRow.objects.filter(run_id=run.pk), keys)


def leaving_rows(
    actor: Actor, run: Run, levels: Sequence[str], start: int = 0, count: int | None = None
) -> list[dict[str, Any]]:
    """The same as plain rows with the customer's name, owner, last contact and next step; amounts are None where the actor
    may not see sales of that owner, contacts where he may not see those."""
    told = ChurnRow.objects.filter(run_id=run.pk).values(*SHOWN)
    rows = leaving(actor, run, levels).of(told)[start : None if count is None else start + count]
    return [_masked(actor, row) for row in rows]


def _masked(actor: Actor, row: dict[str, Any]) -> dict[str, Any]:
    owner = row["customer__owner_id"]
    hidden = [*(("at_risk_fen", "year_fen", "last_order_on") if not actor.sees("sales", owner) else ())]
    if not actor.sees("agenda", owner):
        hidden += [name for name in row if "contact" in name or "next_step" in name]
    return row | dict.fromkeys(hidden)


def level_sums(actor: Actor, run: Run) -> dict[str, dict[str, int]]:
    """{level: {"count", "fen"}} of what the actor sees; the whole company's stand in the run's summary."""
    import polars as pl

    told = part_summary(run, KEY)
    if told is None:
        return {level: {"count": 0, "fen": 0} for level in LEVELS}
    if customer_scope(actor) is None:
        return dict(told["levels"])
    found = seen_in(actor, run, KEY).group_by("level").agg(pl.len(), pl.col("year_fen").sum()).collect()
    sums = {level: {"count": n, "fen": fen} for level, n, fen in found.iter_rows()}
    return {level: sums.get(level, {"count": 0, "fen": 0}) for level in LEVELS}


def churn_rates_of(actor: Actor, run: Run) -> list[dict[str, Any]]:
    """Rates of the last quarters and of the year; they are the whole company's, for who sees all of it."""
    told = part_summary(run, KEY)
    return list(told["rates"]) if told is not None and customer_scope(actor) is None else []


def churn_of(actor: Actor, customer: Customer) -> ChurnRow | None:
    """The customer's row of the published run; None where there is none or values are hidden."""
    run = published_run()
    if run is None or not actor.sees("value", customer.owner_id):
        return None
    return next(iter(_churn(actor, run_id=run.pk, customer_id=customer.pk)), None)


@prepared
def _churn(actor: Actor, *, run_id: int, customer_id: int) -> QuerySet[ChurnRow]:
    seen = restrict(Customer.objects.filter(pk=customer_id), actor)
    return ChurnRow.objects.filter(run_id=run_id, customer_id__in=seen.values("pk")).order_by("pk")[:1]

"""Customers whose class moved in a run: how many, who, and what those that fell are worth less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet

from kemai.business.archives.models import Customer
from kemai.business.valuation.leading import is_money, leading_definition, leading_scheme, ways
from kemai.business.valuation.models import ClassChange, Run
from kemai.business.valuation.queries import class_changes, published_run
from kemai.business.valuation.runs.within_sight import walked
from kemai.foundation.access.actor import Actor


@dataclass(frozen=True)
class MoveCounts:
    """How many went up, went down, and came in."""

    up: int
    down: int
    new: int


@dataclass(frozen=True)
class Moved:
    """One customer's move; values in the scheme's unit (fen where it is money), None where there was none."""

    customer_id: int
    code: str
    name: str
    owner: str
    old_class: str
    new_class: str
    old_rank: int | None
    new_rank: int | None
    old_value: int | None
    new_value: int | None


def may_see_moves(actor: Actor) -> bool:
    """Whether classes are for the actor's eyes."""
    return actor.may("ranking.view") and actor.sees("value", actor.person_id)


def move_counts(actor: Actor, run: Run) -> MoveCounts:
    """Counts over what the actor sees. One statement."""
    conditions = ways(leading_definition(run).classes)
    found = _visible(actor, run).aggregate(
        **{way: Count("pk", filter=condition) for way, condition in conditions.items()}
    )
    return MoveCounts(found["up"], found["down"], found["new"])


def moves(actor: Actor, run: Run, way: str = "", start: int = 0, count: int = 50) -> list[Moved]:
    """Who moved: falls first and the dearest first; `way` is up, down, new or "" for all."""
    rows, known = _visible(actor, run), ways(leading_definition(run).classes)
    wanted = [known[way]] if way in known else [known["down"], known["up"], known["new"]]
    found: list[ClassChange] = []
    for condition in wanted:
        missing = start + count - len(found)
        if missing > 0:
            found += _dearest(rows.filter(condition))[:missing]
    return _named(found[start : start + count])


def money_lost(actor: Actor, ids: list[int]) -> dict[int, int]:
    """{customer id: fen} by which the value of those that fell a class is lower than in the run before."""
    run = published_run() if ids and may_see_moves(actor) else None
    if run is None or not is_money(run):
        return {}
    rows = ClassChange.objects.filter(run=run, scheme_key=leading_scheme(), customer_id__in=ids)
    rows = rows.filter(ways(leading_definition(run).classes)["down"])
    lost = (
        (c, (old or 0) - (new or 0))
        for c, old, new in rows.values_list("customer_id", "old_value", "new_value")
    )
    return {customer: fen for customer, fen in lost if fen > 0}  # fmt: skip


def changes_among(actor: Actor, run: Run, ids: Sequence[int]) -> QuerySet[ClassChange]:
    """The moves of a few customers, each looked up by itself."""
    return _visible(actor, run).filter(customer_id__in=ids)


def _visible(actor: Actor, run: Run) -> QuerySet[ClassChange]:
    """The run's moves of customers in sight. Few move and a region has many customers: each move asks for its own,
    while a rep's few customers ask for their moves."""
    if not actor.units:
        return class_changes(actor, run, leading_scheme())
    rows = ClassChange.objects.filter(run=run, scheme_key=leading_scheme())
    return walked(rows, actor)


def _dearest(rows: QuerySet[ClassChange]) -> QuerySet[ClassChange]:
    return rows.order_by(F("old_value").desc(nulls_last=True), "new_rank", "pk")


def _named(rows: list[ClassChange]) -> list[Moved]:
    names = ("pk", "code", "name", "short_name", "owner__name")
    known = {
        c[0]: c[1:] for c in Customer.objects.filter(pk__in=[r.customer_id for r in rows]).values_list(*names)
    }
    return [
        Moved(
            r.customer_id, known[r.customer_id][0], known[r.customer_id][2] or known[r.customer_id][1],
            known[r.customer_id][3] or "", r.old_class, r.new_class, r.old_rank, r.new_rank, r.old_value, r.new_value,
        )
        for r in rows if r.customer_id in known
    ]  # fmt: skip

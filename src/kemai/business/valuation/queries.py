"""Reads of valuation; each starts from the actor and joins from the customers he may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from kemai import value
from kemai.business.archives.models import Customer
from kemai.business.valuation.models import ClassChange, PublishedRun, Run, Standing
from kemai.business.valuation.ranking.narrowing import Narrow
from kemai.business.valuation.reading import (
    ADDS_UP,
    MARGIN_SCHEMES,
    RankRow,
    adding_shares,
    definition,
    lacks_for_scheme,
    may_see_scheme,
    percent,
    population_of,
    running_shares,
)
from kemai.business.valuation.runs.past_runs import moved_between
from kemai.business.valuation.runs.summed import seen_in
from kemai.business.valuation.runs.within_sight import first_of, gathered, walked
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import customer_scope, restrict
from kemai.foundation.among import Among
from kemai.foundation.moments import kept_for_a_moment
from kemai.foundation.prepared import prepared

__all__ = [
    "MARGIN_SCHEMES",
    "RankRow",
    "band_totals",
    "class_changes",
    "class_history",
    "compare",
    "definition",
    "explanation",
    "figures_of",
    "lacks_for_scheme",
    "may_see_scheme",
    "previous_run",
    "published_run",
    "rank_moves",
    "rank_rows",
    "ranked",
    "reason_text",
    "run_by_id",
    "runs",
    "standing_before",
    "standing_of",
    "standings",
    "total_value",
]


@dataclass(frozen=True)
class Figures:
    """What a line about one customer says of its value; the class is "" and the sales (fen) None where there is none."""

    grade: str
    sales_12m_fen: int | None


@kept_for_a_moment
def published_run() -> Run | None:
    """The run that pages read."""
    return next((pointer.run for pointer in _pointer(None)), None)


@prepared
def _pointer(_nobody: None) -> QuerySet[PublishedRun]:
    return PublishedRun.objects.select_related("run").filter(pk=1)[:1]


def previous_run() -> Run | None:
    """The run published before it."""
    pointer = PublishedRun.objects.select_related("previous").filter(pk=1).first()
    return pointer.previous if pointer else None


def runs(actor: Actor, limit: int = 50) -> list[Run]:
    """The latest runs. Needs the duty ranking.view."""
    actor.require("ranking.view", _("你的岗位看不到估值。"))
    return list(Run.objects.all()[:limit])


def run_by_id(actor: Actor, run_id: int) -> Run:
    """One run. Raises LookupError."""
    actor.require("ranking.view", _("你的岗位看不到估值。"))
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        raise LookupError(_("没有第 %(n)s 次估值。") % {"n": run_id})
    return run


def standings(actor: Actor, run: Run) -> QuerySet[Standing]:
    """The run's rows of customers the actor may see."""
    return gathered(Standing.objects.filter(run_id=run.pk), actor)


def standings_among(actor: Actor, run: Run, ids: Sequence[int]) -> QuerySet[Standing]:
    """The run's rows of a few customers, each asked for by itself: a page need not gather all that the actor sees."""
    return walked(Standing.objects.filter(run_id=run.pk, customer_id__in=ids), actor)


def figures_of(actor: Actor, run: Run, key: str, owners: Mapping[int, int | None]) -> dict[int, Figures]:
    """Class and net sales of 12 months of customers that the actor sees, given as {customer: owner}; without what he
    may not see of each."""
    rows = Standing.objects.filter(Among("customer_id", list(owners)), run_id=run.pk)
    found: dict[int, Figures] = {}
    for pk, grade, fen in rows.values_list("customer_id", f"{key}_class", "sales_12m_fen"):
        has_value, has_sales = actor.sees("value", owners[pk]), actor.sees("sales", owners[pk])
        found[pk] = Figures((grade or "") if has_value else "", fen if has_sales else None)
    return found


def standing_of(actor: Actor, customer: Customer) -> Standing | None:
    """The customer's row of the published run; None where there is none or values are hidden."""
    run = published_run()
    if run is None or not actor.sees("value", customer.owner_id):
        return None
    return next(iter(_standing(actor, run_id=run.pk, customer_id=customer.pk)), None)


@prepared
def _standing(actor: Actor, *, run_id: int, customer_id: int) -> QuerySet[Standing]:
    seen = restrict(Customer.objects.filter(pk=customer_id), actor)  # by key: never over all that one sees
    return Standing.objects.filter(run_id=run_id, customer_id__in=seen.values("pk")).order_by("pk")[:1]


def standing_before(actor: Actor, customer: Customer) -> Standing | None:
    """The customer's row of the run before, which ranks are compared with; None where there is none or values are hidden."""
    if not actor.sees("value", customer.owner_id):
        return None
    return next(iter(_standing_before(actor, customer_id=customer.pk)), None)


@prepared
def _standing_before(actor: Actor, *, customer_id: int) -> QuerySet[Standing]:
    seen = restrict(Customer.objects.filter(pk=customer_id), actor)
    before = PublishedRun.objects.filter(pk=1).values("previous_id")
    return Standing.objects.filter(run_id__in=before, customer_id__in=seen.values("pk")).order_by("pk")[:1]


def rank_moves(actor: Actor, run: Run, key: str, ids: Sequence[int]) -> dict[int, int]:
    """{customer id: places gained since the run before} of those that have a rank in both. One statement."""
    rank = f"{key}_rank"
    before = PublishedRun.objects.filter(pk=1).values("previous_id")
    seen = restrict(Customer.objects.filter(pk__in=ids), actor)
    rows = Standing.objects.filter(Q(run_id=run.pk) | Q(run_id__in=before), customer_id__in=seen.values("pk"))
    now: dict[int, int] = {}
    old: dict[int, int] = {}
    for pk, run_id, place in rows.exclude(**{rank: None}).values_list("customer_id", "run_id", rank):
        (now if run_id == run.pk else old)[pk] = place
    return {pk: old[pk] - now[pk] for pk in now.keys() & old.keys()}


def ranked(actor: Actor, run: Run, key: str, *, for_first: bool = False) -> QuerySet[Standing]:
    """The ranked rows of a scheme, best first: by rank, or by value where ranks belong to units or owners. `for_first` is
    for a page of the first ones."""
    may_see_scheme(actor, key, run)
    definition(run, key)
    rows = Standing.objects.filter(run_id=run.pk, **{f"{key}_rank__isnull": False})
    rows = first_of(rows, actor, run) if for_first else gathered(rows, actor)
    if population_of(run) == "all":
        return rows.order_by(f"{key}_rank")
    return rows.order_by(f"-{key}_value", F("sales_all_fen").desc(nulls_last=True), "customer__code")


def total_value(rows: QuerySet[Standing], key: str) -> int:
    """Sum of the positive values: what shares are of."""
    return int(rows.filter(**{f"{key}_value__gt": 0}).aggregate(s=Sum(f"{key}_value"))["s"] or 0)


def rank_rows(actor: Actor, run: Run, key: str, start: int = 0, count: int | None = None) -> list[RankRow]:
    """Ranked customers from position `start` of what the actor sees, with shares over what he sees.

    The shares of up to ADDS_UP customers add up to 100.00; of more they are rounded one by one.
    """
    rows = ranked(actor, run, key)
    has_shares = definition(run, key).measure_spec.unit == "yuan"
    parts = (
        [max(v or 0, 0) for v in rows.values_list(f"{key}_value", flat=True)[: ADDS_UP + 1]]
        if has_shares
        else []
    )
    shares = adding_shares(parts) if len(parts) <= ADDS_UP else []
    sums = running_shares(shares)
    total = (sum(parts) if shares else total_value(rows, key)) if has_shares else 0
    before = (sum(parts[:start]) if shares else _sum_before(rows, key, start)) if total else 0
    fields = (
        "customer_id",
        f"{key}_rank",
        f"{key}_value",
        f"{key}_class",
        f"{key}_reason",
        "ev_reason",
        "population",
    )
    people = ("customer__code", "customer__name", "customer__short_name", "customer__owner__name")
    found = rows.values_list(*fields, *people)[start : None if count is None else start + count]
    made = []
    for place, (
        pk,
        rank,
        amount,
        label,
        reason,
        ev_reason,
        population,
        code,
        name,
        short,
        owner,
    ) in enumerate(found, start):
        part = max(amount or 0, 0)
        before += part
        made.append(
            RankRow(
                rank, pk, code, name, short or "", owner or "", amount, label, reason or (ev_reason if key == "ev_abc" else None),
                shares[place] if shares else percent(part, total), sums[place] if shares else percent(before, total), population or "all",
            )
        )  # fmt: skip
    return made


def _sum_before(rows: QuerySet[Standing], key: str, start: int) -> int:
    if not start:
        return 0
    amounts = rows.values_list(f"{key}_value", flat=True)[:start]
    return sum(max(a or 0, 0) for a in amounts)


def band_totals(actor: Actor, run: Run, key: str, narrow: Narrow | None = None) -> list[dict[str, Any]]:
    """For each class of a scheme, best first: customers, value, share, and how many moved in and out.

    The whole company's counts stand in the run's summary; others are counted over the rows that the actor sees.
    """
    may_see_scheme(actor, key, run)
    scheme = definition(run, key)
    whole = customer_scope(actor) is None and not narrow
    found = _summed(run, key) if whole else _counted(actor, run, key, narrow)
    total = sum(v for _n, v in found.values()) if scheme.measure_spec.unit == "yuan" else 0
    came, went = _came_and_went(actor, run, key, narrow)
    return [
        {
            "key": label, "count": n, "value": v, "share": percent(v, total),
            "moved_in": came.get(label, 0), "moved_out": went.get(label, 0),
        }
        for label in scheme.classes
        for n, v in [found.get(label, (0, 0))]
    ]  # fmt: skip


def _summed(run: Run, key: str) -> dict[str, tuple[int, int]]:
    """From the summary; negative values bring a class down there, and are few."""
    found: dict[str, tuple[int, int]] = {}
    for population in run.summary["schemes"][key]["populations"].values():
        for each in population["classes"]:
            n, v = found.get(each["class"], (0, 0))
            found[each["class"]] = (n + each["count"], v + max(each["value"], 0))
    return found


def _counted(actor: Actor, run: Run, key: str, narrow: Narrow | None) -> dict[str, tuple[int, int]]:
    if not narrow:
        return _counted_in_file(actor, run, key)
    rows = narrow.apply(ranked(actor, run, key))
    sums = rows.order_by().values(c=F(f"{key}_class")).annotate(
        n=Count("pk"), v=Sum(f"{key}_value", filter=Q(**{f"{key}_value__gt": 0}))
    )  # fmt: skip
    return {row["c"]: (row["n"], row["v"] or 0) for row in sums}


def _counted_in_file(actor: Actor, run: Run, key: str) -> dict[str, tuple[int, int]]:
    import polars as pl

    rows = seen_in(actor, run).filter(pl.col(f"{key}_rank").is_not_null()).group_by(f"{key}_class")
    return {
        label: (n, fen)
        for label, n, fen in rows.agg(pl.len(), pl.col(f"{key}_value").clip(0).sum()).collect().rows()
    }


def _came_and_went(
    actor: Actor, run: Run, key: str, narrow: Narrow | None
) -> tuple[dict[str, int], dict[str, int]]:
    """How many moved into and out of each class; who is new or gone altogether is neither."""
    moved = class_changes(actor, run, key).exclude(old_class="").exclude(new_class="")
    if narrow:
        fitting = narrow.apply(ranked(actor, run, key)).order_by().values("customer_id")
        moved = moved.filter(customer_id__in=fitting)
    came = dict(moved.order_by().values_list("new_class").annotate(n=Count("pk")))
    return came, dict(moved.order_by().values_list("old_class").annotate(n=Count("pk")))


def class_changes(
    actor: Actor, run: Run, key: str, among: Collection[int] | None = None
) -> QuerySet[ClassChange]:
    """Customers whose class moved in this run, of those the actor may see; `among` some of them, by id."""
    rows = ClassChange.objects.filter(run=run, scheme_key=key)
    rows = rows if among is None else rows.filter(customer_id__in=among)
    if customer_scope(actor) is None:
        return rows
    seen = Customer.objects.all() if among is None else Customer.objects.filter(pk__in=among)
    return rows.filter(customer_id__in=restrict(seen, actor).values("pk"))


def class_history(actor: Actor, customer: Customer, key: str, limit: int = 12) -> list[ClassChange]:
    """The customer's moves, newest first."""
    if not actor.sees("value", customer.owner_id):
        return []
    found = _moves(actor, key, limit, customer_id=customer.pk)
    return [move for move in found if lacks_for_scheme(actor, key, move.run, customer.owner_id) is None]


@prepared
def _moves(actor: Actor, key: str, limit: int, *, customer_id: int) -> QuerySet[ClassChange]:
    rows = ClassChange.objects.filter(customer_id=customer_id, scheme_key=key, run__status=Run.Status.DONE)
    return rows.select_related("run").order_by("-run_id")[:limit]


def class_on(actor: Actor, customer: Customer, key: str, day: date) -> str | None:
    """The class as it was at the end of a day, however often it was valued since; "" for none, None before any run."""
    if not actor.sees("value", customer.owner_id):
        return None
    before = Run.objects.filter(status=Run.Status.DONE, as_of__lte=day).order_by("-as_of", "-pk").first()
    if before is None:
        return None
    rows = ClassChange.objects.filter(customer_id=customer.pk, scheme_key=key, run__status=Run.Status.DONE)
    last = rows.filter(run_id__lte=before.pk).order_by("-run_id").first()
    if last is not None:
        return last.new_class
    following = rows.filter(run_id__gt=before.pk).order_by("run_id").first()
    if following is not None:
        return following.old_class
    row = standing_of(actor, customer)
    return getattr(row, f"{key}_class") or "" if row is not None else ""


def explanation(run: Run, standing: Standing, code: str, key: str) -> Any:
    """Why the customer has its class: value.explain over the stored row."""
    row = {f.column: getattr(standing, f.attname) for f in Standing._meta.fields} | {"customer_id": code}
    return value.explain.explain(row, definition(run, key), run.summary["schemes"][key])  # type: ignore[arg-type]


def reason_text(reason: str | None) -> str:
    """A reason for a missing number in words."""
    known = {
        "no_purchase": _("从没买过"), "no_potential": _("没估潜力"), "no_growth_estimate": _("没估增量，期望价值等于近 12 月销售"),
        "too_few_customers": _("客户太少，分不出档"), "no_positive_total": _("合计不是正数"), "too_few_months": _("不到 6 个月"),
        "no_benchmark": _("没有毛利或年限，评不了分"), "no_cost": _("没有成本"), "partial_cost": _("部分销售没有成本"), "excluded": _("这类客户不排名"), "no_measure": _("这个指标算不出"),
        "knocked_out_credit": _("没过门槛：信用等级低于 BB"), "knocked_out_profit": _("没过门槛：近 12 月毛利不大于 0"),
        "missing_credit": _("没评：设了信用门槛，还没评过信用等级"), "missing_profit": _("没评：算不出毛利"),
    }  # fmt: skip
    return known.get(reason or "", reason or "")


def compare(
    actor: Actor, old: Run, new: Run, key: str, limit: int = 25
) -> tuple[dict[tuple[str, str], int], list[dict[str, Any]]]:
    """How many moved from which class to which between two kept runs, and the largest moves of rank."""
    may_see_scheme(actor, key, old)
    may_see_scheme(actor, key, new)
    counts, moved = moved_between(actor, old, new, key, limit)
    names = ("pk", "code", "name", "short_name")
    people = {
        pk: (code, short or name)
        for pk, code, name, short in Customer.objects.filter(
            pk__in=[each["customer_key"] for each in moved]
        ).values_list(*names)
    }
    movers = [
        {"code": people[pk][0], "name": people[pk][1], **each}
        for each in moved
        if (pk := each.pop("customer_key")) in people
    ]
    return counts, movers

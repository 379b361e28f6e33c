"""Ranked places by the page: found by rank, never by counting rows, so that a deep page costs what the first does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Abs

from kemai.business.valuation import queries
from kemai.business.valuation.models import Run, Standing
from kemai.business.valuation.ranking.curve import Curve
from kemai.business.valuation.ranking.narrowing import NOTHING, Narrow
from kemai.business.valuation.reading import RankRow, population_of
from kemai.foundation.access.actor import Actor

PAGE = 25
AROUND = 6


def places_after(
    actor: Actor,
    run: Run,
    key: str,
    curve: Curve,
    *,
    after: int = 0,
    narrow: Narrow = NOTHING,
    count: int = PAGE,
) -> list[RankRow]:
    """The next so many below a rank (below so many places where ranks belong to units or owners)."""
    rows = narrow.apply(queries.ranked(actor, run, key, for_first=not narrow))
    if population_of(run) != "all":
        return _rows(rows[after : after + count], run, key, curve, after + 1)
    return _rows(rows.filter(**{f"{key}_rank__gt": after})[:count], run, key, curve)


def places_before(
    actor: Actor,
    run: Run,
    key: str,
    curve: Curve,
    *,
    before: int,
    narrow: Narrow = NOTHING,
    count: int = PAGE,
) -> list[RankRow]:
    """The so many above a rank, best first."""
    if population_of(run) != "all":
        start = max(before - count - 1, 0)
        return places_after(
            actor, run, key, curve, after=start, narrow=narrow, count=max(before - 1 - start, 0)
        )
    rows = narrow.apply(queries.ranked(actor, run, key)).filter(**{f"{key}_rank__lt": before})
    last = list(rows.order_by(f"-{key}_rank").values_list(f"{key}_rank", flat=True)[:count])
    return (
        places_after(actor, run, key, curve, after=last[-1] - 1, narrow=narrow, count=len(last))
        if last
        else []
    )


def places_around(
    actor: Actor, run: Run, key: str, curve: Curve, *, line: int, narrow: Narrow = NOTHING
) -> list[RankRow]:
    """Six above a line and six below it; `line` is the last rank inside."""
    above = places_before(actor, run, key, curve, before=line + 1, narrow=narrow, count=AROUND)
    return above + places_after(actor, run, key, curve, after=line, narrow=narrow, count=AROUND)


def largest_moves(
    actor: Actor, run: Run, key: str, curve: Curve, *, narrow: Narrow = NOTHING, count: int = PAGE
) -> list[RankRow]:
    """Those whose class moved in this run, the largest change of rank first."""
    moved = queries.class_changes(actor, run, key).exclude(old_rank=None).exclude(new_rank=None)
    moved = moved.annotate(by=Abs(F("old_rank") - F("new_rank"))).order_by("-by", "new_rank")
    if narrow:
        fitting = narrow.apply(queries.ranked(actor, run, key)).order_by().values("customer_id")
        moved = moved.filter(customer_id__in=fitting)
    ids = list(moved.values_list("customer_id", flat=True)[:count])
    rows = _rows(queries.ranked(actor, run, key).filter(customer_id__in=ids), run, key, curve, is_run=False)
    order = {pk: n for n, pk in enumerate(ids)}
    return sorted(rows, key=lambda row: order[row.customer_id])


def lines_of(run: Run, key: str) -> list[int]:
    """The last rank inside each class but the last, for the whole company."""
    found = run.summary.get("schemes", {}).get(key, {}).get("populations", {}).get("all", {})
    ranks, last = [], 0
    for each in found.get("classes", [])[:-1]:
        last = max(last, (each.get("last") or {}).get("rank", 0))
        ranks.append(last)
    return ranks


def _rows(
    rows: QuerySet[Standing], run: Run, key: str, curve: Curve, first: int = 0, *, is_run: bool = True
) -> list[RankRow]:
    """As rows with shares over the curve's whole; `is_run` says that they follow each other without a gap."""
    has_shares = queries.definition(run, key).measure_spec.unit == "yuan" and curve.total > 0
    names = ("code", "name", "short_name", "owner__name")
    found = list(
        rows.values_list(
            f"{key}_rank", "customer_id", f"{key}_value", f"{key}_class", f"{key}_reason", "population",
            *(f"customer__{name}" for name in names),
        )
    )  # fmt: skip
    made = [
        RankRow(
            rank,
            pk,
            code,
            name,
            short or "",
            owner or "",
            amount,
            label,
            reason,
            population=population or "all",
        )
        for rank, pk, amount, label, reason, population, code, name, short, owner in found
    ]
    if not has_shares or not made:
        return made
    if not is_run:
        return [replace(row, share=curve.share_of(row.rank, row.value)) for row in made]
    return _with_shares(made, curve, _added_before(rows, run, key, curve, first or made[0].rank), first)


def _added_before(rows: QuerySet[Standing], run: Run, key: str, curve: Curve, first: int) -> int:
    """What stands before the first row: the curve's last point above it and the few rows between."""
    rank, _place, base = curve.before(first)
    if rank >= first - 1 or len(curve.places) == curve.n:
        return base
    between: dict[str, Any] = {f"{key}_rank__gt": rank, f"{key}_rank__lt": first, f"{key}_value__gt": 0}
    return base + int(
        Standing.objects.filter(run_id=run.pk, **between).aggregate(s=Sum(f"{key}_value"))["s"] or 0
    )


def _with_shares(rows: list[RankRow], curve: Curve, before: int, first: int) -> list[RankRow]:
    """`first` is the place of the first row where ranks belong to units or owners, else 0."""
    made = []
    for further, row in enumerate(rows):
        before += max(row.value or 0, 0)
        place = first + further if first else row.rank
        share = curve.share_of(place, row.value)
        made.append(replace(row, share=share, cumulative=curve.share_upto(place, before)))
    return made

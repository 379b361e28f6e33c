"""What is aimed at and what was sold in a period: by customer, person, unit or region, over what the actor sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from kemai.business.archives.keys import keys_by, keys_of_codes
from kemai.business.trade.facts import settled
from kemai.business.trade.models import SaleLine, StaffTarget, Target
from kemai.business.trade.periods import Period
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import OrgUnit, Person
from kemai.foundation.access.scopes import restrict
from kemai.foundation.preferences.company import company_setting

BY = {
    "customer": "customer_id",
    "owner": "customer__owner_id",
    "unit": "customer__unit_id",
    "region": "customer__region",
}
COLUMNS = {"owner": "owner_id", "unit": "unit_id", "region": "region"}  # the same, of the customer itself
Sums = dict[Any, int]


def target_sums(actor: Actor, period: Period, by: str, among: Mapping[str, Any] | None = None) -> Sums:
    """Customers' targets by key. A customer's own for the period counts; without one the sum of its quarters, without
    those of its months. `among` narrows the customers."""
    seen = restrict(Target.objects.filter(**(among or {})), actor)
    found: Sums = {}
    finer: tuple[str, ...] = ()
    for periods in ((period.text,), period.within(3), period.within(1)):
        if not periods:
            continue
        rows = seen.filter(period__in=periods)
        if finer:
            mine = restrict(
                Target.objects.filter(customer_id=OuterRef("customer_id"), period__in=finer), actor
            )
            rows = rows.filter(~Exists(mine))
        for key, fen in _summed(rows, by):
            found[key] = found.get(key, 0) + fen
        finer += periods
    return found


def sold_sums(actor: Actor, start: date, end: date, by: str, among: Mapping[str, Any] | None = None) -> Sums:
    """Net sales by key from `start` up to but not including `end`, as the company counts them."""
    [found] = sold_in(actor, [(start, end)], by, among)
    return found


def sold_in(
    actor: Actor, spans: Sequence[tuple[date, date]], by: str, among: Mapping[str, Any] | None = None
) -> list[Sums]:
    """`sold_sums` of several spans of days.

    Sums over everybody are read from the files of the ledger where these are up to date, which takes a tenth of the time.
    """
    if among or by not in COLUMNS:
        return [_from_ledger(actor, [span], by, among) for span in spans]
    found = [settled(*span) for span in spans]
    from_files = _from_files(actor, [paths for paths, _left in found], COLUMNS[by])
    return [
        added(sums, _from_ledger(actor, left, by))
        for sums, (_paths, left) in zip(from_files, found, strict=True)
    ]


def added(*some: Mapping[Any, int]) -> Sums:
    """Sums by key, put together."""
    found: Sums = {}
    for sums in some:
        for key, fen in sums.items():
            found[key] = found.get(key, 0) + fen
    return found


def _from_ledger(
    actor: Actor, spans: Iterable[tuple[date, date]], by: str, among: Mapping[str, Any] | None = None
) -> Sums:
    """One statement for all spans of days."""
    inside = [Q(day__gte=start, day__lt=end) for start, end in spans if start < end]
    if not inside:
        return {}
    lines = SaleLine.objects.filter(reduce(or_, inside), **(among or {}), day__lte=actor.today)
    seen = restrict(lines, actor).filter(
        status__in=company_setting("valuation.statuses"), customer__isnull=False
    )
    return dict(_summed(seen, by))


def _from_files(actor: Actor, some: Sequence[list[Path]], column: str) -> list[Sums]:
    """Sums of each of some sets of files."""
    import polars as pl

    if not any(some):
        return [{} for _paths in some]
    people = keys_by(actor, column)
    placed = people.rows.join(keys_of_codes(), on="customer_key").lazy()
    counts = pl.col("status").is_in(list(company_setting("valuation.statuses"))) & (
        pl.col("day") <= actor.today
    )

    def summed(paths: list[Path]) -> Sums:
        lines = pl.scan_parquet(paths).filter(counts)
        sums = (
            lines.group_by("customer_id").agg(fen=pl.col("amount_fen").sum()).join(placed, on="customer_id")
        )
        by_place = sums.group_by("place").agg(fen=pl.col("fen").sum()).collect()
        return {people.groups[place]: fen for place, fen in by_place.iter_rows()}

    return [summed(paths) if paths else {} for paths in some]


def staff_targets(actor: Actor, period: Period) -> tuple[Sums, Sums]:
    """The targets of the persons and of the units that the actor may look at, by id."""
    rows = StaffTarget.objects.landed().filter(period=period.text)
    persons = rows.filter(person__in=staff(actor)).values_list("person_id", "amount_fen")
    return dict(persons), dict(rows.filter(unit__in=led_units(actor)).values_list("unit_id", "amount_fen"))


def staff(actor: Actor) -> QuerySet[Person]:
    """The actor himself, whoever holds a role in the units he leads, everybody for who sees all."""
    everybody = Person.objects.filter(is_active=True)
    if actor.sees_all:
        return everybody
    if not actor.units:
        return everybody.filter(pk=actor.person_id or 0)
    led = Q(assignments__unit_id__in=actor.units) & (
        Q(assignments__ends_on=None) | Q(assignments__ends_on__gte=actor.today)
    )
    return everybody.filter(Q(pk=actor.person_id) | led).distinct()


def led_units(actor: Actor) -> QuerySet[OrgUnit]:
    """The units the actor leads, with all below; all of them for who sees all."""
    return OrgUnit.objects.all() if actor.sees_all else OrgUnit.objects.filter(pk__in=actor.units)


def _summed(rows: QuerySet[Any], by: str) -> list[tuple[Any, int]]:
    sums = rows.order_by().values_list(BY[by]).annotate(fen=Sum("amount_fen"))
    return [(key, fen or 0) for key, fen in sums]

"""What is aimed at and what was sold in a period: by customer, person, unit or region, over what the actor sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

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
    if start >= end:
        return {}
    lines = SaleLine.objects.filter(**(among or {}), day__gte=start, day__lt=end, day__lte=actor.today)
    seen = restrict(lines, actor).filter(
        status__in=company_setting("valuation.statuses"), customer__isnull=False
    )
    return dict(_summed(seen, by))


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

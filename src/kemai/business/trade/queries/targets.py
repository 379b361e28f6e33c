"""What is aimed at in a period: by customer, person, unit or region, over what the actor sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from kemai.business.archives.keys import sees_many
from kemai.business.archives.models import Customer
from kemai.business.trade.by_key import Sums, fen_by
from kemai.business.trade.models import StaffTarget, Target
from kemai.business.trade.periods import Period
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import OrgUnit, Person
from kemai.foundation.access.scopes import restrict


def target_sums(actor: Actor, period: Period, by: str, among: Mapping[str, Any] | None = None) -> Sums:
    """Customers' targets by key. A customer's own for the period counts; without one the sum of its quarters, without
    those of its months. `among` narrows the customers."""
    targets = Target.objects.filter(**(among or {}))
    mine = restrict(Customer.objects.filter(pk=OuterRef("customer_id")), actor)
    seen = targets.landed().filter(Exists(mine)) if sees_many(actor) else restrict(targets, actor)
    found: Sums = {}
    finer: tuple[str, ...] = ()
    for periods in ((period.text,), period.within(3), period.within(1)):
        if not periods:
            continue
        rows = seen.filter(period__in=periods)
        if finer:
            same = Target.objects.landed().filter(customer_id=OuterRef("customer_id"), period__in=finer)
            rows = rows.filter(~Exists(same))
        for key, fen in fen_by(rows, by):
            found[key] = found.get(key, 0) + fen
        finer += periods
    return found


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

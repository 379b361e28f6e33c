"""Reads of people and units for those who look after them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import Assignment, OrgUnit, Person

PAGE_SIZE = 50


@dataclass(frozen=True)
class UnitRow:
    """A unit in the order of the tree, how deep it stands, and how many people hold a role on it."""

    unit: OrgUnit
    depth: int
    full_name: str
    people: int = 0


def people(actor: Actor, *, q: str = "", active: bool | None = True) -> QuerySet[Person]:
    """Everybody who signs in, with roles and units, by name. Needs the duty people.manage."""
    actor.require("people.manage", _("人员由管理员来管。"))
    held = Prefetch("assignments", Assignment.objects.select_related("unit").order_by("pk"))
    rows = Person.objects.prefetch_related(held).order_by("-is_active", "name", "login")
    if active is not None:
        rows = rows.filter(is_active=active)
    for word in q.split():
        match = Q(login__icontains=word) | Q(name__icontains=word) | Q(email__icontains=word)
        rows = rows.filter(
            match | Q(pk__in=Assignment.objects.filter(unit__name__icontains=word).values("person"))
        )
    return rows


def person_by_id(actor: Actor, pk: int) -> Person:
    """One person with roles. Raises LookupError."""
    found = people(actor, active=None).filter(pk=pk).first()
    if found is None:
        raise LookupError(pk)
    return found


def assignment_of(actor: Actor, person: Person, pk: int) -> Assignment:
    """A role that the person holds. Raises LookupError."""
    actor.require("people.manage", _("人员由管理员来管。"))
    found = Assignment.objects.filter(person=person, pk=pk).select_related("person", "unit").first()
    if found is None:
        raise LookupError(pk)
    return found


def unit_by_id(pk: int) -> OrgUnit:
    """One unit. Raises LookupError."""
    found = OrgUnit.objects.filter(pk=pk).select_related("parent").first()
    if found is None:
        raise LookupError(pk)
    return found


def unit_rows(actor: Actor) -> list[UnitRow]:
    """The whole tree, parents before children, siblings by name."""
    actor.require_any(("unit.manage", "people.manage"), _("单位由管理员来管。"))
    return tree(list(OrgUnit.objects.all()), _holders())


def tree(units: list[OrgUnit], holders: dict[int, int] | None = None) -> list[UnitRow]:
    """Units in the order of a tree; one whose parent is not among them stands at the top."""
    known = {u.pk for u in units}
    children: dict[int | None, list[OrgUnit]] = {}
    for unit in sorted(units, key=lambda u: u.name):
        parent = unit.parent_id if unit.parent_id in known else None
        children.setdefault(parent, []).append(unit)
    return list(_walk(children, None, (), holders or {}))


def _walk(
    children: dict[int | None, list[OrgUnit]],
    parent: int | None,
    above: tuple[str, ...],
    holders: dict[int, int],
) -> list[UnitRow]:
    made = []
    for unit in children.get(parent, []):
        names = (*above, unit.name)
        made.append(UnitRow(unit, len(above), " / ".join(names), holders.get(unit.pk, 0)))
        made += _walk(children, unit.pk, names, holders)
    return made


def _holders() -> dict[int, int]:
    from django.db.models import Count

    rows = Assignment.objects.filter(person__is_active=True, unit__isnull=False)
    return dict(rows.values_list("unit_id").annotate(n=Count("person", distinct=True)))

"""A ranking narrowed to an owner, a unit with what is below it, or a region."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from kemai.business.archives.models import Customer
from kemai.business.valuation.models import Standing
from kemai.foundation.access.actor import Actor, units_below
from kemai.foundation.access.models import OrgUnit, Person
from kemai.foundation.access.queries import UnitRow, tree
from kemai.foundation.access.scopes import restrict

MOST = 300


@dataclass(frozen=True)
class Narrow:
    """What was chosen; nothing chosen is false."""

    owner: str = ""
    unit: int | None = None
    region: str = ""

    def __bool__(self) -> bool:
        return bool(self.owner or self.unit or self.region)

    def apply(self, rows: QuerySet[Standing]) -> QuerySet[Standing]:
        """The rows of the customers that fit."""
        return rows.filter(self.condition("customer__")) if self else rows

    def condition(self, prefix: str = "") -> Q:
        """The same as a condition over the customer."""
        fits = Q()
        if self.owner:
            fits &= Q(**{f"{prefix}owner__login": self.owner})
        if self.unit:
            fits &= Q(**{f"{prefix}unit_id__in": sorted(units_below([self.unit]))})
        if self.region:
            fits &= Q(**{f"{prefix}region": self.region})
        return fits


NOTHING = Narrow()


def owners(actor: Actor) -> list[tuple[str, str]]:
    """(login, name) of those who own a customer that the actor sees: one look into the index a person."""
    mine = restrict(Customer.objects.all(), actor).filter(owner=OuterRef("pk"))
    rows = Person.objects.filter(Exists(mine)).order_by("name")
    return [(login, name or login) for login, name in rows.values_list("login", "name")[:MOST]]


def units(actor: Actor) -> list[UnitRow]:
    """The units whose customers the actor may see, as a tree; none for those who see only their own."""
    rows = OrgUnit.objects.all()
    if not actor.sees_all:
        rows = rows.filter(pk__in=actor.units)
    return tree(list(rows[:MOST]))

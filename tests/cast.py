"""The fixed cast of the tests: who sees what is asserted with them everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from kemai.foundation.access.actor import Actor, actor_of, system_actor
from kemai.foundation.access.models import Assignment, OrgUnit, Person

TODAY = date(2026, 11, 22)
ROLES = {
    "d": ("executive", "总部"), "me": ("region_manager", "East"), "mw": ("region_manager", "West"),
    "e1": ("sales_rep", "East"), "e2": ("sales_rep", "East"), "w1": ("sales_rep", "West"),
    "c": ("custodian", "总部"), "f1": ("credit", "总部"), "s": ("service", "总部"), "a": ("admin", "总部"),
}  # fmt: skip


@dataclass(frozen=True)
class Cast:
    """Persons and actors by login; a stranger has no role at all."""

    persons: dict[str, Person]
    actors: dict[str, Actor]
    system: Actor

    def __getitem__(self, login: str) -> Actor:
        return self.actors[login]


def make_cast() -> Cast:
    """Two regions below the head office, and everybody in them."""
    units: dict[str, OrgUnit] = {}
    for name, parent in (("总部", None), ("East", "总部"), ("West", "总部")):
        unit = OrgUnit.objects.create(name=name, parent=units.get(parent or ""))
        unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
        unit.save()
        units[name] = unit
    persons = {
        login: Person.objects.create(login=login, name=login.upper()) for login in (*ROLES, "stranger")
    }
    for login, (role, unit) in ROLES.items():
        Assignment.objects.create(person=persons[login], role=role, unit=units[unit])
    return Cast(persons, {k: actor_of(p, TODAY) for k, p in persons.items()}, system_actor(TODAY))


def customer_of(cast: Cast, owner: str, name: str, **basics: Any) -> Any:
    """A customer of somebody's."""
    from kemai.business.archives.actions import create_customer

    return create_customer(actor=cast.system, name=name, owner=cast.persons[owner], **basics)

"""Units, the boss, an administrator, a manager for each region, and a hundred salespeople."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from kemai.foundation.access.actions.people import unit_by_path
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import Assignment, OrgUnit, Person
from kemai.oversight.demo.synthetic import words
from kemai.oversight.demo.synthetic.plan import REPS, CompanyPlan

BOSS, ADMIN = "boss", "admin"


@dataclass(frozen=True, slots=True)
class Rep:
    """A salesperson and where he works."""

    person_id: int
    unit_id: int
    office: str


def make_people(actor: Actor, plan: CompanyPlan, password: str) -> list[Rep]:
    """Logins boss, admin, region1 to region3 and rep001 to rep100, all with one password; gives the salespeople."""
    secret = make_password(password)
    with transaction.atomic():
        offices = {
            office: unit_by_path(actor=actor, path=f"{words.HEAD_OFFICE}/{region}/{office}", create=True)
            for office, (region, _cities) in words.OFFICES.items()
        }
        head = unit_by_path(actor=actor, path=words.HEAD_OFFICE)
        regions = list(dict.fromkeys(offices[office].parent for office in words.OFFICES))
        _employ([(BOSS, "沈知遥", "executive", head), (ADMIN, "管理员", "admin", head)], secret)
        _employ([(f"region{n}", f"{unit.name}经理", "region_manager", unit) for n, unit in enumerate(regions, 1) if unit], secret)  # fmt: skip
        return _reps(plan, offices, secret)


def _reps(plan: CompanyPlan, offices: dict[str, OrgUnit], secret: str) -> list[Rep]:
    dice = plan.dice("people")
    keys = list(offices)
    wanted = []
    for n in range(REPS):
        name = "".join(
            str(dice.choice(list(letters))) for letters in (words.SURNAMES, words.GIVEN, words.GIVEN)
        )
        wanted.append((f"rep{n + 1:03d}", name, "sales_rep", offices[keys[n % len(keys)]]))
    made = _employ(wanted, secret)
    return [
        Rep(person.pk, unit.pk, unit.name) for person, (_l, _n, _r, unit) in zip(made, wanted, strict=True)
    ]


def _employ(wanted: list[tuple[str, str, str, OrgUnit]], secret: str) -> list[Person]:
    people = Person.objects.bulk_create(
        [Person(login=login, name=name, password=secret) for login, name, _role, _unit in wanted]
    )
    Assignment.objects.bulk_create(
        Assignment(person=person, role=role, unit=unit)
        for person, (_login, _name, role, unit) in zip(people, wanted, strict=True)
    )
    return people

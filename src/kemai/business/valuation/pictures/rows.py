"""Rows of the database that the actor may see: positions and courses of the published run, named customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet

from kemai.business.archives.models import Customer
from kemai.business.valuation.models import Course, Position, Run, RunRow
from kemai.business.valuation.pictures.seen import may_look
from kemai.business.valuation.runs.within_sight import gathered
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict

R = TypeVar("R", bound=RunRow)


@dataclass(frozen=True)
class Named:
    """A customer as a list shows it."""

    pk: int
    code: str
    name: str
    owner: str


def positions(actor: Actor, run: Run) -> QuerySet[Position]:
    """Of customers that the actor may see."""
    may_look(actor)
    return gathered(Position.objects.filter(run_id=run.pk), actor)


def courses(actor: Actor, run: Run) -> QuerySet[Course]:
    """Of customers that the actor may see."""
    may_look(actor)
    return gathered(Course.objects.filter(run_id=run.pk), actor)


def named(actor: Actor, ids: Sequence[int]) -> dict[int, Named]:
    """{id: customer} of those that the actor may see."""
    rows = restrict(Customer.objects.filter(pk__in=list(ids)), actor)
    found = rows.values_list("pk", "code", "short_name", "name", "owner__name")
    return {pk: Named(pk, code, short or name, owner or "") for pk, code, short, name, owner in found}

"""Days of a month with how much lies on each, and what lies on one day."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db.models import Count, Q

from kemai.business.agenda.models import Task
from kemai.business.agenda.queries.tasks import Whose, tasks_of
from kemai.foundation.access.actor import Actor

SHOWN = 200


class DayCount(NamedTuple):
    """Tasks of a day: all that were not dropped, and those still open."""

    all: int
    open: int


def day_counts(actor: Actor, whose: Whose, first: date, last: date) -> dict[date, DayCount]:
    """{day: counts} for the days that have any. One statement."""
    rows = (
        tasks_of(actor, whose)
        .filter(due_on__gte=first, due_on__lte=last, status__in=(Task.Status.OPEN, Task.Status.DONE))
        .order_by()
        .values("due_on")
        .annotate(n=Count("pk"), o=Count("pk", filter=Q(status=Task.Status.OPEN)))
    )
    return {r["due_on"]: DayCount(r["n"], r["o"]) for r in rows}


def tasks_on(actor: Actor, day: date, whose: Whose = "me", limit: int = SHOWN) -> list[Task]:
    """The day's tasks, open ones first, then by time."""
    rows = tasks_of(actor, whose).filter(due_on=day, status__in=(Task.Status.OPEN, Task.Status.DONE))
    return list(rows.order_by("-status", "due_at", "id")[:limit])

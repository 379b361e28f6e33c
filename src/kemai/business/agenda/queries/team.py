"""What lies on each desk of the team."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from kemai.business.agenda.models import Task
from kemai.business.agenda.queries.tasks import instants_of, tasks_of
from kemai.foundation.access.actor import Actor


@dataclass(frozen=True)
class Load:
    """One desk: rows that are due, those of them late, tasks done today."""

    name: str
    open: int
    late: int
    done: int
    person_id: int = 0


def _rows(which: Q) -> Count:
    """A customer is one row, as in the list; a task about none is one too."""
    return Count(Coalesce("customer_id", -F("pk")), filter=which, distinct=True)


def loads(actor: Actor) -> list[Load]:
    """The desks of the team, for who leads; the latest first. One statement."""
    if not actor.may("team.view"):
        return []
    start, end = instants_of(actor.today)
    due = Q(status=Task.Status.OPEN, due_on__lte=actor.today)
    late = Q(status=Task.Status.OPEN, due_on__lt=actor.today)
    done = Q(status=Task.Status.DONE, done_at__gte=start, done_at__lt=end)
    rows = (
        tasks_of(actor, "team")
        .filter(due | done)
        .order_by()
        .values("person_id", "person__name")
        .annotate(o=_rows(due), late=_rows(late), d=Count("pk", filter=done))
    )
    desks = [Load(r["person__name"], r["o"], r["late"], r["d"], r["person_id"]) for r in rows]
    return sorted(desks, key=lambda x: (-x.late, -x.open, x.name))

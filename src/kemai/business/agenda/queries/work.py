"""Today's work, one row a customer, and what it is ordered by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce

from kemai.business.agenda.models import Task
from kemai.business.agenda.queries.tasks import Whose, instants_of, tasks_of
from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Actor
from kemai.foundation.among import Among
from kemai.foundation.prepared import prepared_number

AtRisk = Callable[[Actor, list[int]], Mapping[int, int]]
SHOWN = 200
COMING = 3
DECIDES = ("customer_id", "person_id", "due_on", "due_at", "asked_at", "asked_by_id")
"""What the order is made of."""
_at_risk: list[AtRisk] = []


@dataclass(frozen=True)
class Work:
    """One row of today's work: the most urgent task, the other tasks of the same customer, money at risk in fen."""

    task: Task
    others: tuple[Task, ...]
    days_late: int
    at_risk_fen: int | None
    waits_since: datetime | None = None

    @property
    def customer(self) -> Customer | None:
        """Whom it is about."""
        return self.task.customer

    @property
    def is_timed(self) -> bool:
        """Whether it has a fixed time today."""
        return self.task.due_at is not None and self.days_late == 0


def register_money_at_risk(source: AtRisk) -> None:
    """An upper app tells what a customer's silence may cost: (actor, customer ids) -> {id: fen}."""
    if source not in _at_risk:
        _at_risk.append(source)


def work_due(actor: Actor, whose: Whose = "me", limit: int = SHOWN) -> list[Work]:
    """What is due today or late: a fixed time first, then who waits for me, then money at risk, then days late."""
    candidates = _due(actor, whose).select_related(None).only(*DECIDES).order_by("due_on", "due_at", "id")
    works = ordered(actor, candidates[: limit * 5])[:limit]
    return _whole(_due(actor, whose), works)


def _whole(tasks: QuerySet[Task], works: Sequence[Work]) -> list[Work]:
    """The rows with everything that a page shows of them: many stand in line, few are shown."""
    ids = [task.pk for work in works for task in (work.task, *work.others)]
    full = {task.pk: task for task in tasks.filter(Among("id", ids))} if ids else {}
    return [
        replace(work, task=full[work.task.pk], others=tuple(full[t.pk] for t in work.others if t.pk in full))
        for work in works
        if work.task.pk in full
    ]


def work_about(actor: Actor, task: Task) -> Work:
    """The row that a task stands in, as it is now."""
    rows = [task]
    if task.customer_id is not None:
        same = _due(actor, "me" if task.person_id == actor.person_id else task.person_id)
        rows += same.filter(customer_id=task.customer_id).exclude(pk=task.pk)
    found = ordered(actor, rows)[0]
    others = tuple(t for t in (found.task, *found.others) if t.pk != task.pk)
    return Work(
        task, others, max(0, (actor.today - task.due_on).days), found.at_risk_fen, _asked(actor, task)
    )


def ordered(actor: Actor, tasks: Iterable[Task]) -> list[Work]:
    """Tasks as rows, the most urgent first."""
    groups: dict[tuple[str, int], list[Task]] = {}
    for task in tasks:
        about = ("customer", task.customer_id) if task.customer_id else ("task", task.pk)
        groups.setdefault(about, []).append(task)
    money = _money(actor, [pk for kind, pk in groups if kind == "customer"])
    return sorted((_work(actor, group, money) for group in groups.values()), key=_urgency)


def due_count(actor: Actor, whose: Whose = "me") -> int:
    """How many rows are due: customers, and tasks about none. One statement."""
    return int(_due_count(actor, whose))


@prepared_number
def _due_count(actor: Actor, whose: Whose) -> int:
    about = Coalesce("customer_id", -F("id"))
    return int(_due(actor, whose).aggregate(n=Count(about, distinct=True))["n"])


def done_on(actor: Actor, day: date, whose: Whose = "me") -> int:
    """How many tasks were finished on the day."""
    start, end = instants_of(day)
    done = tasks_of(actor, whose).filter(status=Task.Status.DONE, done_at__gte=start, done_at__lt=end)
    return done.count()


def coming(actor: Actor, whose: Whose = "me", limit: int = COMING) -> list[Task]:
    """What comes after today, the nearest first."""
    rows = tasks_of(actor, whose).filter(status=Task.Status.OPEN, due_on__gt=actor.today)
    return list(rows.order_by("due_on", "due_at", "id")[:limit])


def _due(actor: Actor, whose: Whose) -> QuerySet[Task]:
    return tasks_of(actor, whose).filter(status=Task.Status.OPEN, due_on__lte=actor.today)


def _money(actor: Actor, ids: list[int]) -> dict[int, int]:
    money: dict[int, int] = {}
    for source in _at_risk:
        money.update(source(actor, ids))
    return money


def _work(actor: Actor, tasks: list[Task], money: Mapping[int, int]) -> Work:
    first, *others = sorted(tasks, key=lambda t: _first(actor, t))
    late = max(0, (actor.today - min(t.due_on for t in tasks)).days)
    risk = money.get(first.customer_id) if first.customer_id else None
    return Work(first, tuple(others), 0 if _is_now(actor, first) else late, risk, _asked(actor, first))


def _first(actor: Actor, task: Task) -> tuple[bool, bool, date, time, int]:
    asked = _asked(actor, task) is not None
    return (not _is_now(actor, task), not asked, task.due_on, task.due_at or time.max, task.pk)


def _is_now(actor: Actor, task: Task) -> bool:
    return task.due_at is not None and task.due_on == actor.today


def _asked(actor: Actor, task: Task) -> datetime | None:
    """Since when somebody else waits for it."""
    return task.asked_at if task.asked_by_id not in (None, task.person_id) else None


def _urgency(work: Work) -> tuple[int, time, float, int, int, int]:
    at = work.task.due_at if work.is_timed else None
    since = work.waits_since
    rank = 0 if at else 1 if since else 2
    waited = since.timestamp() if since and not at else 0.0
    return (rank, at or time.max, waited, -(work.at_risk_fen or 0), -work.days_late, work.task.pk)

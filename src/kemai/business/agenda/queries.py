"""Reads of the agenda: contacts made, tasks, and today's work, one row a customer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time

from django.db.models import Q, QuerySet

from kemai.business.agenda.models import ContactLog, Task
from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict

AtRisk = Callable[[Actor, list[int]], Mapping[int, int]]
SHOWN = 200
_at_risk: list[AtRisk] = []


@dataclass(frozen=True)
class Work:
    """One row of today's work: the most urgent task, the other tasks of the same customer, money at risk in fen."""

    task: Task
    others: tuple[Task, ...]
    days_late: int
    at_risk_fen: int | None

    @property
    def customer(self) -> Customer | None:
        """Whom it is about."""
        return self.task.customer


@dataclass(frozen=True)
class Load:
    """What lies on one person's desk."""

    name: str
    open: int
    late: int
    done: int


def register_money_at_risk(source: AtRisk) -> None:
    """An upper app tells what a customer's silence may cost: (actor, customer ids) -> {id: fen}."""
    if source not in _at_risk:
        _at_risk.append(source)


def timeline_logs(actor: Actor, customer: Customer) -> QuerySet[ContactLog]:
    """Contacts with the customer, newest first; none where the agenda is not for the actor's eyes."""
    if not actor.sees("agenda", customer.owner_id):
        return ContactLog.objects.none()
    return restrict(ContactLog.objects.filter(customer=customer), actor).select_related("person", "contact")


def visible_tasks(actor: Actor) -> QuerySet[Task]:
    """Tasks about customers the actor sees, and his own that are about none."""
    if not actor.sees("agenda", actor.person_id):
        return Task.objects.none()
    about = restrict(Task.objects.filter(customer__isnull=False), actor)
    mine = Q(customer=None, person_id=actor.person_id)
    return Task.objects.filter(Q(pk__in=about.values("pk")) | mine).select_related("customer", "person")


def work_due(actor: Actor, whose: str = "me", limit: int = SHOWN) -> list[Work]:
    """What is due today or late: a fixed time first, then money at risk, then days late."""
    rows = _open(actor, whose).filter(due_on__lte=actor.today).order_by("due_on", "due_at", "id")[: limit * 5]
    groups: dict[tuple[str, int], list[Task]] = {}
    for task in rows:
        about = ("customer", task.customer_id) if task.customer_id else ("task", task.pk)
        groups.setdefault(about, []).append(task)
    money = _money(actor, [pk for kind, pk in groups if kind == "customer"])
    return sorted((_work(actor.today, tasks, money) for tasks in groups.values()), key=_urgency)[:limit]


def done_on(actor: Actor, day: date, whose: str = "me") -> int:
    """How many tasks were finished on the day."""
    return _of(actor, whose).filter(status=Task.Status.DONE, done_at__date=day).count()


def loads(actor: Actor) -> list[Load]:
    """What lies on each desk of the team, for who leads; the busiest first."""
    if not actor.may("team.view"):
        return []
    counts: dict[str, list[int]] = {}
    for name, status, due_on in _today_of_team(actor):
        row = counts.setdefault(name, [0, 0, 0])
        row[0] += status == Task.Status.OPEN
        row[1] += status == Task.Status.OPEN and due_on < actor.today
        row[2] += status == Task.Status.DONE
    return sorted(
        (Load(name, *row) for name, row in counts.items()), key=lambda x: (-x.late, -x.open, x.name)
    )


def _today_of_team(actor: Actor) -> Iterable[tuple[str, str, date]]:
    due = Q(status=Task.Status.OPEN, due_on__lte=actor.today)
    done = Q(status=Task.Status.DONE, done_at__date=actor.today)
    return _of(actor, "team").filter(due | done).values_list("person__name", "status", "due_on")


def _of(actor: Actor, whose: str) -> QuerySet[Task]:
    rows = visible_tasks(actor)
    return rows if whose == "team" and actor.may("team.view") else rows.filter(Q(person_id=actor.person_id))


def _open(actor: Actor, whose: str) -> QuerySet[Task]:
    return _of(actor, whose).filter(status=Task.Status.OPEN)


def _money(actor: Actor, ids: list[int]) -> dict[int, int]:
    money: dict[int, int] = {}
    for source in _at_risk:
        money.update(source(actor, ids))
    return money


def _work(today: date, tasks: list[Task], money: Mapping[int, int]) -> Work:
    first, *others = sorted(
        tasks, key=lambda t: (not _is_now(t, today), t.due_on, t.due_at or time.max, t.pk)
    )
    late = (today - min(t.due_on for t in tasks)).days
    return Work(first, tuple(others), late, money.get(first.customer_id) if first.customer_id else None)


def _is_now(task: Task, today: date) -> bool:
    return task.due_at is not None and task.due_on == today


def _urgency(work: Work) -> tuple[int, time, int, int, int]:
    timed = work.task.due_at if work.days_late == 0 else None
    return (timed is None, timed or time.max, -(work.at_risk_fen or 0), -work.days_late, work.task.pk)

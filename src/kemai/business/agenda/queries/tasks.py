"""Tasks and contacts as the actor sees them, and who else could take a task."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.business.agenda.models import ContactLog, Task
from kemai.business.archives.models import Customer, TeamMember
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import Assignment, Person
from kemai.foundation.access.roles import ROLES
from kemai.foundation.access.scopes import restrict, visible_under
from kemai.foundation.prepared import prepared

CHOICES = 100
Whose = str | int
"""Whose tasks: "me", "team" (for who leads), or a person's id (for who leads)."""


def timeline_logs(actor: Actor, customer: Customer) -> QuerySet[ContactLog]:
    """Contacts with the customer, newest first; none where the agenda is not for the actor's eyes."""
    if not actor.sees("agenda", customer.owner_id):
        return ContactLog.objects.none()
    return restrict(ContactLog.objects.filter(customer=customer), actor).select_related("person", "contact")


@prepared
def latest_logs(actor: Actor, limit: int, *, customer_id: int) -> QuerySet[ContactLog]:
    """The last contacts with a customer whose agenda the actor sees, newest first, as a list."""
    rows = restrict(ContactLog.objects.filter(customer_id=customer_id), actor)
    return rows.select_related("person", "contact")[:limit]


def timeline_of(actor: Actor, customer_ids: Sequence[int]) -> QuerySet[ContactLog]:
    """Contacts with several customers, for lists that show the last one of each."""
    if not actor.sees("agenda", actor.person_id):
        return ContactLog.objects.none()
    return restrict(ContactLog.objects.filter(customer_id__in=customer_ids), actor)


def visible_tasks(actor: Actor) -> QuerySet[Task]:
    """Tasks about customers the actor sees, and his own that are about none."""
    if not actor.sees("agenda", actor.person_id):
        return Task.objects.none()
    about, scope = Q(customer__isnull=False), visible_under(actor, "customer")
    seen = about if scope is None else about & scope
    mine = Q(customer__isnull=True, person_id=actor.person_id)
    return Task.objects.filter(seen | mine).select_related("customer", "person", "asked_by")


@prepared
def open_tasks_of(actor: Actor, limit: int, *, customer_id: int) -> QuerySet[Task]:
    """What is to be done for a customer, the nearest first, as a list."""
    rows = visible_tasks(actor).filter(customer_id=customer_id, status=Task.Status.OPEN)
    return rows.order_by("due_on", "due_at", "id")[:limit]


@prepared
def late_tasks_of(actor: Actor, limit: int, *, customer_id: int) -> QuerySet[Task]:
    """What should have been done for a customer before today, the oldest first, as a list."""
    rows = visible_tasks(actor).filter(customer_id=customer_id, status=Task.Status.OPEN)
    return rows.filter(due_on__lt=actor.today).order_by("due_on")[:limit]


@prepared
def done_tasks_of(actor: Actor, limit: int, *, customer_id: int) -> QuerySet[Task]:
    """What was done for a customer, the latest first, as a list."""
    rows = visible_tasks(actor).filter(customer_id=customer_id, status=Task.Status.DONE)
    return rows.filter(done_at__isnull=False).order_by("-done_at")[:limit]


def task_by_id(actor: Actor, pk: int) -> Task:
    """One task. Raises LookupError when it is not there for the actor."""
    found = visible_tasks(actor).filter(pk=pk).first()
    if found is None:
        raise LookupError(_("没有这个任务，或者不在你能看的范围里。"))
    return found


def tasks_of(actor: Actor, whose: Whose) -> QuerySet[Task]:
    """Visible tasks on the actor's desk or, for who leads, on the team's or one person's."""
    rows = visible_tasks(actor)
    if whose == "me" or not actor.may("team.view"):
        return rows.filter(person_id=actor.person_id)  # type: ignore[misc]
    return rows if whose == "team" else rows.filter(person_id=int(whose))


def instants_of(day: date) -> tuple[datetime, datetime]:
    """Midnight to midnight, so that an index over instants can be used."""
    return tuple(  # type: ignore[return-value]
        timezone.make_aware(datetime.combine(d, time())) for d in (day, day + timedelta(1))
    )


def who_can_take(actor: Actor, task: Task) -> list[Person]:
    """People who keep an agenda and see the task's customer; for a task about none, those the actor leads."""
    fits = _sees(task.customer) if task.customer else Q(unit_id__in=actor.units)
    return _keeping(actor, fits, task.person_id)


def team_members(actor: Actor) -> list[Person]:
    """People whom the actor leads and who keep an agenda."""
    return _keeping(actor, Q() if actor.sees_all else Q(unit_id__in=actor.units))


def _keeping(actor: Actor, fits: Q, without: int | None = None) -> list[Person]:
    logging = [key for key, role in ROLES.items() if "agenda.log" in role.duties]
    held = Assignment.objects.filter(fits, role__in=logging, person__is_active=True)
    if without is not None:
        held = held.exclude(person_id=without)
    held = held.filter(Q(starts_on=None) | Q(starts_on__lte=actor.today))
    held = held.filter(Q(ends_on=None) | Q(ends_on__gte=actor.today))
    return list(Person.objects.filter(pk__in=held.values("person_id")).order_by("name")[:CHOICES])


def _sees(customer: Customer) -> Q:
    leading = [key for key, role in ROLES.items() if role.scope == "unit"]
    above = [int(part) for part in customer.unit.path.split("/") if part] if customer.unit else []
    team = TeamMember.objects.filter(customer_id__in=[i for i in (customer.pk, customer.parent_id) if i])
    near = {customer.owner_id, *team.values_list("person_id", flat=True)} - {None}
    return Q(role__in=leading, unit_id__in=above) | Q(person_id__in=near)

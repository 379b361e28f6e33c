"""Tasks: added, done, taken up again, moved to another day, passed on to somebody else."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.business.agenda.actions.publishing import publish
from kemai.business.agenda.models import Task
from kemai.business.agenda.queries import visible_tasks
from kemai.business.archives.actions.customers import Invalid
from kemai.business.archives.models import Customer
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused, actor_of
from kemai.foundation.access.models import Person
from kemai.foundation.access.scopes import restrict


def add_task(
    *, actor: Actor, title: str, due_on: date, due_at: time | None = None, customer: Customer | None = None,
    person: Person | None = None,
) -> Task:  # fmt: skip
    """A task of one's own or, for who leads, of another who sees the customer too."""
    actor.require("agenda.log", _("你的岗位没有任务。"))
    if not title.strip():
        raise Invalid({"title": _("写一句要做什么。")})
    if customer and not restrict(Customer.objects.filter(pk=customer.pk), actor).exists():
        raise LookupError(customer.code)
    person_id = _whose(actor, person, customer)
    with transaction.atomic():
        task = Task.objects.create(
            customer=customer, person_id=person_id, title=title.strip()[:120], due_on=due_on, due_at=due_at,
            created_by=actor.name[:60],
        )  # fmt: skip
        _told(actor, task, "added", {"title": [None, task.title], "due_on": [None, due_on]})
    return task


def finish_task(*, actor: Actor, task: Task) -> Task:
    """Marks an open task done."""
    return _change(actor, task, "finished", status=Task.Status.DONE, done_at=timezone.now())


def reopen_task(*, actor: Actor, task: Task) -> Task:
    """Undoes `finish_task`."""
    return _change(actor, task, "reopened", status=Task.Status.OPEN, done_at=None)


def reschedule_task(*, actor: Actor, task: Task, due_on: date, due_at: time | None = None) -> Task:
    """Moves a task to today or a later day."""
    if due_on < actor.today:
        raise Invalid({"due_on": _("不能挪到过去的日子。")})
    return _change(actor, task, "moved", due_on=due_on, due_at=due_at)


def pass_on_task(*, actor: Actor, task: Task, person: Person) -> Task:
    """Gives a task to somebody who sees the customer too."""
    return _change(actor, task, "passed", person_id=_whose(actor, person, task.customer))


def _whose(actor: Actor, person: Person | None, customer: Customer | None) -> int:
    if person is None or person.pk == actor.person_id:
        if actor.person_id is None:
            raise Refused(_("任务要有人来做。"))
        return actor.person_id
    actor.require("team.view", _("给别人派任务要主管来做。"))
    theirs = actor_of(person, actor.today)
    if not theirs.may("agenda.log") or (
        customer and not restrict(Customer.objects.filter(pk=customer.pk), theirs).exists()
    ):
        raise Refused(_("%(name)s 看不到这家客户，不能派给他。") % {"name": person.name})
    return person.pk


def _change(actor: Actor, task: Task, what: str, **values: Any) -> Task:
    """Changes one's own task, or as a lead one of the team. Raises LookupError out of sight."""
    actor.require("agenda.log", _("你的岗位没有任务。"))
    with transaction.atomic():
        now = visible_tasks(actor).filter(pk=task.pk).first()
        if now is None:
            raise LookupError(_("没有这个任务，或者不在你能看的范围里。"))
        if now.person_id != actor.person_id:
            actor.require("team.view", _("这是别人的任务。"))
        changes = {k: [_plain(getattr(now, k)), _plain(v)] for k, v in values.items() if getattr(now, k) != v}
        if not changes or (what == "finished" and now.status == Task.Status.DONE):
            return now
        Task.objects.filter(pk=now.pk).update(**values)
        _told(actor, now, what, changes)
    now.refresh_from_db()
    return now


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime, time)) else value


def _told(actor: Actor, task: Task, what: str, changes: dict[str, list[Any]]) -> None:
    publish(task.customer_id)
    trail.record(
        actor=actor, verb=f"agenda.task.{what}", subject_type="task", subject_id=task.pk,
        customer_id=task.customer_id, changes=changes,
    )  # fmt: skip

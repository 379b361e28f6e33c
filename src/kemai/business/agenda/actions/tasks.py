"""Tasks: added, done, taken up again, moved to another day and back, passed on to somebody else."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kemai.business.agenda.actions.publishing import publish
from kemai.business.agenda.actions.reminding import remind_in_time
from kemai.business.agenda.models import Task
from kemai.business.agenda.queries import visible_tasks
from kemai.business.archives.actions.customers import Invalid
from kemai.business.archives.models import Customer
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused, actor_of
from kemai.foundation.access.models import Person
from kemai.foundation.access.scopes import restrict
from kemai.foundation.notifications import notify


def add_task(
    *, actor: Actor, title: str, due_on: date, due_at: time | None = None, customer: Customer | None = None,
    person: Person | None = None,
) -> Task:  # fmt: skip
    """A task of one's own or, for who leads, of another who sees the customer too and is told."""
    actor.require("agenda.log", _("你的岗位没有任务。"))
    if not title.strip():
        raise Invalid({"title": _("写一句要做什么。")})
    if customer and not restrict(Customer.objects.filter(pk=customer.pk), actor).exists():
        raise LookupError(customer.code)
    other = person if person and person.pk != actor.person_id else None
    if other:
        actor.require("team.view", _("给别人派任务要主管来做。"))
    person_id = _whose(actor, other, customer)
    with transaction.atomic():
        task = Task.objects.create(
            customer=customer, person_id=person_id, title=title.strip()[:120], due_on=due_on, due_at=due_at,
            created_by=actor.name[:60], asked_by_id=actor.person_id if other else None,
            asked_at=timezone.now() if other else None,
        )  # fmt: skip
        _told(actor, task, "added", {"title": [None, task.title], "due_on": [None, _plain(due_on)]})
        if other:
            _tell(actor, task, other)
        remind_in_time(task)
    return task


def finish_task(*, actor: Actor, task: Task) -> Task:
    """Marks an open task done."""
    return _change(actor, task, "finished", {"status": Task.Status.DONE}, done_at=timezone.now())


def reopen_task(*, actor: Actor, task: Task) -> Task:
    """Undoes `finish_task`."""
    return _change(actor, task, "reopened", {"status": Task.Status.OPEN}, done_at=None)


def reschedule_task(*, actor: Actor, task: Task, due_on: date, due_at: time | None = None) -> Task:
    """Moves a task to today or a later day; the day it came from is kept for `take_back_move`."""
    if due_on < actor.today:
        raise Invalid({"due_on": _("不能挪到过去的日子。")})
    kept = {"moved_from": task.due_on, "moves": min(task.moves + 1, 999)} if task.due_on != due_on else {}
    return _change(actor, task, "moved", {"due_on": due_on, "due_at": due_at}, **kept)


def take_back_move(*, actor: Actor, task: Task) -> Task:
    """Undoes the last `reschedule_task`, also to a day that is past."""
    actor.require("agenda.log", _("你的岗位没有任务。"))
    if task.moved_from is None:
        return task
    return _change(
        actor, task, "moved_back", {"due_on": task.moved_from}, moved_from=None, moves=max(task.moves - 1, 0)
    )


def pass_on_task(*, actor: Actor, task: Task, person: Person) -> Task:
    """Gives a task to somebody who sees the customer too; he is told, and sees that it waits."""
    actor.require("agenda.log", _("你的岗位没有任务。"))
    if person.pk == task.person_id:
        return task
    back = person.pk == task.asked_by_id
    with transaction.atomic():
        passed = _change(
            actor, task, "passed", {"person_id": _whose(actor, person, task.customer)},
            asked_by_id=None if back else actor.person_id, asked_at=None if back else timezone.now(),
        )  # fmt: skip
        if person.pk != actor.person_id:
            _tell(actor, passed, person)
    return passed


def _whose(actor: Actor, person: Person | None, customer: Customer | None) -> int:
    if person is None or person.pk == actor.person_id:
        if actor.person_id is None:
            raise Refused(_("任务要有人来做。"))
        return actor.person_id
    if customer is None:
        actor.require("team.view", _("这个任务没有客户，给别人要主管来做。"))
    theirs = actor_of(person, actor.today)
    if not theirs.may("agenda.log") or (
        customer and not restrict(Customer.objects.filter(pk=customer.pk), theirs).exists()
    ):
        raise Refused(_("%(name)s 看不到这家客户，不能派给他。") % {"name": person.name})
    return person.pk


def _change(actor: Actor, task: Task, what: str, values: dict[str, Any], **kept: Any) -> Task:
    """Changes one's own task, or as a lead one of the team. Raises LookupError out of sight.

    `values` are what a person asked for and stand in the trail; `kept` is what goes with them.
    """
    actor.require("agenda.log", _("你的岗位没有任务。"))
    with transaction.atomic():
        now = visible_tasks(actor).filter(pk=task.pk).select_for_update(of=("self",)).first()
        if now is None:
            raise LookupError(_("没有这个任务，或者不在你能看的范围里。"))
        if now.person_id != actor.person_id:
            actor.require("team.view", _("这是别人的任务。"))
        changes = {k: [_plain(getattr(now, k)), _plain(v)] for k, v in values.items() if getattr(now, k) != v}
        if not changes:
            return now
        Task.objects.filter(pk=now.pk).update(**values, **kept)
        _told(actor, now, what, changes)
        now.refresh_from_db()
        remind_in_time(now)
    return now


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime, time)) else value


def _told(actor: Actor, task: Task, what: str, changes: dict[str, list[Any]]) -> None:
    publish(task.customer_id)
    trail.record(
        actor=actor, verb=f"agenda.task.{what}", subject_type="task", subject_id=task.pk,
        customer_id=task.customer_id, changes=changes,
    )  # fmt: skip


def _tell(actor: Actor, task: Task, person: Person) -> None:
    """News for who got the task, in his language; once for each time it was given."""
    customer = task.customer
    with override(person.language):
        title = _("%(name)s 交给你：%(title)s") % {"name": actor.name, "title": task.title}
        body = (customer.short_name or customer.name) if customer else ""
    notify(
        person_id=person.pk, key=f"agenda.task:{task.pk}:{task.asked_at or task.created_at:%Y%m%d%H%M%S%f}",
        title=title, body=body, link=f"/today/tasks/{task.pk}/", kind="task", group="agenda",
        customer_id=task.customer_id,
    )  # fmt: skip

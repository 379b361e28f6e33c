"""A task with a time tells its person when that time comes, also when it was moved or passed on in between."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kemai.business.agenda.models import Task
from kemai.foundation import jobs
from kemai.foundation.access.models import Person
from kemai.foundation.notifications import notify

REMIND = "agenda.remind"


def due_instant(task: Task) -> datetime | None:
    """When it is due, for a task with a time."""
    return (
        timezone.make_aware(datetime.combine(task.due_on, task.due_at)) if task.due_at is not None else None
    )


def remind_in_time(task: Task) -> None:
    """Puts the reminder into the queue, in the transaction that gave the task its time."""
    due = due_instant(task)
    if due is None or task.status != Task.Status.OPEN or due <= timezone.now():
        return
    key = f"{REMIND}:{task.pk}:{due:%Y%m%d%H%M}"
    jobs.enqueue(REMIND, run_after=due, unique_key=key, task_id=task.pk, due=due.isoformat())


def remind(task_id: int, due: datetime) -> bool:
    """Tells whose task it is now; not one that is done, gone, or due at another time. Twice is once."""
    task = Task.objects.select_related("customer").filter(pk=task_id, status=Task.Status.OPEN).first()
    if task is None or due_instant(task) != due:
        return False
    person = Person.objects.get(pk=task.person_id)
    name = (task.customer.short_name or task.customer.name) if task.customer else ""
    with override(person.language):
        said = _("%(at)s 到了：%(title)s") % {"at": f"{task.due_at:%H:%M}", "title": task.title}
    notify(
        person_id=person.pk, key=f"agenda.due:{task.pk}:{due:%Y%m%d%H%M}", title=said, body=name,
        link=f"/today/tasks/{task.pk}/", kind="task", group="agenda", customer_id=task.customer_id,
    )  # fmt: skip
    return True

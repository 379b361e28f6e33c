"""Lets functions marked with the Django Tasks API run through our queue."""

from __future__ import annotations

from typing import Any

from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus

from kemai.foundation.jobs.registered import job

RUN = "tasks.run"
STATUSES = {
    "waiting": TaskResultStatus.READY,
    "running": TaskResultStatus.RUNNING,
    "done": TaskResultStatus.SUCCESSFUL,
}


@job(RUN)
def run_task(path: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Runs the function of a Django task."""
    return import_string(path).call(*args, **kwargs)


class LeaseBackend(BaseTaskBackend):  # type: ignore[misc]
    """The Django Tasks face of `enqueue`."""

    supports_defer = True
    supports_get_result = False

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        """Puts the task's function into our queue."""
        from kemai.foundation.jobs.queue import enqueue

        self.validate_task(task)
        row = enqueue(
            RUN, run_after=task.run_after, priority=task.priority,
            path=task.module_path, args=list(args), kwargs=dict(kwargs),
        )  # fmt: skip
        return TaskResult(
            task=task, id=str(row.pk), status=STATUSES[row.state], enqueued_at=row.created_at, started_at=None,
            last_attempted_at=None, finished_at=None, args=list(args), kwargs=dict(kwargs), backend=self.alias,
            errors=[], worker_ids=[],
        )  # fmt: skip

"""Reminders in the background."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kemai.foundation import jobs

REMIND = "agenda.remind"


@jobs.job(REMIND)
def remind_job(*, task_id: int, due: str) -> dict[str, Any]:
    """Tells the person of a task that its time has come."""
    from kemai.business.agenda.actions.reminding import remind

    return {"told": remind(task_id, datetime.fromisoformat(due))}

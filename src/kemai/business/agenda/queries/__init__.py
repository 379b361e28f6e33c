"""Reads of the agenda; each starts from what the actor may see."""

from kemai.business.agenda.queries.month import day_counts, tasks_on
from kemai.business.agenda.queries.tasks import (
    done_tasks_of,
    late_tasks_of,
    latest_logs,
    open_tasks_of,
    task_by_id,
    team_members,
    timeline_logs,
    timeline_of,
    visible_tasks,
    who_can_take,
)
from kemai.business.agenda.queries.team import Load, loads
from kemai.business.agenda.queries.work import (
    SHOWN,
    Work,
    coming,
    done_on,
    due_count,
    register_money_at_risk,
    work_about,
    work_due,
)

__all__ = [
    "SHOWN",
    "Load",
    "Work",
    "coming",
    "day_counts",
    "done_on",
    "done_tasks_of",
    "due_count",
    "late_tasks_of",
    "latest_logs",
    "loads",
    "open_tasks_of",
    "register_money_at_risk",
    "task_by_id",
    "tasks_on",
    "team_members",
    "timeline_logs",
    "timeline_of",
    "visible_tasks",
    "who_can_take",
    "work_about",
    "work_due",
]

"""Writes on the agenda: each checks the actor, changes in one transaction, leaves a trail and announces."""

from kemai.foundation.lazily import offer

__getattr__ = offer(
    __name__,
    {
        "log_contact": "logging",
        "add_task": "tasks",
        "add_task_many": "many",
        "finish_task": "tasks",
        "reopen_task": "tasks",
        "reschedule_task": "tasks",
        "take_back_move": "tasks",
        "pass_on_task": "tasks",
    },
)

"""Background work that survives kill -9: leased, fenced, retried, seen."""

from typing import TYPE_CHECKING

from kemai.foundation.jobs.handle import JobCancelled, JobHandle, current
from kemai.foundation.jobs.registered import job, timetable
from kemai.foundation.lazily import offer

if TYPE_CHECKING:
    from kemai.foundation.jobs.queue import enqueue, request_cancel, run_job_now

__all__ = [
    "JobCancelled",
    "JobHandle",
    "current",
    "enqueue",
    "job",
    "request_cancel",
    "run_job_now",
    "timetable",
]

__getattr__ = offer(__name__, dict.fromkeys(("enqueue", "request_cancel", "run_job_now"), "queue"))

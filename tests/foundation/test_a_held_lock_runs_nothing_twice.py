"""A job that holds the only write lock of SQLite longer than its lease is done once (F04)."""

from __future__ import annotations

import os
from datetime import timedelta

import psutil
import pytest
from django.utils import timezone

from kemai.foundation import jobs, processes
from kemai.foundation.jobs import backend, queue
from kemai.foundation.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


def run_out(job: Job, since: timedelta, holder: str) -> None:
    """The job as it looks when its beat has not come through for a while."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - since, holder=holder)


def neighbour() -> str:
    """Another process of this machine that lives: the parent of the tests."""
    parent = os.getppid()
    return f"{processes.this_process().partition('/')[0]}/{parent}/{psutil.Process(parent).create_time():.0f}"


def test_a_job_whose_process_lives_here_is_not_taken_over_when_its_lease_has_run_out() -> None:
    job = jobs.enqueue(backend.RUN, path="x", args=[], kwargs={})
    assert queue.claim() is not None
    run_out(job, timedelta(minutes=5), neighbour())
    assert queue.claim() is None


@pytest.mark.parametrize(
    "holder", ["another-machine/1/1", "", None, "reused"], ids=["elsewhere", "unknown", "dead", "reused"]
)
def test_a_job_whose_process_is_gone_or_elsewhere_is_taken_over(holder: str | None) -> None:
    job = jobs.enqueue(backend.RUN, path="x", args=[], kwargs={})
    assert queue.claim() is not None
    dead = processes.this_process().partition("/")[0] + "/4194305/1"  # above the largest id Linux gives
    other = neighbour().rpartition("/")[0] + "/1"  # its id belongs to a younger process now
    run_out(job, timedelta(minutes=5), {None: dead, "reused": other}.get(holder, holder or ""))
    taken = queue.claim()
    assert taken is not None
    assert taken.attempts == 2


def test_a_process_that_lives_but_has_been_silent_for_an_hour_is_given_up() -> None:
    job = jobs.enqueue(backend.RUN, path="x", args=[], kwargs={})
    assert queue.claim() is not None
    run_out(job, queue.HUNG + timedelta(minutes=1), neighbour())
    assert queue.claim() is not None

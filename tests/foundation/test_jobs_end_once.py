"""The queue: each job ends once, whoever dies, and poison is set aside (F06, G07, G08)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from kemai.foundation import jobs
from kemai.foundation.access.actor import Actor, Refused, system_actor
from kemai.foundation.jobs import queue, registered
from kemai.foundation.jobs.models import Job, Timetable

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = system_actor(date(2026, 11, 22))
ran: list[Any] = []


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    autodiscover_modules("jobs")  # what a later import registers must not be forgotten with our kinds
    before, slots = dict(registered._jobs), dict(registered._timetable)
    jobs.job("test.note")(lambda **arguments: ran.append(arguments))
    jobs.job("test.poison")(fails)
    jobs.job("test.refused")(refuses)
    ran.clear()
    yield
    for kept, now in ((before, registered._jobs), (slots, registered._timetable)):
        now.clear()
        now.update(kept)  # type: ignore[arg-type]


def fails() -> None:
    raise ValueError("poison")


def refuses() -> None:
    raise Refused("不行。")


def due_again(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now() - timedelta(seconds=1))


def test_a_job_vanishes_with_the_transaction_that_asked_for_it() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        jobs.enqueue("test.note")
        raise RuntimeError
    assert queue.claim() is None


def test_a_job_is_claimed_by_one_worker_only_and_done_once() -> None:
    job = jobs.enqueue("test.note", n=1)
    mine = queue.claim()
    assert mine is not None
    assert queue.claim() is None
    queue.run_claimed(mine)
    job.refresh_from_db()
    assert (job.state, ran) == (Job.State.DONE, [{"n": 1}])


def test_g08_an_expired_lease_is_taken_over_and_the_late_result_is_refused() -> None:
    job = jobs.enqueue("test.note")
    late = queue.claim()
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    second = queue.claim()
    assert late is not None
    assert second is not None
    assert second.fence == late.fence + 1
    queue._end(late, Job.State.DONE, result="late")
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.RUNNING, None)


def test_g07_poison_is_set_aside_after_five_tries_with_growing_pauses() -> None:
    job, pauses = jobs.enqueue("test.poison"), []
    for _ in range(5):
        due_again(job)
        claimed = queue.claim()
        assert claimed is not None
        queue.run_claimed(claimed)
        job.refresh_from_db()
        pauses.append((job.run_after - timezone.now()).total_seconds())
    assert (job.state, job.attempts) == (Job.State.FAILED, 5)
    assert "poison" in job.error
    assert pauses[0] < pauses[1] < pauses[2] < pauses[3]
    assert queue.claim() is None


def test_g07_a_job_that_kills_its_worker_is_set_aside_too() -> None:
    job = jobs.enqueue("test.note")
    for _ in range(5):
        assert queue.claim() is not None
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert queue.claim() is None
    job.refresh_from_db()
    assert job.state == Job.State.FAILED


def test_a_refusal_is_not_tried_again() -> None:
    job = jobs.run_job_now(jobs.enqueue("test.refused"))
    assert (job.state, job.error) == (Job.State.FAILED, "不行。")


def test_the_same_key_waits_once_and_runs_once_more_after_a_running_one() -> None:
    first = jobs.enqueue("test.note", unique_key="k")
    assert jobs.enqueue("test.note", unique_key="k").pk == first.pk
    assert queue.claim() is not None
    second = jobs.enqueue("test.note", unique_key="k")
    assert second.pk != first.pk
    assert jobs.enqueue("test.note", unique_key="k").pk == second.pk


def test_asking_again_never_fails_however_many_of_the_key_are_running() -> None:
    seen = set()
    for _ in range(3):
        seen.add(jobs.enqueue("test.note", unique_key="k").pk)
        assert queue.claim() is not None
    assert len(seen) == 3


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_is_asked() -> None:
    waiting = jobs.enqueue("test.note", person_id=7)
    stranger = Actor(8, "s", "生人", date(2026, 11, 22))
    with pytest.raises(Refused):
        jobs.request_cancel(waiting.pk, stranger)
    jobs.request_cancel(waiting.pk, Actor(7, "o", "本人", date(2026, 11, 22)))
    waiting.refresh_from_db()
    assert waiting.state == Job.State.CANCELLED
    running = jobs.enqueue("test.note")
    queue.claim()
    jobs.request_cancel(running.pk, SYSTEM)
    running.refresh_from_db()
    assert (running.state, running.cancel_requested) == (Job.State.RUNNING, True)


def test_f06_missed_days_are_caught_up_once_each_by_two_schedulers() -> None:
    registered._timetable.clear()
    jobs.timetable("test.note", at=time(0, 0))
    today = timezone.localdate()
    Timetable.objects.create(name="test.note", at=time(0, 0), last_for=today - timedelta(days=3))
    queue.enqueue_due_work()
    queue.enqueue_due_work()
    days = [j.arguments["business_date"] for j in Job.objects.order_by("pk")]
    assert days == [(today - timedelta(days=d)).isoformat() for d in (2, 1, 0)]


def test_g08_a_clock_set_back_a_day_runs_nothing_twice() -> None:
    registered._timetable.clear()
    jobs.timetable("test.note", at=time(0, 0))
    tomorrow = timezone.localdate() + timedelta(days=1)
    Timetable.objects.create(name="test.note", at=time(0, 0), last_for=tomorrow)
    assert queue.enqueue_due_work() == 0
    assert not Job.objects.exists()

"""The queue: putting work in, claiming it, running it, writing down how it ended."""

from __future__ import annotations

import logging
import traceback
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.jobs.handle import Heartbeat, JobCancelled, JobHandle
from kemai.foundation.jobs.models import Job, Timetable
from kemai.foundation.jobs.registered import registered, timetabled
from kemai.foundation.processes import is_alive, this_process

log = logging.getLogger(__name__)
KEY_LENGTH = 120
HUNG = timedelta(hours=1)


def enqueue(
    name: str, *, run_after: datetime | None = None, unique_key: str | None = None, priority: int = 0,
    person_id: int | None = None, **arguments: Any,
) -> Job:  # fmt: skip
    """Puts work into the queue inside the caller's transaction: it commits or vanishes with the change.

    With a unique_key a waiting job of that key is given back instead of a second one.
    """
    fields = {
        "name": name, "arguments": arguments, "priority": priority, "person_id": person_id,
        "run_after": run_after or timezone.now(), "max_attempts": registered(name).max_attempts,
    }  # fmt: skip
    key = unique_key
    while (waiting := _same(key)) is None:
        try:
            with transaction.atomic():
                return Job.objects.create(unique_key=key, **fields)
        except IntegrityError:  # jobs of this key run right now: one more after them
            if key is None or len(key) >= KEY_LENGTH:
                raise
            key += "+"
    return waiting


def _same(unique_key: str | None) -> Job | None:
    if not unique_key:
        return None
    return Job.objects.filter(unique_key=unique_key, state=Job.State.WAITING).first()


def request_cancel(job_id: int, actor: Actor) -> None:
    """Asks a job to stop: one's own, or anybody's for the system and those who lead. Raises Refused."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None or not (actor.is_system or job.person_id == actor.person_id or actor.may("revalue")):
        raise Refused(_("只有发起的人能取消。"))
    Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(
        state=Job.State.CANCELLED, unique_key=None, finished_at=timezone.now()
    )
    Job.objects.filter(pk=job_id, state=Job.State.RUNNING).update(cancel_requested=True)


def claim() -> Job | None:
    """Takes the next due job by a conditional update; an expired lease is taken over. None when nothing is due."""
    now = timezone.now()
    due = Q(state=Job.State.WAITING, run_after__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    for job in Job.objects.filter(due).order_by("-priority", "run_after", "pk")[:10]:
        if not _is_held(job, now) and _took(job, due, now):
            job.refresh_from_db()
            if job.attempts <= job.max_attempts:
                return job
            _end(job, Job.State.FAILED, error="工作进程一再中断，不再重试。")
    return None


def _is_held(job: Job, now: datetime) -> bool:
    """Whether a lease that has run out is still somebody's.

    SQLite has one writer: a job that holds the write lock for long keeps its own heartbeat waiting. As long as its
    process lives on this machine the job is not started a second time; after an hour without a beat it is. What this
    process holds itself is free: it asks for the next job because it has ended that one without getting it written.
    """
    if job.state != Job.State.RUNNING or job.holder == this_process() or job.lease_until is None:
        return False
    return now - job.lease_until < HUNG and is_alive(job.holder)


def _took(job: Job, due: Q, now: datetime) -> bool:
    return bool(
        Job.objects.filter(due, pk=job.pk, fence=job.fence).update(
            state=Job.State.RUNNING, fence=F("fence") + 1, attempts=F("attempts") + 1, started_at=now, holder=this_process(),
            lease_until=now + timedelta(seconds=settings.JOB_LEASE_SECONDS),
        )
    )  # fmt: skip


def run_claimed(job: Job) -> None:
    """Runs a claimed job to its end and writes the end down, unless another worker has taken it over."""
    handle = JobHandle(job.pk, job.fence)
    try:
        with Heartbeat(handle):
            result = registered(job.name).function(**job.arguments)
    except JobCancelled:
        _end(job, Job.State.CANCELLED)
    except Refused as refusal:
        _end(job, Job.State.FAILED, error=str(refusal))
    except Exception as error:
        log.exception("job %s %s failed", job.pk, job.name)
        _retry(job, error)
    else:
        _end(job, Job.State.DONE, result=result)


def run_job_now(job: Job) -> Job:
    """Claims and runs one given job here and now, for tests and the command line."""
    due = Q(state=Job.State.WAITING)
    if _took(job, due, timezone.now()):
        job.refresh_from_db()
        run_claimed(job)
    job.refresh_from_db()
    return job


def _retry(job: Job, error: Exception) -> None:
    text = f"{error!r}\n{traceback.format_exc()[-2000:]}"
    if connection.in_atomic_block is False and connection.errors_occurred:
        connection.close()
    if job.attempts >= job.max_attempts:
        _end(job, Job.State.FAILED, error=text)
        return
    pause = timedelta(seconds=min(2**job.attempts, 300))
    _mine(job).update(state=Job.State.WAITING, run_after=timezone.now() + pause, lease_until=None, error=text)


def _end(job: Job, state: str, *, result: Any = None, error: str = "") -> None:
    _mine(job).update(
        state=state,
        result=result,
        error=error[:4000],
        finished_at=timezone.now(),
        lease_until=None,
        unique_key=None,
    )


def _mine(job: Job) -> Any:
    """The row, as long as the fence says it is still ours."""
    return Job.objects.filter(pk=job.pk, fence=job.fence, state=Job.State.RUNNING)


def enqueue_due_work() -> int:
    """Puts each recurring job in once per business date, missed dates too; two schedulers never double."""
    now, added = timezone.localtime(), 0
    for name, at in timetabled().items():
        row, _ = Timetable.objects.get_or_create(
            name=name,
            defaults={"at": at, "last_for": now.date() - timedelta(days=1 if now.time() < at else 0)},
        )
        while row.is_active and (day := row.last_for + timedelta(days=1)) <= _last_due(now, row.at):  # type: ignore[operator]
            with transaction.atomic():
                if not Timetable.objects.filter(pk=row.pk, last_for=row.last_for).update(last_for=day):
                    break
                enqueue(name, unique_key=f"{name}:{day}", business_date=day.isoformat())  # type: ignore[union-attr]
            row.last_for, added = day, added + 1  # type: ignore[assignment]
    return added


def _last_due(now: datetime, at: time) -> date:
    return now.date() if now.time() >= at else now.date() - timedelta(days=1)


def prune(days: int = 30) -> int:
    """Forgets ended jobs after a while; failed ones stay until somebody has looked."""
    old = timezone.now() - timedelta(days=days)
    ended = Job.objects.filter(state__in=[Job.State.DONE, Job.State.CANCELLED], finished_at__lt=old)
    return ended.delete()[0]

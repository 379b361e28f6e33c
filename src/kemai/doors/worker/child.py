"""A child: claims a job, runs it, claims the next; ends when its parent is gone or it has grown too large."""

from __future__ import annotations

import os
import signal
import time
from datetime import timedelta

import psutil
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from kemai.foundation import outbox
from kemai.foundation.jobs import queue
from kemai.foundation.jobs.models import WorkerBeat

TOO_LARGE = 600 * 1024 * 1024
TICK = 10.0


class Stop:
    """Set by SIGTERM; the job at hand is finished first."""

    asked = False


def main(parent: int) -> int:
    """Works until told to stop. `parent` is the supervisor's process id."""
    signal.signal(signal.SIGTERM, lambda *_: setattr(Stop, "asked", True))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    last_tick = 0.0
    while not Stop.asked and os.getppid() == parent:
        try:
            if time.monotonic() - last_tick > TICK:
                last_tick = time.monotonic()
                tick()
            idle = work_once() == 0
        except Exception:
            connection.close()
            idle = True
            time.sleep(1)
        if psutil.Process().memory_info().rss > TOO_LARGE:
            return 0
        if idle:
            time.sleep(settings.JOB_POLL_SECONDS)
    return 0


def work_once() -> int:
    """Delivers waiting events and runs one job; gives how much was done."""
    close_old_connections()
    delivered = outbox.deliver_waiting()
    job = queue.claim()
    if job is not None:
        queue.run_claimed(job)
    return delivered + (job is not None)


def tick() -> None:
    """Recurring work, the sign of life, and the forgetting of old jobs."""
    queue.enqueue_due_work()
    queue.prune()
    now = timezone.now()
    WorkerBeat.objects.update_or_create(
        host=os.uname().nodename[:80], pid=os.getppid(), defaults={"seen_at": now}
    )
    WorkerBeat.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()

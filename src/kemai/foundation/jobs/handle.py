"""What a running job holds: it reports progress and learns that it was cancelled or has lost its lease."""

from __future__ import annotations

import threading
import time
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

PROGRESS_EVERY = 0.5


class JobCancelled(Exception):
    """Somebody asked to stop, or another worker has taken the job over."""


class JobHandle:
    """Without a job (at the command line, in tests) every call is harmless and does nothing."""

    def __init__(self, job_id: int | None = None, fence: int = 0) -> None:
        self.job_id = job_id
        self.fence = fence
        self.stopped = threading.Event()
        self._said_at = 0.0

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Says how far the work is, at most twice a second, and stops it when it was cancelled."""
        if self.job_id is None:
            return
        now = time.monotonic()
        if now - self._said_at < PROGRESS_EVERY and done < total:
            return
        self._said_at = now
        self._mine().update(progress_done=done, progress_total=total, progress_note=note[:200])
        self.check_cancelled()

    def check_cancelled(self) -> None:
        """Raises JobCancelled when the work should stop."""
        if self.job_id is None:
            return
        if self.stopped.is_set() or not self._mine().filter(cancel_requested=False).exists():
            raise JobCancelled

    def renew(self) -> bool:
        """Holds the lease for another while; False when the job is somebody else's now."""
        until = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
        kept = bool(self._mine().update(lease_until=until))
        if not kept:
            self.stopped.set()
        return kept

    def _mine(self) -> Any:
        from kemai.foundation.jobs.models import Job

        return Job.objects.filter(pk=self.job_id, fence=self.fence, state=Job.State.RUNNING)  # type: ignore[misc]


_current: ContextVar[JobHandle | None] = ContextVar("kemai_job", default=None)
_NONE = JobHandle()


def current() -> JobHandle:
    """The handle of the job that runs here, or a harmless one."""
    return _current.get() or _NONE


class Heartbeat:
    """Renews the lease from a thread of its own while the work goes on."""

    def __init__(self, handle: JobHandle) -> None:
        self.handle = handle
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> JobHandle:
        self._token = _current.set(self.handle)
        self._thread.start()
        return self.handle

    def __exit__(self, *_: object) -> None:
        self._end.set()
        _current.reset(self._token)
        self._thread.join(timeout=5)

    def _beat(self) -> None:
        every = max(settings.JOB_LEASE_SECONDS / 3, 0.2)
        while not self._end.wait(every):
            try:
                if not self.handle.renew():
                    break
            except Exception:
                connection.close()
        connection.close()

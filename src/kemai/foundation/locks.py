"""Only one process of this machine at a time: a lock on a file that goes with the process, however it ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Waits until no other process holds the file."""
    with path.open("a+b") as lock:
        _wait(lock)
        yield


def _wait(lock: IO[bytes]) -> None:
    if fcntl is not None:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return
    import msvcrt

    while True:
        try:
            lock.seek(0)
            msvcrt.locking(lock.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined]
            return
        except OSError:  # tried for ten seconds
            time.sleep(0.1)

"""Which process holds something, written so that another process of the same machine can see whether it still lives."""

from __future__ import annotations

import os
import socket
from functools import cache

import psutil


def this_process() -> str:
    """Machine, process id and when the process began: ids are used again, beginnings are not."""
    return _written(os.getpid())


def is_dead(holder: str) -> bool:
    """Whether the holder was a process of this machine and is gone; False where that can't be known."""
    return holder.startswith(f"{socket.gethostname()}/") and not is_alive(holder)


def is_alive(holder: str) -> bool:
    """Whether the holder is a process of this machine that lives; False where that can't be known."""
    host, _slash, rest = holder.partition("/")
    pid, _slash, began = rest.partition("/")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        process = psutil.Process(int(pid))
        return process.status() != psutil.STATUS_ZOMBIE and began.partition("/")[0] == _began(process)
    except (psutil.NoSuchProcess, OverflowError):
        return False


@cache
def _written(pid: int) -> str:
    return f"{socket.gethostname()}/{pid}/{_began(psutil.Process(pid))}"


def _began(process: psutil.Process) -> str:
    return f"{process.create_time():.0f}"

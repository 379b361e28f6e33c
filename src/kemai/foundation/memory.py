"""How much memory a piece of work took at most."""

from __future__ import annotations

import contextlib
import resource
import sys
from pathlib import Path

_RESET, _STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")


def forget_peak() -> None:
    """The peak counts from now on, where the system can forget it (Linux); elsewhere it counts from the start of the
    process."""
    with contextlib.suppress(OSError):
        _RESET.write_text("5", "ascii")


def peak_mib() -> float:
    """The largest resident size of this process since `forget_peak`, in MiB; mapped files are part of it."""
    try:
        status = _STATUS.read_text("ascii", errors="replace")
        return int(status.split("VmHWM:", 1)[1].split(maxsplit=1)[0]) / 1024
    except (OSError, IndexError, ValueError):
        unit = 1024 * 1024 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit

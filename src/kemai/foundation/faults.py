"""Points at which a test may kill the process, to see what a crash leaves behind."""

import os
from collections import Counter

from django.conf import settings

_hits: Counter[str] = Counter()


def fault(point: str) -> None:
    """Dies like kill -9 when KEMAI_FAULTS names the point: `point`, or `point:3` for its third hit.

    Outside the test mode this does nothing (and settings refuse to start with KEMAI_FAULTS set).
    """
    if not settings.FAULTS or settings.MODE != "test":
        return
    _hits[point] += 1
    if point in settings.FAULTS or f"{point}:{_hits[point]}" in settings.FAULTS:
        os._exit(137)

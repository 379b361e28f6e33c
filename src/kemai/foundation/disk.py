"""Whether an error means that the disk is full: from the system, or as a database says it."""

from __future__ import annotations

import errno

from django.db import OperationalError

FULL = frozenset((errno.ENOSPC, errno.EDQUOT))
_SAID = ("database or disk is full", "no space left on device")


def is_full(error: BaseException | None) -> bool:
    """True for the error itself or for one that it came from."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if isinstance(error, OperationalError) and any(words in str(error).lower() for words in _SAID):
            return True
        error = error.__cause__ or error.__context__
    return False

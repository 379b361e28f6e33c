"""A moment: while one page is being read, what was read once is not read again.

The door opens a moment around a request that only reads. Inside it, marked readers (company settings, the
published run, imports that have not landed) answer from memory, so that a page is also told one story from its
first line to its last. Outside, and in every request that writes, they read afresh.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_kept: ContextVar[dict[Any, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def moment() -> Iterator[None]:
    """Opens a moment; it ends with the block."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def kept_for_a_moment(read: Callable[P, T]) -> Callable[P, T]:
    """Marks a reader with hashable arguments whose answer may be kept for the moment."""

    @wraps(read)
    def reader(*args: P.args, **kwargs: P.kwargs) -> T:
        kept = _kept.get()
        if kept is None:
            return read(*args, **kwargs)
        key = (read, args, tuple(sorted(kwargs.items())))
        if key not in kept:
            kept[key] = read(*args, **kwargs)
        return kept[key]  # type: ignore[no-any-return]

    return reader

"""Work on the database beside the work of the caller, one piece after the other in the order in which it was given.

For loads that wait for the disk while the caller reckons: neither waits for the other. Inside an open transaction, which
no other connection sees, each piece is done at once by the caller.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context

from django.db import connection, connections

Work = Callable[[], None]
Later = Callable[[Work], None]
_abandoned: ContextVar[threading.Event | None] = ContextVar("kemai_beside", default=None)


class Abandoned(Exception):
    """The caller failed meanwhile: what is left of the work is for nothing."""


@contextmanager
def beside(name: str) -> Iterator[Later]:
    """Gives what takes a piece of work. The block ends when all are done; a piece that failed fails the next call or the
    end of the block, and nothing after it is begun. Does the caller fail, work ends at its next `go_on`."""
    if connection.in_atomic_block:
        yield lambda work: work()
        return
    waiting: list[Future[None]] = []
    end = threading.Event()

    def later(work: Work) -> None:
        _raised(waiting)
        waiting.append(thread.submit(copy_context().run, _piece, end, work))

    with ThreadPoolExecutor(1, thread_name_prefix=name) as thread:
        try:
            yield later
            _raised(waiting, wait=True)
        except BaseException:
            end.set()
            raise
        finally:
            thread.submit(connections.close_all).result()


def go_on() -> None:
    """Raises Abandoned in a piece of work whose caller has failed."""
    end = _abandoned.get()
    if end is not None and end.is_set():
        raise Abandoned


def _piece(end: threading.Event, work: Work) -> None:
    _abandoned.set(end)
    try:
        go_on()
        work()
    except BaseException:
        end.set()  # what waits behind it
        raise


def _raised(waiting: list[Future[None]], *, wait: bool = False) -> None:
    """Raises what the first piece that failed has raised; forgets those that are done."""
    while waiting and (wait or waiting[0].done()):
        waiting.pop(0).result()

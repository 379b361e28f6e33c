"""The next piece of work is made ready in a thread while this one is being used: two cores where one would wait."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


def made_ahead(items: Iterable[Item], make: Callable[[Item], Made]) -> Iterator[Made]:
    """`map(make, items)`, one ahead. The items are drawn in the caller's thread, which alone may ask the database."""
    waiting: Future[Made] | None = None
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
        for item in items:
            following = thread.submit(make, item)
            if waiting is not None:
                yield waiting.result()
            waiting = following
        if waiting is not None:
            yield waiting.result()

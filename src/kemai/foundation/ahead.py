"""Pieces of work made ready in threads while others are being used: two cores where one would wait."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

Item = TypeVar("Item")
Hand = TypeVar("Hand")
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


def spread(
    hands: Sequence[Hand], items: Sequence[Item], make: Callable[[Hand, Item], Made]
) -> Iterator[Made]:
    """`make(hand, item)` of all items in their order, each hand busy with one at a time in a thread of its own.

    A single hand works in the caller's thread; without hands nothing is made. Does the caller stop, what is not begun is
    not made.
    """
    if len(hands) <= 1:
        yield from (make(hand, item) for hand in hands for item in items)
        return
    free: SimpleQueue[Hand] = SimpleQueue()
    for hand in hands:
        free.put(hand)

    def made(item: Item) -> Made:
        hand = free.get()
        try:
            return make(hand, item)
        finally:
            free.put(hand)

    with ThreadPoolExecutor(len(hands), thread_name_prefix="spread") as threads:
        waiting = [threads.submit(made, item) for item in items]
        try:
            yield from (each.result() for each in waiting)
        finally:
            threads.shutdown(cancel_futures=True)

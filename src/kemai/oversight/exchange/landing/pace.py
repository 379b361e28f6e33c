"""How many rows go into one short transaction, so that no other writer waits for long."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from django.db import transaction

SMALLEST, FIRST, LARGEST = 1_000, 10_000, 25_000
AIM_SECONDS = 0.4
T = TypeVar("T")


class Pace:
    """Adapts the size of the chunks to the speed of the database; remembers what it did."""

    def __init__(self) -> None:
        self.rows = FIRST
        self.transactions = 0

    @contextmanager
    def chunk(self, rows: int) -> Iterator[None]:
        """One transaction over `rows` rows, measured."""
        started = time.monotonic()
        with transaction.atomic():
            yield
        self.transactions += 1
        self._learn(rows, time.monotonic() - started)

    def slices(self, items: Sequence[T]) -> Iterator[Sequence[T]]:
        """The items in pieces of the size that fits at the moment."""
        start = 0
        while start < len(items):
            some = items[start : start + self.rows]
            start += len(some)
            yield some

    def _learn(self, rows: int, seconds: float) -> None:
        if rows < SMALLEST or seconds <= 0:
            return
        wanted = int(rows * AIM_SECONDS / seconds)
        self.rows = max(SMALLEST, min(wanted, LARGEST, self.rows * 2))

"""How many rows go into one short transaction, so that no other writer waits for long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl
from django.db import transaction

from kemai.foundation.arrow.arriving import Arriving, Staging

SMALL = 10_000  # rows of an import that is one transaction
SMALLEST, FIRST, LARGEST = 500, 5_000, 25_000
AIM_SECONDS = 0.25


class Pace:
    """Adapts the size of the chunks to the speed of the database; remembers what it did."""

    def __init__(self, stage: Staging | None = None, *, first: int | None = None) -> None:
        self.stage = stage or Staging()
        self.rows = min(first or FIRST, LARGEST)
        self.transactions = 0
        self.longest = 0.0

    @contextmanager
    def chunk(self, rows: int) -> Iterator[None]:
        """One transaction over `rows` rows, measured from the moment it holds the lock."""
        with transaction.atomic():
            started = time.monotonic()
            yield
        self.transactions += 1
        self._learn(rows, time.monotonic() - started)

    def write(self, arriving: Arriving, rows: int) -> None:
        """One transaction that takes over `rows` rows."""
        with arriving.at_hand(), self.chunk(rows):
            arriving.write()

    def parts(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """The rows in pieces of the size that fits at the moment."""
        start = 0
        while start < len(rows):
            some = rows.slice(start, self.rows)
            start += len(some)
            yield some

    def _learn(self, rows: int, seconds: float) -> None:
        self.longest = max(self.longest, seconds)
        if rows < SMALLEST or seconds <= 0:
            return
        wanted = int(rows * AIM_SECONDS / seconds)
        self.rows = max(SMALLEST, min(wanted, LARGEST, self.rows * 2))

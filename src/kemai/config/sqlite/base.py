"""SQLite as Django has it, but who waits for its one write lock asks again every few milliseconds.

SQLite's own wait sleeps up to a tenth of a second between two looks. Beside an import, whose short transactions follow
each other closely, such a writer may look at the wrong moment many times over; asking often, it is next.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

WAIT_SECONDS = 20.0
SHORTEST, LONGEST = 0.002, 0.008


class PatientCursor(base.SQLiteCursorWrapper):
    """Waits outside of transactions only: inside one the lock is held, or the data has moved on."""

    def execute(self, query: str, params: Any = None) -> Any:
        if self.connection.in_transaction:
            return super().execute(query, params)
        return patiently(lambda: super(PatientCursor, self).execute(query, params))


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own with patient cursors; who opens the file beside the last one that closes it waits as well."""

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "timeout": 0}

    def get_new_connection(self, conn_params: Any) -> Any:
        """Settling the journal's mode needs the file for a moment, which another connection may be closing."""
        return patiently(lambda: super(DatabaseWrapper, self).get_new_connection(conn_params))

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=PatientCursor)


def patiently(ask: Callable[[], Any]) -> Any:
    """The answer, asked for until the database is free or the wait has been long enough."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return ask()
        except (sqlite3.OperationalError, OperationalError) as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(random.uniform(SHORTEST, LONGEST))

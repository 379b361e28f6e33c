"""Rows of the database as Arrow: by ADBC on a connection of its own, or by Django's inside a transaction.

SQLite's file is read by a child process. Two SQLite libraries in one process, Python's and ADBC's, undo each other's
locks when one of them closes the file, and then writers of other processes can destroy it (decision 0006).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from django.db import connection

from kemai.foundation.arrow.asking import child

if TYPE_CHECKING:
    import pyarrow as pa


class Reader(Protocol):
    """Runs a SELECT and gives its columns, in order, as one Arrow table."""

    def __call__(self, sql: str) -> pa.Table: ...


@contextmanager
def reader() -> Iterator[Reader]:
    """ADBC where another connection sees the rows; Django's own cursor inside an open transaction."""
    shared = _shared.get()
    if connection.in_atomic_block:
        yield _by_cursor
    elif shared is not None and shared.thread == threading.get_ident():
        yield shared.reader()
    else:
        with _opened() as read:
            yield read


@contextmanager
def one_reader() -> Iterator[None]:
    """Within the block all readers of this thread are one: it starts a process for the first of them only."""
    with ExitStack() as kept:
        before = _shared.set(_Shared(kept))
        try:
            yield
        finally:
            _shared.reset(before)


@contextmanager
def readers(count: int) -> Iterator[list[Reader]]:
    """So many, each for a thread of its own; a single one where only Django's connection sees the rows."""
    with ExitStack() as kept:
        if count == 1 or connection.in_atomic_block:
            yield [kept.enter_context(reader())]
        else:
            yield [kept.enter_context(_opened()) for _ in range(count)]


class _Shared:
    """The reader of a block, opened when somebody asks."""

    def __init__(self, kept: ExitStack) -> None:
        self.thread = threading.get_ident()
        self._kept = kept
        self._reader: Reader | None = None

    def reader(self) -> Reader:
        if self._reader is None:
            self._reader = self._kept.enter_context(_opened())
        return self._reader


_shared: ContextVar[_Shared | None] = ContextVar("kemai_shared_reader", default=None)


def _opened() -> AbstractContextManager[Reader]:
    return _child() if connection.vendor == "sqlite" else _postgresql()


def adbc_address() -> str:
    """The address of Django's database as ADBC's drivers write it."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"file:{quote(str(settings['NAME']))}"
    keys = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    given = {key: quote(str(settings[name]), safe="") for key, name in keys.items() if settings.get(name)}
    return "postgresql:///?" + "&".join(f"{key}={value}" for key, value in given.items())


@contextmanager
def _child() -> Iterator[Reader]:
    with child(adbc_address()) as beside:
        yield beside.read


@contextmanager
def _postgresql() -> Iterator[Reader]:
    import adbc_driver_postgresql.dbapi as postgresql

    with postgresql.connect(adbc_address(), autocommit=True) as other, other.cursor() as cursor:

        def read(sql: str) -> pa.Table:
            cursor.execute(sql)
            return cursor.fetch_arrow_table()

        yield read


def _by_cursor(sql: str) -> pa.Table:
    import pyarrow as pa

    with connection.cursor() as cursor:
        cursor.execute(sql)
        names: Sequence[str] = [each[0] for each in cursor.description]
        rows: Sequence[Any] = cursor.fetchall()
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return pa.table({name: pa.array(column) for name, column in zip(names, columns, strict=True)})

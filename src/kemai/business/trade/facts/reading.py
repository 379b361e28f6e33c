"""Rows of the database as Arrow: by ADBC on a connection of its own, or by Django's inside a transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from django.db import connection

if TYPE_CHECKING:
    import pyarrow as pa


class Reader(Protocol):
    """Runs a SELECT and gives its columns, in order, as one Arrow table."""

    def __call__(self, sql: str) -> pa.Table: ...


@contextmanager
def reader() -> Iterator[Reader]:
    """ADBC where another connection sees the rows; Django's own cursor inside an open transaction."""
    if connection.in_atomic_block:
        yield _by_cursor
        return
    with _adbc() as other, other.cursor() as cursor:

        def read(sql: str) -> pa.Table:
            cursor.execute(sql)
            return cursor.fetch_arrow_table()

        yield read


def _adbc() -> Any:
    if connection.vendor == "sqlite":
        import adbc_driver_sqlite.dbapi as sqlite

        opened = sqlite.connect(f"{adbc_address()}?mode=ro")
        with opened.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout=20000")
            cursor.fetchall()
        return opened
    import adbc_driver_postgresql.dbapi as postgresql

    return postgresql.connect(adbc_address())


def adbc_address() -> str:
    """The address of Django's database as ADBC's drivers write it."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"file:{quote(str(settings['NAME']))}"
    keys = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    given = {key: quote(str(settings[name]), safe="") for key, name in keys.items() if settings.get(name)}
    return "postgresql:///?" + "&".join(f"{key}={value}" for key, value in given.items())


def _by_cursor(sql: str) -> pa.Table:
    import pyarrow as pa

    with connection.cursor() as cursor:
        cursor.execute(sql)
        names: Sequence[str] = [each[0] for each in cursor.description]
        rows = cursor.fetchall()
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return pa.table({name: pa.array(column) for name, column in zip(names, columns, strict=True)})

"""The engine by itself: the same rows, which it already holds, into equal empty tables with the same keys and indexes.

No file, no parsing, no rights, no short transactions: one statement a table, one commit. What an import costs more than
this is ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from _bench import Took, measured, vendor

INDEXES = {"archives_customersearch": "customer_search_index"}  # on SQLite a table of its own, fed by hand


def inserted_bare(tables: Sequence[str]) -> Took:
    """Copies the rows of the tables into equal ones, which go afterwards; gives what that took."""
    from django.db import connection, transaction

    with _equal(tables) as copies, measured() as took, transaction.atomic(), connection.cursor() as cursor:
        for table, copy in zip(tables, copies, strict=True):
            names = ", ".join(f'"{name}"' for name in _columns(table))
            cursor.execute(f"INSERT INTO {copy} ({names}) SELECT {names} FROM {table}")
            if vendor() == "sqlite" and table in INDEXES:
                index = _bare(INDEXES[table])
                cursor.execute(f"INSERT INTO {index} (rowid, tokens) SELECT id, tokens FROM {copy}")
    return took


@contextmanager
def _equal(tables: Sequence[str]) -> Iterator[list[str]]:
    from django.db import connection

    copies = [_bare(table) for table in tables]
    make = _equal_on_sqlite if vendor() == "sqlite" else _equal_on_postgresql
    made = [*copies, *(_bare(INDEXES[t]) for t in tables if t in INDEXES and vendor() == "sqlite")]
    with connection.cursor() as cursor:
        for table in tables:
            for statement in make(table):
                cursor.execute(statement)
        try:
            yield copies
        finally:
            for copy in reversed(made):
                cursor.execute(f"DROP TABLE {copy}")


def _equal_on_sqlite(table: str) -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND (tbl_name = %s OR name = %s) "
            "ORDER BY type DESC",
            [table, INDEXES.get(table, table)],
        )
        found = cursor.fetchall()
    names = sorted({name for _type, name, _sql in found}, key=len, reverse=True)
    return [
        _renamed(sql, names).replace(f"content='{table}'", f"content='{_bare(table)}'") for *_, sql in found
    ]


def _renamed(sql: str, names: Sequence[str]) -> str:
    """A CREATE statement for the copy; what it refers to elsewhere stays."""
    words = "|".join(map(re.escape, names))
    return re.sub(rf'"?\b({words})\b"?(?!\'|" \("id"\) D)', lambda found: _bare(found[1]), sql)


def _equal_on_postgresql(table: str) -> list[str]:
    """With its foreign keys, which LIKE leaves out: they are the larger part of the bill there."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
            [table],
        )
        keys = [definition for (definition,) in cursor.fetchall()]
    return [
        f"CREATE TABLE {_bare(table)} (LIKE {table} INCLUDING ALL)",
        *(f"ALTER TABLE {_bare(table)} ADD {key}" for key in keys),
    ]


def _columns(table: str) -> list[str]:
    """The columns one may write."""
    from django.db import connection

    with connection.cursor() as cursor:
        if vendor() == "sqlite":
            cursor.execute(f"PRAGMA table_info({table})")
            return [row[1] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER' "
            "AND table_schema = current_schema() ORDER BY ordinal_position",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def _bare(table: str) -> str:
    return f"bare_{table}"

"""Arrow rows into a table of the database, in chunks that hold the write lock briefly.

SQLite: ADBC fills a staging file of its own, from which the rows go over by Django's connection (why not straight
away: decision 0006). PostgreSQL: ADBC copies them on a connection of its own. Inside an open transaction, which
another connection could neither see nor pass by, they go row by row on Django's.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.db import connection, models, transaction

from kemai.foundation.arrow.reading import adbc_address

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK = 10_000
Tables = Iterable["pa.Table"]
Step = Callable[[], None]


def append(
    model: type[models.Model], tables: Tables, *, chunk: int = CHUNK, after_chunk: Step = lambda: None
) -> None:
    """Adds the rows, whose columns carry the names of the model's columns, `chunk` of them in one transaction.

    `after_chunk` is called between transactions and may raise to stop; what was added stays then.
    """
    table = model._meta.db_table
    if connection.in_atomic_block:
        way = _by_django
    else:
        way = _by_staging if connection.vendor == "sqlite" else _by_copy
    for _done in way(table, tables, chunk):
        after_chunk()


def _by_copy(table: str, tables: Tables, chunk: int) -> Iterator[None]:
    import adbc_driver_postgresql.dbapi as postgresql

    with postgresql.connect(adbc_address(), autocommit=True) as opened, opened.cursor() as cursor:
        for rows in _chunks(tables, chunk):
            cursor.adbc_ingest(table, rows, mode="append")
            yield


def _by_staging(table: str, tables: Tables, chunk: int) -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="kemai-staging-", dir=_beside_database()) as folder:
        path = Path(folder) / "rows.sqlite3"
        columns, count = _stage(path, tables)
        names = ", ".join(columns)
        with _attached(path):
            for start in range(0, count, chunk):
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(
                        f"INSERT INTO {table} ({names}) SELECT {names} FROM staging.arriving "
                        f"WHERE rowid > {start} AND rowid <= {start + chunk}"
                    )
                yield


def _beside_database() -> Path:
    return Path(connection.settings_dict["NAME"]).parent


def _stage(path: Path, tables: Tables) -> tuple[list[str], int]:
    """The rows in a file that only ADBC has open; gives their columns and how many there are."""
    import adbc_driver_sqlite.dbapi as sqlite

    columns: list[str] = []
    count = 0
    with sqlite.connect(f"file:{quote(str(path))}", autocommit=True) as opened, opened.cursor() as cursor:
        for pragma in ("journal_mode=OFF", "synchronous=OFF"):
            cursor.execute(f"PRAGMA {pragma}")
            cursor.fetchall()
        for rows in tables:
            cursor.adbc_ingest("arriving", _as_stored(rows), mode="create_append")
            columns, count = list(rows.column_names), count + len(rows)
    return columns, count


@contextmanager
def _attached(path: Path) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("ATTACH %s AS staging", [str(path)])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DETACH staging")


def _as_stored(rows: pa.Table) -> pa.Table:
    """SQLite keeps days as the texts that Django writes."""
    import pyarrow as pa

    fields = [
        pa.field(each.name, pa.string() if pa.types.is_date(each.type) else each.type) for each in rows.schema
    ]
    return rows.cast(pa.schema(fields))


def _by_django(table: str, tables: Tables, chunk: int) -> Iterator[None]:
    for rows in _chunks(tables, chunk):
        with transaction.atomic(), connection.cursor() as cursor:
            _insert(cursor, table, rows)
        yield


def _insert(cursor: Any, table: str, rows: pa.Table) -> None:
    columns = ", ".join(rows.column_names)
    found: Iterable[Any] = zip(*(rows[name].to_pylist() for name in rows.column_names), strict=True)
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in found:
                copy.write_row(row)
        return
    marks = ", ".join(["%s"] * rows.num_columns)
    cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(found))


def _chunks(tables: Tables, size: int) -> Iterator[pa.Table]:
    for rows in tables:
        for start in range(0, len(rows), size):
            yield rows.slice(start, size)

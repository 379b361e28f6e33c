"""Rows on their way into SQLite, in a file beside the database: written without its lock, read in one statement.

A row that never becomes a Python object costs half; and the lock is held for that statement only. PostgreSQL has COPY
and needs no stage, a small import has no use for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from django.db import connection

_NAME = "importing"


@dataclass(frozen=True)
class StagedRows:
    """Rows that lie in a table of the staging file."""

    table: str
    columns: tuple[str, ...]


Staged = pl.DataFrame | StagedRows


class Stage:
    """Takes rows for the next transaction; without a staging file it hands them back as they are."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def put(self, rows: pl.DataFrame) -> Staged:
        """Call it outside the transaction that inserts the rows; the next call takes their place."""
        if self._path is None:
            return rows
        import adbc_driver_sqlite.dbapi as adbc

        text = rows.with_columns(pl.col(pl.Date).dt.to_string("%Y-%m-%d"))
        with adbc.connect(str(self._path), autocommit=True) as file, file.cursor() as cursor:
            for pragma in ("journal_mode=OFF", "synchronous=OFF"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.adbc_ingest("rows", text.to_arrow(compat_level=pl.CompatLevel.oldest()), mode="replace")
        return StagedRows(f'{_NAME}."rows"', tuple(rows.columns))


@contextmanager
def staging(folder: Path, *, is_large: bool) -> Iterator[Stage]:
    """A stage for one landing; the file goes with the folder."""
    if not is_large or connection.vendor != "sqlite" or connection.in_atomic_block:
        yield Stage()
        return
    path = folder / "stage.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute(f"ATTACH DATABASE %s AS {_NAME}", [str(path)])
        try:
            yield Stage(path)
        finally:
            cursor.execute(f"DETACH DATABASE {_NAME}")

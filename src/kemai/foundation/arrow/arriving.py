"""Arrow rows on their way into the database: made ready away from its lock, then taken over by one statement a table.

SQLite: ADBC writes a file that nothing else has open; once that is closed, Django's connection attaches it (why not
straight away: decision 0006). PostgreSQL: Arrow writes the text of a COPY. Either may be done in another thread while
the rows before are on their way in. Inside an open transaction SQLite can't let go of an attached file: there rows go
one by one, as few do.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from django.db import connection

if TYPE_CHECKING:
    import polars as pl

_NAME = "arriving"


@dataclass(frozen=True)
class Rows:
    """Rows of one table under the names of its columns; `same` are columns in which all are alike, as the database
    takes them."""

    table: str
    values: pl.DataFrame
    same: Mapping[str, Any] = field(default_factory=dict)


class Arriving(Protocol):
    """Rows that are ready."""

    def at_hand(self) -> AbstractContextManager[None]:
        """To be held around the transaction that writes them."""

    def write(self) -> None:
        """Inserts them, table by table, in the current transaction."""


class Staging:
    """Where rows are made ready. Its way is settled when it is made, by the thread that has the connection."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` holds the files of large arrivals on SQLite."""
        self._is_server = connection.vendor == "postgresql"
        self._folder = None if connection.in_atomic_block else folder

    def ready(self, *tables: Rows) -> Arriving:
        """The rows as the database takes them quickest; any thread may ask."""
        some = [rows for rows in tables if len(rows.values)]
        if self._is_server:
            return _Texts(some)
        return _Plain(some) if self._folder is None else _Staged(some, self._folder)


class _Plain:
    """One row after another, for SQLite inside a transaction."""

    def __init__(self, tables: Sequence[Rows]) -> None:
        self._tables = tables

    def at_hand(self) -> AbstractContextManager[None]:
        return nullcontext()

    def write(self) -> None:
        for rows in self._tables:
            same = tuple(rows.same.values())
            names = [*rows.values.columns, *rows.same]
            marks = ", ".join(["%s"] * len(names))
            with connection.cursor() as cursor:
                cursor.executemany(
                    f"INSERT INTO {_quoted(rows.table)} ({_listed(names)}) VALUES ({marks})",
                    (row + same for row in as_stored(rows.values).iter_rows()),  # type: ignore[arg-type]
                )


class _Staged:
    """Tables of a file of their own."""

    def __init__(self, tables: Sequence[Rows], folder: Path) -> None:
        self._path = folder / f"{_NAME}-{uuid.uuid4().hex}.sqlite3"
        self._takeovers = [_takeover(place, rows) for place, rows in enumerate(tables)]
        if tables:
            _fill(self._path, [rows.values for rows in tables])

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(f"ATTACH DATABASE %s AS {_NAME}", [str(self._path)])
            try:
                yield
            finally:
                cursor.execute(f"DETACH DATABASE {_NAME}")
                self._path.unlink(missing_ok=True)

    def write(self) -> None:
        with connection.cursor() as cursor:
            for statement, same in self._takeovers:
                cursor.execute(statement, same)


def _takeover(place: int, rows: Rows) -> tuple[str, list[Any]]:
    names = rows.values.columns
    marks = ["%s"] * len(rows.same)
    values = ", ".join([*map(_quoted, names), *marks])
    into = f"INSERT INTO {_quoted(rows.table)} ({_listed([*names, *rows.same])})"
    return f"{into} SELECT {values} FROM {_NAME}.t{place} ORDER BY rowid", list(rows.same.values())


def _fill(path: Path, tables: Sequence[pl.DataFrame]) -> None:
    import adbc_driver_sqlite.dbapi as adbc

    with adbc.connect(str(path), autocommit=True) as file, file.cursor() as cursor:
        for pragma in ("journal_mode=OFF", "synchronous=OFF"):
            cursor.execute(f"PRAGMA {pragma}")
            cursor.fetchall()
        for place, values in enumerate(tables):
            cursor.adbc_ingest(f"t{place}", _as_arrow(as_stored(values)), mode="create")


class _Texts:
    """Texts for COPY, so that no row becomes a Python object: nulls are bare, all else is quoted."""

    def __init__(self, tables: Sequence[Rows]) -> None:
        self._texts = [(_copying(rows), _text_of(rows)) for rows in tables]

    def at_hand(self) -> AbstractContextManager[None]:
        return nullcontext()

    def write(self) -> None:
        with connection.cursor() as cursor:
            for sql, text in self._texts:
                with cursor.copy(sql) as copy:
                    copy.write(text)


def _copying(rows: Rows) -> str:
    return (
        f"COPY {_quoted(rows.table)} ({_listed([*rows.values.columns, *rows.same])}) FROM STDIN (FORMAT csv)"
    )


def _text_of(rows: Rows) -> memoryview:
    import io

    import polars as pl
    import pyarrow.csv as pacsv

    whole = rows.values.with_columns(
        (pl.lit("\\x") + pl.col(pl.Binary).bin.encode("hex")).name.keep(),
    ).with_columns(pl.lit(_written(value), pl.String).alias(name) for name, value in rows.same.items())
    text = io.BytesIO()
    options = pacsv.WriteOptions(include_header=False, quoting_style="all_valid")
    pacsv.write_csv(_as_arrow(whole), text, options)
    return text.getbuffer()


def _written(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bytes | memoryview):
        return f"\\x{bytes(value).hex()}"
    return str(value)


def as_stored(values: pl.DataFrame) -> pl.DataFrame:
    """SQLite keeps days as the texts that Django writes."""
    import polars as pl

    return values.with_columns(pl.col(pl.Date).dt.to_string("%Y-%m-%d"))


def _as_arrow(values: pl.DataFrame) -> Any:
    import polars as pl

    return values.to_arrow(compat_level=pl.CompatLevel.oldest())


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(_quoted, names))


def _quoted(name: str) -> str:
    return f'"{name}"'

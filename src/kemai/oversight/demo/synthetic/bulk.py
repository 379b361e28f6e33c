"""Whole tables into a database that nobody else uses: by ADBC, with indexes made anew at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from django.core.management.color import no_style
from django.db import connection, models

from kemai.foundation.arrow.asking import child
from kemai.foundation.arrow.reading import adbc_address

if TYPE_CHECKING:
    import pyarrow as pa


class Way(Protocol):
    """How rows and statements get to the database; nothing stays before it is committed."""

    def append(self, table: str, rows: pa.Table) -> None: ...
    def run(self, sql: str) -> None: ...
    def read(self, sql: str) -> pa.Table: ...
    def commit(self) -> None: ...


class Loader:
    """Writes whole tables; everything is committed at the end, or not at all."""

    def __init__(self, way: Way) -> None:
        self._way = way

    def append(self, model: type[models.Model], tables: Iterable[pa.Table]) -> int:
        """Adds the rows of the tables and gives how many."""
        rows = 0
        for table in tables:
            self._way.append(model._meta.db_table, table)
            rows += table.num_rows
        return rows

    @contextmanager
    def without_indexes(self, model: type[models.Model]) -> Iterator[None]:
        """The table's indexes go before its rows come, and are made anew after."""
        found = self._indexes(model._meta.db_table)
        for name, _statement in found:
            self._way.run(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for _name, statement in found:
            self._way.run(statement)

    def _indexes(self, table: str) -> list[tuple[str, str]]:
        asked = (
            f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = '{table}' AND sql IS NOT NULL"
            if connection.vendor == "sqlite"
            else "SELECT indexname AS name, indexdef AS sql FROM pg_indexes i WHERE schemaname = current_schema() AND "
            f"tablename = '{table}' AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"
        )
        return [(str(row["name"]), str(row["sql"])) for row in self._way.read(asked).to_pylist()]


@contextmanager
def loader() -> Iterator[Loader]:
    """Opens, and commits when all went well.

    SQLite's file is written by a process of its own: two SQLite libraries in one undo each other's locks (decision
    0006). Django's connection is closed meanwhile, so that none of its locks is waited for.
    """
    connection.close()
    with _file() if connection.vendor == "sqlite" else _server() as way:
        yield Loader(way)
        way.commit()


@contextmanager
def _file() -> Iterator[Way]:
    place = Path(connection.settings_dict["NAME"]).parent
    with child(adbc_address(), place, writes=True) as way:
        way.run("PRAGMA cache_size=-256000")
        yield way


class _Server:
    def __init__(self, opened: Any) -> None:
        self._opened = opened

    def append(self, table: str, rows: pa.Table) -> None:
        with self._opened.cursor() as cursor:
            cursor.adbc_ingest(table, rows, mode="append")

    def run(self, sql: str) -> None:
        with self._opened.cursor() as cursor:
            cursor.execute(sql)

    def read(self, sql: str) -> pa.Table:
        with self._opened.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetch_arrow_table()

    def commit(self) -> None:
        self._opened.commit()


@contextmanager
def _server() -> Iterator[Way]:
    """PostgreSQL checks foreign keys row by row, which is most of the bill; where we may, we trust our numbers."""
    import adbc_driver_postgresql.dbapi as postgresql

    with postgresql.connect(adbc_address()) as opened:
        way = _Server(opened)
        mine = way.read("SELECT rolsuper AS trusted FROM pg_roles WHERE rolname = current_user")
        if mine["trusted"].to_pylist() == [True]:
            way.run("SET session_replication_role = replica")
        yield way


def after_load(*loaded: type[models.Model]) -> None:
    """Numbers of new rows go on after those loaded, and the planner knows the sizes."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(loaded)):
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            for model in loaded:
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
        else:
            cursor.execute("PRAGMA analysis_limit=1000")
            cursor.execute("ANALYZE")

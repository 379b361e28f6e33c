"""Whole tables into a database that nobody else uses: by ADBC, with indexes made anew at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

from kemai.foundation.arrow.reading import adbc_address


class Loader:
    """An ADBC connection that writes; everything is committed at the end, or not at all."""

    def __init__(self, opened: Any) -> None:
        self._opened = opened

    def append(self, model: type[models.Model], tables: Iterable[Any]) -> int:
        """Adds the rows of the tables and gives how many."""
        rows = 0
        with self._opened.cursor() as cursor:
            for table in tables:
                cursor.adbc_ingest(model._meta.db_table, table, mode="append")
                rows += table.num_rows
        return rows

    def run(self, statement: str) -> None:
        """One statement without result."""
        with self._opened.cursor() as cursor:
            cursor.execute(statement)

    def asked(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self._opened.cursor() as cursor:
            cursor.execute(query)
            return [tuple(row) for row in cursor.fetchall()]

    @contextmanager
    def without_indexes(self, model: type[models.Model]) -> Iterator[None]:
        """The table's indexes go before its rows come, and are made anew after."""
        found = self._indexes(model._meta.db_table)
        for name, _statement in found:
            self.run(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for _name, statement in found:
            self.run(statement)

    def _indexes(self, table: str) -> list[tuple[str, str]]:
        asked = (
            f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = '{table}' AND sql IS NOT NULL"
            if connection.vendor == "sqlite"
            else "SELECT indexname, indexdef FROM pg_indexes i WHERE schemaname = current_schema() AND "
            f"tablename = '{table}' AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"
        )
        return [(str(name), str(sql)) for name, sql in self.asked(asked)]


@contextmanager
def loader() -> Iterator[Loader]:
    """Opens, and commits when all went well.

    Django's connection is closed meanwhile: two SQLite libraries must not have one file open (decision 0006).
    """
    connection.close()
    with _opened() as opened:
        made = Loader(opened)
        _prepare(made)
        yield made
        opened.commit()


def _opened() -> Any:
    if connection.vendor == "sqlite":
        import adbc_driver_sqlite.dbapi as sqlite

        return sqlite.connect(adbc_address())
    import adbc_driver_postgresql.dbapi as postgresql

    return postgresql.connect(adbc_address())


def _prepare(made: Loader) -> None:
    """PostgreSQL checks foreign keys row by row, which is most of the bill; where we may, we trust our numbers."""
    if connection.vendor == "sqlite":
        made.run("PRAGMA cache_size=-256000")
        return
    if made.asked("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(True,)]:
        made.run("SET session_replication_role = replica")


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

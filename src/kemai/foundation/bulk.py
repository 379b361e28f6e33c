"""Many rows into a table at once, on Django's own connection: COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction


def insert_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Inserts rows in the current transaction; an ORM object a row would take four times as long."""
    names = ", ".join(map(connection.ops.quote_name, columns))
    target = f"{connection.ops.quote_name(table)} ({names})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {target} VALUES ({marks})", rows)  # type: ignore[arg-type]


def new_ids(table: str, count: int) -> Sequence[int]:
    """Ascending ids that nobody has or will be given, even if these are not used."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return sorted(row[0] for row in cursor.fetchall())
        with transaction.atomic():
            cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
            if not cursor.rowcount:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            last = cursor.fetchone()[0]
    return range(last + 1 - count, last + 1)


def update_rows(
    table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, sets: str = "", where: str = "",
    key: str = "id",
) -> int:  # fmt: skip
    """Writes rows of the columns' values and an id over the records; gives how many there were.

    `sets` are further SQL assignments, to which the record is `old`. `where` names a column that must still hold the row's last value, behind the id.
    A statement a row is quick on SQLite; PostgreSQL gets one statement over a table for the transaction's length.
    """
    quoted = connection.ops.quote_name
    if connection.vendor == "postgresql":
        return _update_from_copy(table, columns, rows, sets, where, key)
    assignments = ", ".join([*(f"{quoted(name)} = %s" for name in columns), *([sets] if sets else [])])
    unchanged = f" AND {quoted(where)} = %s" if where else ""
    with connection.cursor() as cursor:
        statement = f"UPDATE {quoted(table)} AS old SET {assignments} WHERE {quoted(key)} = %s{unchanged}"
        cursor.executemany(statement, rows)  # type: ignore[arg-type]
        return max(int(cursor.rowcount), 0)


def _update_from_copy(
    table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], sets: str, where: str, key: str
) -> int:
    quoted = connection.ops.quote_name
    held = [*columns, *([key, where] if where else [key])]
    assignments = [f"{quoted(name)} = fresh.{quoted(name)}" for name in columns] + ([sets] if sets else [])
    unchanged = f" AND old.{quoted(where)} = fresh.{quoted(where)}" if where else ""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS kemai_fresh")
        names = ", ".join(map(quoted, held))
        cursor.execute(
            f"CREATE TEMP TABLE kemai_fresh ON COMMIT DROP AS SELECT {names} FROM {quoted(table)} LIMIT 0"
        )
    insert_rows("kemai_fresh", held, rows)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quoted(table)} old SET {', '.join(assignments)} FROM kemai_fresh fresh "
            f"WHERE old.{quoted(key)} = fresh.{quoted(key)}{unchanged}"
        )
        return int(cursor.rowcount)

"""Many rows into one table: COPY on PostgreSQL, executemany on SQLite, on Django's own connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import Model
from django.utils import timezone


def insert(model: type[Model], rows: pl.DataFrame, **constants: Any) -> None:
    """Inserts the rows in the current transaction; `constants` are the same for every row.

    Columns of `rows` and constants carry the names of database columns; all others take the default of
    the model's field.
    """
    if not len(rows):
        return
    constants = {**_defaults(model, {*rows.columns, *constants}), **constants}
    table = connection.ops.quote_name(model._meta.db_table)
    names = [*rows.columns, *constants]
    columns = ", ".join(connection.ops.quote_name(name) for name in names)
    same = tuple(constants.values())
    whole = (row + same for row in _plain(rows).iter_rows())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in whole:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(whole))  # type: ignore[arg-type]


def _defaults(model: type[Model], given: set[str]) -> dict[str, Any]:
    """What the model would write for the columns that are not given."""
    left = [f for f in model._meta.concrete_fields if f.column not in given and not f.primary_key]
    return {str(f.column): f.get_db_prep_save(_default(f), connection) for f in left}  # type: ignore[misc]


def _default(column: Any) -> Any:
    if getattr(column, "auto_now", False) or getattr(column, "auto_now_add", False):
        return timezone.now()
    return column.get_default()


def update(model: type[Model], rows: pl.DataFrame, *, sets: str = "", where: str = "") -> int:
    """Writes each row's columns over the record `old_id` in the current transaction; gives how many there were.

    `sets` are further SQL assignments; `where` names a column that must still hold the row's last value.
    """
    if not len(rows):
        return 0
    names = [name for name in rows.columns if name not in ("old_id", where)]
    rows = rows.select(*names, "old_id", *([where] if where else []))
    assignments = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in names)
    assignments = ", ".join(part for part in (assignments, sets) if part)
    unchanged = f" AND {connection.ops.quote_name(where)} = %s" if where else ""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {assignments} WHERE id = %s{unchanged}", list(_plain(rows).iter_rows())
        )
        return int(cursor.rowcount)


def end_rows(model: type[Model], ids: Sequence[int], column: str, batch_id: int) -> int:
    """Sets `column` to the batch on rows where it is empty, and gives how many there were."""
    ended = 0
    for some in _slices(ids):
        ended += model._default_manager.filter(pk__in=some, **{f"{column}__isnull": True}).update(
            **{column: batch_id}
        )
    return ended


def _plain(rows: pl.DataFrame) -> pl.DataFrame:
    """Dates as text on SQLite, which has no other."""
    if connection.vendor == "postgresql":
        return rows
    return rows.with_columns(pl.col(pl.Date).dt.to_string("%Y-%m-%d"))


def _slices(ids: Sequence[int], size: int = 10_000) -> list[Sequence[int]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def fetched_ids(model: type[Model], by: str, values: Sequence[Any]) -> dict[Any, int]:
    """{value: id} for the rows whose `by` is one of the values."""
    found: dict[Any, int] = {}
    for some in _slices(list(values)):
        found.update(model._default_manager.filter(**{f"{by}__in": some}).values_list(by, "pk"))
    return found

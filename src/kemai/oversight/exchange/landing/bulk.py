"""Rows of a frame into a model's table, new or over the records they name, on Django's own connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import Model, Q
from django.utils import timezone

from kemai.foundation.among import Among
from kemai.foundation.arrow.arriving import Rows, Staging, as_stored
from kemai.foundation.batches.models import unlanded_ids
from kemai.foundation.bulk import update_rows


def insert(model: type[Model], rows: pl.DataFrame, **constants: Any) -> None:
    """Inserts the rows in the current transaction; see `rows_of`."""
    Staging().ready(rows_of(model, rows, **constants)).write()


def rows_of(model: type[Model], rows: pl.DataFrame, **constants: Any) -> Rows:
    """Rows on their way into a model's table; `constants` are the same for every row. Asks no database.

    Columns of `rows` and constants carry the names of database columns; all others take the default of
    the model's field.
    """
    return Rows(model._meta.db_table, rows, _constants(model, rows.columns, constants))


def _constants(model: type[Model], columns: Sequence[str], given: dict[str, Any]) -> dict[str, Any]:
    """The constants as the database takes them, with what the model would write for columns not given."""
    fields = {str(f.column): f for f in model._meta.concrete_fields}
    defaults = {
        name: field.get_db_prep_save(_default(field), connection)
        for name, field in fields.items()
        if name not in columns and name not in given and not field.primary_key
    }
    return {
        **defaults,
        **{name: fields[name].get_db_prep_save(value, connection) for name, value in given.items()},
    }


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
    key = str(model._meta.pk.column)
    return update_rows(model._meta.db_table, names, plain(rows).iter_rows(), sets=sets, where=where, key=key)


def end_rows(model: type[Model], ids: Sequence[int], column: str, batch_id: int) -> int:
    """Sets `column` to the batch on rows that no landed batch has ended, and gives how many there were."""
    if not ids:
        return 0
    others = [each for each in unlanded_ids() if each != batch_id]
    stands = Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__in": others})
    rows = model._default_manager.filter(stands, Among("id", ids))
    return int(rows.update(**{column: batch_id}))


def plain(rows: pl.DataFrame) -> pl.DataFrame:
    """Dates as text on SQLite, which has no other."""
    if connection.vendor == "postgresql":
        return rows
    return as_stored(rows)

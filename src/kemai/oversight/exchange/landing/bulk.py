"""Many rows into one table: COPY on PostgreSQL, executemany or a staging file on SQLite, on Django's own connection."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import polars as pl
import pyarrow.csv as pacsv
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from kemai.foundation.among import Among
from kemai.foundation.bulk import update_rows
from kemai.oversight.exchange.landing.stage import Staged


def insert(model: type[Model], rows: pl.DataFrame, **constants: Any) -> None:
    """Inserts the rows in the current transaction; `constants` are the same for every row.

    Columns of `rows` and constants carry the names of database columns; all others take the default of
    the model's field.
    """
    if not len(rows):
        return
    constants = _constants(model, rows.columns, constants)
    if connection.vendor == "postgresql":
        _copy(model._meta.db_table, rows, constants)
        return
    same = tuple(constants.values())
    columns = _columns([*rows.columns, *constants])
    marks = ", ".join(["%s"] * (len(rows.columns) + len(same)))
    sql = f"INSERT INTO {_quoted(model._meta.db_table)} ({columns}) VALUES ({marks})"
    with connection.cursor() as cursor:
        cursor.executemany(sql, (row + same for row in plain(rows).iter_rows()))  # type: ignore[arg-type]


def insert_staged(model: type[Model], staged: Staged, **constants: Any) -> None:
    """`insert` of rows that a stage holds."""
    if isinstance(staged, pl.DataFrame):
        insert(model, staged, **constants)
        return
    constants = _constants(model, staged.columns, constants)
    columns = _columns([*staged.columns, *constants])
    values = ", ".join([*map(_quoted, staged.columns), *["%s"] * len(constants)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_quoted(model._meta.db_table)} ({columns}) SELECT {values} FROM {staged.table} ORDER BY rowid",
            list(constants.values()),
        )


def _copy(table: str, rows: pl.DataFrame, constants: dict[str, Any]) -> None:
    """Arrow writes the text, so that no row becomes a Python object: nulls are bare, all else is quoted."""
    whole = rows.with_columns(
        (pl.lit("\\x") + pl.col(pl.Binary).bin.encode("hex")).name.keep(),
    ).with_columns(pl.lit(_text(value), pl.String).alias(name) for name, value in constants.items())
    text = io.BytesIO()
    options = pacsv.WriteOptions(include_header=False, quoting_style="all_valid")
    pacsv.write_csv(whole.to_arrow(compat_level=pl.CompatLevel.oldest()), text, options)
    with connection.cursor() as cursor:
        sql = f"COPY {_quoted(table)} ({_columns(whole.columns)}) FROM STDIN (FORMAT csv)"
        with cursor.copy(sql) as copy:
            copy.write(text.getbuffer())


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bytes | memoryview):
        return f"\\x{bytes(value).hex()}"
    return str(value)


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
    return update_rows(model._meta.db_table, names, plain(rows).iter_rows(), sets=sets, where=where)


def end_rows(model: type[Model], ids: Sequence[int], column: str, batch_id: int) -> int:
    """Sets `column` to the batch on rows where it is empty, and gives how many there were."""
    if not ids:
        return 0
    rows = model._default_manager.filter(Among("id", ids), **{f"{column}__isnull": True})
    return int(rows.update(**{column: batch_id}))


def plain(rows: pl.DataFrame) -> pl.DataFrame:
    """Dates as text on SQLite, which has no other."""
    if connection.vendor == "postgresql":
        return rows
    return rows.with_columns(pl.col(pl.Date).dt.to_string("%Y-%m-%d"))


def _columns(names: Sequence[str]) -> str:
    return ", ".join(map(_quoted, names))


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))

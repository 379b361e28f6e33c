"""Frames of few columns as whole Arrow tables of a model: types as the database stores them, defaults filled in."""

from __future__ import annotations

from typing import Any

import polars as pl
import pyarrow as pa
from django.db import connection, models
from django.utils import timezone

_TYPES: tuple[tuple[type[models.Field], Any], ...] = (
    (models.BooleanField, pa.bool_()),
    (models.PositiveSmallIntegerField, pa.int16()),
    (models.BigIntegerField, pa.int64()),
    (models.BigAutoField, pa.int64()),
    (models.IntegerField, pa.int32()),
    (models.BinaryField, pa.binary()),
    (models.DateTimeField, pa.timestamp("us", "UTC")),
    (models.DateField, pa.date32()),
)


def whole_table(model: type[models.Model], frame: pl.DataFrame) -> pa.Table:
    """The frame with every column of the model; a primary key is filled only when given."""
    given = frame.to_arrow()
    fields = [
        each for each in model._meta.concrete_fields if each.column in frame.columns or not each.primary_key
    ]
    columns = {str(each.column): _column(each, given) for each in fields}
    return pa.table(columns)


def _column(field: Any, given: pa.Table) -> Any:
    kind = next((found for known, found in _TYPES if isinstance(_target(field), known)), pa.string())
    if field.column in given.column_names:
        column = given[field.column].cast(kind)
    else:
        column = pa.repeat(pa.scalar(_default(field), kind), given.num_rows)
    return _for_sqlite(column) if connection.vendor == "sqlite" else column


def _for_sqlite(column: Any) -> Any:
    """SQLite keeps days and instants as the texts that Django writes."""
    if pa.types.is_timestamp(column.type):
        import pyarrow.compute as pc

        return pc.strftime(column, format="%Y-%m-%d %H:%M:%S")
    if pa.types.is_date(column.type):
        return column.cast(pa.string())
    return column.cast(pa.int64()) if pa.types.is_boolean(column.type) else column


def _target(field: Any) -> Any:
    return field.target_field if isinstance(field, models.ForeignKey) else field


def _default(field: Any) -> Any:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return timezone.now()
    return field.get_default()

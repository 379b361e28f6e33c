"""A row as JSON and back, to the last microsecond and byte."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.db.models import BinaryField, Model

M = TypeVar("M", bound=Model)


def pack(row: Model) -> dict[str, Any]:
    """Every column by its name."""
    return {field.attname: _plain(field, getattr(row, field.attname)) for field in row._meta.concrete_fields}


def unpack(model: type[M], packed: dict[str, Any]) -> M:
    """The row again, not saved."""
    return model(**{field.attname: value_of(field, packed.get(field.attname)) for field in model._meta.concrete_fields})  # fmt: skip


def insert(row: Model) -> None:
    """Writes the row as it was, the columns included that would fill themselves."""
    exact = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    row.save(force_insert=True)
    type(row)._base_manager.filter(pk=row.pk).update(**exact)


def value_of(field: Any, packed: Any) -> Any:
    """One column's value from what was packed."""
    return None if packed is None else field.to_python(packed)


def _plain(field: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(field, BinaryField):
        return field.value_to_string(_Holder(field.attname, value))  # type: ignore[arg-type]
    return value.isoformat() if isinstance(value, date) else value


class _Holder:
    """What `value_to_string` reads a value from."""

    def __init__(self, name: str, value: Any) -> None:
        setattr(self, name, bytes(value))

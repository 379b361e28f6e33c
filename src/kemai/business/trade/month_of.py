"""The month of a sale's day, found by the database itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import CharField, Func


class MonthOf(Func):
    """The month of a day as text, "2026-06": by the database itself, where a truncation on SQLite asks Python for
    every line."""

    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="substr(%(expressions)s, 1, 7)", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="to_char(%(expressions)s, 'YYYY-MM')", **extra)


def first_day(month: str) -> date:
    """The first day of such a month."""
    return date.fromisoformat(f"{month}-01")

"""The order of a list: by one column and the id, nulls last, from a page number or from a cursor, either way."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.archives.directory.facets import BadFilter, Column
from kemai.business.archives.directory.sql import Sql

PAGE_SIZE = 25


@dataclass(frozen=True)
class Cursor:
    """The row at the edge of a page: its sort value, its id, and the position of the row after it."""

    value: Any
    pk: int
    first: int

    @classmethod
    def read(cls, text: str, where: Column) -> Cursor:
        """From an address. Raises BadFilter."""
        try:
            value, pk, first = json.loads(base64.urlsafe_b64decode(text.encode()))
            if type(pk) is not int or type(first) is not int or abs(pk) >= 2**63 or not 0 < first < 2**53:
                raise ValueError(text)
        except (ValueError, TypeError) as bad:
            raise BadFilter(_("翻页的位置看不懂，请回到第一页。")) from bad
        return cls(None if value is None else where.value(value), pk, first)

    def written(self) -> str:
        """For an address."""
        plain = (
            self.value if isinstance(self.value, (int, float, str, type(None))) else self.value.isoformat()
        )
        return base64.urlsafe_b64encode(json.dumps([plain, self.pk, self.first]).encode()).decode()


@dataclass(frozen=True)
class Order:
    """One page's place: `backwards` reads upwards from the cursor, to be turned round when shown."""

    key: str
    column: Column
    descending: bool
    cursor: Cursor | None = None
    backwards: bool = False
    offset: int = 0

    @property
    def down(self) -> bool:
        """Whether values fall in the direction of reading."""
        return self.descending != self.backwards

    @property
    def can_miss(self) -> bool:
        """Whether customers without a value exist."""
        return self.column.alias != "c" or bool(self.column.field.null)

    @property
    def first(self) -> int:
        """The position of the page's first row."""
        if self.cursor is None:
            return self.offset + 1
        return max(1, self.cursor.first - PAGE_SIZE) if self.backwards else self.cursor.first

    def by(self, value: str, pk: str) -> str:
        """ORDER BY over both segments."""
        way = "DESC" if self.down else "ASC"
        return f"{value} IS NULL{' DESC' if self.backwards else ''}, {value} {way}, {pk} {way}"

    def within(self, value: str, pk: str) -> str:
        """ORDER BY inside one segment, as an index has it."""
        way = "DESC" if self.down else "ASC"
        return f"{value} {way}, {pk} {way}"

    def beyond(self, value: str, pk: str) -> Sql:
        """What comes after the cursor, over both segments."""
        if self.cursor is None:
            return Sql("1 = 1")
        op = "<" if self.down else ">"
        if self.cursor.value is None:
            other = f"{value} IS NOT NULL OR" if self.backwards else f"{value} IS NULL AND"
            return Sql(f"({other} {pk} {op} %s)", (self.cursor.pk,))
        rest = "" if self.backwards else f" OR {value} IS NULL"
        return Sql(f"(({value}, {pk}) {op} (%s, %s){rest})", (self.cursor.value, self.cursor.pk))

    def segments(self) -> list[tuple[bool, Sql]]:
        """The segments still to be read, in order: whether values are missing there, and what limits the first."""
        has_value = self.cursor is not None and self.cursor.value is not None
        some, none = (False, Sql("1 = 1")), (True, Sql("1 = 1"))
        if self.cursor is None:
            return [some, none] if self.can_miss else [some]
        op = "<" if self.down else ">"
        if has_value:
            here = Sql(f"({{v}}, {{id}}) {op} (%s, %s)", (self.cursor.value, self.cursor.pk))
            return [(False, here)] if self.backwards or not self.can_miss else [(False, here), none]
        here = Sql(f"{{id}} {op} %s", (self.cursor.pk,))
        return [(True, here), some] if self.backwards else [(True, here)]

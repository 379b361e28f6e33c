"""A filter expression as SQL over the customer `c`: what holds, and where an index can give the ids, what drives.

The conditions of an outer "and" stand beside the other conditions of the list, so that the narrowest of all may drive.
An "or" drives where every part of it does. "Not" is said of the whole customer: who has no region is not in 镇江.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from kemai.business.archives import layers
from kemai.business.archives.directory import facets as known
from kemai.business.archives.directory.askable import Askable, askable, own_of
from kemai.business.archives.directory.facets import BadFilter
from kemai.business.archives.directory.sql import (
    C,
    Condition,
    Sql,
    among,
    free,
    joining,
    lent,
    pointer,
    stale_part,
)
from kemai.business.archives.directory.wanted import wanted
from kemai.business.archives.models import CustomField, CustomValue
from kemai.foundation import filters
from kemai.foundation.access.actor import Actor

# Columns of the customer by which an index finds: the others are looked at one by one.
INDEXED = (
    "code",
    "name",
    "region",
    "category",
    "size",
    "state",
    "last_contact_on",
    "next_step_on",
    "last_order_on",
)
EVERY = Sql("1 = 1")
FINDS = ("is", "any", "from", "to")
UPPER, LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"


def where_conditions(actor: Actor, expression: filters.Expression | None) -> list[Condition]:
    """The expression as conditions that all have to hold. Raises BadFilter with a sentence."""
    if expression is None:
        return []
    if isinstance(expression, filters.Group) and expression.join == "and":
        return [each for item in expression.items for each in where_conditions(actor, item)]
    return [_condition(actor, expression)]


def where_holds(actor: Actor, expression: filters.Expression) -> Sql:
    """The expression as one predicate over the customer `c`."""
    return joining([c.holds for c in where_conditions(actor, expression)], "AND")


def _condition(actor: Actor, expression: filters.Expression) -> Condition:
    if isinstance(expression, filters.Condition):
        return _leaf(actor, expression)
    parts = [_condition(actor, item) for item in expression.items]
    held = joining([p.holds for p in parts], "AND" if expression.join == "and" else "OR")
    return Condition(Sql(f"({held.text})", held.params), _driven(parts, expression.join))


def _driven(parts: Sequence[Condition], join: str) -> Sql | None:
    """The ids of a group: of an "or" those of each part, of an "and" those of one part that the others hold for."""
    if join == "or":
        drives = [p.drives for p in parts if p.drives]
        found = joining([Sql(f"SELECT id FROM ({d.text}) d", d.params) for d in drives], "UNION")
        return found if len(drives) == len(parts) else None
    first = next((p for p in parts if p.drives), None)
    if first is None or first.drives is None:
        return None
    rest = [p.holds for p in parts if p is not first] or [Sql("1 = 1")]
    held = joining(rest, "AND")
    ids = f"SELECT c.id FROM ({first.drives.text}) d JOIN {C} c ON c.id = d.id WHERE {held.text}"
    return Sql(ids, first.drives.params + held.params)


def _leaf(actor: Actor, asked: filters.Condition) -> Condition:
    field = askable(actor, asked.field)
    if asked.operator not in field.operators:
        raise BadFilter(_("「%(label)s」不能这样比。") % {"label": field.label})
    if field.kind == "part":
        return _stale(actor, asked)
    source = source_of(field)
    if asked.operator == "filled":
        return Condition(source.holds(source.is_filled))
    if asked.operator == "blank":
        return Condition(_not(source.holds(source.is_filled)), source.blank_drives())
    values = wanted(field, asked.values, actor.today)
    if asked.operator == "not":
        return Condition(_not(source.holds(lambda name: _compared(name, "any", values))))
    holds = source.holds(lambda name: _compared(name, asked.operator, values))
    return Condition(
        holds, source.drives(lambda name: _compared(name, asked.operator, values), asked.operator)
    )


def _stale(actor: Actor, asked: filters.Condition) -> Condition:
    either = joining([stale_part(part, actor) for part in asked.values], "OR")
    held = Sql(f"({either.text})", either.params)
    return Condition(_not(held) if asked.operator == "not" else held)


@dataclass(frozen=True)
class Source:
    """Where a field lies: a column of the customer, or rows of a table `x` that belong to it."""

    column: str
    kind: str
    table: str = ""
    rows: Sql = EVERY

    def holds(self, compared: Any) -> Sql:
        """The predicate over `c`."""
        if not self.table:
            found = compared(free(f"c.{self.column}"))
            return Sql(f"({found.text})", found.params)
        found = compared(f"x.{self.column}")
        text = f"EXISTS (SELECT 1 FROM {self.table} x WHERE x.customer_id = c.id AND {self.rows.text} AND {found.text})"
        return Sql(text, self.rows.params + found.params)

    def drives(self, compared: Any, operator: str) -> Sql | None:
        """The ids, where they can be found without looking at every customer."""
        if self.table:
            found = compared(f"x.{self.column}")
            text = f"SELECT DISTINCT x.customer_id AS id FROM {self.table} x WHERE {self.rows.text} AND {found.text}"
            return Sql(text, self.rows.params + found.params)
        if operator not in FINDS or self.column not in (*INDEXED, "owner_id", "unit_id"):
            return None
        found = compared(f"c.{self.column}")
        return Sql(f"SELECT c.id FROM {C} c WHERE {found.text}", found.params)

    def blank_drives(self) -> Sql | None:
        """The ids of those with nothing in an indexed column."""
        if self.table or self.column not in (*INDEXED, "owner_id"):
            return None
        nothing = f"c.{self.column} = ''" if self.is_text else f"c.{self.column} IS NULL"
        return Sql(f"SELECT c.id FROM {C} c WHERE {nothing}")

    @property
    def is_text(self) -> bool:
        """Whether an empty text stands for nothing."""
        return self.kind in ("text", "choice")

    def is_filled(self, name: str) -> Sql:
        """The column holds something."""
        return Sql(f"{name} IS NOT NULL AND {name} <> ''" if self.is_text else f"{name} IS NOT NULL")


def source_of(field: Askable) -> Source:
    """The table and column of a field."""
    name, _dot, column = field.place.partition("__")
    own = own_of(field)
    if own is not None:
        rows = Sql("x.field_id = %s", (own.pk,))
        return Source(_own_column(own), field.kind, CustomValue._meta.db_table, rows)
    if field.kind == "person":
        return Source("owner_id", field.kind)
    if field.kind == "unit":
        return Source("unit_id", field.kind)
    if not column:
        return Source(name, field.kind)
    if known.joined_as(name):
        where = known.column(field.place)
        return Source(where.name, field.kind, lent(name), Sql(pointer(name, "x")))
    layer = next(each for each in layers.LAYERS if each.key == name)
    return Source(column, field.kind, layer.model._meta.db_table)


def _own_column(own: CustomField) -> str:
    return {"number": "number", "money": "number", "day": "day"}.get(own.kind, "text")


def _compared(name: str, operator: str, values: Sequence[Any]) -> Sql:
    if name.endswith("owner_id"):
        logins = among("login", values)
        return Sql(f"{name} IN (SELECT id FROM access_person WHERE {logins.text})", logins.params)
    given = [
        v.isoformat() if hasattr(v, "isoformat") and connection.vendor == "sqlite" else v for v in values
    ]
    if operator in ("is", "any"):
        return among(name, given)
    if operator == "has":
        return _contains(name, str(given[0]))
    sign = {"from": ">=", "to": "<="}[operator]
    return Sql(f"{name} {sign} %s", (given[0],))


def _contains(name: str, text: str) -> Sql:
    """Latin letters in either case; the same on both databases, whatever their locale."""
    plain = text.translate(str.maketrans(UPPER, LOWER))
    if connection.vendor == "sqlite":
        return Sql(f"instr(lower({name}), %s) > 0", (plain,))
    return Sql(f"strpos(translate({name}, '{UPPER}', '{LOWER}'), %s) > 0", (plain,))


def _not(held: Sql) -> Sql:
    """The predicate does not hold, what is not known counting as that."""
    return Sql(f"(CASE WHEN {held.text} THEN 0 ELSE 1 END = 1)", held.params)

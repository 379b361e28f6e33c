"""The directory in plain SQL: conditions, each in two writings, and the tables that upper apps lend.

A condition can *drive* (a statement that gives the ids of its customers, index first) or *hold* (a predicate over
the customer `c`, written so that no index is chosen for it). Which one drives decides the speed, so it is never
left to a planner that does not know how many rows a condition has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import connection
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from kemai.business.archives.custom_fields import (
    column_of,
    field_by_id,
    is_range,
    range_of,
)
from kemai.business.archives.directory.facets import (
    BLANK,
    FAMILY,
    NOT_FILLED,
    OWN,
    STALE,
    BadFilter,
    Facet,
    column,
    joined_as,
)
from kemai.business.archives.families import family_of
from kemai.business.archives.finding import text_drives, text_holds
from kemai.business.archives.models import Customer, CustomField, Part
from kemai.business.archives.quality import MAX_AGE, oldest
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import Term, restrict, scope_terms
from kemai.foundation.batches.models import unlanded_ids

C = "archives_customer"
SCOPED = ("code", "name", "region")  # sorts for which an index begins with the unit
BRANCHES = 64


@dataclass(frozen=True)
class Sql:
    """A piece of SQL with its parameters."""

    text: str
    params: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Condition:
    """One thing that has to hold; `drives` is None where only a look at each customer can tell."""

    holds: Sql
    drives: Sql | None = None
    leads: tuple[str, ...] = ()  # sorts whose index begins with this condition's column
    is_scope: bool = False
    is_within_scope: bool = False  # what drives leaves out customers that the actor does not see
    branches: tuple[Sql, ...] = ()  # the condition for one value each, over the table that is walked


def run(statement: Sql) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.params)
        return list(cursor.fetchall())


def joining(pieces: Sequence[Sql], word: str) -> Sql:
    """Pieces joined by AND, OR or UNION ALL."""
    return Sql(f" {word} ".join(p.text for p in pieces), tuple(x for p in pieces for x in p.params))


def free(name: str) -> str:
    """A column that no index is used for: SQLite has a notation for it, PostgreSQL counts rows before it plans."""
    return f"+{name}" if connection.vendor == "sqlite" else name


def among(name: str, values: Sequence[Any]) -> Sql:
    """The column holds one of the values."""
    if connection.vendor == "postgresql" and values and isinstance(values[0], int):
        return Sql(f"{name} = ANY(%s)", (list(values),))
    return Sql(f"{name} IN ({', '.join(['%s'] * len(values))})", tuple(values))


def scope(actor: Actor) -> Condition | None:
    """What the actor sees; None where it is everything."""
    terms = scope_terms(actor)
    if terms is None:
        return None
    if not terms:
        return Condition(Sql("1 = 0"), Sql(f"SELECT id FROM {C} WHERE 1 = 0"))
    parts = [_alone(terms[: i + 1]) for i in range(len(terms))]
    drives = joining([Sql(f"SELECT c.id FROM {C} c WHERE {p.text}", p.params) for p in parts], "UNION ALL")
    holds = joining([_term(t, free) for t in terms], "OR")
    held = Sql(f"({holds.text})", holds.params)
    return Condition(held, drives, SCOPED, is_scope=True, branches=_branches(terms))


def _branches(terms: Sequence[Term]) -> tuple[Sql, ...]:
    """The scope owner by owner and unit by unit, named customers as one; nothing where there are too many."""
    parts = [(i, some) for i, term in enumerate(terms) for some in _pieces(term)]
    if len(parts) > BRANCHES:
        return ()
    return tuple(_alone([*terms[:i], Term(terms[i].column, some, terms[i].owned)]) for i, some in parts)


def _pieces(term: Term) -> list[tuple[Any, ...]]:
    """An index begins with the owner or the unit, so each value is walked by itself; a team's few are sorted."""
    return [(value,) for value in term.values] if term.column in ("owner_id", "unit_id") else [term.values]


def _alone(terms: Sequence[Term]) -> Sql:
    """Customers of the last term that none of those before it has, so that a UNION ALL counts nobody twice."""
    others = [_term(t, free) for t in terms[:-1]]
    not_before = [Sql(f"COALESCE(NOT ({o.text}), {_true()})", o.params) for o in others]
    return joining([_term(terms[-1], str), *not_before], "AND")


def _true() -> str:
    return "1" if connection.vendor == "sqlite" else "TRUE"


def _term(term: Term, written: Any) -> Sql:
    found = among(written(f"c.{term.column}"), term.values)
    return Sql(f"({found.text} AND c.owner_id IS NOT NULL)", found.params) if term.owned else found


def filtered(facet: Facet, values: tuple[str, ...], actor: Actor) -> Condition:
    """The facet has one of the values; what drives may leave out customers that the actor does not see."""
    if facet.path == "owner__login":
        logins = among("login", values)
        who = Sql(f"c.owner_id IN (SELECT id FROM access_person WHERE {logins.text})", logins.params)
        return Condition(who, _ids(who))
    if facet.path == STALE:
        return _stale(values, actor)
    if facet.path == FAMILY:
        return _family(values, actor)
    if facet.path.startswith(OWN):
        return _own(int(facet.path.removeprefix(OWN)), values)
    if facet.path in BLANK:
        values = tuple("" if v == NOT_FILLED else v for v in values)
    where = column(facet.path)
    if where.alias == "c":
        driving = among(f"c.{where.name}", values)
        holds = among(free(f"c.{where.name}"), values)
        terms = scope_terms(actor) if where.name == "region" else None
        if not terms or any(t.column not in ("owner_id", "unit_id") for t in terms):
            return Condition(holds, _ids(driving))
        return Condition(holds, _within(terms, driving), is_within_scope=True)
    table, current, chosen = lent(where.alias), pointer(where.alias, "x"), among(f"x.{where.name}", values)
    given = f"FROM {table} x WHERE {current} AND {chosen.text}"
    holds = Sql(f"EXISTS (SELECT 1 {given} AND x.customer_id = c.id)", chosen.params)
    singles = tuple(among(f"x.{where.name}", [v]) for v in values)
    drives = Sql(f"SELECT x.customer_id AS id {given}", chosen.params)
    return Condition(holds, drives, facet.leads, branches=singles)


def _stale(values: tuple[str, ...], actor: Actor) -> Condition:
    """One of these parts was neither entered nor checked within its time."""
    parts = [stale_part(part, actor) for part in values]
    either = joining(parts, "OR")
    return Condition(Sql(f"({either.text})", either.params))


def stale_part(part: str, actor: Actor) -> Sql:
    """The predicate over the customer `c`. Raises BadFilter for a part that is not there or not for the actor."""
    if part not in MAX_AGE or (part == Part.CREDIT and not actor.sees("credit")):
        raise BadFilter(_("没有「%(key)s」这个条件。") % {"key": part[:40]})
    day = oldest(part, actor.today)
    born = connection.ops.adapt_datetimefield_value(make_aware(datetime.combine(day, time.min)))
    checked = (
        'SELECT 1 FROM archives_archivecheck x WHERE x.customer_id = c.id AND x.part = %s AND x."on" >= %s'
    )
    return Sql(f"(c.created_at < %s AND NOT EXISTS ({checked}))", (born, part, day.isoformat()))


def _family(codes: tuple[str, ...], actor: Actor) -> Condition:
    """The groups around these customers, as far as the actor sees them; of one out of sight there is none."""
    asked = restrict(Customer.objects.filter(code__in=codes), actor)
    ids = sorted({member.customer.pk for each in asked for member in family_of(actor, each)})
    if not ids:
        return Condition(Sql("1 = 0"), _ids(Sql("1 = 0")))
    return Condition(among(free("c.id"), ids), _ids(among("c.id", ids)))


def _own(field_id: int, values: tuple[str, ...]) -> Condition:
    """A field of the company's own has one of the values or lies in one of the ranges, or holds nothing where that is
    asked for. Raises BadFilter for a range that can't be read."""
    rows = f"FROM archives_customvalue x WHERE x.field_id = {int(field_id)}"
    chosen = _chosen(field_by_id(field_id), tuple(v for v in values if v != NOT_FILLED))
    held = f"EXISTS (SELECT 1 {rows} AND x.customer_id = c.id"
    if NOT_FILLED not in values:
        drives = Sql(f"SELECT DISTINCT x.customer_id AS id {rows} AND {chosen.text}", chosen.params)
        return Condition(Sql(f"{held} AND {chosen.text})", chosen.params), drives)
    either = f"(({held} AND {chosen.text})) OR NOT {held}))"
    return Condition(Sql(either, chosen.params))


def _chosen(field: CustomField | None, values: tuple[str, ...]) -> Sql:
    """One of the texts, or within one of the ranges (`100..500`, `..500`, `2026-01-01..`)."""
    ranges = {v for v in values if field and is_range(field, v)}
    texts = tuple(v for v in values if v not in ranges)
    parts = [among("x.text", texts)] if texts else []
    try:
        parts += [_between(field, text) for text in sorted(ranges) if field]
    except ValueError as odd:
        raise BadFilter(str(odd)) from odd
    either = joining(parts, "OR") if parts else Sql("1 = 0")
    return Sql(f"({either.text})", either.params)


def _between(field: CustomField, text: str) -> Sql:
    low, high = range_of(field, text)
    ends = [
        (op, end.isoformat() if isinstance(end, date) else end) for op, end in ((">=", low), ("<=", high))
    ]
    name = f"x.{column_of(field)}"
    return joining([Sql(f"{name} {op} %s", (end,)) for op, end in ends if end is not None], "AND")


def _within(terms: Sequence[Term], where: Sql) -> Sql:
    """Ids by the index over regions that begins with owner or unit."""
    parts = [joining([_alone(terms[: i + 1]), where], "AND") for i in range(len(terms))]
    return joining([_ids(p) for p in parts], "UNION ALL")


def _ids(where: Sql) -> Sql:
    return Sql(f"SELECT c.id FROM {C} c WHERE {where.text}", where.params)


def texted(text: str) -> Condition | None:
    """What was typed is found in the customer's names, codes or phones; None where nothing was typed."""
    if not text.strip():
        return None
    drives, holds = text_drives(text), text_holds(text)
    return Condition(Sql(*holds), Sql(*drives))


def landed() -> Condition | None:
    """Customers of an import that has not landed are not there."""
    waiting = unlanded_ids()
    if not waiting:
        return None
    listed = among("c.batch_id", waiting)
    return Condition(Sql(f"(c.batch_id IS NULL OR NOT ({listed.text}))", listed.params))


def lent(name: str) -> str:
    """The table of a joined name."""
    table = joined_as(name)
    assert table is not None
    model: Any = Customer._meta.get_field(table.relation).related_model
    return str(model._meta.db_table)


def pointer(name: str, alias: str) -> str:
    """The predicate that picks the current rows of a joined table."""
    table = joined_as(name)
    assert table is not None
    key, value = table.current
    further = "".join(f" AND {alias}.{name} = {int(number)}" for name, number in table.also)
    return f"{alias}.{key} = ({value}){further}"

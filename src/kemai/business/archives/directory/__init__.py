"""The directory: which columns lists show, filter and sort by, and one page of it for an actor.

A facet is a column of the customer itself or of a table that an upper app switches by pointer (the standing of
the published run). Counts are capped, deep pages are reached by cursor, and a hidden facet can be neither shown
nor filtered nor sorted by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import FilteredRelation, QuerySet
from django.db.models.expressions import RawSQL

from kemai.business.archives.directory import facets as known
from kemai.business.archives.directory.about import about_how_many, rounded
from kemai.business.archives.directory.choices import filter_choices
from kemai.business.archives.directory.facets import (
    BadFilter,
    Facet,
    Joined,
    filter_facet,
    register_facet,
    sort_facet,
)
from kemai.business.archives.directory.order import PAGE_SIZE, Cursor, Order
from kemai.business.archives.directory.reading import COUNT_CAP, Found, read
from kemai.business.archives.directory.shown import dicts
from kemai.business.archives.directory.sql import (
    C,
    Condition,
    Sql,
    filtered,
    landed,
    scope,
    texted,
)
from kemai.business.archives.directory.where import where_conditions, where_holds
from kemai.business.archives.finding import text_drives
from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.filters import Expression

__all__ = [
    "COUNT_CAP",
    "PAGE_SIZE",
    "BadFilter",
    "Facet",
    "Joined",
    "ListPage",
    "ListQuery",
    "conditions_of",
    "filter_choices",
    "filter_customers",
    "list_customers",
    "register_facet",
    "with_joined",
]  # fmt: skip
MAX_PAGE = 400


@dataclass(frozen=True)
class ListQuery:
    """What was asked: text, filters by facet key, sort key ("-" for descending), page or cursor (after, before);
    `where` is an expression that has to hold as well."""

    q: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    after: str = ""
    before: str = ""
    where: Expression | None = None


@dataclass(frozen=True)
class ListPage:
    """Rows as dicts of facets, and where one is; `is_capped` says that there may be more than `total`, and `about`
    then how many, where a sample tells."""

    rows: list[dict[str, Any]]
    first: int
    total: int
    is_capped: bool
    next_after: str
    has_more: bool
    previous_before: str = ""
    about: int | None = None


EMPTY = ListPage([], 1, 0, False, "", False)


def list_customers(actor: Actor, query: ListQuery) -> ListPage:
    """One page of what the actor may see. Raises BadFilter with a sentence."""
    if not actor.sees_customers:
        return EMPTY
    conditions, order = conditions_of(actor, query), _order(actor, query)
    found = read(conditions, order)
    rows = found.rows[:PAGE_SIZE]
    if order.backwards:
        if (len(found.rows) <= PAGE_SIZE and order.first > 1) or len(rows) < PAGE_SIZE:
            return list_customers(actor, replace(query, page=1, after="", before=""))
        rows.reverse()
    more = order.backwards or len(found.rows) > PAGE_SIZE
    about = _about(conditions, found) if found.is_capped else None
    return ListPage(
        rows=dicts(actor, rows), first=order.first, total=found.total, is_capped=found.is_capped,
        next_after=_edge(rows[-1], order.first + len(rows)) if more and rows else "", has_more=more,
        previous_before=_edge(rows[0], order.first) if rows and order.first > 1 else "",
        about=max(about, found.total) if about else None,
    )  # fmt: skip


def _about(conditions: Sequence[Condition], found: Found) -> int | None:
    """How many match, from the count where there is one, else from a sample."""
    return about_how_many(conditions) if found.counted is None else rounded(found.counted)


def filter_customers(actor: Actor, query: ListQuery) -> QuerySet[Customer]:
    """Everything that matches, as a queryset for exports and counts."""
    rows = restrict(Customer.objects.all(), actor)
    if query.q.strip():
        rows = rows.filter(pk__in=RawSQL(*text_drives(query.q)))  # type: ignore[arg-type]
    for key, values in query.filters.items():
        found = filtered(filter_facet(actor, key), values, actor)
        ids = found.drives or Sql(f"SELECT c.id FROM {C} c WHERE {found.holds.text}", found.holds.params)
        rows = rows.filter(pk__in=RawSQL(ids.text, ids.params))  # type: ignore[arg-type]
    if query.where is not None:
        held = where_holds(actor, query.where)
        rows = rows.filter(pk__in=RawSQL(f"SELECT c.id FROM {C} c WHERE {held.text}", held.params))  # type: ignore[arg-type]
    return rows


def conditions_of(actor: Actor, query: ListQuery) -> list[Condition]:
    """All that has to hold, scope and text included. Raises BadFilter."""
    made = [
        filtered(filter_facet(actor, key), values, actor) for key, values in query.filters.items() if values
    ]
    asked = where_conditions(actor, query.where)
    return [c for c in (scope(actor), *made, *asked, texted(query.q), landed()) if c]


def _order(actor: Actor, query: ListQuery) -> Order:
    facet = sort_facet(actor, query.sort.lstrip("-") or "code")
    where, descending = known.column(facet.sort_path or facet.path), query.sort.startswith("-")
    given = query.before or query.after
    if given:
        return Order(facet.key, where, descending, Cursor.read(given, where), backwards=bool(query.before))
    page = min(max(query.page, 1), MAX_PAGE)
    return Order(facet.key, where, descending, offset=(page - 1) * PAGE_SIZE)


def _edge(row: tuple[Any, ...], first: int) -> str:
    return Cursor(row[0], row[1], first).written()


def with_joined(rows: QuerySet[Customer], facet: Facet) -> QuerySet[Customer]:
    """Joins the current rows of a pointer-switched table, once."""
    name = facet.path.partition("__")[0]
    table = known.joined_as(name)
    if table is None or name in rows.query._filtered_relations:  # type: ignore[attr-defined]
        return rows
    return rows.annotate(**{name: FilteredRelation(table.relation, condition=table.condition())})

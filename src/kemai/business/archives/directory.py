"""The directory: which columns lists show, filter and sort by, and one page of it for an actor.

A facet is a column of the customer itself or of a table that an upper app switches by pointer (the standing of
the published run). The count is capped, deep pages are reached by cursor, and a hidden facet can be neither
shown nor filtered nor sorted by.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, FilteredRelation, OrderBy, Q, QuerySet
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.archives.search import CAP, find_ids
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict

PAGE_SIZE = 25
COUNT_CAP = 10_000
MAX_PAGE = 400


@dataclass(frozen=True)
class Facet:
    """A column: `path` is the lookup from the customer, `group` the field group that hides it."""

    key: str
    path: str
    group: str = "basics"
    is_filter: bool = True
    is_sort: bool = True


@dataclass(frozen=True)
class Joined:
    """A table switched by pointer: its relation from the customer and the condition that names the current rows."""

    relation: str
    condition: Callable[[], Q]


@dataclass(frozen=True)
class ListQuery:
    """What was asked: text, filters by facet key, sort key ("-" for descending), page or cursor."""

    q: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    after: str = ""


@dataclass(frozen=True)
class ListPage:
    """Rows as dicts of facets, and where one is."""

    rows: list[dict[str, Any]]
    first: int
    total: int
    is_capped: bool
    next_after: str
    has_more: bool


class BadFilter(Refused):
    """A filter or sort that makes no sense, or that the actor may not use."""

    status = 400


_facets: dict[str, Facet] = {
    f.key: f
    for f in (
        Facet("code", "code"), Facet("name", "name"), Facet("short_name", "short_name", is_sort=False),
        Facet("region", "region"), Facet("category", "category"), Facet("size", "size"), Facet("type", "type"),
        Facet("state", "state"), Facet("stage", "stage"), Facet("owner", "owner__login"),
        Facet("last_order_on", "last_order_on", "sales", is_filter=False),
        Facet("last_contact_on", "last_contact_on", "agenda", is_filter=False),
        Facet("next_step_on", "next_step_on", "agenda", is_filter=False),
    )
}  # fmt: skip
_joined: dict[str, Joined] = {}
_SHOWN = (
    "id", "code", "name", "short_name", "region", "state", "type", "owner_id", "owner__name", "last_order_on",
    "last_contact_on", "last_contact_by", "next_step_on", "next_step",
)  # fmt: skip
_HIDDEN_WITH = {
    "sales": ("last_order_on",),
    "agenda": ("last_contact_on", "last_contact_by", "next_step_on", "next_step"),
}


def register_facet(facet: Facet, joined: tuple[str, Joined] | None = None) -> None:
    """Adds a facet of an upper app; `joined` names its table once."""
    _facets[facet.key] = facet
    if joined:
        _joined[joined[0]] = joined[1]


def list_customers(actor: Actor, query: ListQuery) -> ListPage:
    """One page of what the actor may see. Raises BadFilter with a sentence."""
    if not actor.sees_customers:
        return ListPage([], 1, 0, False, "", False)
    wanted = _filtered(actor, query)
    total = len(wanted.values_list("pk")[: COUNT_CAP + 1])
    rows, first = _page(actor, wanted, query)
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    return ListPage(
        rows=[_shown(actor, row) for row in rows], first=first, total=min(total, COUNT_CAP),
        is_capped=total > COUNT_CAP, next_after=_cursor(rows[-1], first + len(rows)) if more else "", has_more=more,
    )  # fmt: skip


def filter_customers(actor: Actor, query: ListQuery) -> QuerySet[Customer]:
    """Everything that matches, for exports and counts."""
    return _filtered(actor, query)


def _filtered(actor: Actor, query: ListQuery) -> QuerySet[Customer]:
    rows = restrict(Customer.objects.all(), actor)
    if query.q.strip():
        rows = rows.filter(pk__in=find_ids(actor, query.q, CAP))
    for key, values in query.filters.items():
        facet = _allowed(actor, key)
        if not facet.is_filter:
            raise BadFilter(_("不能按「%(key)s」筛选。") % {"key": key})
        rows = _with_joined(rows, facet).filter(**{f"{facet.path}__in": values})
    return rows


def _page(actor: Actor, rows: QuerySet[Customer], query: ListQuery) -> tuple[list[dict[str, Any]], int]:
    descending = query.sort.startswith("-")
    facet = _allowed(actor, query.sort.lstrip("-") or "code")
    if not facet.is_sort:
        raise BadFilter(_("不能按「%(key)s」排序。") % {"key": facet.key})
    for each in _facets.values():
        if "__" in each.path and not each.path.startswith("owner"):
            rows = _with_joined(rows, each)
    shown = [f.path for f in _facets.values() if f.path not in _SHOWN]
    order = [OrderBy(F(facet.path), descending=descending, nulls_last=True), "id"]
    first, start = 1, 0
    if query.after:
        rows, first = _after(rows, facet, descending, query.after)
    else:
        page = min(max(query.page, 1), MAX_PAGE)
        start = (page - 1) * PAGE_SIZE
        first = start + 1
    found = rows.order_by(*order).values(*_SHOWN, *shown)[start : start + PAGE_SIZE + 1]  # type: ignore[arg-type]
    return [{**row, "_sort": row[facet.path]} for row in found], first


def _after(
    rows: QuerySet[Customer], facet: Facet, descending: bool, cursor: str
) -> tuple[QuerySet[Customer], int]:
    try:
        value, pk, first = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, TypeError) as bad:
        raise BadFilter(_("翻页的位置看不懂，请回到第一页。")) from bad
    if value is None:
        return rows.filter(**{f"{facet.path}__isnull": True}, pk__gt=pk), first
    beyond = Q(**{f"{facet.path}__{'lt' if descending else 'gt'}": value})
    return rows.filter(
        beyond | Q(**{facet.path: value}, pk__gt=pk) | Q(**{f"{facet.path}__isnull": True})
    ), first


def _cursor(row: dict[str, Any], first: int) -> str:
    value = row["_sort"]
    plain = value if isinstance(value, (int, float, str, type(None))) else value.isoformat()
    return base64.urlsafe_b64encode(json.dumps([plain, row["id"], first]).encode()).decode()


def _allowed(actor: Actor, key: str) -> Facet:
    facet = _facets.get(key)
    if facet is None:
        raise BadFilter(_("没有「%(key)s」这个条件。") % {"key": key[:40]})
    if not actor.sees(facet.group):
        raise BadFilter(_("你的岗位不能用「%(key)s」。") % {"key": key})
    return facet


def _with_joined(rows: QuerySet[Customer], facet: Facet) -> QuerySet[Customer]:
    """Joins the current rows of a pointer-switched table, once."""
    name = facet.path.partition("__")[0]
    joined = _joined.get(name)
    if joined is None or name in rows.query.annotations or name in rows.query._filtered_relations:  # type: ignore[attr-defined]
        return rows
    return rows.annotate(**{name: FilteredRelation(joined.relation, condition=joined.condition())})


def _shown(actor: Actor, row: dict[str, Any]) -> dict[str, Any]:
    """The row by facet key, without what the actor may not see of this customer."""
    owner = row["owner_id"]
    hidden = {name for group, names in _HIDDEN_WITH.items() if not actor.sees(group, owner) for name in names}
    shown = {name: None if name in hidden else row[name] for name in _SHOWN}
    for facet in _facets.values():
        if facet.path not in _SHOWN:
            shown[facet.key] = row[facet.path] if actor.sees(facet.group, owner) else None
    return shown


def filter_values(actor: Actor, key: str, limit: int = 60) -> list[str]:
    """Values to choose from for a text facet, of the first customers that the actor sees."""
    facet = _allowed(actor, key)
    rows = (
        restrict(Customer.objects.exclude(**{facet.path: ""}), actor)
        .order_by("id")
        .values_list(facet.path, flat=True)
    )
    return sorted(set(rows[:2_000]))[:limit]

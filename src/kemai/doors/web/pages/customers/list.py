"""One page of the list, its chips, its filters; what to do when nothing is found."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives.custom_fields import active_fields, own_cells
from kemai.business.archives.directory import PAGE_SIZE, BadFilter, ListPage, ListQuery, list_customers
from kemai.business.archives.directory.telling import stored_values
from kemai.business.archives.models import Customer, CustomerType, State
from kemai.business.trade.queries import months_of_many
from kemai.business.valuation import queries as valuation
from kemai.business.valuation.leading import leading_definition, leading_scheme
from kemai.doors.web.addresses import address as path_of
from kemai.doors.web.formats import figure, iso_day
from kemai.doors.web.pages.customers.asking import (
    Asked,
    address,
    asked,
    emptying,
    labels,
    parse,
    plain,
    words,
)
from kemai.doors.web.pages.customers.board import LOOK, lanes
from kemai.doors.web.pages.customers.cell import IN_PLACE
from kemai.doors.web.pages.customers.chips import where_chips
from kemai.doors.web.pages.customers.columns import Column, chosen, heads
from kemai.doors.web.pages.customers.look import look_of
from kemai.doors.web.pages.customers.measured import measure_cells
from kemai.doors.web.pages.customers.recent import recent_customers
from kemai.doors.web.pages.customers.views import at_hand, opening, question, views_for
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, customers_page
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.filters import BadExpression

EMPTY = ListPage([], 1, 0, False, "", False)


@customers_page
def show(request: ActorRequest) -> HttpResponse:
    """One page of the list, or what is wrong with the question."""
    actor, problem, found = request.actor, "", EMPTY
    led = opening(actor, request.GET)
    if led:
        return HttpResponseRedirect(led)
    now = Asked({}, ListQuery())
    try:
        now = asked(request.GET, actor)
        found = list_customers(actor, now.query)
    except (BadFilter, BadExpression) as bad:
        problem = str(bad)
    is_board = request.GET.get("look") == LOOK
    view = at_hand(actor, request.GET)
    columns = chosen(actor, view.columns if view else "")
    context = {
        **_table(request, now, found, columns), **_tools(request, now), "problem": problem,
        "emptying": emptying(actor, request.GET, now) if not found.rows and not problem else [],
        "is_empty": not found.rows and not now.values and not now.query.q and not now.query.where and not problem,
        **_may(actor), "look": look_of(actor), "density": (view.density if view else "") or look_of(actor).density,
    }  # fmt: skip
    context["known"] = None if problem or found.is_capped else found.total
    context["lanes"] = lanes(request, now) if is_board and not problem and found.rows else None
    return render(request, "customers/list.html", context, status=400 if problem else 200)


def _table(request: ActorRequest, now: Asked, found: ListPage, columns: list[Column]) -> dict[str, Any]:
    data = request.GET
    return {
        "query": now.query, "rows": _rows(request.actor, found, columns), "first": found.first, "last": found.first + len(found.rows) - 1,
        "total": found.total, "capped": found.is_capped, "about": found.about, "columns": columns, "previous": _previous(data, now.query, found),
        "heads": heads(data, now.query, columns), "next": address(data, after=found.next_after) if found.has_more else None,
        "in_place": {*IN_PLACE, *(f.key for f in active_fields())}, "column_keys": [c.key for c in columns],
        "value_unit": leading_definition(valuation.published_run()).measure_spec.unit,
    }  # fmt: skip


def _previous(data: QueryDict, query: ListQuery, found: ListPage) -> str | None:
    """The page before: by number where one came by number or would reach the first page, else by cursor."""
    if not found.previous_before:
        return None
    if not query.after and not query.before:
        return address(data, page=str(query.page - 1)) if query.page > 2 else address(data)
    return address(data, before=found.previous_before) if found.first > PAGE_SIZE + 1 else address(data)


def _tools(request: ActorRequest, now: Asked) -> dict[str, Any]:
    data, spoken, named = request.GET, words(now.values), labels()
    chips = [
        {"key": named[k], "label": _("、").join(v), "remove": address(data, drop=k)}
        for k, v in spoken.items()
    ] + where_chips(request.actor, data, now)
    return {
        "chips": chips, "kept": [*now.kept, *((k, data[k]) for k in ("view", "sort", "look") if data.get(k))],
        "table_href": address(data, drop="look") if data.get("look") == LOOK else "#main", "is_board": data.get("look") == LOOK,
        "board_href": address(data, look=LOOK) if data.get("look") != LOOK else "#main",
        "recent": recent_customers(request.actor),
        "has_where": data.get("where", ""), "conditions_href": f"{reverse('customers_conditions')}?{plain(data)}",
        "columns_href": f"{reverse('customers_columns')}?{plain(data)}", "builder_href": f"{reverse('customers_filter')}?{plain(data)}",
        "query_string": plain(data), **views_for(request.actor, data), "question": question(data),
    }  # fmt: skip


def _may(actor: Actor) -> dict[str, Any]:
    return {
        "may_import": any(d.startswith("import.") for d in actor.duties), "may_create": actor.may("customer.create"),
        "may_assign": actor.may("customer.assign"), "may_target": actor.may("customer.propose"), "may_export": actor.may("export"),
        "may_edit": actor.may("customer.edit"), "may_task": actor.may("agenda.log") and actor.person_id is not None,
    }  # fmt: skip


def _rows(actor: Actor, found: ListPage, columns: list[Column]) -> list[dict[str, Any]]:
    ids = [row["id"] for row in found.rows]
    keys = {c.key for c in columns}
    moves = _moves(actor, ids) if "class" in keys else {}
    months = months_of_many(actor, _selling(actor, ids)) if "spark" in keys and ids else {}
    own, stored = own_cells(ids, keys), _stored(actor, ids, columns)
    measured = measure_cells(actor, found.rows, keys)
    return [
        _row(row, actor.today, moves.get(row["id"]), months.get(row["id"]))
        | stored.get(row["id"], {})
        | own.get(row["id"], {})
        | measured.get(row["id"], {})
        for row in found.rows
    ]


def _stored(actor: Actor, ids: list[int], columns: list[Column]) -> dict[int, dict[str, str]]:
    """The cells of columns that show just what is stored, as text."""
    kinds = {c.key: c.asked.kind for c in columns if c.asked}
    found = stored_values(actor, ids, list(kinds)) if kinds else {}
    return {pk: {key: _text(kinds[key], value) for key, value in some.items()} for pk, some in found.items()}


def _text(kind: str, value: Any) -> str:
    if kind == "money":
        return figure(value)
    if kind == "day":
        return iso_day(value)
    return f"{value.normalize():,f}" if kind == "number" else str(value)


def _selling(actor: Actor, ids: list[int]) -> list[Customer]:
    rows = restrict(Customer.objects.filter(pk__in=ids), actor).only("id", "owner_id")
    return [c for c in rows if actor.sees("sales", c.owner_id)]


def _moves(actor: Actor, ids: list[int]) -> dict[int, int]:
    run = valuation.published_run()
    if run is None or not ids or not actor.sees("value"):
        return {}
    return valuation.rank_moves(actor, run, leading_scheme(), ids)


def _row(row: dict[str, Any], today: date, move: int | None, months: list[int] | None) -> dict[str, Any]:
    now, before = row.get("sales_12m"), row.get("sales_prior_12m")
    last = row["last_contact_on"]
    return {
        **{k: row.get(k) or "" for k in ("code", "region", "category", "size")}, "type": str(CustomerType(row["type"]).label),
        "href": path_of("customer", row["code"]), "name": row["short_name"] or row["name"], "full_name": row["name"],
        "class_key": row.get("class"), "rank_change": move, "is_prospect": row["state"] in ("potential", "target"),
        "state_label": str(State(row["state"]).label), "sales_12m_fen": now, "ev_fen": row.get("ev"), "value": row.get("value"),
        "churn": row.get("churn"), "at_risk_fen": row.get("at_risk"), "lifetime_fen": row.get("lifetime"), "alive": row.get("alive"),
        "months": months,
        "yoy": (now - before) / before * 100 if now is not None and before and before > 0 else None,
        "last_order_on": row["last_order_on"], "last_contact_on": last, "last_contact_by": row["last_contact_by"],
        "contact_days": (today - last).days if last else None, "next_step_on": row["next_step_on"], "next_step": row["next_step"],
        "days_late": (today - row["next_step_on"]).days if row["next_step_on"] else 0, "owner_name": row["owner__name"],
    }  # fmt: skip


__all__ = ["parse", "show"]

"""客户: the list people live in, and saved views of it."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives.directory import (
    PAGE_SIZE,
    BadFilter,
    ListPage,
    ListQuery,
    filter_choices,
    list_customers,
)
from kemai.business.archives.models import CustomerType, State
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.preferences.views import save_view, views_of

FILTERS = ("region", "category", "size", "type", "state", "class", "owner")
EMPTY = ListPage([], 1, 0, False, "", False)


@page
def show(request: ActorRequest) -> HttpResponse:
    """One page of the list, or what is wrong with the question."""
    actor, problem, found = request.actor, "", EMPTY
    if not actor.sees_customers:
        raise Refused(_("你的岗位不看客户。"))
    query = parse(request.GET, actor)
    try:
        found = list_customers(actor, query)
    except BadFilter as bad:
        problem = str(bad)
    context = {
        "query": query, "rows": [_row(r, actor.today) for r in found.rows], "first": found.first,
        "last": found.first + len(found.rows) - 1, "total": found.total, "capped": found.is_capped,
        "next": _address(request.GET, after=found.next_after) if found.has_more else None, "previous": _previous(request.GET, query, found),
        "columns": _columns(request.GET, query, actor), "chips": _chips(request.GET, query), "problem": problem,
        "views": _views(request, actor), "filters": _filter_fields(query, actor), "query_string": _plain(request.GET),
        "kept": [("sort", query.sort)] if query.sort else [], "nothing_text": _("换个写法，或少用一个条件。"),
        "sees": {group: actor.sees(group) or group in actor.own_sights for group in ("value", "sales", "agenda")},
        "may_import": any(d.startswith("import.") for d in actor.duties), "may_create": actor.may("customer.create"),
    }  # fmt: skip
    return render(request, "customers/list.html", context, status=400 if problem else 200)


@page
def keep_view(request: ActorRequest) -> HttpResponse:
    """Saves the list's question under a name."""
    if not request.actor.sees_customers:
        raise Refused(_("你的岗位看不到客户。"))
    query = request.POST.get("query", "")
    shared = bool(request.POST.get("shared"))
    save_view(actor=request.actor, name=request.POST.get("name", ""), query=query, shared=shared)
    return HttpResponseRedirect(f"{reverse('customers')}?{query}")


def _previous(data: QueryDict, query: ListQuery, found: ListPage) -> str | None:
    """The page before: by number where one came by number or would reach the first page, else by cursor."""
    if not found.previous_before:
        return None
    if not query.after and not query.before:
        return _address(data, page=str(query.page - 1)) if query.page > 2 else _address(data)
    return _address(data, before=found.previous_before) if found.first > PAGE_SIZE + 1 else _address(data)


def parse(data: QueryDict, actor: Actor) -> ListQuery:
    """The question in an address; anything odd is left to the directory to refuse."""
    filters = {
        k: tuple(v for v in data.get(k, "").replace("\0", "").split(",") if v) for k in FILTERS if data.get(k)
    }
    try:
        number = int(data.get("page", "1")[:9] or 1)
    except ValueError:
        number = 1
    sort = data.get("sort", "-sales_12m" if actor.sees("sales") else "code")
    text = data.get("q", "")[:100].replace("\0", "")
    return ListQuery(text, filters, sort, number, data.get("after", ""), data.get("before", ""))


def _row(row: dict[str, Any], today: date) -> dict[str, Any]:
    now, before = row.get("sales_12m"), row.get("sales_prior_12m")
    return {
        "href": reverse("customer", args=[row["code"]]), "name": row["short_name"] or row["name"], "full_name": row["name"],
        "region": row["region"], "class_key": row.get("class"), "rank_change": 0,
        "is_prospect": row["state"] in ("potential", "target"), "state_label": str(State(row["state"]).label),
        "sales_12m_fen": now, "yoy": (now - before) / before * 100 if now is not None and before and before > 0 else None,
        "last_order_on": row["last_order_on"], "last_contact_on": row["last_contact_on"],
        "last_contact_by": row["last_contact_by"], "next_step_on": row["next_step_on"], "next_step": row["next_step"],
        "days_late": (today - row["next_step_on"]).days if row["next_step_on"] else 0, "owner_name": row["owner__name"],
    }  # fmt: skip


def _columns(data: QueryDict, query: ListQuery, actor: Actor) -> list[dict[str, Any]]:
    def column(
        label: str, key: str = "", *, num: bool = False, unit: str = "", first: str = ""
    ) -> dict[str, Any]:
        if not key:
            return {"label": label, "num": num}
        current = query.sort.lstrip("-") == key
        down = query.sort.startswith("-")
        turned = ("" if down else "-") + key if current else first + key
        sort = ("descending" if down else "ascending") if current else None
        return {
            "label": label,
            "num": num,
            "unit": unit or None,
            "sort": sort,
            "href": _address(data, sort=turned),
        }

    made = [column(_("客户"), "name"), column(_("地区"), "region")]
    made.append(column(_("级别"), "rank") if actor.sees("value") else column(_("状态"), "state"))
    if actor.sees("sales"):
        made += [
            column(_("12 月销售"), "sales_12m", num=True, unit=_("万元"), first="-"),
            column(_("同比"), num=True),
        ]
        made.append(column(_("最近订单"), "last_order_on", first="-"))
    if actor.sees("agenda"):
        made += [column(_("最近联系"), "last_contact_on", first="-"), column(_("下一步"), "next_step_on")]
    return [*made, column(_("负责人"))]


def _chips(data: QueryDict, query: ListQuery) -> list[dict[str, Any]]:
    labels = _labels()
    names = {"state": dict(State.choices), "type": dict(CustomerType.choices)}
    return [
        {
            "key": labels[k],
            "label": " + ".join(str(names.get(k, {}).get(v, v)) for v in values),
            "remove": _address(data, drop=k),
        }
        for k, values in query.filters.items()
    ]


def _labels() -> dict[str, str]:
    return {
        "region": _("地区"), "category": _("类别"), "size": _("规模"), "type": _("类型"), "state": _("状态"),
        "class": _("级别"), "owner": _("负责人"),
    }  # fmt: skip


def _filter_fields(query: ListQuery, actor: Actor) -> list[dict[str, Any]]:
    choices: dict[str, list[tuple[str, Any]]] = {
        "state": list(State.choices),
        "type": list(CustomerType.choices),
    }
    if actor.sees("value"):
        choices["class"] = [("A", "A"), ("B", "B"), ("C", "C")]
    for key, values in filter_choices(actor, ("region", "category", "size")).items():
        choices[key] = [(v, v) for v in values]
    labels = _labels()
    return [
        {
            "key": k,
            "label": labels[k],
            "choices": [("", _("不限")), *c],
            "value": ",".join(query.filters.get(k, ())),
        }
        for k, c in choices.items()
    ]


def _views(request: ActorRequest, actor: Actor) -> list[dict[str, Any]]:
    now = _plain(request.GET)
    fixed = [{"label": _("全部"), "href": reverse("customers"), "current": not now}]
    if actor.sees("value"):
        fixed.append(
            {"label": _("A 级"), "href": reverse("customers") + "?class=A", "current": now == "class=A"}
        )
    saved = [
        {"label": v.name, "href": f"{reverse('customers')}?{v.query}", "current": v.query == now}
        for v in views_of(actor)
    ]
    return fixed + saved


def _plain(data: QueryDict) -> str:
    return urlencode([(k, v) for k, v in data.items() if v and k not in ("page", "after", "before")])


def _address(data: QueryDict, *, drop: str = "", **changes: str) -> str:
    kept = {k: v for k, v in data.items() if v and k not in ("page", "after", "before", drop)}
    return f"{reverse('customers')}?{urlencode(kept | changes)}"


__all__ = ["PAGE_SIZE", "keep_view", "parse", "show"]

"""组合条件: a form in which conditions are joined by and/or; without script each button sends it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives.directory import BadFilter, list_customers
from kemai.business.archives.directory.askable import askable
from kemai.doors.web.pages.customers.asking import PLACES, asked
from kemai.doors.web.pages.customers.drafting import (
    ROOT,
    Branch,
    Leaf,
    changed,
    drafted,
    finished,
    groups_of_fields,
    read_form,
)
from kemai.doors.web.pages.customers.saying import choices_for, operator_words, said
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, customers_page
from kemai.foundation import filters
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.filters.expression import DEEPEST, WITHOUT_VALUE

MARKS = ("join-", "f-", "o-", "v-")
DATES = "day"


@customers_page
def show(request: ActorRequest) -> HttpResponse:
    """The form as it stands after the button; `do=apply` leads to the list."""
    actor, data = request.actor, request.GET
    given, unread = _given(data)
    sent = f"join-{ROOT}" in data
    draft = read_form(data) if sent else drafted(given)
    draft = changed(draft, data.get("do", ""))
    expression, is_whole = finished(actor, draft)
    if data.get("do") == "apply" and is_whole:
        return HttpResponseRedirect(f"{reverse('customers')}?{_address(data, expression)}")
    problem, found = _found(actor, data, expression)
    context = {
        "draft": _shown(actor, draft, ROOT, told=sent and data.get("do") == "apply"), "fields": groups_of_fields(actor),
        "kept": _kept(data), "found": found, "problem": problem or unread, "said": said(actor, expression) if expression else "",
        "back": f"{reverse('customers')}?{_address(data, given)}", "day_hint": _("2026-11-23，或离今天几天：-30、+7"),
    }  # fmt: skip
    return render(request, "customers/filter.html", context)


def _given(data: QueryDict) -> tuple[filters.Expression | None, str]:
    """The expression in the address, or why it can't be read."""
    try:
        return filters.read(data.get("where", "")), ""
    except filters.BadExpression as bad:
        return None, str(bad)


def _found(
    actor: Actor, data: QueryDict, expression: filters.Expression | None
) -> tuple[str, dict[str, Any] | None]:
    """How many customers the question finds now, or what is wrong with it."""
    try:
        query = asked(QueryDict(urlencode(_kept(data))), actor).query
        page = list_customers(actor, replace(query, where=expression, page=1, after="", before=""))
    except (BadFilter, filters.BadExpression) as bad:
        return str(bad), None
    return "", {"total": page.total, "capped": page.is_capped, "about": page.about}


def _kept(data: QueryDict) -> list[tuple[str, str]]:
    """What else stands in the list's address."""
    return [
        (k, ",".join(data.getlist(k)))
        for k in data
        if data.get(k) and k not in (*PLACES, "where", "do") and not k.startswith(MARKS)
    ]


def _address(data: QueryDict, expression: filters.Expression | None) -> str:
    where = [("where", filters.written(expression))] if expression else []
    return urlencode([*_kept(data), *where])


def _shown(actor: Actor, node: Branch | Leaf, path: str, told: bool) -> dict[str, Any]:
    """A node as the template draws it."""
    if isinstance(node, Branch):
        items = [_shown(actor, item, f"{path}.{n}", told) for n, item in enumerate(node.items)]
        return {"path": path, "join": node.join, "parts": items, "may_nest": path.count(".") < DEEPEST - 2}
    made: dict[str, Any] = {
        "path": path, "field": node.key, "operator": node.operator, "parts": None, "texts": node.values, "operators": [], "choices": [],
        "problem": node.problem if told else "", "has_value": False, "is_day": False, "label": "",
    }  # fmt: skip
    if not node.key:
        return made
    try:
        known = askable(actor, node.key)
    except Refused as refused:
        return made | {"problem": str(refused)}
    words, choices = operator_words(known.kind), choices_for(actor, known)
    return made | {
        "operators": [(op, words[op]) for op in known.operators], "has_value": node.operator not in WITHOUT_VALUE,
        "choices": _with(choices, node.values) if node.operator in ("is", "not", "any") else [], "is_day": known.kind == DATES,
        "label": str(known.label), "is_number": known.kind in ("number", "money"), "unit": _("元") if known.kind == "money" else "",
    }  # fmt: skip


def _with(choices: list[tuple[str, str]], values: list[str]) -> list[tuple[str, str]]:
    """What was chosen stays among the choices."""
    known = {key for key, _label in choices}
    return [*choices, *((v, v) for v in values if v not in known)] if choices else []

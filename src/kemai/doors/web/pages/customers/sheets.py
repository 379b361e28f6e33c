"""条件 and 列: two sheets over the list, fetched when one opens them; without script each is a page of its own."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from kemai.business.archives.directory import BadFilter
from kemai.doors.web.pages.customers.asking import Asked, asked, choices, labels, plain, ranges
from kemai.doors.web.pages.customers.columns import by_subject, chosen, keep, offered
from kemai.doors.web.pages.customers.look import look_of
from kemai.doors.web.pages.customers.views import EVERYTHING, at_hand, question
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, customers_page
from kemai.foundation.filters import BadExpression
from kemai.foundation.preferences.views import renew_view

STAYS = ("q", "sort", "where", "view", "look")


@customers_page
def conditions(request: ActorRequest) -> HttpResponse:
    """What may be chosen in each field, and what is chosen now."""
    actor, data = request.actor, request.GET
    try:
        now: Asked = asked(data, actor)
    except (BadFilter, BadExpression):
        return HttpResponseRedirect(reverse("customers_conditions"))
    named = labels()
    filters = [
        {"key": key, "label": named[key], "choices": found, "values": now.values.get(key, ())}
        for key, found in choices(actor).items()
    ]
    kept = [(key, data[key]) for key in STAYS if data.get(key)]
    context = {"filters": filters, "ranges": ranges(now.values), "kept": kept, **_back(data)}
    return render(request, "customers/conditions.html", context)


@customers_page
def columns(request: ActorRequest) -> HttpResponse:
    """The columns that one may have, and how close the rows lie; a POST remembers the choice."""
    if request.method == "POST":
        return _kept(request)
    actor, data = request.actor, request.GET
    view = at_hand(actor, data)
    context = {
        "offered": by_subject(offered(actor)), "look": look_of(actor), "query_string": plain(data), **_back(data),
        "column_keys": [column.key for column in chosen(actor, view.columns if view else "")],
    }  # fmt: skip
    return render(request, "customers/columns.html", context)


def _kept(request: ActorRequest) -> HttpResponse:
    """In the view at hand where it is the person's and has columns of its own, else for the list as such."""
    actor, keys, query = request.actor, request.POST.getlist("column"), request.POST.get("query", "")
    view = at_hand(actor, QueryDict(query))
    if view and view.columns and view.person_id == actor.person_id:
        known = ",".join(c.key for c in offered(actor) if c.key in keys)
        renew_view(actor=actor, view_id=view.pk, query=view.query, columns=known, density=view.density)
    else:
        keep(actor, keys)
        query = urlencode({"view": EVERYTHING}) + f"&{question(QueryDict(query))}" if view else query
    return HttpResponseRedirect(f"{reverse('customers')}?{query}")


def _back(data: QueryDict) -> dict[str, Any]:
    return {"back": f"{reverse('customers')}?{plain(data)}"}

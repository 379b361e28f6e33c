"""Saved views of the list: the house's own, one's own, those shared by others; which one is at hand and opens first."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.cache import cache
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.business.archives.directory.counting import VIEW_CAP, count_up_to
from kemai.business.valuation.leading import leading_definition
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.ranking.labels import class_word
from kemai.doors.web.pages.customers.asking import asked, kept_text
from kemai.doors.web.pages.customers.look import DENSITIES, keep_look, look_of
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, customers_page, page
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.preferences.models import SavedView
from kemai.foundation.preferences.views import (
    delete_view,
    may_share,
    rename_view,
    renew_view,
    save_view,
    views_of,
)

KEPT_SECONDS = 300
EVERYTHING = "all"
COUNTED = 12


@customers_page
def keep_view(request: ActorRequest) -> HttpResponse:
    """Saves the list's question under a name, with the columns and density at hand."""
    given, actor = request.POST, request.actor
    view = save_view(
        actor=actor, name=given.get("name", ""), query=given.get("query", ""), share=_share(given),
        columns=given.get("columns", ""), density=given.get("density", ""),
    )  # fmt: skip
    if given.get("opens"):
        keep_look(actor, opens=view.pk)
    return HttpResponseRedirect(address_of(view))


@page
def change_view(request: ActorRequest, pk: int) -> HttpResponse:
    """One's own view gets another name or content, is shared or no longer, or is deleted; any view one sees may open
    the list."""
    given, actor = request.POST, request.actor
    here = HttpResponseRedirect(reverse("customers"))
    if request.method != "POST":
        return here
    if given.get("what") == "opens":
        view = next((v for v in views_of(actor) if v.pk == pk), None)
        if view is None:
            raise LookupError(pk)
        keep_look(actor, opens=view.pk if given.get("opens") else None)
        return HttpResponseRedirect(address_of(view))
    if given.get("delete"):
        delete_view(actor=actor, view_id=pk)
        return HttpResponseRedirect(f"{reverse('customers')}?view={EVERYTHING}")
    if given.get("what") == "renew":
        view = renew_view(
            actor=actor, view_id=pk, query=given.get("query", ""), columns=given.get("columns", ""),
            density=given.get("density", ""),
        )  # fmt: skip
    else:
        view = rename_view(actor=actor, view_id=pk, name=given.get("name", ""), share=_share(given))
    return HttpResponseRedirect(address_of(view))


@customers_page
def counts(request: ActorRequest) -> HttpResponse:
    """The row of views with how many each finds, counted up to a cap and kept for five minutes. The page says how many
    it found where it knows (`known`): that number is exact, and needs no counting."""
    at = urlsplit((request.htmx.current_url or "") if request.htmx else "")
    data = QueryDict(at.query) if at.path == reverse("customers") else request.GET
    made, told = views_for(request.actor, data), request.GET.get("known", "")
    known = int(told) if told.isascii() and told.isdigit() and len(told) < 6 else None
    for each in [v for v in made["views"][:COUNTED] if not v["query"].startswith("sort=")]:
        is_shown = each["query"] == question(data)
        each["count"], each["as_of"] = _counted(request.actor, each["query"], known if is_shown else None)
    return render(request, "customers/views.html", made)


@customers_page
def density(request: ActorRequest) -> HttpResponse:
    """Remembers how close the rows stand, and how wide columns are."""
    given = request.POST
    if given.get("density") in DENSITIES:
        keep_look(request.actor, density=given["density"])
    name, width = given.get("column", ""), given.get("width", "")
    if name.isidentifier() and width.isascii() and width.isdigit() and len(width) < 5:
        keep_look(request.actor, widths={name: int(width)})
    if given.get("reset"):
        keep_look(request.actor, widths=dict.fromkeys(look_of(request.actor).widths))
    if request.htmx:
        return HttpResponse(status=204)
    back = urlsplit(request.headers.get("Referer", "")).query
    return HttpResponseRedirect(f"{reverse('customers')}?{back}" if back else reverse("customers"))


def _share(given: QueryDict) -> str:
    return {"1": "unit"}.get(given.get("shared", ""), given.get("shared", ""))


def _counted(actor: Actor, query: str, known: int | None = None) -> tuple[str | None, str]:
    """The number as shown, and when it was counted; none where the actor may not ask that. `known` needs no counting."""
    told = f"{actor.person_id}|{actor.today}|{sorted(actor.sights.items())}|{query}"
    key = f"view-count:{hashlib.sha256(told.encode()).hexdigest()[:40]}"
    found: tuple[str | None, str] | None = cache.get(key)
    text = found[0] if found else None
    if known is not None:
        text = f"{known:,}"
    elif found is None:
        try:
            number = count_up_to(actor, asked(QueryDict(query), actor).query)
            text = f"{VIEW_CAP:,}+" if number > VIEW_CAP else f"{number:,}"
        except Refused:
            text = None
    if found is None or text != found[0]:
        found = text, f"{timezone.localtime():%H:%M}"
        cache.set(key, found, KEPT_SECONDS)
    return found


def opening(actor: Actor, data: QueryDict) -> str | None:
    """Where the bare address of the list leads: the view that the person wants it to open with."""
    wanted = None if data else look_of(actor).opens
    view = next((v for v in views_of(actor) if v.pk == wanted), None) if wanted else None
    return address_of(view) if view and readable(actor, view) else None


def at_hand(actor: Actor, data: QueryDict) -> SavedView | None:
    """The view in the address; without one the one whose question it is."""
    now, known = question(data), views_of(actor)
    named = next((v for v in known if str(v.pk) == data.get("view")), None)
    return named or next((v for v in known if v.query == now and now and "view" not in data), None)


def question(data: QueryDict) -> str:
    """The address without the view and the place."""
    left = ("view", "page", "after", "before")
    return urlencode([(k, kept_text(data, k)) for k in data if data.get(k) and k not in left])


def readable(actor: Actor, view: SavedView) -> bool:
    """Whether the actor may ask what the view asks; one that he may not is not offered to him."""
    from kemai.business.archives.directory import conditions_of

    try:
        conditions_of(actor, asked(QueryDict(view.query), actor).query)
    except Refused:
        return False
    return True


def address_of(view: SavedView) -> str:
    """The list as the view shows it."""
    return f"{reverse('customers')}?{urlencode({'view': view.pk})}" + (f"&{view.query}" if view.query else "")


def views_for(actor: Actor, data: QueryDict) -> dict[str, Any]:
    """The row of views, the one at hand, and what may be done with it."""
    here, now, current = reverse("customers"), question(data), at_hand(actor, data)
    opens = look_of(actor).opens
    every = f"{here}?view={EVERYTHING}" if opens else here
    shown: list[dict[str, Any]] = [
        {
            "label": label,
            "query": q,
            "href": f"{here}?{q}" if q else every,
            "current": now == q and not current,
        }
        for label, q in _house(actor)
    ]
    saved = [v for v in views_of(actor) if v.person_id == actor.person_id or readable(actor, v)]
    shown += [
        {
            "label": v.name, "query": v.query, "href": address_of(v), "current": v is current,
            "icon": "star" if v.pk == opens else "users" if v.is_shared else None,
        }
        for v in saved
    ]  # fmt: skip
    mine = current if current and current.person_id == actor.person_id else None
    return {
        "views": shown, "view_now": current, "own_view": mine, "view_opens": bool(current and current.pk == opens),
        "view_changed": bool(mine and mine.query != now), "shares": _shares(actor),
        "own_share": ("unit" if mine.unit_id else "all") if mine and mine.is_shared else "",
    }  # fmt: skip


def _shares(actor: Actor) -> list[tuple[str, str]]:
    said = (("", _("只有我")), ("unit", _("本单位的人")), ("all", _("全公司")))
    return [(key, label) for key, label in said if may_share(actor, key)]


def _house(actor: Actor) -> list[tuple[str, str]]:
    """Views that come with the product."""
    fixed = [(_("全部"), "")]
    if actor.sees("value"):
        best = leading_definition(published_run()).classes[0]
        label = _("A 级") if best == "A" else class_word(best)
        fixed.append((label, urlencode({"class": best})))
    if actor.sees("agenda") or actor.own_sights.get("agenda") == "visible":
        fixed.append((_("该联系了"), "sort=next_step_on"))
    return [*fixed, (_("潜在"), "state=potential%2Ctarget")]

"""Saved views of the list: the house's own, one's own, those shared by others."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.valuation.labels import class_word
from kemai.business.valuation.leading import leading_definition
from kemai.business.valuation.queries import published_run
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.preferences.views import delete_view, rename_view, save_view, views_of


@page
def keep_view(request: ActorRequest) -> HttpResponse:
    """Saves the list's question under a name."""
    if not request.actor.sees_customers:
        raise Refused(_("你的岗位不看客户。"))
    query = request.POST.get("query", "")
    shared = bool(request.POST.get("shared"))
    save_view(actor=request.actor, name=request.POST.get("name", ""), query=query, shared=shared)
    return HttpResponseRedirect(f"{reverse('customers')}?{query}")


@page
def change_view(request: ActorRequest, pk: int) -> HttpResponse:
    """One's own view gets another name, is shared or no longer, or is deleted."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("customers"))
    if request.POST.get("delete"):
        delete_view(actor=request.actor, view_id=pk)
        return HttpResponseRedirect(reverse("customers"))
    view = rename_view(
        actor=request.actor,
        view_id=pk,
        name=request.POST.get("name", ""),
        shared=bool(request.POST.get("shared")),
    )
    return HttpResponseRedirect(f"{reverse('customers')}?{view.query}")


def views_for(actor: Actor, now: str) -> dict[str, Any]:
    """The row of views, and the one at hand when it is one's own."""
    here = reverse("customers")
    fixed = [(_("全部"), "")]
    if actor.sees("value"):
        best = leading_definition(published_run()).classes[0]
        label = _("A 级") if best == "A" else class_word(best)
        fixed.append((label, urlencode({"class": best})))
    if actor.sees("agenda") or actor.own_sights.get("agenda") == "visible":
        fixed.append((_("该联系了"), "sort=next_step_on"))
    fixed.append((_("潜在"), "state=potential%2Ctarget"))
    shown = [
        {"label": label, "href": f"{here}?{q}" if q else here, "current": now == q} for label, q in fixed
    ]
    saved = views_of(actor)
    shown += [
        {
            "label": v.name,
            "href": f"{here}?{v.query}",
            "current": v.query == now,
            "icon": "users" if v.is_shared else None,
        }
        for v in saved
    ]
    mine = next((v for v in saved if v.query == now and v.person_id == actor.person_id and now), None)
    return {"views": shown, "own_view": mine}

"""最近看过: the customers whose pages a person opened last, kept for that person alone."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.archives.queries import customer_by_code
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict
from kemai.foundation.preferences.views import save_view, views_of

SCREEN, NAME, KEPT = "customers_recent", "recent", 12


@page
def remember(request: ActorRequest) -> HttpResponse:
    """The page of a customer says that it was opened; one that the actor does not see is not there."""
    actor = request.actor
    if not actor.sees_customers:
        raise Refused(_("你的岗位不看客户。"))
    customer = customer_by_code(actor, request.POST.get("code", "")[:40])
    if actor.person_id is not None:
        ids = [customer.pk, *(pk for pk in _ids(actor) if pk != customer.pk)][:KEPT]
        save_view(actor=actor, name=NAME, screen=SCREEN, query=",".join(map(str, ids)))
    return HttpResponse(status=204)


def recent_customers(actor: Actor, limit: int = KEPT) -> list[dict[str, Any]]:
    """The latest first, without those that the actor no longer sees."""
    ids = _ids(actor)
    if not ids or not actor.sees_customers:
        return []
    rows = restrict(Customer.objects.filter(pk__in=ids), actor).only("id", "code", "name", "short_name")
    known = {c.pk: c for c in rows}
    return [
        {"href": reverse("customer", args=[c.code]), "name": str(c), "full_name": c.name, "code": c.code}
        for pk in ids
        if (c := known.get(pk))
    ][:limit]


def _ids(actor: Actor) -> list[int]:
    kept = next((v.query for v in views_of(actor, SCREEN) if v.person_id == actor.person_id), "")
    return [int(pk) for pk in kept.split(",") if pk.isdigit()]

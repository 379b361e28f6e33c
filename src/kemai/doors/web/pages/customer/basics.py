"""The basic fields, the team, the states and owners it had."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from kemai.business.archives import fields, queries
from kemai.business.archives.models import Customer
from kemai.business.trade.queries import relation_stages
from kemai.doors.web.pages.customer import inline
from kemai.doors.web.pages.customer.custom import rows_of
from kemai.doors.web.pages.customer.head import tab
from kemai.doors.web.pages.customer.quality import quality_panel
from kemai.doors.web.pages.customer.words import link, said_by, state_word
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor


@page
def basics(request: ActorRequest, code: str) -> HttpResponse:
    """The fifteen basic fields as far as the actor sees them, and what hangs on them."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    if request.method != "POST":
        return _shown(request, actor, customer, inline.opened(actor, customer, request.GET.get("edit", "")))
    saved = inline.keep(request, customer)
    return saved if isinstance(saved, HttpResponse) else _shown(request, actor, customer, *saved)


def _shown(
    request: ActorRequest, actor: Actor, customer: Customer, form: dict[str, Any] | None, status: int = 200
) -> HttpResponse:
    team = [
        {
            "pk": m.pk,
            "name": m.person.name,
            "role": m.get_role_display(),
            "since": m.starts_on,
            "until": m.ends_on,
        }
        for m in queries.team_of(actor, customer)
    ]
    owners = [
        {"name": s.person.name, "from": s.starts_on, "to": s.ends_on, "reason": s.reason, "by": s.assigned_by}
        for s in queries.ownership_history(actor, customer)[:20]
    ]
    may_edit = actor.may("customer.edit")
    return tab(
        request, customer, "basics",
        {
            "basics": inline.rows(actor, customer, form), "not_filled": mark_safe(f'<span class="t3">{_("没填")}</span>'),
            "filled": fields.filled_share(customer), "team": team, "owners": owners, "states": state_rows(actor, customer),
            "edit_link": link("customer_edit", customer, _("一起改")) if may_edit else None,
            "quality": quality_panel(actor, customer), "stages": _stages(actor, customer), "own": rows_of(customer), "own_link": link("customer_custom", customer, _("改")) if may_edit else None,
            "has_account": bool(customer.bank_account_sealed), "sees_account": actor.sight("bank", customer.owner_id) == "visible",
            "states_link": reverse("customer_timeline", args=[customer.code]) + "?kind=state",
        },
        status=status,
    )  # fmt: skip


def _stages(actor: Actor, customer: Customer) -> list[dict[str, Any]]:
    return [
        {"label": s.label, "on": s.on, "now": s.is_now, "hidden": s.is_hidden}
        for s in relation_stages(actor, customer)
    ]


def state_rows(actor: Actor, customer: Customer) -> list[dict[str, Any]]:
    """The dated history of the state, newest first."""
    words = {"order": _("由订单决定"), "won_back": _("有新订单，挽回")}
    return [
        {
            "on": s.on, "to": state_word(s), "why": words.get(s.reason, s.reason),
            "who": said_by(s.person_name), "status": s.get_status_display() if s.status != "done" else "",
            "field_set": s.field_set,
        }
        for s in queries.state_history(actor, customer)[:20]
    ]  # fmt: skip

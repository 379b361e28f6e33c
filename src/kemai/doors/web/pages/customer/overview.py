"""The first tab: value, months, contacts, timeline."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import queries
from kemai.business.archives.models import Customer
from kemai.business.valuation import queries as valuation
from kemai.business.valuation.schemes import scheme_name
from kemai.doors.web.pages.customer.head import LEADING, head_of
from kemai.doors.web.pages.customer.sales import months_of
from kemai.doors.web.pages.customer.timeline import events_of
from kemai.doors.web.pages.customer.words import class_word, link, run_note
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor


@page
def overview(request: ActorRequest, code: str) -> HttpResponse:
    """Value, months, contacts, timeline."""
    customer = queries.customer_by_code(request.actor, code)
    head = head_of(request, customer, "overview")
    row, run = head.pop("standing"), head.pop("run")
    contacts = list(queries.contacts_of(request.actor, customer)[:5])
    return render(
        request, "customer/overview.html",
        {
            **head, "value_rows": _value_rows(request.actor, customer, run, row), "value_note": run_note(run),
            "value_aside": None, "months": months_of(request.actor, customer), "contacts": contacts,
            "contacts_link": link("customer_contacts", customer, _("全部")), "events": events_of(request.actor, customer)[:12],
            "timeline_link": link("customer_timeline", customer, _("全部")),
        },
    )  # fmt: skip


def _value_rows(actor: Actor, customer: Customer, run: Any, row: Any) -> list[dict[str, str]]:
    if row is None:
        return []
    keys = ["sales_abc_count", "sales_abc_value", "pyramid", "rfm", "value_level"]
    if actor.sees("margin", customer.owner_id):
        keys += ["profit_abc", "quality"]
    rows = [_value_row(customer, row, key) for key in keys]
    cv = (
        f"{row.stability_cv:.2f}"
        if row.stability_cv is not None
        else valuation.reason_text(row.stability_reason)
    )
    trend = {"up": _("上升"), "down": _("下降"), "flat": _("持平")}.get(row.trend or "", _("看不出"))
    href = reverse("customer_why", args=[customer.code, LEADING])
    steady = [
        {"label": _("月销售波动"), "text": cv, "href": href},
        {"label": _("走势"), "text": trend, "href": href},
    ]
    return [*rows[:2], *rows[2:7], *steady]


def _value_row(customer: Customer, row: Any, key: str) -> dict[str, str]:
    label = getattr(row, f"{key}_class")
    text = class_word(label) if label else valuation.reason_text(getattr(row, f"{key}_reason"))
    return {
        "label": scheme_name(key),
        "text": text,
        "href": reverse("customer_why", args=[customer.code, key]),
    }

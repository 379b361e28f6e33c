"""The first tab: value, months, what to do, contacts, timeline."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import queries
from kemai.business.archives.models import Customer
from kemai.business.valuation import queries as valuation
from kemai.business.valuation.leading import leading_scheme
from kemai.business.valuation.schemes import NAMES, scheme_name
from kemai.doors.web.pages.customer.agenda import task_rows
from kemai.doors.web.pages.customer.at_a_glance import (
    credit_at_a_glance,
    months_three_ways,
    worth_at_a_glance,
)
from kemai.doors.web.pages.customer.further import further_rows
from kemai.doors.web.pages.customer.head import head_of
from kemai.doors.web.pages.customer.timeline import events_of
from kemai.doors.web.pages.customer.words import class_word, link, run_note
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor
from kemai.value.measures.quality import is_knocked_out


@page
def overview(request: ActorRequest, code: str) -> HttpResponse:
    """Value, months, tasks, contacts, timeline."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    head = head_of(request, customer, "overview")
    row, run = head.pop("standing"), head.pop("run")
    sees_value = actor.sees("value", customer.owner_id)
    classes = [
        *_class_rows(actor, customer, row),
        *further_rows(actor, customer, run if row else None),
    ]
    if sees_value and classes:
        head["beside"] = []  # the panel leads there
    return render(
        request, "customer/overview.html",
        {
            **head, "classes": [c for c in classes if not c.get("missing")], "unclassed": _unclassed(classes), "has_value": bool(classes), "value_note": run_note(run),
            "glance": worth_at_a_glance(actor, customer, row, head["churn"]) if sees_value and run else None, "credit": credit_at_a_glance(actor, customer),
            **months_three_ways(actor, customer, request.GET.get("months", "")), "contacts": queries.people_of(actor, customer)[:4],
            "contacts_link": link("customer_contacts", customer, _("全部")), "events": events_of(actor, customer)[:12],
            "timeline_link": link("customer_timeline", customer, _("全部")), "tasks": task_rows(actor, customer),
        },
    )  # fmt: skip


def _class_rows(actor: Actor, customer: Customer, row: Any) -> list[dict[str, str]]:
    if row is None:
        return []
    run, leading = valuation.published_run(), leading_scheme()
    keys = [
        key
        for key in NAMES
        if key != leading and valuation.lacks_for_scheme(actor, key, run, customer.owner_id) is None
    ]
    return [_class_row(customer, row, key) for key in keys]


def _unclassed(rows: list[dict[str, str]]) -> list[tuple[str, list[dict[str, str]]]]:
    """(reason, the rows of the schemes that do not class it for that reason)."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        if row.get("missing"):
            found.setdefault(row["missing"], []).append(row)
    return list(found.items())


def _class_row(customer: Customer, row: Any, key: str) -> dict[str, str]:
    label = getattr(row, f"{key}_class")
    text = class_word(label) if label else valuation.reason_text(getattr(row, f"{key}_reason")) or _("未分级")
    if key == "rfm" and row.rfm_code and label:
        text = f"{row.rfm_code} {text}"
    if key == "quality" and label and is_knocked_out(row.quality_reason):
        text = _("%(word)s，%(reason)s") % {"word": text, "reason": valuation.reason_text(row.quality_reason)}
    elif key == "quality" and label and row.quality_score_centi is not None:
        text = _("%(score)s 分 %(word)s") % {"score": f"{row.quality_score_centi / 100:.1f}", "word": text}
    return {
        "label": scheme_name(key),
        "text": text,
        "missing": "" if label else text,
        "href": reverse("customer_why", args=[customer.code, key]),
    }

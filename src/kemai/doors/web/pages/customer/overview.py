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
from kemai.doors.web.pages.customer.further import further_rows
from kemai.doors.web.pages.customer.head import head_of
from kemai.doors.web.pages.customer.sales import months_of
from kemai.doors.web.pages.customer.timeline import events_of
from kemai.doors.web.pages.customer.words import class_word, link, run_note
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor
from kemai.foundation.money import short_text


@page
def overview(request: ActorRequest, code: str) -> HttpResponse:
    """Value, months, tasks, contacts, timeline."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    head = head_of(request, customer, "overview")
    row, run = head.pop("standing"), head.pop("run")
    return render(
        request, "customer/overview.html",
        {
            **head, "classes": [*_class_rows(actor, customer, row), *further_rows(actor, customer, run if row else None)], "steady": _steady_rows(customer, row), "value_note": run_note(run),
            "worth_link": link("customer_worth", customer, _("值多少")),
            "months": months_of(actor, customer), "contacts": queries.people_of(actor, customer)[:4],
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


def _class_row(customer: Customer, row: Any, key: str) -> dict[str, str]:
    label = getattr(row, f"{key}_class")
    text = class_word(label) if label else valuation.reason_text(getattr(row, f"{key}_reason")) or _("未分级")
    if key == "rfm" and row.rfm_code and label:
        text = f"{row.rfm_code} {text}"
    if key == "quality" and label and row.quality_score_centi is not None:
        text = _("%(score)s 分 %(word)s") % {"score": f"{row.quality_score_centi / 100:.1f}", "word": text}
    return {
        "label": scheme_name(key),
        "text": text,
        "href": reverse("customer_why", args=[customer.code, key]),
    }


def _steady_rows(customer: Customer, row: Any) -> list[dict[str, str]]:
    if row is None:
        return []
    words = {"stable": _("稳定"), "fluctuating": _("波动"), "unstable": _("不稳")}
    missing = valuation.reason_text(row.stability_reason) or _("算不出")
    cv = (
        f"{row.stability_cv:.2f} {words.get(row.stability_label or '', '')}"
        if row.stability_cv is not None
        else missing
    )
    trend = {"up": _("上升"), "down": _("下降"), "flat": _("持平")}.get(row.trend or "", _("看不出"))
    mean = short_text(row.stability_mean_fen) if row.stability_mean_fen is not None else missing
    gap = (
        (_("%(n)s 个月") % {"n": row.longest_gap} if row.longest_gap else _("没断过"))
        if row.longest_gap is not None
        else missing
    )
    href = reverse("customer_why", args=[customer.code, "stability"])
    named = [(_("月销售波动"), cv), (_("月均"), mean), (_("走势"), trend), (_("最长没下单"), gap)]
    return [{"label": label, "text": text, "href": href} for label, text in named]

"""The archive's quality on the basics tab, and the page where one part is held against the world."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, queries
from kemai.business.archives.actions.layers import may_see_credit
from kemai.business.archives.models import Customer, Part
from kemai.business.archives.quality import MAX_AGE, Quality, filled_fields, quality_of
from kemai.doors.web.pages.customer.sentences import field_label, shown
from kemai.doors.web.pages.customer.words import said_by, title_of
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor

BANDS = {"green": "g", "yellow": "y", "red": "r"}


@page
def check(request: ActorRequest, code: str, part: str) -> HttpResponse:
    """The part's fields with what stands in them; a POST notes which are right."""
    customer = queries.customer_by_code(request.actor, code)
    request.actor.require("customer.edit", _("你的岗位不能核对客户资料。"))
    if part not in Part.values:
        raise LookupError(part)
    if part == Part.CREDIT:
        may_see_credit(request.actor, customer)
    filled = filled_fields(customer, part)
    if request.method == "POST":
        right = set(request.POST.getlist("right"))
        made = actions.check_part(
            actor=request.actor, customer=customer, part=part, wrong=[k for k in filled if k not in right]
        )
        messages.success(request, _("记下了：今天核对过") if not made.wrong else _("记下了，有 %(n)s 项不对，请改过来") % {"n": len(made.wrong)})  # fmt: skip
        page_of = {Part.CREDIT: "customer_credit", Part.OPERATIONS: "customer_operations"}
        return HttpResponseRedirect(reverse(page_of.get(Part(part), "customer_basics"), args=[code]))
    context = {
        "title": _("核对%(part)s") % {"part": Part(part).label}, "rows": [_row(customer, part, key) for key in filled],
        "back": reverse("customer_basics", args=[code]), "back_label": title_of(customer),
        "here": reverse("customer_check", args=[code, part]), "days": MAX_AGE[part],
    }  # fmt: skip
    return render(request, "customer/check.html", context)


def quality_panel(actor: Actor, customer: Customer) -> dict[str, Any]:
    """What the panel shows."""
    found = quality_of(customer, actor.today, credit=actor.sees("credit", customer.owner_id))
    rated = found.rated
    figures = [
        (_("指数"), rated.index),
        (_("完整"), rated.completeness),
        (_("准确"), rated.accuracy),
        (_("时新"), rated.freshness),
    ]
    return {
        "index": _percent(rated.index), "tone": BANDS.get(rated.band or "", ""), "why": _why(rated.reason),
        "figures": [(label, _percent(n) or _("没核对过")) for label, n in figures], "parts": _parts(actor, customer, found),
        "invalid": _("、").join(field_label(key) for key in found.invalid),
    }  # fmt: skip


def _parts(actor: Actor, customer: Customer, found: Quality) -> list[dict[str, Any]]:
    may = actor.may("customer.edit")
    return [
        {
            "label": str(Part(p.part).label), "is_stale": p.is_stale(actor.today), "since": p.since, "until": p.until,
            "who": said_by(p.checked.person_name) if p.checked else "", "is_checked": p.checked is not None,
            "href": reverse("customer_check", args=[customer.code, p.part]) if may else None,
        }
        for p in found.parts
        if p.filled
    ]  # fmt: skip


def _row(customer: Customer, part: str, key: str) -> dict[str, str]:
    record = getattr(customer, part) if part in (Part.CREDIT, Part.OPERATIONS) else customer
    value = getattr(record, key)
    text = shown(key, value) if not key.endswith("_days") else str(value)
    return {"key": key, "label": field_label(key), "text": text}


def _percent(number: Any) -> str:
    return "" if number is None else f"{number.normalize():f}%"


def _why(reason: str | None) -> str:
    known = {"no_fields": _("没有适用的项"), "no_dated_fields": _("还没有填过要核对的项")}
    return known.get(reason or "", "")

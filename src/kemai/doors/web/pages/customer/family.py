"""The group tab: parent, siblings and subsidiaries as a tree with what each and all of them buy; the parent is set here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, queries
from kemai.business.archives.families import Member, family_of, parent_of
from kemai.business.archives.models import Customer
from kemai.business.valuation import queries as valuation
from kemai.business.valuation.leading import leading_scheme
from kemai.doors.web.pages.customer.channel import named_customer
from kemai.doors.web.pages.customer.head import tab
from kemai.doors.web.pages.customer.words import number, run_note, title_of
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused

SHOWN = 300
DEEPEST = 8  # lines are set in no further than this


@page
def family(request: ActorRequest, code: str) -> HttpResponse:
    """The tree; a POST sets the parent, or clears it."""
    customer = queries.customer_by_code(request.actor, code)
    if request.method != "POST":
        return _page(request, customer)
    request.actor.require("customer.group", _("上级单位由主管、领导或档案专员来定。"))
    try:
        _set(request, customer)
    except actions.Invalid as invalid:
        return _page(request, customer, errors=invalid.problems, status=422)
    except Refused as refused:  # somebody was quicker, or a parent out of sight stands there
        customer.refresh_from_db()
        return _page(request, customer, errors={"": str(refused)}, status=refused.status)
    messages.success(request, _("已保存"))
    return HttpResponseRedirect(reverse("customer_family", args=[code]))


def _set(request: ActorRequest, customer: Customer) -> None:
    actor, given = request.actor, request.POST
    parent = None if given.get("clear") else named_customer(actor, given.get("parent", ""), "parent")
    actions.set_parent(
        actor=actor, customer=customer, parent=parent, version=number(given.get("version")), reason=given.get("reason", ""),
    )  # fmt: skip


def _page(
    request: ActorRequest, customer: Customer, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    actor, members, run = request.actor, family_of(request.actor, customer), valuation.published_run()
    owners = {m.customer.pk: m.customer.owner_id for m in members}
    figures = valuation.figures_of(actor, run, leading_scheme(), owners) if run else {}
    parent, wrong = parent_of(actor, customer), errors or {}
    return tab(request, customer, "family", {
        "lines": [_line(m, figures.get(m.customer.pk), actor) for m in members[:SHOWN]], "family_size": len(members),
        "shown": SHOWN, "sum": _sum(figures), "counted": sum(f.sales_12m_fen is not None for f in figures.values()),
        "sees_value": actor.sees("value") or actor.sees("value", actor.person_id), "run_note": run_note(run),
        "sees_sales": actor.sees("sales") or actor.sees("sales", actor.person_id), "everything": actor.sees_all,
        "parent": parent and {"title": title_of(parent), "code": parent.code}, "errors": wrong, "other_error": wrong.get(""),
        "form": request.POST if errors else {}, "here": reverse("customer_family", args=[customer.code]),
    }, status=status)  # fmt: skip


def _line(member: Member, figures: valuation.Figures | None, actor: Actor) -> dict[str, Any]:
    each = member.customer
    return {
        "code": each.code, "name": each.name, "title": title_of(each), "level": min(member.depth, DEEPEST), "depth": member.depth + 1,
        "kin": member.kin, "word": _word(member.kin), "grade": figures.grade if figures else "",
        "fen": figures.sales_12m_fen if figures else None, "owner": each.owner.name if each.owner else "",
        "has_sales": actor.sees("sales", each.owner_id), "has_value": actor.sees("value", each.owner_id),
    }  # fmt: skip


def _sum(figures: dict[int, valuation.Figures]) -> int:
    return sum(each.sales_12m_fen or 0 for each in figures.values())


def _word(kin: str) -> str:
    words = {
        "self": _("本家"), "above": _("上级"), "sibling": _("同级"), "below": _("下属"), "other": _("同集团"),
    }  # fmt: skip
    return str(words[kin])

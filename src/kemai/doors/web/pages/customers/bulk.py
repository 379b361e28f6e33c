"""One move for many customers: first what it would do, then, when confirmed, all of it or nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.agenda.actions import add_task_many
from kemai.business.archives import actions, queries
from kemai.business.archives.actions.bulk import MOST
from kemai.business.archives.directory import filter_customers
from kemai.doors.web.pages.customer.team import person_of
from kemai.doors.web.pages.customers import editing, mass
from kemai.doors.web.pages.customers.asking import asked
from kemai.doors.web.pages.customers.editing import line
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused

SHOWN = 12
DUTIES = {
    "target": "customer.propose",
    "assign": "customer.assign",
    "edit": "customer.edit",
    "task": "agenda.log",
}


@page
def show(request: ActorRequest) -> HttpResponse:
    """The preview of a move, or the move itself."""
    actor, given = request.actor, request.POST
    what = given.get("what", "")
    if request.method != "POST" or what not in DUTIES:
        if not actor.sees_customers:
            raise Refused(_("你的岗位不看客户。"))
        return HttpResponseRedirect(reverse("customers"))
    _require(actor, what)
    many = mass.preview(request, what) if given.get("all") else None
    if many is not None:
        return many
    codes = _codes(actor, given)
    if what == "edit":
        return editing.show(request, codes)
    if given.get("confirm"):
        return _done(request, what, codes)
    return render(request, "customers/bulk.html", _preview(actor, what, codes, given.get("query", "")))


def _require(actor: Actor, what: str) -> None:
    said = {
        "target": _("目标客户由业务员和主管来选。"), "assign": _("换负责人要主管来做。"), "edit": _("你的岗位不能改客户资料。"), "task": _("你的岗位不能安排任务。"),
    }  # fmt: skip
    actor.require(DUTIES[what], said[what])


def _codes(actor: Actor, given: QueryDict) -> list[str]:
    """The chosen ones, or everything that matches the list's question, up to what one move may touch."""
    if not given.get("all"):
        return given.getlist("chosen")
    rows = filter_customers(actor, asked(QueryDict(given.get("query", "")), actor).query)
    return list(rows.order_by("pk").values_list("code", flat=True)[: MOST + 1])


def _preview(actor: Actor, what: str, codes: list[str], query: str) -> dict[str, Any]:
    people: list[tuple[Any, str]] = []
    if what == "target":
        found = actions.target_preview(actor, codes)
        allowed, refused = list(found.allowed), list(found.refused)
        title, doing = _("设为目标客户"), _("设为目标")
    elif what == "task":
        allowed, refused = actions.chosen_customers(actor, codes), []
        title, doing = _("给负责人安排任务"), _("安排")
    else:
        allowed, refused = actions.chosen_customers(actor, codes), []
        title, doing = _("换负责人"), _("换")
        people = [("", _("选一个人")), *((p.pk, p.name) for p in queries.possible_owners(actor)[:300])]
    return {
        "what": what, "title": title, "doing": doing, "allowed": [line(c) for c in allowed[:SHOWN]], "refused": [line(c) for c in refused],
        "n": len(allowed), "n_refused": len(refused), "more": max(len(allowed) - SHOWN, 0), "people": people,
        "task_title": _("核对资料") if "stale=" in query else "", "due_on": actor.today + timedelta(days=7),
        "codes": [c.code for c in allowed], "query": query, "back": f"{reverse('customers')}?{query}",
    }  # fmt: skip


def _due(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as odd:
        raise Refused(_("日期要写成 2026-11-23。")) from odd


def _done(request: ActorRequest, what: str, codes: list[str]) -> HttpResponse:
    reason = request.POST.get("reason", "")
    if what == "target":
        count = actions.select_targets(actor=request.actor, codes=codes, reason=reason)
        messages.success(request, _("%(n)s 家设成了目标客户") % {"n": count})
    elif what == "task":
        given = request.POST
        count = add_task_many(
            actor=request.actor,
            codes=codes,
            title=given.get("title", ""),
            due_on=_due(given.get("due_on", "")),
        )
        messages.success(request, _("安排了 %(n)s 件任务") % {"n": count})
    else:
        person = person_of(request.POST.get("person"))
        count = actions.assign_many(actor=request.actor, codes=codes, person=person, reason=reason)
        messages.success(request, _("%(n)s 家换给了 %(name)s") % {"n": count, "name": person.name})
    return HttpResponseRedirect(f"{reverse('customers')}?{request.POST.get('query', '')}")

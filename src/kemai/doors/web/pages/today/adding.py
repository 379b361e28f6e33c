"""A new task: what, when, for which customer, and by whom when one leads."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.agenda.actions import add_task
from kemai.business.agenda.queries import team_members
from kemai.business.archives.actions import Invalid
from kemai.business.archives.models import Customer
from kemai.business.archives.queries import customer_by_code, search
from kemai.doors.web.pages.me import safe_next
from kemai.doors.web.pages.today.rows import choices, day_word
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Refused
from kemai.foundation.access.models import Person


@page
def add(request: ActorRequest) -> HttpResponse:
    """The form, or the new task and back to 今日."""
    request.actor.require("agenda.log", _("你的岗位没有任务。"))
    if request.method != "POST":
        return _form(
            request, {"customer": request.GET.get("customer", ""), "due_on": request.GET.get("due_on", "")}
        )
    sent = {
        name: request.POST.get(name, "").strip()
        for name in ("title", "customer", "due_on", "due_at", "person")
    }
    try:
        task = add_task(
            actor=request.actor, title=sent["title"], due_on=_day(sent["due_on"]), due_at=_time(sent["due_at"]),
            customer=_customer(request, sent["customer"]), person=_person(request, sent["person"]),
        )  # fmt: skip
    except Invalid as wrong:
        return _form(request, sent, wrong.problems, 422)
    except Refused as refused:
        return _form(request, sent, {"person": str(refused)}, 422)
    said = _("安排好了：%(day)s %(title)s")
    messages.success(request, said % {"day": day_word(task.due_on, request.actor.today), "title": task.title})
    return HttpResponseRedirect(safe_next(request, reverse("today")))


def _form(
    request: ActorRequest, sent: dict[str, str], problems: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    actor = request.actor
    people = team_members(actor) if actor.may("team.view") else []
    filled: dict[str, Any] = {"title": "", "customer": "", "due_at": "", "person": "", **sent}
    filled["due_on"] = filled.get("due_on") or actor.today.isoformat()
    names = {
        "sent": filled, "problems": problems or {}, "people": [("", _("我自己")), *((p.pk, p.name) for p in people if p.pk != actor.person_id)],
        "day_choices": choices(actor.today), "next": request.POST.get("next", ""),
    }  # fmt: skip
    return render(request, "today/new_task.html", names, status=status)


def _customer(request: ActorRequest, text: str) -> Customer | None:
    """By code, or by a name that fits only one."""
    if not text:
        return None
    try:
        return customer_by_code(request.actor, text)
    except LookupError:
        found = search(request.actor, text.lstrip("@"), limit=4)
    named = [c for c in found if text in (c.name, c.short_name)]
    for some in (found, named):
        if len(some) == 1:
            return some[0]
    if not found:
        raise Invalid({"customer": _("没有找到「%(q)s」，或者不在你能看的范围里。") % {"q": text}})
    names = _("、").join(f"{c.short_name or c.name}（{c.code}）" for c in found[:3])
    raise Invalid({"customer": _("不止一家：%(names)s，写编号就准了。") % {"names": names}})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid({"due_on": _("选一个日子。")}) from wrong


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise Invalid({"due_at": _("时刻写成 14:30 这样。")}) from wrong


def _person(request: ActorRequest, text: str) -> Person | None:
    if not text:
        return None
    found = Person.objects.filter(pk=int(text), is_active=True).first() if text.isdigit() else None
    if found is None:
        raise Invalid({"person": _("没有这个人。")})
    return found

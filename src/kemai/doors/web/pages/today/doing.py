"""What one does with a task: done and undone, another day, handed over, and why it stands where it does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.agenda import actions, queries
from kemai.business.agenda.models import Task
from kemai.doors.web.pages.me import safe_next
from kemai.doors.web.pages.today.rows import day_word, facts_of, reasons, row_of
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.models import Person


@page
def task(request: ActorRequest, pk: int) -> HttpResponse:
    """Why the task stands where it does, and what can be done with it: beside the row, or as a page."""
    actor, found = request.actor, task_of(request.actor, pk)
    work = queries.work_about(actor, found)
    facts = facts_of(actor, [found.customer_id] if found.customer_id else [])
    row = row_of(actor, work, facts)
    return render(
        request, "today/task.html",
        {
            "it": row, "task": found, "standing": _standing(actor, work), "because": reasons(actor, work, facts),
            "others": work.others, "status": found.get_status_display(), "is_open": found.status == Task.Status.OPEN,
        },
    )  # fmt: skip


@page
def done(request: ActorRequest, pk: int) -> HttpResponse:
    """Marks it done."""
    return _do(request, pk, lambda t: actions.finish_task(actor=request.actor, task=t), "done", _("做完了"))


@page
def reopen(request: ActorRequest, pk: int) -> HttpResponse:
    """Undoes it."""
    return _do(request, pk, lambda t: actions.reopen_task(actor=request.actor, task=t), "open", _("又要做了"))


@page
def move(request: ActorRequest, pk: int) -> HttpResponse:
    """To another day: a button's `to`, or the `due_on` that was picked."""
    on, at = (
        _day(request.POST.get("to") or request.POST.get("due_on", "")),
        _time(request.POST.get("due_at", "")),
    )
    said = _("挪到%(day)s") % {"day": day_word(on, request.actor.today)}
    return _do(
        request, pk, lambda t: actions.reschedule_task(actor=request.actor, task=t, due_on=on, due_at=at),
        "moved", said,
    )  # fmt: skip


@page
def take_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Back to the day it came from."""
    return _do(
        request, pk, lambda t: actions.take_back_move(actor=request.actor, task=t), "open", _("挪回来了")
    )


@page
def hand_over(request: ActorRequest, pk: int) -> HttpResponse:
    """Who could take it, or the handing over."""
    actor, found = request.actor, task_of(request.actor, pk)
    if request.method != "POST":
        people = queries.who_can_take(actor, found)
        return render(request, "today/hand_over.html", {"task": found, "people": people})
    person = _person(request.POST.get("person", ""))
    return _do(
        request, pk, lambda t: actions.pass_on_task(actor=actor, task=t, person=person), "passed",
        _("交给了%(name)s") % {"name": person.name},
    )  # fmt: skip


def _do(request: ActorRequest, pk: int, act: Callable[[Task], Task], state: str, said: str) -> HttpResponse:
    """The change, then the row as it now is with the numbers beside it, or back to the page."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("task", args=[pk]))
    found = task_of(request.actor, pk)
    changed = act(found)
    if request.headers.get("HX-Request") == "true":
        return render(request, "today/one_item.html", _answer(request, changed, state, said))
    messages.success(request, _("%(title)s：%(said)s") % {"title": changed.title, "said": said})
    return HttpResponseRedirect(safe_next(request, reverse("today")))


def _answer(request: ActorRequest, changed: Task, state: str, said: str) -> dict[str, Any]:
    actor, whose = request.actor, whose_of(request.actor, request.POST.get("whose", ""))
    work = queries.work_about(actor, changed)
    row = row_of(actor, work, facts_of(actor, [changed.customer_id] if changed.customer_id else []))
    undo = {"done": "task_reopen", "moved": "task_take_back"}.get(state)
    return {
        "it": {**row, "state": state, "said": said, "undo": reverse(undo, args=[changed.pk]) if undo else ""},
        "count": queries.due_count(actor, whose), "mine": queries.due_count(actor),
        "done_today": queries.done_on(actor, actor.today, whose), "whose": whose,
    }  # fmt: skip


def task_of(actor: Actor, pk: int) -> Task:
    """The task; a sentence for who sees customers but no agenda, and nothing there for anybody else."""
    if actor.sees_customers and not actor.sees("agenda", actor.person_id):
        raise Refused(_("你的岗位看不到日程。"))
    return queries.task_by_id(actor, pk)


def whose_of(actor: Actor, asked: str) -> str | int:
    """Whose work: mine, the team's or one person's; who only leads and keeps no agenda starts with the team."""
    if not actor.may("team.view"):
        return "me"
    if asked.isdigit():
        return int(asked)
    return asked if asked in ("me", "team") else "me" if actor.may("agenda.log") else "team"


def _standing(actor: Actor, work: queries.Work) -> str:
    """Which part of the order it stands in."""
    if work.is_timed:
        return _("有时刻的在最前：%(at)s") % {"at": f"{work.task.due_at:%H:%M}"}
    if work.waits_since:
        return _("有人在等，排在有时刻的后面")
    if work.at_risk_fen:
        return _("钱在变少，少得多的在前")
    if work.days_late:
        return _("拖了 %(n)s 天，拖得久的在前") % {"n": work.days_late}
    return _("到期日是%(day)s") % {"day": day_word(work.task.due_on, actor.today)}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Refused(_("选一个日子。")) from wrong


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        return None


def _person(text: str) -> Person:
    found = Person.objects.filter(pk=int(text), is_active=True).first() if text.isdigit() else None
    if found is None:
        raise Refused(_("选一个人来接手。"))
    return found

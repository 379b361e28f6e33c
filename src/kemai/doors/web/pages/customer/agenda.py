"""What was said to a customer and what comes next, written down from its page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.agenda import actions
from kemai.business.agenda.models import Task
from kemai.business.agenda.queries import done_tasks_of, visible_tasks
from kemai.business.archives import queries
from kemai.business.archives.actions import Invalid
from kemai.business.archives.models import Customer
from kemai.doors.web.pages.customer.head import open_tasks
from kemai.doors.web.pages.customer.words import day_of, time_of
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor
from kemai.foundation.moments import kept_for_a_moment

VERBS = {"done": actions.finish_task, "open": actions.reopen_task}


@page
def log(request: ActorRequest, code: str) -> HttpResponse:
    """Writes a contact down, and the next step with it."""
    given, customer = request.POST, queries.customer_by_code(request.actor, code)
    contact = given.get("contact", "")
    try:
        actions.log_contact(
            actor=request.actor, customer=customer, channel=given.get("channel", "call"), on=day_of(given.get("on")) or request.actor.today,
            note=given.get("note", ""), minutes=_minutes(given.get("minutes")), client_key=given.get("client_key") or None,
            travel_minutes=_minutes(given.get("travel_minutes")),
            contact=queries.contact_by_id(request.actor, customer, int(contact)) if contact.isdigit() else None,
            next_on=day_of(given.get("next_on")), next_at=time_of(given.get("next_at")), next_title=given.get("next_title", ""),
        )  # fmt: skip
    except ValueError as odd:
        raise Invalid({"on": str(odd)}) from odd
    messages.success(request, _("记下了"))
    return _back(customer)


@page
def arrange(request: ActorRequest, code: str) -> HttpResponse:
    """A next step on a day."""
    given, customer = request.POST, queries.customer_by_code(request.actor, code)
    try:
        due_on = day_of(given.get("due_on"))
    except ValueError as odd:
        raise Invalid({"due_on": str(odd)}) from odd
    if due_on is None:
        raise Invalid({"due_on": _("写上哪天。")})
    actions.add_task(
        actor=request.actor, customer=customer, title=given.get("title", ""), due_on=due_on, due_at=time_of(given.get("due_at"))
    )  # fmt: skip
    messages.success(request, _("安排好了"))
    return _back(customer)


@page
def task(request: ActorRequest, code: str, pk: int, what: str) -> HttpResponse:
    """Done, or not done after all."""
    customer = queries.customer_by_code(request.actor, code)
    found = visible_tasks(request.actor).filter(customer=customer, pk=pk).first()
    if found is None or what not in VERBS:
        raise LookupError(pk)
    if request.method == "POST":
        VERBS[what](actor=request.actor, task=found)
        messages.success(request, _("做完了") if what == "done" else _("又放回去了"))
    return _back(customer)


@kept_for_a_moment
def done_tasks(actor: Actor, customer: Customer) -> tuple[Task, ...]:
    """The fifty tasks finished last, read once for a page."""
    return tuple(done_tasks_of(actor, 50, customer_id=customer.pk))


def task_rows(actor: Actor, customer: Customer) -> list[dict[str, Any]]:
    """Open tasks, then those finished lately, which can be taken back."""
    if not actor.sees("agenda", customer.owner_id):
        return []
    shown = [*open_tasks(actor, customer)[:8], *done_tasks(actor, customer)[:2]]
    return [_row(actor, t) for t in shown]


def _row(actor: Actor, found: Task) -> dict[str, Any]:
    late = (actor.today - found.due_on).days
    may = actor.may("agenda.log") and (found.person_id == actor.person_id or actor.may("team.view"))
    return {
        "pk": found.pk, "title": found.title, "on": found.due_on, "at": found.due_at, "late": max(late, 0), "is_today": late == 0,
        "who": found.person.name, "done": found.status == Task.Status.DONE, "may": may,
    }  # fmt: skip


def _minutes(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None


def _back(customer: Customer) -> HttpResponse:
    return HttpResponseRedirect(reverse("customer", args=[customer.code]))

"""Owner and state: moves of a customer that people make."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, queries
from kemai.business.archives.models import Customer
from kemai.doors.web.pages.customer.team import person_of
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor


@page
def assign(request: ActorRequest, code: str) -> HttpResponse:
    """Another owner."""
    customer = queries.customer_by_code(request.actor, code)
    person = person_of(request.POST.get("person"))
    actions.assign_owner(
        actor=request.actor, customer=customer, person=person, reason=request.POST.get("reason", "")
    )
    messages.success(request, _("已换给 %(name)s") % {"name": person.name})
    return _back(request.actor, customer)


@page
def state(request: ActorRequest, code: str) -> HttpResponse:
    """Another state, or a proposal of it."""
    customer = queries.customer_by_code(request.actor, code)
    given = request.POST
    done = actions.change_state(
        actor=request.actor, customer=customer, to=given.get("state", ""), reason=given.get("reason", "")
    )
    messages.success(request, _("已提交，等主管确认") if done.status == "proposed" else _("已保存"))
    return _back(request.actor, customer)


@page
def decide(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """A proposal is agreed to or declined."""
    customer = queries.customer_by_code(request.actor, code)
    change = queries.state_history(request.actor, customer).filter(pk=pk).first()
    if change is None:
        raise LookupError(pk)
    agree = request.POST.get("agree") == "1"
    actions.decide_state(
        actor=request.actor, change=change, agree=agree, reason=request.POST.get("reason", "")
    )
    messages.success(request, _("已同意") if agree else _("没有同意"))
    return _back(request.actor, customer)


def _back(actor: Actor, customer: Customer) -> HttpResponse:
    """The customer again, or the list where it has gone out of sight."""
    try:
        queries.customer_by_code(actor, customer.code)
    except LookupError:
        return HttpResponseRedirect(reverse("customers"))
    return HttpResponseRedirect(reverse("customer", args=[customer.code]))

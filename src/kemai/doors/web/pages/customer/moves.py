"""Owner and state: moves of a customer that people make."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, queries
from kemai.doors.web.pages.customer.words import number
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.models import Person


@page
def assign(request: ActorRequest, code: str) -> HttpResponse:
    """Another owner."""
    customer = queries.customer_by_code(request.actor, code)
    person = Person.objects.filter(pk=number(request.POST.get("person")), is_active=True).first()
    if person is None:
        raise LookupError(code)
    actions.assign_owner(
        actor=request.actor, customer=customer, person=person, reason=request.POST.get("reason", "")
    )
    messages.success(request, _("已换给 %(name)s") % {"name": person.name})
    return HttpResponseRedirect(reverse("customers"))


@page
def state(request: ActorRequest, code: str) -> HttpResponse:
    """Another state, or a proposal of it."""
    customer = queries.customer_by_code(request.actor, code)
    done = actions.change_state(
        actor=request.actor,
        customer=customer,
        to=request.POST.get("state", ""),
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("已提交，等主管确认") if done.status == "proposed" else _("已保存"))
    return HttpResponseRedirect(reverse("customer", args=[code]))

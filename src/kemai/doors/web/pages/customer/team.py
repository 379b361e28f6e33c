"""Who works on a customer beside its owner."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, queries
from kemai.doors.web.pages.customer.words import day_of
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.models import Person


@page
def add(request: ActorRequest, code: str) -> HttpResponse:
    """Somebody joins the team."""
    customer = queries.customer_by_code(request.actor, code)
    try:
        ends_on = day_of(request.POST.get("ends_on"))
    except ValueError as odd:
        raise actions.Invalid({"ends_on": str(odd)}) from odd
    person = person_of(request.POST.get("person"))
    actions.add_team_member(
        actor=request.actor, customer=customer, person=person, role=request.POST.get("role", "team"), ends_on=ends_on
    )  # fmt: skip
    messages.success(request, _("%(name)s 进了团队") % {"name": person.name})
    return HttpResponseRedirect(reverse("customer_basics", args=[code]))


@page
def end(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Somebody leaves it."""
    customer = queries.customer_by_code(request.actor, code)
    member = queries.team_of(request.actor, customer).filter(pk=pk).first()
    if member is None:
        raise LookupError(pk)
    if request.method == "POST":
        actions.end_team_member(actor=request.actor, member=member)
        messages.success(request, _("%(name)s 离开了团队") % {"name": member.person.name})
    return HttpResponseRedirect(reverse("customer_basics", args=[code]))


def person_of(text: str | None) -> Person:
    """The person chosen in a form. Raises Invalid when none was."""
    found = (
        Person.objects.filter(pk=int(text), is_active=True).first()
        if text and text.isdigit() and len(text) < 12
        else None
    )
    if found is None:
        raise actions.Invalid({"person": _("选一个人。")})
    return found

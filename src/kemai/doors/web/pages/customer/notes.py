"""Notes about a person on the customer's side: kept, and taken out of use."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, queries
from kemai.business.archives.models import Contact, ContactNote, Customer
from kemai.doors.web.pages.customer.words import day_of
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused


@page
def add(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """One more note."""
    customer = queries.customer_by_code(request.actor, code)
    contact = queries.contact_by_id(request.actor, customer, pk)
    given = request.POST
    try:
        on = day_of(given.get("on"))
    except ValueError as odd:
        raise Refused(str(odd)) from odd
    actions.add_note(
        actor=request.actor, contact=contact, text=given.get("text", ""), kind=given.get("kind", "other"), on=on,
        privacy=given.get("privacy", "team"),
    )  # fmt: skip
    messages.success(request, _("记下了"))
    return _back(customer, contact)


@page
def retire(request: ActorRequest, code: str, pk: int, note: int) -> HttpResponse:
    """A note goes out of use."""
    customer = queries.customer_by_code(request.actor, code)
    contact = queries.contact_by_id(request.actor, customer, pk)
    found = queries.notes_of(request.actor, customer, contact).filter(pk=note).first()
    if found is None:
        raise LookupError(note)
    actions.retire_note(actor=request.actor, note=found)
    messages.success(request, _("不再显示了"))
    return _back(customer, contact)


def notes_panel(actor: Actor, customer: Customer, contact: Contact) -> dict[str, Any]:
    """What the person's page shows beside the form."""
    on_team = queries.is_on_team(actor, customer)
    privacies = [c for c in ContactNote.Privacy.choices if on_team or c[0] != ContactNote.Privacy.TEAM]
    return {
        "notes": list(queries.notes_of(actor, customer, contact)), "note_kinds": ContactNote.Kind.choices,
        "note_privacies": privacies,
    }  # fmt: skip


def notes_by_contact(actor: Actor, customer: Customer) -> dict[int, list[ContactNote]]:
    """Notes of all people of the customer, in one query."""
    found: dict[int, list[ContactNote]] = {}
    for note in queries.notes_of(actor, customer)[:500]:
        found.setdefault(note.contact_id, []).append(note)
    return found


def _back(customer: Customer, contact: Contact) -> HttpResponse:
    return HttpResponseRedirect(reverse("customer_contact", args=[customer.code, contact.pk]) + "#notes")

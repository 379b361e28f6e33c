"""A person on a page of his own: six groups of fields, what is filled, where else he works, and his identity number."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, persons, queries
from kemai.business.archives.duplicates import likely_same
from kemai.business.archives.models import Contact, Customer, CustomerType
from kemai.business.archives.persons import PersonField
from kemai.doors.web.pages.customer.consumed import consumption_rows
from kemai.doors.web.pages.customer.contacts import role_choices
from kemai.doors.web.pages.customer.head import head_of, tab
from kemai.doors.web.pages.customer.person_form import MAY_NOT_APPLY, both, inputs, said, written
from kemai.doors.web.pages.customer.words import day_of
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor


@dataclass(frozen=True)
class _Tried:
    """What came of a form: sentences by field, both sides where somebody was quicker, and the person as he stands then."""

    errors: dict[str, str]
    both: list[dict[str, str]] = field(default_factory=list)
    now: Contact | None = None
    status: int = 200


@page
def person(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """A contact's page; a POST fills one of its groups."""
    customer = queries.customer_by_code(request.actor, code)
    return _page(request, customer, queries.contact_by_id(request.actor, customer, pk))


@page
def own(request: ActorRequest, code: str) -> HttpResponse:
    """The same of a retail customer, who is the person himself."""
    customer = queries.customer_by_code(request.actor, code)
    if customer.type != CustomerType.RETAIL:
        raise LookupError(code)
    return _page(request, customer, queries.own_card_of(request.actor, customer))


@page
def identity(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Stores or removes the identity number."""
    customer = queries.customer_by_code(request.actor, code)
    contact = queries.contact_by_id(request.actor, customer, pk)
    try:
        actions.set_id_number(
            actor=request.actor,
            contact=contact,
            versions=_versions(request),
            number=request.POST.get("id_number", ""),
        )
    except actions.Invalid as invalid:
        return _page(request, customer, contact, problems=invalid.problems)
    messages.success(request, _("已保存"))
    return HttpResponseRedirect(person_address(contact))


@page
def reveal(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Shows the whole number on a page that no cache keeps."""
    customer = queries.customer_by_code(request.actor, code)
    contact = queries.contact_by_id(request.actor, customer, pk)
    number = actions.reveal_id_number(actor=request.actor, contact=contact)
    answer = tab(
        request, customer, "id_number", {"number": number, "back": person_address(contact), "person": contact}
    )
    answer["Cache-Control"] = "no-store"
    return answer


@page
def add_card(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """The person gets a card at another customer, named by code or name."""
    customer = queries.customer_by_code(request.actor, code)
    contact = queries.contact_by_id(request.actor, customer, pk)
    asked = request.POST.get("customer", "").strip()
    found = queries.customers_called(request.actor, asked)
    if len(found) != 1:
        said = _("没有这家客户，或者不在你能看的范围里。") if not found else _("有几家叫这个名字，请写编号。")
        return _page(request, customer, contact, problems={"customer": said})
    wanted: dict[str, Any] = {k: request.POST.get(k, "") for k in ("title", "decision_role")}
    try:
        wanted |= {k: day_of(request.POST.get(k)) for k in ("from_on", "to_on")}
        made = actions.add_card(actor=request.actor, contact=contact, customer=found[0], **wanted)
    except ValueError as odd:
        return _page(request, customer, contact, problems={"from_on": str(odd)})
    except actions.Invalid as invalid:
        return _page(request, customer, contact, problems=invalid.problems)
    messages.success(
        request, _("%(name)s 也是 %(customer)s 的联系人了") % {"name": made.name, "customer": found[0].name}
    )
    return HttpResponseRedirect(person_address(contact))


@page
def same(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Two cards are of one person, or this one is of another."""
    customer = queries.customer_by_code(request.actor, code)
    contact = queries.contact_by_id(request.actor, customer, pk)
    if request.POST.get("part"):
        actions.part_person(actor=request.actor, contact=contact)
        messages.success(request, _("分开了，这张名片另算一个人"))
        return HttpResponseRedirect(person_address(contact))
    wanted = request.POST.get("other", "")
    other = next((c for c in likely_same(request.actor, contact) if str(c.pk) == wanted), None)
    if other is None:
        raise LookupError(wanted)
    actions.same_person(actor=request.actor, contact=contact, other=other)
    messages.success(request, _("并成一个人了"))
    return HttpResponseRedirect(person_address(contact))


def person_address(contact: Contact, group: str = "") -> str:
    """Where the person's page is."""
    if contact.is_self and contact.customer.type == CustomerType.RETAIL:
        there = reverse("customer_own_person", args=[contact.customer.code])
    else:
        there = reverse("customer_person", args=[contact.customer.code, contact.pk])
    return f"{there}?group={group}" if group else there


def _page(
    request: ActorRequest, customer: Customer, contact: Contact, problems: dict[str, str] | None = None
) -> HttpResponse:
    actor = request.actor
    if not actor.sees("contacts", customer.owner_id):
        raise LookupError(contact.pk)
    groups = persons.groups_for(actor, customer.owner_id)
    group = next((g for g in groups if g == request.GET.get("group")), groups[0])
    fields = persons.group_fields(group, is_customer=_buys(contact))
    form, tried = written(contact, fields), _Tried(problems or {}, status=422 if problems else 200)
    if request.method == "POST" and problems is None:
        form |= {f.key: request.POST[f.key] for f in fields if f.key in request.POST}
        tried = _attempted(request, contact, group, form)
        if tried.status == 302:
            messages.success(request, _("已保存"))
            return HttpResponseRedirect(person_address(contact, group))
    seen = (
        _versions(request)
        if tried.status == 422 and "version" in request.POST
        else _stand(tried.now or contact)
    )
    context = {
        **_head(actor, contact, groups, group), **_beside(actor, contact), "both": tried.both, "errors": tried.errors,
        "posted": request.POST, "versions": seen, "inputs": inputs(contact, group, fields, form, tried.errors),
        "facts": [(f.label, said(f, persons.value_of(contact, f))) for f in fields if f.kind != "sealed"],
    }  # fmt: skip
    made = head_of(request, customer, "person" if _buys(contact) else "contacts")
    return render(request, "customer/person.html", made | context, status=tried.status)


def _attempted(request: ActorRequest, contact: Contact, group: str, form: dict[str, str]) -> _Tried:
    """Fills the group; 302 when it is done."""
    fields = persons.group_fields(group, is_customer=_buys(contact))
    try:
        _filled(request, contact, group, fields)
    except actions.Invalid as invalid:
        return _Tried(invalid.problems, status=422)
    except (actions.ContactConflict, actions.PersonConflict) as conflict:
        now = conflict.current
        now.customer = contact.customer
        return _Tried({}, both(fields, form, written(now, fields)), now, 409)
    return _Tried({}, status=302)


def _filled(request: ActorRequest, contact: Contact, group: str, fields: tuple[PersonField, ...]) -> None:
    given: dict[str, Any] = {
        f.key: request.POST[f.key] for f in fields if f.kind != "sealed" and f.key in request.POST
    }
    if "birthday" in given:
        try:
            given["birthday"] = day_of(given["birthday"])
        except ValueError as odd:
            raise actions.Invalid({"birthday": str(odd)}) from odd
    among = [f.key for f in fields if not f.uncounted] if group in MAY_NOT_APPLY else []
    actions.fill_person(
        actor=request.actor, contact=contact, versions=_versions(request), among=among,
        not_applicable=request.POST.getlist("away") if among else None, **given,
    )  # fmt: skip


def _versions(request: ActorRequest) -> tuple[int, int]:
    card, individual = (request.POST.get(k, "") for k in ("version", "individual"))
    return tuple(int(v) if v.isascii() and v.isdigit() and len(v) < 10 else 0 for v in (card, individual))  # type: ignore[return-value]


def _stand(contact: Contact) -> tuple[int, int]:
    return (contact.version, persons.individual_of(contact).version)


def _buys(contact: Contact) -> bool:
    return contact.is_self and contact.customer.type == CustomerType.RETAIL


def _head(actor: Actor, contact: Contact, groups: list[str], group: str) -> dict[str, Any]:
    """The tabs with the filled share of each, and of the whole."""
    here, buys = person_address(contact), _buys(contact)
    tabs = [
        {
            "label": persons.LABELS[key], "href": f"{here}?group={key}", "current": key == group,
            "count": f"{persons.share_of(contact, [key], is_customer=buys).percent}%",
        }
        for key in groups
    ]  # fmt: skip
    customer = contact.customer
    return {
        "person": contact, "groups": tabs, "group": group, "group_label": persons.LABELS[group], "here": f"{here}?group={group}",
        "whole": persons.share_of(contact, groups, is_customer=buys), "is_own": buys,
        "share": persons.share_of(contact, [group], is_customer=buys),
        "consumption": consumption_rows(actor, customer) if buys and group == "career" else [],
    }  # fmt: skip


def _beside(actor: Actor, contact: Contact) -> dict[str, Any]:
    """His other cards as far as the actor sees them, and the number."""
    begun = contact.pk is not None
    masked = persons.masked_id_number(actor, contact)
    return {
        "elsewhere": [{"card": c, "href": person_address(c)} for c in queries.cards_elsewhere(actor, contact)] if begun else [],
        "likely": likely_same(actor, contact) if begun and actor.may("contact.edit") else [],
        "id_number": masked, "may_identify": actor.may("person.identify") and masked is not None and begun,
        "may_number": actor.may("contact.edit") and masked is not None and begun,
        "role_choices": role_choices(""),
    }  # fmt: skip

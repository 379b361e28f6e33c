"""People on the customer's side: listed, added, changed, out of use and back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, code_lists, queries
from kemai.business.archives.models import Contact, Customer
from kemai.doors.web.pages.customer.chart import chart_of
from kemai.doors.web.pages.customer.head import tab
from kemai.doors.web.pages.customer.notes import notes_by_contact, notes_panel
from kemai.doors.web.pages.customer.words import day_of, number
from kemai.doors.web.requests import ActorRequest, page

NAMES = ("name", "title", "mobile", "phone", "email", "decision_role", "birthday", "from_on", "to_on")
DAYS = ("birthday", "from_on", "to_on")


@page
def contacts(request: ActorRequest, code: str) -> HttpResponse:
    """The list; a POST adds a person."""
    customer = queries.customer_by_code(request.actor, code)
    form: dict[str, Any] = dict.fromkeys(NAMES, "")
    errors: dict[str, str] = {}
    if request.method == "POST":
        form = {n: request.POST.get(n, "") for n in NAMES} | _ticked(request)
        try:
            made = actions.add_contact(actor=request.actor, customer=customer, **_wanted(request))
            messages.success(request, _("加了 %(name)s") % {"name": made.name})
            return HttpResponseRedirect(reverse("customer_contacts", args=[code]))
        except actions.Invalid as invalid:
            errors = invalid.problems
    return _listed(request, customer, form, errors, status=422 if errors else 200)


@page
def change(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """One person's fields."""
    customer = queries.customer_by_code(request.actor, code)
    request.actor.require("contact.edit", _("你的岗位不能改联系人。"))
    contact = queries.contact_by_id(request.actor, customer, pk)
    form: dict[str, Any] = {n: getattr(contact, n) or "" for n in NAMES}
    form |= {"is_primary": contact.is_primary, "is_lunar": contact.is_lunar}
    errors, clash, version = dict[str, str](), None, contact.version
    if request.method == "POST":
        form, version = {n: request.POST.get(n, "") for n in NAMES}, number(request.POST.get("version"))
        form |= _ticked(request)
        try:
            actions.change_contact(actor=request.actor, contact=contact, version=version, **_wanted(request))
            messages.success(request, _("已保存"))
            return HttpResponseRedirect(reverse("customer_contacts", args=[code]))
        except actions.Invalid as invalid:
            errors = invalid.problems
        except actions.ContactConflict as conflict:
            clash, version = conflict.current, conflict.current.version
    extra = {
        **notes_panel(request.actor, customer, contact),
        "contact": contact,
        "version": version,
        "both": _both(form, clash) if clash else [],
    }
    return _listed(request, customer, form, errors, status=409 if clash else 422 if errors else 200, **extra)


@page
def turn(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """Out of use with a reason, or back."""
    customer = queries.customer_by_code(request.actor, code)
    contact = queries.contact_by_id(request.actor, customer, pk)
    if request.POST.get("active") == "1":
        actions.reactivate_contact(actor=request.actor, contact=contact)
    else:
        actions.deactivate_contact(
            actor=request.actor, contact=contact, reason=request.POST.get("reason", "")
        )
    messages.success(request, _("已保存"))
    return HttpResponseRedirect(reverse("customer_contacts", args=[code]))


def role_choices(value: str) -> list[tuple[str, str]]:
    """The decision roles to choose from, with the one at hand where it is out of use."""
    roles = [("", _("不清楚")), *((r, r) for r in code_lists.values("decision_role"))]
    return roles if value in dict(roles) else [*roles, (value, value)]


def _wanted(request: ActorRequest) -> dict[str, Any]:
    wanted: dict[str, Any] = {n: request.POST.get(n, "") for n in NAMES if n not in DAYS}
    for name in DAYS:
        try:
            wanted[name] = day_of(request.POST.get(name))
        except ValueError as odd:
            raise actions.Invalid({name: str(odd)}) from odd
    return wanted | _ticked(request)


def _ticked(request: ActorRequest) -> dict[str, bool]:
    return {name: bool(request.POST.get(name)) for name in ("is_primary", "is_lunar")}


def _both(form: dict[str, Any], now: Contact) -> list[dict[str, str]]:
    rows = []
    for name in NAMES:
        mine, theirs = str(form.get(name) or ""), str(getattr(now, name) or "")
        if mine.strip() != theirs:
            rows.append({"label": _label(name), "mine": mine, "theirs": theirs})
    return rows


def _label(name: str) -> str:
    field: Any = Contact._meta.get_field(name)
    return str(field.verbose_name)


def _listed(
    request: ActorRequest, customer: Customer, form: dict[str, Any], errors: dict[str, str], *, status: int, **extra: Any
) -> HttpResponse:  # fmt: skip
    roles = role_choices(form.get("decision_role", ""))
    found = list(queries.contacts_of(request.actor, customer)[:200])
    drawn = request.GET.get("view") == "chart" and extra.get("contact") is None and not errors
    context = {
        "chart": chart_of(found) if drawn else None, "views": _views(customer, drawn=drawn),
        "contacts": found, "notes_of": notes_by_contact(request.actor, customer) if found else {}, "form": form, "errors": errors, "decision_roles": roles, "contact": None, "both": [], "version": None,
        "shows_phones": request.actor.sees("contacts", customer.owner_id), **extra,
    }  # fmt: skip
    return tab(request, customer, "contacts", context, status=status)


def _views(customer: Customer, *, drawn: bool) -> list[dict[str, Any]]:
    """The table and the chart."""
    here = reverse("customer_contacts", args=[customer.code])
    return [
        {"label": _("表"), "href": here, "current": not drawn},
        {"label": _("图"), "href": f"{here}?view=chart", "current": drawn},
    ]

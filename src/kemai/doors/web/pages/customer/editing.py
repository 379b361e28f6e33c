"""A customer is created or its basic fields are changed; whoever comes second sees both versions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kemai.business.archives import actions, code_lists, queries
from kemai.business.archives.directory import filter_choices
from kemai.business.archives.duplicates import Candidate, duplicates
from kemai.business.archives.models import Customer, CustomerType
from kemai.doors.web.pages.customer.words import day_of, number, title_of
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor

NAMES = (
    "name", "short_name", "type", "region", "category", "size", "ownership", "uscc", "principal", "phone", "fax",
    "email", "website", "address", "postcode", "tax_number", "registration_number", "since",
)  # fmt: skip
FIRST = ("name", "short_name", "type", "region", "phone", "principal")
KINDS = {"phone": "tel", "fax": "tel", "email": "email", "since": "date"}


@page
def create(request: ActorRequest) -> HttpResponse:
    """A new customer; who might be it already is listed first, once."""
    actor = request.actor
    actor.require("customer.create", _("你的岗位不能建客户。"))
    given = request.POST if request.method == "POST" else request.GET
    values: dict[str, Any] = {n: given.get(n, "") for n in (*NAMES, "code")}
    errors: dict[str, str] = {}
    found: list[Candidate] = []
    if request.method == "POST":
        found = _candidates(actor, values)
        if not found or given.get("anyway"):
            try:
                made = actions.create_customer(actor=actor, code=values["code"], **wanted(values))
                messages.success(request, _("建好了，编号 %(code)s") % {"code": made.code})
                return HttpResponseRedirect(reverse("customer", args=[made.code]))
            except actions.Invalid as invalid:
                errors = invalid.problems
    return _form(
        request, pgettext("one", "新客户"), values, errors, back=reverse("customers"), back_label=_("客户"), similar=found, is_new=True,
        status=422 if errors else 409 if found else 200,
    )  # fmt: skip


@page
def similar(request: ActorRequest) -> HttpResponse:
    """Who might be there already, while one is typing."""
    request.actor.require("customer.create", _("你的岗位不能建客户。"))
    found = _candidates(request.actor, {n: request.GET.get(n, "") for n in NAMES})
    return render(
        request, "customer/similar.html", {"similar": [_candidate(c) for c in found], "asked": False}
    )


@page
def edit(request: ActorRequest, code: str) -> HttpResponse:
    """The basic fields of a customer."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    values: dict[str, Any] = {n: getattr(customer, n) for n in NAMES}
    version, errors, clash = customer.version, dict[str, str](), None
    if request.method == "POST":
        values |= {n: request.POST[n] for n in NAMES if n in request.POST}
        version = number(request.POST.get("version"))
        try:
            actions.change_basics(actor=actor, customer=customer, version=version, **wanted(values))
            messages.success(request, _("已保存"))
            return HttpResponseRedirect(reverse("customer_basics", args=[code]))
        except actions.Invalid as invalid:
            errors = invalid.problems
        except actions.Conflict as conflict:
            clash = conflict.current
    return _form(
        request, _("改基础资料"), values, errors, back=reverse("customer", args=[code]), back_label=title_of(customer),
        version=clash.version if clash else version, both=_both(values, clash) if clash else [], is_new=False,
        status=409 if clash else 422 if errors else 200,
    )  # fmt: skip


def wanted(values: dict[str, Any]) -> dict[str, Any]:
    """What the form gave, the day read. Raises Invalid for a day that can't be."""
    found = {k: v for k, v in values.items() if k in NAMES}
    since = found.pop("since", None)
    try:
        if "since" in values:
            found["since"] = since if since is None or isinstance(since, date) else day_of(since)
    except ValueError as odd:
        raise actions.Invalid({"since": str(odd)}) from odd
    return found


def _candidates(actor: Actor, values: dict[str, Any]) -> list[Candidate]:
    return duplicates(actor, name=values["name"], uscc=values["uscc"], phone=values["phone"])


def _candidate(found: Candidate) -> dict[str, str]:
    customer = found.customer
    return {
        "href": reverse("customer", args=[customer.code]), "name": customer.name, "code": customer.code, "why": found.why,
        "owner": customer.owner.name if customer.owner else "", "state": str(customer.get_state_display()),
    }  # fmt: skip


def _both(values: dict[str, Any], now: Customer) -> list[dict[str, str]]:
    """Where what was written differs from what stands there now."""
    rows = []
    for name in NAMES:
        mine, theirs = str(values.get(name) or ""), str(getattr(now, name) or "")
        if mine.strip() != theirs:
            label = str(Customer._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            rows.append({"label": label, "mine": _shown(name, mine), "theirs": _shown(name, theirs)})
    return rows


def _shown(name: str, text: str) -> str:
    return str(dict(CustomerType.choices).get(text, text)) if name == "type" else text


def _form(
    request: ActorRequest, title: str, values: dict[str, Any], errors: dict[str, str], *, status: int, is_new: bool, **more: Any
) -> HttpResponse:  # fmt: skip
    names = (*NAMES, "code") if is_new else NAMES
    made = {name: field_of(request.actor, name, values.get(name), errors.get(name), is_new) for name in names}
    found = [_candidate(c) for c in more.pop("similar", [])]
    context = {
        "title": title, "first": [made[n] for n in FIRST], "rest": [made[n] for n in names if n not in FIRST],
        "errors": [text for name, text in errors.items() if name not in names], "similar": found, "version": None,
        "both": [], "asked": True, "is_new": is_new, "problems": len(errors), **more,
    }  # fmt: skip
    return render(request, "customer/edit.html", context, status=status)


def field_of(actor: Actor, name: str, value: Any, error: str | None, is_new: bool) -> dict[str, Any]:
    field: Any = Customer._meta.get_field(name)
    choices = _choices(actor, name, str(value or ""))
    help_text = _("不填就按规则编号") if name == "code" else None
    attrs: dict[str, Any] = {"maxlength": field.max_length} if getattr(field, "max_length", None) else {}
    if name in ("phone", "fax"):
        attrs["inputmode"] = "tel"
    if is_new and name in ("name", "uscc", "phone"):
        attrs |= {
            "hx_get": reverse("customer_similar"), "hx_trigger": "change", "hx_target": "#similar", "hx_swap": "innerHTML",
            "hx_include": "closest form",
        }  # fmt: skip
    return {
        "name": name, "label": str(field.verbose_name), "value": value or "", "type": KINDS.get(name, "text"),
        "choices": choices, "error": error, "help": help_text, "required": name in ("name", "type"),
        "optional": name not in ("name", "type"), "attrs": attrs,
    }  # fmt: skip


def _choices(actor: Actor, name: str, value: str) -> list[tuple[str, Any]] | None:
    """Code lists are chosen from; what stands there already stays among them."""
    if name == "type":
        return [("", _("请选")), *CustomerType.choices]
    if name not in ("category", "size", "ownership"):
        return None
    known = code_lists.values(name) or filter_choices(actor, (name,))[name]
    if not known and name == "category":
        return None
    values = dict.fromkeys([*known, *([value] if value else [])])
    return [("", _("没填")), *((v, v) for v in values)]

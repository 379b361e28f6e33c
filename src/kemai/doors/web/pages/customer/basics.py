"""The basic fields: shown, created, changed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from kemai.business.archives import actions, fields, queries
from kemai.business.archives.models import Customer, CustomerType
from kemai.doors.web.pages.customer.head import tab
from kemai.doors.web.pages.customer.words import number, title_of
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page


@page
def basics(request: ActorRequest, code: str) -> HttpResponse:
    """The fifteen basic fields, as far as the actor sees them."""
    customer = queries.customer_by_code(request.actor, code)
    rows = [
        (label, text or mark_safe(f'<span class="t3">{_("没填")}</span>'))
        for label, text in fields.visible_basics(request.actor, customer)
    ]
    return tab(
        request,
        customer,
        "basics",
        {"basics": rows, "filled": fields.filled_share(customer), "edit_link": None},
    )


@page
def create(request: ActorRequest) -> HttpResponse:
    """A new customer."""
    actor = request.actor
    actor.require("customer.create", _("你的岗位不能建客户。"))
    given = request.POST if request.method == "POST" else request.GET
    names = (
        "name",
        "short_name",
        "type",
        "region",
        "category",
        "size",
        "uscc",
        "phone",
        "address",
        "principal",
    )
    values, errors = {n: given.get(n, "") for n in names}, {}
    if request.method == "POST":
        try:
            made = actions.create_customer(
                actor=actor, **{k: v for k, v in values.items() if v or k == "name"}
            )
            return HttpResponseRedirect(reverse("customer", args=[made.code]))
        except actions.Invalid as invalid:
            errors = invalid.problems
    return _form(request, _("新客户"), names, values, errors, back=reverse("customers"), back_label=_("客户"))


@page
def edit(request: ActorRequest, code: str) -> HttpResponse:
    """The basic fields of a customer."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    names = tuple(n for n in fields.EDITABLE if n != "since")
    values, errors, conflict = {n: getattr(customer, n) for n in names}, {}, None
    if request.method == "POST":
        values = {n: request.POST.get(n, "") for n in names}
        try:
            actions.change_basics(
                actor=actor, customer=customer, version=number(request.POST.get("version")), **values
            )
            messages.success(request, _("已保存"))
            return HttpResponseRedirect(reverse("customer", args=[code]))
        except actions.Invalid as invalid:
            errors = invalid.problems
        except actions.Conflict as clash:
            conflict = {
                "who": _("别人"),
                "text": _("现在的名称是 %(name)s；看过再存一次就用你的。") % {"name": clash.current.name},
            }
    return _form(
        request, _("改基础资料"), names, values, errors, back=reverse("customer", args=[code]), back_label=title_of(customer),
        version=customer.version, conflict=conflict,
    )  # fmt: skip


def _form(
    request: ActorRequest,
    title: str,
    names: tuple[str, ...],
    values: dict[str, Any],
    errors: dict[str, str],
    **more: Any,
) -> HttpResponse:
    made = []
    for name in names:
        field = Customer._meta.get_field(name)
        choices = list(CustomerType.choices) if name == "type" else None
        made.append({
            "name": name, "label": str(field.verbose_name), "value": values.get(name) or ("enterprise" if name == "type" else ""),  # type: ignore[union-attr]
            "type": "text", "choices": choices, "error": errors.get(name), "help": None, "required": name == "name",
            "optional": name not in ("name", "type"), "attrs": {"maxlength": field.max_length},  # type: ignore[union-attr]
        })  # fmt: skip
    loose = [text for name, text in errors.items() if name not in names]
    context = {
        "title": title,
        "fields": made,
        "errors": loose,
        "similar": [],
        "version": None,
        "conflict": None,
        **more,
    }
    return render(request, "customer/edit.html", context, status=422 if errors else 200)

"""Fields of the company's own on a customer: what is filled, and the form over the version that was seen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, queries
from kemai.business.archives.custom_fields import choices_of, fields_for, label_of, shown, values_of
from kemai.business.archives.models import Customer, CustomField
from kemai.doors.web.pages.customer.words import number, title_of
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page

Kind = CustomField.Kind
Texts = tuple[str, ...]
TYPES = {Kind.DAY: "date"}
MODES = {Kind.NUMBER: "decimal", Kind.MONEY: "decimal"}


@page
def custom(request: ActorRequest, code: str) -> HttpResponse:
    """The form of all own fields."""
    customer = queries.customer_by_code(request.actor, code)
    request.actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    if request.method != "POST":
        return _form(request, customer)
    given = {f.key: request.POST.getlist(f.key) for f in fields_for(customer)}
    try:
        actions.fill_fields(
            actor=request.actor, customer=customer, version=number(request.POST.get("version")), given=given
        )
    except actions.Invalid as invalid:
        return _form(request, customer, given, invalid.problems, 422)
    except actions.Conflict:
        said = _("没存上：别人刚改过这个客户。下面是你写的，看过再存一次就用你的。")
        return _form(request, customer, given, {"": said}, 409)
    messages.success(request, _("已保存"))
    return HttpResponseRedirect(reverse("customer_basics", args=[code]) + "#own")


def rows_of(customer: Customer) -> list[dict[str, str]]:
    """Name and value of each own field that the customer has, in order."""
    fields = fields_for(customer)
    held = values_of([customer.pk], fields).get(customer.pk, {}) if fields else {}
    return [{"label": label_of(f), "text": shown(f, held.get(f.pk, ()))} for f in fields]


def _form(
    request: ActorRequest, customer: Customer, given: dict[str, list[str]] | None = None,
    errors: dict[str, str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    fields, errors = fields_for(customer), errors or {}
    held = values_of([customer.pk], fields).get(customer.pk, {})
    inputs = [
        _input(f, customer, tuple((given or {}).get(f.key, held.get(f.pk, ()))), errors) for f in fields
    ]
    context = {
        "title": _("改自己的字段"), "inputs": inputs, "version": customer.version, "other_errors": [errors[""]] if "" in errors else [],
        "back": reverse("customer_basics", args=[customer.code]), "back_label": title_of(customer), "c": {"code": customer.code},
    }  # fmt: skip
    return render(request, "customer/custom.html", context, status=status)


def _input(field: CustomField, customer: Customer, texts: Texts, errors: dict[str, str]) -> dict[str, Any]:
    required = customer.state in field.required_in
    choices = choices_of(field)
    return {
        "key": field.key, "label": label_of(field), "texts": texts, "value": texts[0] if texts else "", "required": required,
        "type": TYPES.get(Kind(field.kind), "text"), "error": errors.get(field.key), "several": field.kind == Kind.CHOICES,
        "choices": choices if field.kind == Kind.CHOICES else [("", _("没填")), *choices] if choices else None,
        "attrs": {"inputmode": MODES[Kind(field.kind)]} if Kind(field.kind) in MODES else {"maxlength": 200},
    }  # fmt: skip

"""One cell of the list changed where it stands: opened, saved over the version that was seen, or left as it was."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, queries
from kemai.business.archives.custom_fields import field_of, fields_for, label_of, own_cells, values_of
from kemai.business.archives.models import Customer, CustomerType, CustomField
from kemai.doors.web.pages.customer.words import number
from kemai.doors.web.pages.customers.editing import choices_of_field
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor

IN_PLACE = ("region", "category", "size", "type")
Kind = CustomField.Kind


@page
def show(request: ActorRequest, code: str, key: str) -> HttpResponse:
    """The cell as text or as a form; without script the page where the field is edited."""
    actor = request.actor
    customer, own = queries.customer_by_code(actor, code), field_of(key)
    if key not in IN_PLACE and own is None:
        raise LookupError(key)
    if not request.htmx and request.method == "GET":
        return HttpResponseRedirect(plain_address(code, key))
    if request.method == "POST":
        return _keep(request, customer, key, own)
    if request.GET.get("stop"):
        return _text(request, customer, key, own)
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    return _form(request, customer, key, own, texts_in(customer, key, own))


def plain_address(code: str, key: str) -> str:
    """Where the field is edited without script."""
    if key in IN_PLACE:
        return f"{reverse('customer_basics', args=[code])}?edit={key}#f-{key}"
    return reverse("customer_custom", args=[code])


def texts_in(customer: Customer, key: str, own: CustomField | None) -> list[str]:
    """What the customer has in the field."""
    if own is None:
        return [text] if (text := getattr(customer, key)) else []
    return list(values_of([customer.pk], [own])[customer.pk].get(own.pk, ()))


def _keep(request: ActorRequest, customer: Customer, key: str, own: CustomField | None) -> HttpResponse:
    actor, given = request.actor, [v for v in request.POST.getlist("value") if v.strip()]
    version = number(request.POST.get("version"))
    try:
        if own is None:
            value = given[0] if given else ""
            actions.change_basics(actor=actor, customer=customer, version=version, **{key: value})
        else:
            actions.fill_fields(actor=actor, customer=customer, version=version, given={key: given})
    except actions.Invalid as invalid:
        problem = " ".join(invalid.problems.values())
        return _form(request, customer, key, own, given, version=version, problem=problem, status=422)
    except actions.Conflict as conflict:
        theirs = _said(conflict.current, key, own) or _("没填")
        return _form(request, conflict.current, key, own, given, theirs=theirs, status=409)
    return _text(request, queries.customer_by_code(actor, customer.code), key, own)


def _said(customer: Customer, key: str, own: CustomField | None) -> str:
    if own is not None:
        return own_cells([customer.pk], [key]).get(customer.pk, {}).get(key, "")
    return str(CustomerType(customer.type).label) if key == "type" else str(getattr(customer, key) or "")


def _text(request: ActorRequest, customer: Customer, key: str, own: CustomField | None) -> HttpResponse:
    context = {
        "form": None,
        "text": _said(customer, key, own),
        "label": _label(key, own),
        "code": customer.code,
        "key": key,
    }
    return render(request, "customers/cell.html", context | {"plain": plain_address(customer.code, key)})


def _form(
    request: ActorRequest, customer: Customer, key: str, own: CustomField | None, texts: list[str], *,
    version: int | None = None, problem: str = "", theirs: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    if own is not None and own not in fields_for(customer):
        raise LookupError(key)
    form: dict[str, Any] = {
        "version": customer.version if version is None else version, "texts": texts, "problem": problem, "theirs": theirs,
        "choices": _choices(request.actor, key, own, texts), "several": own is not None and own.kind == Kind.CHOICES,
        "type": "date" if own is not None and own.kind == Kind.DAY else "text",
    }  # fmt: skip
    context = {
        "form": form,
        "label": _label(key, own),
        "code": customer.code,
        "key": key,
        "name": str(customer),
    }
    return render(request, "customers/cell.html", context, status=status)


def _choices(
    actor: Actor, key: str, own: CustomField | None, texts: list[str]
) -> list[tuple[str, str]] | None:
    known = choices_of_field(actor, key, own)
    if known is None:
        return None
    named = [(value, label or _("没填")) for value, label in known]
    return [*named, *((t, t) for t in texts if t not in dict(named))]


def _label(key: str, own: CustomField | None) -> str:
    return label_of(own) if own else str(Customer._meta.get_field(key).verbose_name)  # type: ignore[union-attr]

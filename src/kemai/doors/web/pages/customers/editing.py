"""One field changed for many customers: which, to what, for whom; and taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, code_lists, queries
from kemai.business.archives.actions.bulk_edit import BASICS
from kemai.business.archives.custom_fields import active_fields, choices_of, field_of, label_of
from kemai.business.archives.directory import filter_choices
from kemai.business.archives.models import Customer, CustomerType, CustomField
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor

SHOWN = 12
Kind = CustomField.Kind


def show(request: ActorRequest, codes: list[str]) -> HttpResponse:
    """First the field, then the value, then all of them or nothing."""
    given = request.POST
    chosen = actions.chosen_customers(request.actor, codes)
    field = given.get("field", "")
    if not given.get("confirm") or field not in dict(editable_fields()):
        return _page(request, chosen, field if field in dict(editable_fields()) else "")
    try:
        edit = actions.edit_many(
            actor=request.actor, codes=codes, field=field, value=given.getlist("value"), mode=given.get("mode", "set")
        )  # fmt: skip
    except actions.BulkRefused as refused:
        return _page(request, chosen, field, problem=str(refused), status=409)
    back = f"{reverse('customers')}?{given.get('query', '')}"
    if edit is None:
        messages.info(request, _("本来就是这样，没有要改的"))
        return HttpResponseRedirect(back)
    context = {
        "title": _("改一项"), "n": len(edit.before), "label": dict(editable_fields())[field], "edit": edit, "back": back,
        "query": given.get("query", ""),
    }  # fmt: skip
    return render(request, "customers/edited.html", context)


@page
def undo(request: ActorRequest, pk: int) -> HttpResponse:
    """Takes an edit of many back."""
    edit = queries.bulk_edit_by_id(request.actor, pk)
    back, stay = actions.undo_edit(actor=request.actor, edit=edit)
    if stay:
        said = _("%(n)s 家改回去了；%(m)s 家后来又被改过或看不到了，没有动") % {"n": back, "m": stay}
    else:
        said = _("%(n)s 家改回去了") % {"n": back}
    messages.success(request, said)
    return HttpResponseRedirect(f"{reverse('customers')}?{request.POST.get('query', '')}")


def editable_fields() -> list[tuple[str, str]]:
    """What can be changed for many at once."""
    basics = [(key, str(Customer._meta.get_field(key).verbose_name)) for key in BASICS]  # type: ignore[union-attr]
    return [*((f.key, label_of(f)) for f in active_fields()), *basics]


def _page(
    request: ActorRequest, chosen: list[Customer], field: str, problem: str = "", status: int = 200
) -> HttpResponse:
    own = field_of(field)
    context: dict[str, Any] = {
        "title": _("改一项"), "chosen": [line(c) for c in chosen[:SHOWN]], "n": len(chosen), "more": max(len(chosen) - SHOWN, 0),
        "codes": [c.code for c in chosen], "query": request.POST.get("query", ""), "fields": [("", _("选一项")), *editable_fields()],
        "field": field, "label": dict(editable_fields()).get(field, ""), "problem": problem, "value": request.POST.get("value", ""),
        "choices": choices_of_field(request.actor, field, own) if field else None, "mode": request.POST.get("mode", "add"),
        "several": own is not None and own.kind == Kind.CHOICES, "type": "date" if own is not None and own.kind == Kind.DAY else "text",
        "back": f"{reverse('customers')}?{request.POST.get('query', '')}",
    }  # fmt: skip
    return render(request, "customers/edit_many.html", context, status=status)


def line(customer: Customer) -> dict[str, str]:
    return {
        "name": str(customer), "href": reverse("customer", args=[customer.code]), "state": str(customer.get_state_display()),
        "owner": customer.owner.name if customer.owner else "",
    }  # fmt: skip


def choices_of_field(actor: Actor, field: str, own: CustomField | None) -> list[tuple[str, str]] | None:
    if own is not None:
        options = choices_of(own)
        return [("", _("清空")), *options] if options else None
    if field == "type":
        return [(k, str(v)) for k, v in CustomerType.choices]
    if field == "region":
        return None
    known = (code_lists.values(field) if field in code_lists.STARTERS else []) or filter_choices(
        actor, (field,)
    )[field]
    return [("", _("清空")), *((v, v) for v in known)] if known else None

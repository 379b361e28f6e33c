"""One basic field after the other, changed where it stands: `e` opens the first, Enter keeps it and goes on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, fields
from kemai.business.archives.models import Customer, CustomerType
from kemai.doors.web.pages.customer.editing import field_of, wanted
from kemai.doors.web.pages.customer.words import number
from kemai.doors.web.requests import ActorRequest
from kemai.foundation.access.actor import Actor


def rows(actor: Actor, customer: Customer, open_field: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """All basic fields that the actor may see; the open one carries its form."""
    may, here = actor.may("customer.edit"), reverse("customer_basics", args=[customer.code])
    opened = open_field["name"] if open_field else ""
    return [
        {
            "key": key, "label": label, "text": said(key, text), "form": open_field if key == opened else None,
            "href": f"{here}?edit={key}#f-{key}" if may and key in fields.EDITABLE else None,
        }
        for key, label, text in fields.visible_fields(actor, customer)
    ]  # fmt: skip


def opened(actor: Actor, customer: Customer, name: str) -> dict[str, Any] | None:
    """The form of one field; None where there is none to open."""
    if name not in fields.EDITABLE or not actor.may("customer.edit"):
        return None
    return form_of(actor, name, getattr(customer, name), customer.version)


def form_of(
    actor: Actor, name: str, value: Any, version: int, error: str = "", theirs: str | None = None
) -> dict[str, Any]:
    """What the row's form shows; `theirs` is what somebody else wrote in between."""
    made = field_of(actor, name, value, error or None, is_new=False)
    return made | {"version": version, "theirs": theirs}


def keep(request: ActorRequest, customer: Customer) -> HttpResponse | tuple[dict[str, Any], int]:
    """Keeps one field over the version that was seen and goes on; or gives the form with what is wrong, and a status."""
    actor, given = request.actor, request.POST
    name, value, version = given.get("field", ""), given.get("value", ""), number(given.get("version"))
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    if name not in fields.EDITABLE:
        raise LookupError(name)
    try:
        actions.change_basics(actor=actor, customer=customer, version=version, **wanted({name: value}))
    except actions.Invalid as invalid:
        return form_of(actor, name, value, version, " ".join(invalid.problems.values())), 422
    except actions.Conflict as conflict:
        now = conflict.current
        return form_of(actor, name, value, now.version, theirs=said(name, str(getattr(now, name) or ""))), 409
    if given.get("then") != "next":
        messages.success(request, _("已保存"))
        return HttpResponseRedirect(reverse("customer_basics", args=[customer.code]))
    return HttpResponseRedirect(_following(actor, customer, name))


def _following(actor: Actor, customer: Customer, name: str) -> str:
    """Where the next field opens; behind the last one none does."""
    keys = [key for key, _label, _text in fields.visible_fields(actor, customer) if key in fields.EDITABLE]
    here, after = reverse("customer_basics", args=[customer.code]), keys[keys.index(name) + 1 :]
    return f"{here}?edit={after[0]}#f-{after[0]}" if after else here


def said(key: str, text: str) -> str:
    """A basic field as people read it."""
    return str(dict(CustomerType.choices).get(text, text)) if key == "type" else text

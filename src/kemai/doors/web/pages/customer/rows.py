"""Rows of the operations tab: delivery addresses, competing products, services of its own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, queries
from kemai.business.archives.models import CompetingProduct, Customer, DeliveryAddress, ServiceItem
from kemai.doors.web.pages.customer.words import number
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor
from kemai.foundation.money import amount_text

KINDS: dict[str, type[Any]] = {
    "addresses": DeliveryAddress,
    "rivals": CompetingProduct,
    "services": ServiceItem,
}
NAMES = {
    "addresses": ("address", "receiver", "phone"),
    "rivals": ("brand", "price_fen", "share_bp"),
    "services": ("what",),
}
SHOWN = 200


def panels_of(actor: Actor, customer: Customer) -> dict[str, Any]:
    """What the operations tab shows below its fields."""
    addresses = list(queries.delivery_addresses(actor, customer)[:SHOWN])
    rivals = list(queries.competing_products(actor, customer)[:SHOWN])
    in_use = [r.share_bp for r in rivals if r.is_active and r.share_bp is not None]
    return {
        "addresses": addresses, "shows_phones": actor.sees("contacts", customer.owner_id),
        "services": queries.service_items(actor, customer),
        "rivals": [{"row": r, "price": amount_text(r.price_fen), "share": _percent(r.share_bp)} for r in rivals],
        "rivals_total": _percent(sum(in_use)) if len(in_use) > 1 else "",
    }  # fmt: skip


@page
def add(request: ActorRequest, code: str, kind: str) -> HttpResponse:
    """One more row; what is wrong comes back on a page of its own."""
    customer = queries.customer_by_code(request.actor, code)
    try:
        actions.add_row(actor=request.actor, customer=customer, kind=_kind(kind), **_given(request, kind))
    except actions.Invalid as invalid:
        return _form(request, customer, kind, None, invalid.problems, 422)
    messages.success(request, _("已保存"))
    return _back(customer, kind)


@page
def change(request: ActorRequest, code: str, kind: str, pk: int) -> HttpResponse:
    """The fields of one row."""
    customer = queries.customer_by_code(request.actor, code)
    request.actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    row = _row(request.actor, customer, kind, pk)
    if request.method != "POST":
        return _form(request, customer, kind, row, {}, 200)
    try:
        version = number(request.POST.get("version"))
        actions.change_row(actor=request.actor, row=row, version=version, **_given(request, kind))
    except actions.Invalid as invalid:
        return _form(request, customer, kind, row, invalid.problems, 422)
    except actions.RowConflict as conflict:
        return _form(request, customer, kind, conflict.current, {"": str(conflict)}, 409)
    messages.success(request, _("已保存"))
    return _back(customer, kind)


@page
def turn(request: ActorRequest, code: str, kind: str, pk: int) -> HttpResponse:
    """Out of use, or back."""
    customer = queries.customer_by_code(request.actor, code)
    row = _row(request.actor, customer, kind, pk)
    if request.POST.get("active") == "1":
        actions.restore_row(actor=request.actor, row=row)
    else:
        actions.remove_row(actor=request.actor, row=row)
    messages.success(request, _("已保存"))
    return _back(customer, kind)


def _kind(kind: str) -> type[Any]:
    if kind not in KINDS:
        raise LookupError(kind)
    return KINDS[kind]


def _row(actor: Actor, customer: Customer, kind: str, pk: int) -> Any:
    if _kind(kind) is ServiceItem:
        found: Any = next((s for s in queries.service_items(actor, customer) if s.pk == pk), None)
    else:
        rows = queries.delivery_addresses if kind == "addresses" else queries.competing_products
        found = rows(actor, customer).filter(pk=pk).first()
    if found is None:
        raise LookupError(pk)
    return found


def _given(request: ActorRequest, kind: str) -> dict[str, Any]:
    given: dict[str, Any] = {name: request.POST.get(name, "") for name in NAMES.get(kind, ())}
    if kind == "addresses" and request.POST.get("is_default"):
        given["is_default"] = True
    return given


def _back(customer: Customer, kind: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('customer_operations', args=[customer.code])}#{kind}")


def _form(
    request: ActorRequest, customer: Customer, kind: str, row: Any, errors: dict[str, str], status: int
) -> HttpResponse:
    titles = {"addresses": (_("加送货地点"), _("改送货地点")), "rivals": (_("加竞争产品"), _("改竞争产品")),
              "services": (_("加专门服务"), _("改专门服务"))}  # fmt: skip
    stands = {name: _written(name, getattr(row, name)) if row else "" for name in NAMES[kind]}
    form = {name: request.POST.get(name, stands[name]) for name in NAMES[kind]}
    context = {
        "title": titles[kind][row is not None], "kind": kind, "row": row, "form": form, "errors": errors, "customer": customer,
        "back": f"{reverse('customer_operations', args=[customer.code])}#{kind}",
        "other_errors": [text for key, text in errors.items() if key not in form],
    }  # fmt: skip
    return render(request, "customer/row.html", context, status=status)


def _written(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "price_fen":
        return amount_text(value) or ""
    return f"{Decimal(value) / 100:g}" if name == "share_bp" else str(value)


def _percent(bp: int | None) -> str:
    return "" if bp is None else f"{Decimal(bp) / 100:g}%"

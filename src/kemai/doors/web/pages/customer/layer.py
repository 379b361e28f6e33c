"""The credit and the operations tab: what is filled, the form over the version that was seen, what changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kemai.business.archives import actions, code_lists, layers, queries
from kemai.business.archives.actions.layers import may_see_credit
from kemai.business.archives.layers import CREDIT, OPERATIONS, Field, Layer
from kemai.business.archives.models import Customer
from kemai.doors.web.pages.customer import credit_shown
from kemai.doors.web.pages.customer.head import tab
from kemai.doors.web.pages.customer.rows import panels_of
from kemai.doors.web.pages.customer.sentences import shown
from kemai.doors.web.pages.customer.words import number, said_by
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor
from kemai.foundation.money import amount_text

HISTORY = 20
TYPES = {"day": "date"}
MODES = {"number": "numeric", "money": "decimal", "kilometres": "decimal", "day_of_month": "numeric"}


@page
def credit(request: ActorRequest, code: str) -> HttpResponse:
    """The six credit fields, for who may see them."""
    customer = queries.customer_by_code(request.actor, code)
    may_see_credit(request.actor, customer)
    return _page(request, customer, CREDIT)


@page
def operations(request: ActorRequest, code: str) -> HttpResponse:
    """The eight operations fields."""
    return _page(request, queries.customer_by_code(request.actor, code), OPERATIONS)


def _page(request: ActorRequest, customer: Customer, layer: Layer) -> HttpResponse:
    record = layers.record_of(layer, customer)
    form = {f.key: _written(f, getattr(record, f.key)) for f in layer.fields}
    errors, clash, version = dict[str, str](), None, record.version
    if request.method == "POST":
        form |= {f.key: request.POST[f.key] for f in layer.fields if f.key in request.POST}
        version = number(request.POST.get("version")) if request.POST.get("version") != "0" else 0
        try:
            _save(request, customer, layer, version)
        except actions.Invalid as invalid:
            errors = invalid.problems
        except actions.LayerConflict as conflict:
            clash, version = conflict.current, conflict.current.version
        else:
            messages.success(request, _("已保存"))
            return HttpResponseRedirect(reverse(f"customer_{layer.key}", args=[customer.code]))
    both = _both(layer, form, clash) if clash else []
    context = {
        "form": form,
        "errors": errors,
        "version": version,
        "both": both,
        "reason": request.POST.get("reason", ""),
    }
    status = 409 if clash else 422 if errors else 200
    return tab(request, customer, layer.key, _shown(request.actor, customer, layer, record, context), status)


def _save(request: ActorRequest, customer: Customer, layer: Layer, version: int) -> None:
    given = {f.key: request.POST[f.key] for f in layer.fields if f.key in request.POST}
    if layer is CREDIT:
        actions.change_credit(
            actor=request.actor,
            customer=customer,
            version=version,
            reason=request.POST.get("reason", ""),
            **given,
        )
    else:
        actions.change_operations(actor=request.actor, customer=customer, version=version, **given)


def _shown(
    actor: Actor, customer: Customer, layer: Layer, record: Any, context: dict[str, Any]
) -> dict[str, Any]:
    form, errors = context["form"], context["errors"]
    filled = layers.filled_share(layer, customer)
    may = actor.may("customer.edit") or (layer is CREDIT and actor.may("credit.edit"))
    open_fields = [f for f in layer.fields if may and (not f.guarded or actor.may("credit.edit"))]
    made: dict[str, Any] = {
        "filled": filled, "layer_fields": [_row(layer, f, getattr(record, f.key)) for f in layer.fields],
        "inputs": [_input(layer, f, form[f.key], errors.get(f.key)) for f in open_fields],
        "asks_reason": any(f.guarded and getattr(record, f.key) is not None for f in open_fields),
        "other_errors": [text for key, text in errors.items() if layer.field(key) is None and key != "reason"],
    }  # fmt: skip
    if layer is CREDIT:
        made |= {"warnings": layers.warnings(record), "history": _history(actor, customer)}
        made |= credit_shown.shown(actor, customer)
        day = record.settlement_day
        made["next_settlement"] = layers.next_settlement(day, actor.today) if day else None
    else:
        made |= panels_of(actor, customer)
    return context | made


def _row(layer: Layer, field: Field, value: Any) -> dict[str, Any]:
    return {"key": field.key, "label": layer.label(field.key), "text": said(field, value)}


def said(field: Field, value: Any) -> str:
    """A value of a layer as people read it; "" for none."""
    if value in (None, ""):
        return ""
    if field.key == "settlement_day":
        return _("月末") if value == layers.MONTH_END else _("每月 %(n)s 日") % {"n": value}
    if field.key == "credit_days":
        return _("%(n)s 天") % {"n": value}
    if field.key.endswith("_m2"):
        return _("%(n)s 平方米") % {"n": f"{value:,}"}
    if field.key.endswith("_staff"):
        return _("%(n)s 人") % {"n": f"{value:,}"}
    return shown(field.key, value)


def _written(field: Field, value: Any) -> str:
    """The value as one would type it."""
    if value in (None, ""):
        return ""
    if field.kind == "money":
        return (amount_text(value) or "").removesuffix(".00")
    if field.kind == "kilometres":
        return f"{Decimal(value) / 1000:f}".rstrip("0").rstrip(".") if value % 1000 else str(value // 1000)
    return str(value)


def _input(layer: Layer, field: Field, value: str, error: str | None) -> dict[str, Any]:
    units = {"registered_capital_fen": _("元"), "credit_limit_fen": _("元"), "credit_days": _("天"), "trade_radius_m": _("公里"),
             "floor_area_m2": _("平方米"), "warehouse_area_m2": _("平方米"), "settlement_day": _("1 到 31，31 是月末")}  # fmt: skip
    longest = getattr(layer.model._meta.get_field(field.key), "max_length", None)
    attrs = (
        {"inputmode": MODES[field.kind]} if field.kind in MODES else {"maxlength": longest} if longest else {}
    )
    unit = units.get(field.key, "")
    return {
        "key": field.key, "label": layer.label(field.key) + (_("（%(text)s）") % {"text": unit} if unit else ""), "value": value,
        "type": TYPES.get(field.kind, "text"), "error": error, "attrs": attrs,
        "choices": _choices(field, value) if field.kind == "choice" else None,
    }  # fmt: skip


def _choices(field: Field, value: str) -> list[tuple[str, str]]:
    known = dict.fromkeys([*code_lists.values(field.key), *([value] if value else [])])
    return [("", _("没填")), *((v, v) for v in known)]


def _both(layer: Layer, form: dict[str, str], now: Any) -> list[dict[str, str]]:
    """Where what was written differs from what stands there now."""
    rows = []
    for field in layer.fields:
        theirs = _written(field, getattr(now, field.key))
        if form[field.key].strip() != theirs:
            rows.append({"label": layer.label(field.key), "mine": form[field.key], "theirs": theirs})
    return rows


def _history(actor: Actor, customer: Customer) -> list[dict[str, Any]]:
    """How limit and period came to be what they are, newest first."""
    entries = trail.entries_of_customer(
        actor,
        customer.pk,
        limit=HISTORY,
        verb="archives.credit.changed",
        also=queries.absorbed_ids(actor, customer),
    )
    guarded = [f for f in CREDIT.fields if f.guarded]
    return [_moved(entry, f) for entry in entries for f in guarded if f.key in (entry.changes or {})]


def _moved(entry: trail.TrailLine, field: Field) -> dict[str, Any]:
    old, new = (entry.changes or {})[field.key]
    return {
        "on": f"{localtime(entry.at):%Y-%m-%d %H:%M}", "who": said_by(entry.actor_name), "reason": entry.reason,
        "label": CREDIT.label(field.key), "old": said(field, old), "new": said(field, new),
    }  # fmt: skip

"""The archive as it stood at the end of a chosen day, with what has changed since beside it (S1.114)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from kemai.business.archives import fields, queries
from kemai.business.archives.as_of import ArchiveThen, DayRefused, FieldThen, archive_as_of, latest_day
from kemai.business.archives.layers import CREDIT, OPERATIONS, Layer
from kemai.business.archives.models import Customer
from kemai.business.archives.persons import FIELDS
from kemai.doors.web.pages.customer import inline, layer, person_form
from kemai.doors.web.pages.customer.head import head_of
from kemai.doors.web.pages.customer.sentences import shown
from kemai.doors.web.pages.customer.words import day_of
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor


@page
def as_of(request: ActorRequest, code: str) -> HttpResponse:
    """The page of a day; without one, today's."""
    customer = queries.customer_by_code(request.actor, code)
    error, then = "", None
    try:
        then = archive_as_of(
            request.actor, customer, day_of(request.GET.get("on")) or latest_day(request.actor)
        )
    except (ValueError, DayRefused) as wrong:
        error = str(wrong)
    context = {
        "on": then.on.isoformat() if then else request.GET.get("on", ""), "error": error, "then": then,
        "latest": latest_day(request.actor),
        "panels_then": _panels(request.actor, customer, then) if then and then.existed else [],
    }  # fmt: skip
    made = {**head_of(request, customer, "basics"), **context}
    return render(request, "customer/as_of.html", made, status=422 if error else 200)


def _panels(actor: Actor, customer: Customer, then: ArchiveThen) -> list[dict[str, Any]]:
    """Title and rows of each layer."""
    labels = {key: str(label) for key, label, _text in fields.visible_fields(actor, customer)}
    found = [
        {
            "title": _("基础资料"),
            "rows": [*_standing(customer, then), *(_basic(labels, f) for f in then.basics)],
        }
    ]
    if then.credit is not None:
        found.append({"title": _("信用资料"), "rows": [_of_layer(CREDIT, f) for f in then.credit]})
    rows = [_of_layer(OPERATIONS, f) for f in then.operations]
    rows.append(_several(_("送货地点"), then.delivery_addresses))
    rows.append(_several(_("竞争产品"), then.competing_products))
    found.append({"title": _("经营资料"), "rows": rows})
    if then.person:
        found.append({"title": _("个人档案"), "rows": [_of_person(f) for f in then.person]})
    return found


def _of_person(field: FieldThen) -> dict[str, Any]:
    described = FIELDS[field.key]
    return _told(
        described.label,
        field,
        person_form.said(described, field.value),
        person_form.said(described, field.now),
    )


def _standing(customer: Customer, then: ArchiveThen) -> list[dict[str, Any]]:
    """State and owner, which have dates of their own."""
    nobody = _("没人负责")
    owner, owns = (p.name if p else nobody for p in (then.owner and then.owner.person, customer.owner))
    return [_stood(then, customer), _row(_("客户负责人"), owner) | {"now": "" if owner == owns else owns}]


def _stood(then: ArchiveThen, customer: Customer) -> dict[str, Any]:
    """The state, and the stage where the change that led to it names one."""
    change = then.state
    if change is None:
        return _row(_("状态"), "", _("没有记录"))
    text = str(change.get_to_stage_display() if change.to_stage else change.get_to_state_display())
    same = change.to_state == customer.state and change.to_stage in ("", customer.stage)
    stands = str(customer.get_stage_display() if customer.stage else customer.get_state_display())
    return _row(_("状态"), text) | {"now": "" if same else stands}


def _basic(labels: dict[str, str], field: FieldThen) -> dict[str, Any]:
    def said(value: Any) -> str:
        return inline.said(field.key, str(value or ""))

    return _told(labels[field.key], field, said(field.value), said(field.now))


def _of_layer(of: Layer, field: FieldThen) -> dict[str, Any]:
    described = of.field(field.key)
    assert described is not None
    return _told(
        of.label(field.key), field, layer.said(described, field.value), layer.said(described, field.now)
    )


def _told(label: str, field: FieldThen, value: str, now: str) -> dict[str, Any]:
    """One field; what stands there now only where it is something else."""
    row = _row(label, value, _why(field))
    return row | {"now": (now or _("没填")) if field.has_changed else ""}


def _row(label: str, text: str, why: str = "") -> dict[str, Any]:
    return {"label": label, "text": text, "why": why, "now": ""}


def _several(label: str, found: Iterable[tuple[FieldThen, ...]]) -> dict[str, Any]:
    """A list in one row: 长江路 1 号，王敏；…"""
    lines = [_("，").join(filter(None, map(_short, each))) for each in found]
    return _row(label, "\n".join(lines))


def _short(field: FieldThen) -> str:
    return _why(field) or shown(field.key, field.value)


def _why(field: FieldThen) -> str:
    """Why it can't be said what stood there; "" where it can."""
    return {"erased": _("内容已按要求抹去"), "sealed": _("封存的账号不留旧值")}.get(field.why, "")

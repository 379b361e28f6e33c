"""A customer on paper: the card, and the cover of the bag that holds its documents (S4.78)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kemai.business.archives import fields, layers, queries
from kemai.business.archives.forms import enterprise_form
from kemai.business.archives.layers import CREDIT, OPERATIONS, Layer
from kemai.business.archives.models import Customer
from kemai.business.trade.queries import monthly_sales, trade_facts
from kemai.doors.web.pages.customer.custom import rows_of
from kemai.doors.web.pages.customer.layer import said
from kemai.doors.web.pages.customer.sentences import shown
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor
from kemai.foundation.files.queries import files_of
from kemai.foundation.money import exact_text


@page
def card(request: ActorRequest, code: str) -> HttpResponse:
    """Everything the reader may see of the archive, on one sheet."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    context = {
        **_head(actor, customer), "title": _("客户档案卡"), "blocks": list(_blocks(actor, customer)),
        "people": queries.people_of(actor, customer) if actor.sees("contacts", customer.owner_id) else (),
        "addresses": queries.delivery_addresses(actor, customer).filter(is_active=True)[:20],
        "services": [s for s in queries.service_items(actor, customer) if s.is_active],
        "months": _months(actor, customer),
    }  # fmt: skip
    return render(request, "print/card.html", context)


@page
def bag(request: ActorRequest, code: str) -> HttpResponse:
    """The cover: who it is, and which documents lie in the bag."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    context = {**_head(actor, customer), "title": _("客户资料袋"), "documents": _documents(actor, customer)}
    return render(request, "print/bag.html", context)


def _documents(actor: Actor, customer: Customer) -> list[dict[str, Any]]:
    """What is kept of the customer and in use, for the reader's eyes."""
    rows = files_of(actor, customer.pk).filter(is_active=True).order_by("kind", "pk")
    return [
        {
            "kind": row.get_kind_display(), "name": row.name, "note": row.note, "on": f"{localtime(row.created_at):%Y-%m-%d}",
        }
        for row in rows[:200]
    ]  # fmt: skip


@page
def form(request: ActorRequest, code: str) -> HttpResponse:
    """The enterprise's form in four groups, each with the share that is filled (S4.79)."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    sees_credit = actor.sight("credit", customer.owner_id) == "visible"
    context = {
        **_head(actor, customer), "title": _("企业客户信息表"), "groups": enterprise_form(customer, credit=sees_credit),
        "trade": _trade(actor, customer),
    }  # fmt: skip
    return render(request, "print/form.html", context)


def _trade(actor: Actor, customer: Customer) -> list[tuple[str, str]] | None:
    facts = trade_facts(actor, customer)
    if facts is None:
        return None
    days = [
        _("%(n)s 天") % {"n": n} if n is not None else ""
        for n in (facts.cycle_days, facts.cycle_of_year_days)
    ]
    return [
        (_("交易次数"), str(facts.orders)), (_("交易金额"), exact_text(facts.amount_fen)), (_("交易周期"), days[0]),
        (_("近一年购买周期"), days[1]), (_("首次交易"), str(facts.first_on or "")), (_("最近交易"), str(facts.last_on or "")),
    ]  # fmt: skip


def _head(actor: Actor, customer: Customer) -> dict[str, Any]:
    return {
        "customer": customer, "owner": customer.owner.name if customer.owner else _("没人负责"), "today": actor.today,
        "by": actor.name,
    }  # fmt: skip


def _blocks(actor: Actor, customer: Customer) -> Any:
    basics = [(str(label), shown(key, text)) for key, label, text in fields.visible_fields(actor, customer)]
    yield _("基础资料"), basics
    if actor.sight("credit", customer.owner_id) == "visible":
        yield _("信用资料"), _layer(CREDIT, customer)
    yield _("经营资料"), _layer(OPERATIONS, customer)
    own = [(row["label"], row["text"]) for row in rows_of(customer)]
    if any(text for _label, text in own):
        yield _("自己的字段"), own


def _layer(layer: Layer, customer: Customer) -> list[tuple[str, str]]:
    record = layers.record_of(layer, customer)
    return [(layer.label(f.key), said(f, getattr(record, f.key))) for f in layer.fields]


def _months(actor: Actor, customer: Customer) -> Any:
    return monthly_sales(actor, customer) if actor.sees("sales", customer.owner_id) else None

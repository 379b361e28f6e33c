"""The list on paper: the register book (S4.78), and addresses in the order of the route (S4.95)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from kemai.business.archives.custom_fields import builtin_field, own_cells
from kemai.business.archives.directory import filter_customers
from kemai.business.archives.models import Customer
from kemai.doors.web.pages.customers.asking import asked, plain
from kemai.doors.web.pages.customers.chips import told
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Refused

MOST = 2_000
COLUMNS = (
    "id",
    "code",
    "name",
    "region",
    "address",
    "phone",
    "principal",
    "category",
    "size",
    "owner__name",
    "since",
)
OF_ROUTE = ("route", "route_order", "call_time")


@page
def register(request: ActorRequest) -> HttpResponse:
    """The book: one line a customer, by code."""
    return _page(request, "print/register.html", _("客户资料登记簿"), _rows(request))


@page
def addresses(request: ActorRequest) -> HttpResponse:
    """By district, then route and place on it, with the best time to call."""
    rows = sorted(_rows(request), key=_on_the_way)
    return _page(request, "print/addresses.html", _("客户地址分类表"), rows)


def _rows(request: ActorRequest) -> list[dict[str, Any]]:
    actor = request.actor
    if not actor.sees_customers:
        raise Refused(_("你的岗位不看客户。"))
    found = filter_customers(actor, asked(request.GET, actor).query).order_by("code")
    rows: list[dict[str, Any]] = [dict(row) for row in found.values(*COLUMNS)[: MOST + 1]]
    fields = {name: f for name in OF_ROUTE if (f := builtin_field(name))}
    cells = own_cells([row["id"] for row in rows], [f.key for f in fields.values()])
    for row in rows:
        own = cells.get(row["id"], {})
        row |= {name: own.get(fields[name].key, "") if name in fields else "" for name in OF_ROUTE}
    return rows


def _on_the_way(row: dict[str, Any]) -> tuple[Any, ...]:
    """What is not filled comes last."""
    order = row["route_order"]
    return (
        not row["region"],
        row["region"],
        not row["route"],
        row["route"],
        not order,
        Decimal(order or 0),
        row["code"],
    )


def _page(request: ActorRequest, template: str, title: str, rows: list[dict[str, Any]]) -> HttpResponse:
    now = asked(request.GET, request.actor)
    context = {
        "title": title, "rows": rows[:MOST], "more": len(rows) > MOST, "most": MOST, "today": request.actor.today, "by": request.actor.name,
        "told": told(request.actor, now) or _("全部客户"),
        "query": plain(request.GET), "address_label": str(Customer._meta.get_field("address").verbose_name),  # type: ignore[union-attr]
    }  # fmt: skip
    return render(request, template, context)

"""Sales: months beside last year, and the trade record."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import queries
from kemai.business.archives.models import Customer
from kemai.business.trade.queries import monthly_sales, trade_record
from kemai.doors.web.pages.customer.head import tab
from kemai.doors.web.pages.customer.words import number
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor


@page
def sales(request: ActorRequest, code: str) -> HttpResponse:
    """Months beside last year's, and the trade record."""
    customer = queries.customer_by_code(request.actor, code)
    wanted = number(request.GET.get("page"))
    record = trade_record(request.actor, customer, wanted)
    lines = [_line(x) for x in record.lines] if record else []
    here = reverse("customer_sales", args=[code])
    first = (record.page - 1) * 50 + 1 if record else 1
    return tab(
        request, customer, "sales",
        {
            "months": months_of(request.actor, customer), "lines": lines, "line_columns": _line_columns(bool(record and record.shows_margin)),
            "record_note": _("共 %(n)s 行") % {"n": f"{record.count:,}"} if record else "",
            "record_total": record.total_fen if record else 0, "line_first": first, "line_last": first + len(lines) - 1,
            "line_next": f"{here}?page={record.page + 1}" if record and record.has_next else None,
            "line_previous": f"{here}?page={record.page - 1}" if record and record.page > 1 else None,
        },
    )  # fmt: skip


def months_of(actor: Actor, customer: Customer) -> dict[str, Any]:
    found = monthly_sales(actor, customer)
    if found is None:
        return {"any": False, "labels": [], "now": [], "previous": []}
    now = [m.amount_fen for m in found.months]
    previous = [m.last_year_fen for m in found.months]
    return {
        "any": any(now) or any(previous),
        "labels": [f"{m.month:%y-%m}" for m in found.months],
        "now": now,
        "previous": previous,
    }


def _line(line: Any) -> dict[str, Any]:
    quantity = "" if line.quantity_milli is None else f"{Decimal(line.quantity_milli) / 1000:,g}"
    return {
        **{
            n: getattr(line, n)
            for n in (
                "day",
                "order_no",
                "product_name",
                "amount_fen",
                "cost_fen",
                "kind_label",
                "status_label",
            )
        },
        "quantity": quantity,
    }


def _line_columns(margin: bool) -> list[dict[str, Any]]:
    cost = [{"label": _("成本"), "num": True, "unit": _("元")}] if margin else []
    return [
        {"label": _("日期")}, {"label": _("单号")}, {"label": _("产品")}, {"label": _("数量"), "num": True},
        {"label": _("金额"), "num": True, "unit": _("元")}, *cost, {"label": _("类型")}, {"label": _("状态")},
    ]  # fmt: skip

"""客户库存: what customers hold, how fast it goes and what they should order, by person, unit and region (S1.113)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.valuation.forecasts import reading as forecasts
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.stock import reading as held
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.pages.valuation.groups import names_of, views
from kemai.doors.web.requests import ActorRequest, page

NAME = "valuation_stock"


@page
def stock(request: ActorRequest) -> HttpResponse:
    """Sums of stock with the sales forecast beside them; managers add up to the company."""
    actor, by, run = request.actor, _asked(request), published_run()
    sums = held.stock_sums(actor, run, by) if run else []
    forecasts.check(actor)
    context: dict[str, Any] = {"rows": [], "by_label": views()[by], "whole": actor.sees_all}
    if run and sums:
        sold = {each.key or None: each for each in forecasts.roll_up(actor, run, by)}
        names = names_of(by, [each.key for each in sums])
        context |= {
            "rows": [_row(each, names.get(each.key, ""), sold.get(each.key or None)) for each in sums],
            "total": _row(held.together(sums), _("合计"), None),
            "tabs": [
                {"label": label, "href": f"{reverse(NAME)}?{urlencode({'by': key})}", "current": key == by}
                for key, label in views().items()
            ],
            "note": _("截至 %(day)s 的盘点") % {"day": run.as_of},
            "export_href": frame.export_href(request, "valuation_stock_export", by=by),
        }  # fmt: skip
        context["total"]["next_3"] = sum(row["next_3"] or 0 for row in context["rows"])
    return frame.show(request, "stock.html", NAME, context)


@page
def export_stock(request: ActorRequest) -> FileResponse:
    """The table as a file."""
    actor, by, run = request.actor, _asked(request), published_run()
    forecasts.check(actor)
    if run is None:
        raise LookupError(by)
    sums = held.stock_sums(actor, run, by)
    names = names_of(by, [each.key for each in sums])
    header = [
        views()[by], _("盘点过的客户"), _("库存"), _("销出"), _("每天"), _("够卖几天"), _("建议订货"), _("下月消费"), _("盘点有误"), _("只盘过一次"),
    ]  # fmt: skip
    lines = [
        [names.get(s.key, ""), s.customers, s.closing, s.sold_out, s.per_day, s.cover_days, s.order, s.next_month, s.odd, s.single]
        for s in sums
    ]  # fmt: skip
    return frame.table_file(request, f"stock-{by}-{run.pk}", header, lines)


def _row(each: held.StockSum, label: str, sold: forecasts.GroupSum | None) -> dict[str, Any]:
    names = ("closing", "sold_out", "order", "next_month")
    return {
        "label": label, "customers": each.customers, **{name: pieces(getattr(each, name)) for name in names},
        "per_day": pieces(each.per_day, 2), "cover": pieces(each.cover_days, 1), "odd": each.odd, "single": each.single,
        "next_3": sold.next_3 if sold else None,
    }  # fmt: skip


def pieces(number: Decimal | None, places: int = 0) -> str:
    """A quantity for people; "" for none."""
    return "" if number is None else f"{number:,.{places}f}".replace("-", "−")


def _asked(request: ActorRequest) -> str:
    by = request.GET.get("by", "owner")
    if by not in views():
        raise LookupError(by)
    return by

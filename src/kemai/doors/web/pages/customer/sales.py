"""Sales: months beside last year, what it buys, and the trade record."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import queries
from kemai.business.archives.models import Customer
from kemai.business.trade.queries import (
    Books,
    Share,
    books_of,
    monthly_sales,
    product_mix,
    products,
    trade_record,
)
from kemai.business.valuation.market.wallet import wallet_of
from kemai.doors.web.pages.customer.head import tab
from kemai.doors.web.pages.customer.outlook import outlook_of
from kemai.doors.web.pages.customer.words import day_of, number
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor

FILTERS = ("start", "end", "product")
MIX_ROWS = 8


@page
def sales(request: ActorRequest, code: str) -> HttpResponse:
    """Months, product mix, and the lines of a period and a product."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    asked = {n: request.GET.get(n, "").strip() for n in FILTERS}
    problem = ""
    try:
        start, end = day_of(asked["start"]), day_of(asked["end"])
    except ValueError as odd:
        start, end, problem = None, None, str(odd)
    record = trade_record(
        actor, customer, number(request.GET.get("page")), start=start, end=end, product=asked["product"]
    )
    year_ago = actor.today - timedelta(days=364)
    mix = product_mix(actor, customer, start or year_ago, end or actor.today)
    months = months_of(actor, customer)
    return tab(
        request, customer, "sales",
        {
            "services": [s for s in queries.service_items(actor, customer) if s.is_active],
            "months": months, **outlook_of(actor, customer), **_books(actor, books_of(actor, customer), months), "asked": asked, "problem": problem, "is_filtered": any(asked.values()),
            "mix": _mix(mix or []), "goods": _goods(actor, mix or [], asked["product"]), **_record(customer, record, asked),
            "statuses": [("delivered", _("已交货")), ("ordered", _("已下单"))], "this_month": f"{actor.today:%Y-%m}",
            "wallet": wallet_of(actor, customer), "mix_note": _("近 12 个月") if not start and not end else _("这段时间"),
        },
        status=400 if problem else 200,
    )  # fmt: skip


def months_of(actor: Actor, customer: Customer) -> dict[str, Any]:
    """Twelve months beside last year's, for the chart."""
    found = monthly_sales(actor, customer)
    if found is None:
        return {"any": False, "labels": [], "now": [], "previous": [], "total": 0, "year": 0, "last_year": 0}
    now = [m.amount_fen for m in found.months]
    previous = [m.last_year_fen for m in found.months]
    return {
        "any": any(now) or any(previous), "labels": [f"{m.month:%y-%m}" for m in found.months], "now": now,
        "previous": previous, "total": found.total_fen, "year": found.year_to_date_fen, "last_year": found.last_year_to_date_fen,
    }  # fmt: skip


def _books(actor: Actor, books: Books, months: dict[str, Any]) -> dict[str, Any]:
    """What stands beside the sales; each is shown only when there is something."""
    return {
        "invoices": books.invoices, "receipts": books.receipts, "target": _target(books, months["year"]), "counted_on": books.counted_on,
        "stock": [(name or _("没分产品"), _quantity(milli)) for name, milli in books.stock], "late_before": actor.today,
        "invoice_columns": [
            {"label": _("发票号")}, {"label": _("开票日期")}, {"label": _("到期日")}, {"label": _("金额"), "num": True, "unit": _("元")},
            {"label": _("已收"), "num": True, "unit": _("元")}, {"label": _("还差"), "num": True, "unit": _("元")},
        ],
    }  # fmt: skip


def _target(books: Books, sold: int) -> dict[str, Any] | None:
    """The target beside the year's sales; how much of it is reached only where it covers the year."""
    target = books.target
    if target is None:
        return None
    words = {"quarter": _("%(n)s 个季度合计"), "month": _("%(n)s 个月合计")}
    percent = max(sold, 0) * 100 / target.fen if target.is_whole and target.fen else None
    note = words[target.kind] % {"n": target.count} if target.kind in words else None
    return {"fen": target.fen, "sold": sold, "percent": percent, "note": note}


def _quantity(milli: int | None) -> str:
    return "" if milli is None else f"{Decimal(milli) / 1000:,f}".replace("-", "−")


def _record(customer: Customer, record: Any, asked: dict[str, str]) -> dict[str, Any]:
    if record is None:
        return {
            "lines": [],
            "record": None,
            "line_columns": [],
            "line_first": 1,
            "line_last": 0,
            "line_next": None,
            "line_previous": None,
        }
    kept = urlencode({k: v for k, v in asked.items() if v})
    here = f"{reverse('customer_sales', args=[customer.code])}?{kept}{'&' if kept else ''}page="
    first = (record.page - 1) * 50 + 1
    return {
        "lines": [_line(x) for x in record.lines], "record": record, "line_columns": _line_columns(record.shows_margin),
        "line_first": first, "line_last": first + len(record.lines) - 1,
        "line_next": f"{here}{record.page + 1}#record" if record.has_next else None,
        "line_previous": f"{here}{record.page - 1}#record" if record.page > 1 else None,
    }  # fmt: skip


def _line(line: Any) -> dict[str, Any]:
    names = ("id", "day", "order_no", "product_name", "amount_fen", "cost_fen", "margin_fen", "kind", "kind_label", "status",
             "status_label", "counts")  # fmt: skip
    quantity = (
        "" if line.quantity_milli is None else f"{Decimal(line.quantity_milli) / 1000:,g}".replace("-", "−")
    )
    return {**{n: getattr(line, n) for n in names}, "quantity": quantity, "is_back": line.amount_fen < 0}


def _line_columns(margin: bool) -> list[dict[str, Any]]:
    cost = [{"label": _("毛利"), "num": True, "unit": _("元")}] if margin else []
    return [
        {"label": _("日期")}, {"label": _("单号")}, {"label": _("产品")}, {"label": _("数量"), "num": True},
        {"label": _("金额"), "num": True, "unit": _("元")}, *cost, {"label": _("类型")}, {"label": _("状态")},
        {"label": _("操作"), "hidden": True},
    ]  # fmt: skip


def _mix(shares: list[Share]) -> list[dict[str, Any]]:
    """The largest products, the others in one row; parts of what was bought, returns taken off."""
    total = sum(max(s.amount_fen, 0) for s in shares)
    rows: list[dict[str, Any]] = [
        {"name": s.name or _("没写产品"), "line": s.line, "fen": s.amount_fen} for s in shares[:MIX_ROWS]
    ]
    if len(shares) > MIX_ROWS:
        rest = sum(s.amount_fen for s in shares[MIX_ROWS:])
        rows.append({"name": _("其余 %(n)s 种") % {"n": len(shares) - MIX_ROWS}, "line": "", "fen": rest})
    return [{**r, "percent": max(r["fen"], 0) / total * 100 if total else 0} for r in rows]


def _goods(actor: Actor, mix: list[Share], asked: str) -> list[tuple[str, str]]:
    """Products to choose from: those it bought, then the others."""
    bought = {s.code: s.name for s in mix if s.code}
    known = bought | dict(products(actor).exclude(code__in=bought).values_list("code", "name")[:500])
    return [("", _("全部产品")), *known.items(), *([(asked, asked)] if asked and asked not in known else [])]

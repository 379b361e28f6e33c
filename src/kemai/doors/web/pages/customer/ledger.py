"""Writing on the ledger from a customer's page: a sale, a month's total, and what became of a line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import queries
from kemai.business.archives.actions import Invalid
from kemai.business.archives.models import Customer
from kemai.business.trade import actions
from kemai.business.trade.queries import products, sale_line
from kemai.doors.web.pages.customer.words import day_of, fen_of
from kemai.doors.web.requests import ActorRequest, page


@page
def post(request: ActorRequest, code: str) -> HttpResponse:
    """One sale line."""
    customer, given = queries.customer_by_code(request.actor, code), request.POST
    try:
        day, amount, cost = day_of(given.get("day")), fen_of(given.get("amount")), fen_of(given.get("cost"))
        if day is None or amount is None:
            raise ValueError(_("日期和金额要填。"))
        actions.post_sale(
            actor=request.actor, customer=customer, day=day, amount_fen=amount, cost_fen=cost, order_no=given.get("order_no", "").strip()[:60],
            product=products(request.actor).filter(code=given.get("product", "")).first() if given.get("product") else None,
            quantity_milli=_milli(given.get("quantity")), status=given.get("status") if given.get("status") in ("ordered", "delivered") else "delivered",
        )  # fmt: skip
    except ValueError as odd:
        raise Invalid({"amount": str(odd)}) from odd
    messages.success(request, _("记上了一笔销售"))
    return _back(customer)


@page
def month(request: ActorRequest, code: str) -> HttpResponse:
    """The total of one month."""
    customer, given = queries.customer_by_code(request.actor, code), request.POST
    try:
        amount = fen_of(given.get("amount"))
        if amount is None:
            raise ValueError(_("金额要填。"))
        actions.set_month_total(
            actor=request.actor, customer=customer, month=_month(given.get("month", "")), amount_fen=amount
        )
    except ValueError as odd:
        raise Invalid({"amount": str(odd)}) from odd
    messages.success(request, _("月合计记上了"))
    return _back(customer)


@page
def follow(request: ActorRequest, code: str, line: int, what: str) -> HttpResponse:
    """A line is delivered, cancelled or returned."""
    customer = queries.customer_by_code(request.actor, code)
    found = sale_line(request.actor, line)
    if found.customer_id != customer.pk or what not in ("deliver", "cancel", "return"):
        raise LookupError(line)
    if request.method != "POST":
        return _back(customer)
    try:
        if what == "deliver":
            actions.deliver_sale(actor=request.actor, line=found)
        elif what == "cancel":
            actions.cancel_sale(actor=request.actor, line=found, reason=request.POST.get("reason", ""))
        else:
            day = day_of(request.POST.get("day")) or request.actor.today
            amount = fen_of(request.POST.get("amount"))
            actions.return_sale(actor=request.actor, line=found, day=day, amount_fen=amount)
    except ValueError as odd:
        raise Invalid({"amount": str(odd)}) from odd
    messages.success(request, _("已保存"))
    return _back(customer)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text.strip()}-01")
    except ValueError as odd:
        raise ValueError(_("月份要写成 2026-11。")) from odd


def _milli(text: str | None) -> int | None:
    if not (text or "").strip():
        return None
    try:
        milli = Decimal((text or "").strip()) * 1000
    except InvalidOperation as odd:
        raise ValueError(_("数量看不懂。")) from odd
    if not milli.is_finite() or milli != milli.to_integral_value() or abs(milli) > 10**15:
        raise ValueError(_("数量看不懂，或小数太长。"))
    return int(milli)


def _back(customer: Customer) -> HttpResponse:
    return HttpResponseRedirect(reverse("customer_sales", args=[customer.code]) + "#record")

"""The tab of what a customer owes: invoices, receipts, which money paid what, and saying it otherwise."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import queries
from kemai.business.archives.actions import Invalid
from kemai.business.archives.actions.layers import may_see_credit
from kemai.business.archives.models import Customer
from kemai.business.trade.actions import match_receipt, unmatch_receipt
from kemai.business.trade.queries import matched_books
from kemai.business.trade.queries.matching import Match, MatchedInvoice, MatchedReceipt
from kemai.doors.web.pages.customer.head import tab
from kemai.doors.web.pages.customer.words import fen_of
from kemai.doors.web.requests import ActorRequest, page

SHOWN = 100


@page
def receivables(request: ActorRequest, code: str) -> HttpResponse:
    """Invoices and receipts with what is matched."""
    customer = queries.customer_by_code(request.actor, code)
    may_see_credit(request.actor, customer)
    return _page(request, customer, {})


@page
def match(request: ActorRequest, code: str) -> HttpResponse:
    """A receipt pays an invoice, as the credit role says."""
    customer, given = queries.customer_by_code(request.actor, code), request.POST
    try:
        amount = fen_of(given.get("amount"))
        if amount is None:
            raise Invalid({"amount": _("写上对多少。")})
        match_receipt(
            actor=request.actor, customer=customer, receipt_no=given.get("receipt", ""), invoice_no=given.get("invoice", ""), amount_fen=amount
        )  # fmt: skip
    except Invalid as invalid:
        return _page(request, customer, invalid.problems)
    except ValueError as odd:
        return _page(request, customer, {"amount": str(odd)})
    messages.success(request, _("对上了"))
    return HttpResponseRedirect(reverse("customer_receivables", args=[code]))


@page
def unmatch(request: ActorRequest, code: str) -> HttpResponse:
    """What was said is taken back; the rule decides again."""
    customer = queries.customer_by_code(request.actor, code)
    unmatch_receipt(
        actor=request.actor, customer=customer, receipt_no=request.POST.get("receipt", ""), invoice_no=request.POST.get("invoice", "")
    )  # fmt: skip
    messages.success(request, _("不按人说的对了，改回先指定、后最早"))
    return HttpResponseRedirect(reverse("customer_receivables", args=[code]))


def _page(request: ActorRequest, customer: Customer, errors: dict[str, str]) -> HttpResponse:
    actor, found = request.actor, matched_books(request.actor, customer)
    open_ones = [each for each in found.invoices if each.amount_fen > 0]
    context: dict[str, Any] = {
        "books": found, "invoices": [_invoice(each) for each in found.invoices[:SHOWN]], "receipts": [_receipt(r) for r in found.receipts[:SHOWN]],
        "overdue_fen": sum(i.open_fen for i in found.invoices if i.days_late > 0), "more": max(len(found.invoices), len(found.receipts)) > SHOWN,
        "may_match": actor.may("credit.edit") and bool(open_ones) and any(r.amount_fen > 0 for r in found.receipts), "errors": errors, "form": request.POST,
        "receipt_choices": [(r.receipt_no, _receipt_word(r)) for r in found.receipts[:SHOWN] if r.amount_fen > 0],
        "invoice_choices": [(i.invoice_no, _invoice_word(i)) for i in sorted(open_ones, key=lambda i: (i.open_fen == 0, i.issued_on))[:SHOWN]],
    }  # fmt: skip
    return tab(request, customer, "receivables", context, status=422 if errors else 200)


def _receipt_word(receipt: MatchedReceipt) -> str:
    return f"{receipt.received_on} {receipt.receipt_no} {receipt.amount_fen / 100:,.2f}"


def _invoice_word(invoice: MatchedInvoice) -> str:
    left = _("还差 %(n)s") % {"n": f"{invoice.open_fen / 100:,.2f}"} if invoice.open_fen else _("已付清")
    return f"{invoice.issued_on} {invoice.invoice_no} {left}"


def _invoice(each: MatchedInvoice) -> dict[str, Any]:
    return {
        "row": each,
        "is_red": each.amount_fen < 0,
        "late": _late(each),
        "is_late": each.days_late > 0,
        "matches": [_match(m) for m in each.matches],
    }


def _late(each: MatchedInvoice) -> str:
    """How it was paid, in a word."""
    if each.amount_fen < 0:
        return _("红字，抵最早的发票")
    if each.open_fen > 0:
        return _("已过期 %(n)s 天") % {"n": each.days_late} if each.days_late > 0 else _("未到期")
    return _("晚了 %(n)s 天") % {"n": each.days_late} if each.days_late > 0 else _("按时付清")


def _receipt(each: MatchedReceipt) -> dict[str, Any]:
    return {"row": each, "is_back": each.amount_fen < 0, "matches": [_match(m) for m in each.matches]}


def _match(each: Match) -> dict[str, Any]:
    words = {"assigned": _("人定的"), "named": _("付款时写的"), "oldest": _("冲最早的")}
    return {"source": each.source_no, "invoice": each.invoice_no, "fen": each.fen, "how": words[each.how], "is_said": each.how == "assigned", "is_red": each.kind == "red_letter", "on": each.paid_on}  # fmt: skip

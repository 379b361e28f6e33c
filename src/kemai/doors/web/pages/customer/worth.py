"""价值: the value card whole, what the customer earns with us beside what we earn with it, what it could still buy."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kemai.business.archives import queries
from kemai.business.archives.actions import Invalid
from kemai.business.archives.models import Customer
from kemai.business.valuation import actions
from kemai.business.valuation.models import Benefit, MissingLine
from kemai.business.valuation.worth.benefits import (
    BothSides,
    benefit_by_id,
    both_sides,
    missing_line_by_id,
    missing_lines_of,
)
from kemai.business.valuation.worth.reading import worth_of
from kemai.doors.web.pages.customer.head import head_of
from kemai.doors.web.pages.customer.value_card import card_lines
from kemai.doors.web.pages.customer.words import fen_of, run_note, said_by
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused

SHARES = ("share", "margin", "p", "conversion")
FIELDS = ("period", "kind", "amount", "note", "name", "demand", "referrals", "mean", *SHARES)


@page
def worth(request: ActorRequest, code: str) -> HttpResponse:
    """The tab."""
    return _page(request, queries.customer_by_code(request.actor, code))


@require_POST
@page
def benefit(request: ActorRequest, code: str) -> HttpResponse:
    """An amount of a period, entered."""
    customer, given = queries.customer_by_code(request.actor, code), request.POST
    try:
        fen = _money(given.get("amount"), "amount")
        actions.record_benefit(
            actor=request.actor, customer=customer, period=given.get("period", ""), kind=given.get("kind", ""), amount_fen=fen, note=given.get("note", "")
        )  # fmt: skip
    except Invalid as odd:
        return _page(request, customer, benefit_errors=odd.problems, status=422)
    return _done(request, customer, _("记下了"))


@require_POST
@page
def benefit_remove(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """An entry, taken back."""
    customer = queries.customer_by_code(request.actor, code)
    actions.remove_benefit(actor=request.actor, benefit=benefit_by_id(request.actor, customer, pk))
    return _done(request, customer, _("去掉了"))


@require_POST
@page
def missing_line(request: ActorRequest, code: str) -> HttpResponse:
    """A line that it could buy, or whom it may recommend, estimated."""
    customer, given = queries.customer_by_code(request.actor, code), request.POST
    try:
        actions.save_missing_line(
            actor=request.actor, customer=customer, kind=given.get("kind", "line"), name=given.get("name", ""), **_numbers(given)
        )  # fmt: skip
    except Invalid as odd:
        return _page(request, customer, line_errors=odd.problems, status=422)
    return _done(request, customer, _("记下了，下次估值用它"))


@require_POST
@page
def missing_line_remove(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """An estimate, taken back."""
    customer = queries.customer_by_code(request.actor, code)
    actions.remove_missing_line(actor=request.actor, line=missing_line_by_id(request.actor, customer, pk))
    return _done(request, customer, _("去掉了"))


def _page(
    request: ActorRequest, customer: Customer, *, benefit_errors: dict[str, str] | None = None,
    line_errors: dict[str, str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    actor = request.actor
    if not actor.sees("value", customer.owner_id):
        raise Refused(_("你的岗位看不到估值。"))
    head = head_of(request, customer, "worth")
    standing, run = head.pop("standing"), head.pop("run")
    sees_margin = actor.sees("margin", customer.owner_id)
    context = {
        **head, "lines": card_lines(actor, customer, standing), "value_note": run_note(run), "sees_margin": sees_margin,
        "may_enter": sees_margin and actor.may("potential.edit"), "parameters": _parameters(actor, customer) if sees_margin else [],
        "periods": [_period(each) for each in both_sides(actor, customer)], "missing_lines": [_line(each) for each in missing_lines_of(actor, customer)],
        "kinds": Benefit.Kind.choices, "line_kinds": MissingLine.Kind.choices, "given": {name: request.POST.get(name, "") for name in FIELDS}, "benefit_errors": benefit_errors or {},
        "line_errors": line_errors or {}, "this_year": str(actor.today.year),
        "ask_four": format_html('<a class="ask sm" href="{}" data-why>{}</a>', reverse("customer_why", args=[customer.code, "economics"]), _("怎么看")),
    }  # fmt: skip
    return render(request, "customer/worth.html", context, status=status)


def _parameters(actor: Actor, customer: Customer) -> list[tuple[str, int | None]]:
    """The four parameters of the card (S4.56), in fen."""
    row = worth_of(actor, customer)
    if row is None:
        return []
    return [
        (_("获客成本"), row.acquisition_fen), (_("一年的保有成本"), row.retention_cost_fen), (_("客户利益"), row.benefit_fen),
        (_("营业收入"), row.revenue_fen),
    ]  # fmt: skip


def _period(found: BothSides) -> dict[str, Any]:
    return {
        "period": found.period, "sales_fen": found.sales_fen, "profit_fen": found.profit_fen, "profit_share": found.profit_share,
        "benefit_fen": found.benefit_fen, "benefit_share": found.benefit_share, "own_margin_fen": found.own_margin_fen,
        "service_fen": found.service_fen, "investment_fen": found.investment_fen, "investment_return": found.investment_return,
        "missing": _("这段时间没有销售") if not found.sales_fen else _("有的销售没有成本"),
        "entries": [
            {"pk": e.pk, "kind": e.get_kind_display(), "fen": e.amount_fen, "note": e.note, "who": said_by(e.person_name)} for e in found.entries
        ],
    }  # fmt: skip


def _line(found: MissingLine) -> dict[str, Any]:
    def percent(bp: int | None) -> str:
        return "" if bp is None else f"{bp / 100:g}%"

    if found.kind == MissingLine.Kind.LINE:
        how = (found.demand_fen, percent(found.share_bp), percent(found.margin_bp), percent(found.p_bp))
    else:
        how = (found.mean_fen, f"{(found.referrals_milli or 0) / 1000:g}", percent(found.conversion_bp), "")
    return {"pk": found.pk, "name": found.name, "kind": found.kind, "kind_label": found.get_kind_display(), "fen": how[0], "how": how[1:],
            "worth_fen": found.worth_fen, "who": said_by(found.person_name)}  # fmt: skip


def _numbers(given: Any) -> dict[str, int | None]:
    """What the form says, in fen and basis points. Raises Invalid."""
    problems: dict[str, str] = {}
    found: dict[str, int | None] = {}
    readers = {"demand_fen": ("demand", _fen), "mean_fen": ("mean", _fen), "referrals_milli": ("referrals", _milli),
               **{f"{name}_bp": (name, _bp) for name in SHARES}}  # fmt: skip
    for key, (name, read) in readers.items():
        try:
            found[key] = read(given.get(name) or "")
        except ValueError as odd:
            problems[key] = str(odd)
    if problems:
        raise Invalid(problems)
    return found


def _money(text: str | None, name: str) -> int | None:
    try:
        return fen_of(text)
    except ValueError as odd:
        raise Invalid({name: str(odd)}) from odd


def _fen(text: str) -> int | None:
    return fen_of(text)


def _bp(text: str) -> int | None:
    return _scaled(text.strip().rstrip("%％"), 100, _("写成百分数，比如 30。"))


def _milli(text: str) -> int | None:
    return _scaled(text, 1000, _("写成数字，比如 4。"))


def _scaled(text: str, factor: int, sentence: str) -> int | None:
    if not text.strip():
        return None
    try:
        found = Decimal(text.strip()) * factor
    except InvalidOperation as odd:
        raise ValueError(sentence) from odd
    if not found.is_finite() or found != found.to_integral_value() or abs(found) > 10**9:
        raise ValueError(sentence)
    return int(found)


def _done(request: ActorRequest, customer: Customer, said: str) -> HttpResponse:
    messages.success(request, said)
    return HttpResponseRedirect(reverse("customer_worth", args=[customer.code]))

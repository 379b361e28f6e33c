"""估潜力: what a customer may bring, what the expected value becomes, and how the estimate came about."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai import value
from kemai.business.archives import queries
from kemai.business.archives.actions import Invalid
from kemai.business.archives.models import Customer
from kemai.business.prospects.actions import estimate_potential, estimate_problems
from kemai.business.prospects.models import Potential
from kemai.business.prospects.queries import current_potential, potential_history
from kemai.business.valuation import queries as valuation
from kemai.doors.web.pages.customer.head import tab
from kemai.doors.web.pages.customer.words import fen_of, large_text, large_unit, large_unit_word, said_by
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.money import yuan

NAMES = ("mp", "es", "p", "av", "horizon_months", "reason_product", "reason_market", "reason_relation")


@page
def potential(request: ActorRequest, code: str) -> HttpResponse:
    """The form; `try` shows what the value would become, a plain POST saves."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    if not actor.sees("potential", customer.owner_id):
        raise Refused(_("你的岗位看不到潜力。"))
    if request.method == "POST":
        actor.require("potential.edit", _("你的岗位不能估潜力。"))
    form = (
        _given(current_potential(actor, customer))
        if request.method != "POST"
        else {n: request.POST.get(n, "") for n in NAMES}
    )
    errors: dict[str, str] = {}
    trial = None
    if request.method == "POST":
        try:
            numbers = _numbers(form)
            trial = _trial(actor, customer, numbers)
            if "try" not in request.POST:
                return _saved(request, customer, numbers, form)
        except Invalid as invalid:
            errors = invalid.problems
    else:
        try:
            trial = _trial(actor, customer, _numbers(form))
        except Invalid as invalid:  # what was once allowed and no longer is
            errors = invalid.problems
    history = list(potential_history(actor, customer)[:30])
    return tab(
        request, customer, "potential",
        {
            "form": form, "errors": errors, "trial": trial, "history": _history(history), "p_choices": _p_choices(form["p"]),
            "is_prospect": customer.first_order_on is None, "amount_unit": large_unit_word(),
        },
        status=422 if errors and request.method == "POST" else 200,
    )  # fmt: skip


def _saved(
    request: ActorRequest, customer: Customer, numbers: dict[str, Any], form: dict[str, Any]
) -> HttpResponse:
    reasons = {n: form[n] for n in ("reason_product", "reason_market", "reason_relation")}
    saved = estimate_potential(actor=request.actor, customer=customer, **numbers, **reasons)
    for warning in saved.warnings:
        messages.warning(request, warning)
    messages.success(request, _("记下了这次估计，下次估值用它"))
    return HttpResponseRedirect(reverse("customer_potential", args=[customer.code]))


def _given(found: Potential | None) -> dict[str, Any]:
    if found is None:
        return dict.fromkeys(NAMES, "") | {"horizon_months": "12"}
    return {
        "mp": large_text(found.mp_fen), "es": _percent(found.es_bp), "p": "" if found.p_bp is None else str(found.p_bp),
        "av": large_text(found.av_fen), "horizon_months": str(found.horizon_months), "reason_product": found.reason_product,
        "reason_market": found.reason_market, "reason_relation": found.reason_relation,
    }  # fmt: skip


def _numbers(form: dict[str, Any]) -> dict[str, Any]:
    """The form's numbers in fen and basis points. Raises Invalid with a sentence for each that can't be read."""
    problems: dict[str, str] = {}
    found: dict[str, Any] = {}
    readers = {"mp": ("mp_fen", _fen), "av": ("av_fen", _fen), "es": ("es_bp", _bp), "p": ("p_bp", _level), "horizon_months": ("horizon_months", _months)}  # fmt: skip
    for name, (key, read) in readers.items():
        try:
            found[key] = read(str(form[name]))
        except ValueError as odd:
            problems[key] = str(odd)
    if not problems:
        problems = estimate_problems(found)
    if problems:
        raise Invalid(problems)
    return found


def _fen(text: str) -> int | None:
    return fen_of(text, large_unit())


def _bp(text: str) -> int | None:
    plain = text.strip().rstrip("%％").strip()
    if not plain:
        return None
    try:
        bp = Decimal(plain) * 100
    except InvalidOperation as odd:
        raise ValueError(_("份额写成百分数，比如 30。")) from odd
    if not bp.is_finite() or bp != bp.to_integral_value():
        raise ValueError(_("份额写成百分数，最多两位小数。"))
    return int(bp)


def _level(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _months(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise ValueError(_("预测期写成月数，比如 12。"))
    return int(text)


def _trial(actor: Actor, customer: Customer, numbers: dict[str, Any]) -> dict[str, Any] | None:
    """What the expected value becomes, by the library's own formula; None when something is still missing."""
    row = valuation.standing_of(actor, customer)
    now = row.ev_fen if row is not None else None
    p = _fraction(numbers["p_bp"])
    if customer.first_order_on is None:
        mp, es = numbers["mp_fen"], _fraction(numbers["es_bp"])
        if mp is None or es is None or p is None:
            return {"fen": None, "now": now, "missing": _("填上需求潜力、预期份额和可能性，就算得出来。")}
        return {"fen": _to_fen(value.prospect_expected_value(yuan(mp), es, p)), "now": now, "missing": ""}
    if row is None or row.cb_fen is None:
        return {"fen": None, "now": now, "missing": _("还没有这家客户的估值，保存后下次估值就有。")}
    if numbers["av_fen"] is None or p is None:
        return {"fen": row.cb_fen, "now": now, "missing": _("没填增量，期望价值等于近 12 月销售。")}
    return {
        "fen": _to_fen(value.customer_expected_value(yuan(row.cb_fen), yuan(numbers["av_fen"]), p)),
        "now": now,
        "missing": "",
    }


def _fraction(bp: int | None) -> Decimal | None:
    return None if bp is None else Decimal(bp) / 10_000


def _to_fen(amount: Decimal) -> int:
    return int((amount * 100).to_integral_value())


def _p_choices(value_now: str) -> list[tuple[str, str]]:
    made = [
        ("", _("没估")),
        ("8000", _("80%%，把握大") % ()),
        ("5000", _("50%%，一般") % ()),
        ("2000", _("20%%，小") % ()),
    ]
    return (
        made
        if value_now in dict(made)
        else [*made, (value_now, _percent(int(value_now)) + "%" if value_now.isdigit() else value_now)]
    )


def _history(found: list[Potential]) -> list[dict[str, Any]]:
    """Each estimate with what changed against the one before it."""
    rows = []
    for at, each in enumerate(found):
        before = found[at + 1] if at + 1 < len(found) else None
        rows.append({
            "on": each.estimated_on, "who": said_by(each.person_name) or _("导入"), "mp": each.mp_fen, "av": each.av_fen,
            "es": _step(each.es_bp, before.es_bp if before else None), "p": _step(each.p_bp, before.p_bp if before else None),
            "horizon": each.horizon_months, "current": each.is_current,
            "reasons": [r for r in (each.reason_product, each.reason_market, each.reason_relation) if r],
        })  # fmt: skip
    return rows


def _step(now: int | None, before: int | None) -> str:
    if now is None:
        return ""
    return (
        f"{_percent(before)}% → {_percent(now)}%"
        if before is not None and before != now
        else f"{_percent(now)}%"
    )


def _percent(bp: int | None) -> str:
    return "" if bp is None else f"{Decimal(bp) / 100:g}"

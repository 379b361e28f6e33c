"""Why a number of a customer is what it is: formula, inputs, place, what would move it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from kemai.business.archives import queries
from kemai.business.archives.models import Customer
from kemai.business.valuation import queries as valuation
from kemai.business.valuation import wording
from kemai.business.valuation.schemes import scheme_name
from kemai.doors.web.pages.customer.words import card, class_word, run_note
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.money import yuan
from kemai.value.explain import population_summary


@page
def why(request: ActorRequest, code: str, measure: str) -> HttpResponse:
    """Why a number is what it is: formula, inputs, place, what would move it."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    key = "sales_abc_value" if measure == "sales_12m" else measure
    if not actor.sees("value", customer.owner_id):
        raise Refused(_("你的岗位看不到估值。"))
    if key in valuation.MARGIN_SCHEMES and not actor.sees("margin", customer.owner_id):
        raise Refused(_("你的岗位看不到毛利。"))
    run, row = valuation.published_run(), valuation.standing_of(actor, customer)
    if run is None or row is None:
        raise LookupError(code)
    found = valuation.explanation(run, row, code, key)
    return render(
        request, "customer/why.html", {"c": card(customer), "w": _why(actor, customer, run, row, found, key)}
    )


def _why(actor: Actor, customer: Customer, run: Any, row: Any, found: Any, key: str) -> dict[str, Any]:
    counts = valuation.definition(run, key).classes
    summary = population_summary({"population": row.population}, run.summary["schemes"][key])
    sizes = {
        c["class"] if "class" in c else c.get("label"): c.get("count", c.get("n", 0))
        for c in summary["classes"]
    }
    bands = [{"class": k, "count": sizes.get(k, 0)} for k in counts] if set(counts) <= set("ABC") else []
    place = counts.index(found.label) if found.label in counts else 0
    inside = found.rank - sum(sizes.get(k, 0) for k in counts[:place]) if found.rank else 0
    at = (
        (place + min(inside / max(sizes.get(found.label, 1), 1), 1)) / max(len(counts), 1) * 100
        if found.rank
        else 0
    )
    label = _("第 %(n)s 名") % {"n": found.rank} if found.rank else ""
    move = wording.move_line(found)
    history = [
        (
            str(h.run.as_of),
            f"{class_word(h.old_class) or '—'} → {class_word(h.new_class) or '—'}",
            f"#{h.run_id}",
        )
        for h in valuation.class_history(actor, customer, key, 6)
    ]
    return {
        "title": _("为什么是 %(c)s") % {"c": class_word(found.label)} if found.label else _("为什么没有级别"),
        "note": _("%(scheme)s，第 %(n)s 版") % {"scheme": scheme_name(key), "n": run.schemes[key]["version"]}, "formula": [],
        "inputs": [(_("算式"), wording.formula_line(row, key, found) if found.value is not None else "—", ""), *_inputs(row, actor, customer)],
        "missing": valuation.reason_text(found.reason) if found.value is None else "", "bands": bands if found.rank else [],
        "n": found.n, "at": at, "at_label": label, "ruler_label": label, "history": history,
        "ways": [(move, "", "")] if move else [], "ways_title": _("怎样升一级"), "window": "",
        "foot": run_note(run), "doc": "", "scheme_key": key,
    }  # fmt: skip


def _inputs(row: Any, actor: Actor, customer: Customer) -> list[tuple[str, str, str]]:
    figures = [
        (_("近 12 月净销售"), row.sales_12m_fen),
        (_("其中退货"), row.returns_12m_fen),
        (_("上年同期"), row.sales_prior_12m_fen),
    ]
    made = [(label, f"{yuan(fen):,}" if fen is not None else "—", _("台账")) for label, fen in figures]
    if actor.sees("margin", customer.owner_id):
        made.append(
            (
                _("近 12 月毛利"),
                f"{yuan(row.profit_12m_fen):,}" if row.profit_12m_fen is not None else _("没有成本"),
                _("台账"),
            )
        )
    return [
        *made,
        (_("近 12 月单数"), str(row.orders_12m or 0), _("台账")),
        (_("最近一单"), str(row.last_order_on or "—"), _("台账")),
    ]

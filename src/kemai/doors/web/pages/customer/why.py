"""Why a number of a customer is what it is: formula, inputs, place, what would move it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kemai.business.archives import queries
from kemai.business.archives.models import Customer
from kemai.business.prospects.queries import current_potential
from kemai.business.valuation import queries as valuation
from kemai.business.valuation.credit.file import assessments_of
from kemai.business.valuation.leading import leading_scheme
from kemai.business.valuation.ranking import wording
from kemai.business.valuation.ranking.composition import sales_scheme
from kemai.business.valuation.schemes import scheme_name
from kemai.doors.web.pages.customer import why_credit, why_parts
from kemai.doors.web.pages.customer.formulas import formula_of, window_of
from kemai.doors.web.pages.customer.why_worth import MEASURES, told_of
from kemai.doors.web.pages.customer.words import card, class_word, run_note, said_by
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.money import exact_text, short_text
from kemai.value.explain import population_summary
from kemai.value.schemes.definition import OWN

SALES = "sales_abc_value"
Line = tuple[str, str, str]


@page
def why(request: ActorRequest, code: str, measure: str) -> HttpResponse:
    """A popover when script asks, else a page of its own."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    if measure in why_credit.FIGURES:
        told = why_credit.told(actor, customer, measure)
        return render(request, "customer/why.html", {"c": card(customer), "w": told})
    run = valuation.published_run()
    key = ((run and sales_scheme(run)) or SALES) if measure == "sales_12m" else measure
    lacking = valuation.lacks_for_scheme(actor, key, run, customer.owner_id)
    if lacking == "margin":
        raise Refused(_("你的岗位看不到毛利。"))
    if lacking:
        raise Refused(_("这个方案用到你的岗位看不到的数。"))
    if not actor.sees("value", customer.owner_id):
        raise Refused(_("你的岗位看不到估值。"))
    if run is not None and key in MEASURES:
        return render(
            request, "customer/why.html", {"c": card(customer), "w": _of_worth(actor, customer, run, key)}
        )
    row = valuation.standing_of(actor, customer)
    if run is None or row is None:
        raise LookupError(code)
    further = why_parts.told(actor, customer, run, measure)
    if further is not None:
        told = further
    elif key == "stability":
        told = _stability(run, row)
    else:
        found = valuation.explanation(run, row, code, key)
        told = _why(actor, customer, run, row, found, key)
        if measure == "sales_12m" and found.value is not None:
            told["title"] = _("近 12 月销售怎么来的")
    return render(request, "customer/why.html", {"c": card(customer), "w": told})


def _of_worth(actor: Actor, customer: Customer, run: Any, key: str) -> dict[str, Any]:
    """Value kinds and churn; what rests on margin is for who sees it."""
    if not actor.sees(MEASURES[key][0], customer.owner_id):
        raise Refused(_("你的岗位看不到毛利。"))
    return told_of(actor, customer, run, key)


def _stability(run: Any, row: Any) -> dict[str, Any]:
    """Spread of the monthly sums: standard deviation over mean."""
    inputs: list[Line] = []
    if row.stability_mean_fen is not None:
        inputs += [
            (_("看了几个月"), str(row.stability_months), _("台账")),
            (_("月均净销售"), short_text(row.stability_mean_fen), _("台账")),
            (_("有销售的月份"), f"{(row.active_ratio or 0) * 100:.0f}%", _("台账")),
            (_("最近连着下单"), _("%(n)s 个月") % {"n": row.streak or 0}, _("台账")),
            (_("最长没下单"), _("%(n)s 个月") % {"n": row.longest_gap or 0}, _("台账")),
        ]
    if row.trend_per_year is not None:
        inputs.append((_("一年的走势"), f"{row.trend_per_year * 100:+.1f}%".replace("-", "−"), _("直线拟合")))
    formula: list[Any] = []
    if row.stability_cv is not None and row.stability_mean_fen:
        spread = short_text(round(row.stability_cv * row.stability_mean_fen))
        formula = [
            (_("月销售的标准差"), spread),
            "÷",
            (_("月均净销售"), short_text(row.stability_mean_fen)),
            "=",
            (pgettext("measure", "波动"), f"{row.stability_cv:.2f}"),
        ]
    return {
        "title": _("稳不稳怎么看"), "note": _("0.3 以内稳定，0.6 以内波动，再大不稳"), "formula": formula, "inputs": inputs,
        "missing": valuation.reason_text(row.stability_reason) if row.stability_cv is None else "", "bands": [], "n": 0, "at": 0,
        "at_label": "", "ruler_label": "", "history": [], "ways": [], "ways_title": "", "window": window_of(run, 12), "foot": run_note(run),
        "doc": "", "scheme_key": leading_scheme(),
    }  # fmt: skip


def _why(actor: Actor, customer: Customer, run: Any, row: Any, found: Any, key: str) -> dict[str, Any]:
    move = wording.move_line(found)
    label = _("第 %(n)s 名") % {"n": f"{found.rank:,}"} if found.rank else ""
    bands, at = _place(run, row, found, key)
    own = why_parts.own_told(run, customer, found.measure)
    inputs = own["inputs"] if own else [
        *_estimate(actor, customer, key), *_inputs(row, actor, customer), *_credit_gate(actor, customer, run, key)
    ]  # fmt: skip
    missing = valuation.reason_text(found.reason) if found.value is None or found.label is None else ""
    return {
        "title": _("为什么是 %(c)s") % {"c": class_word(found.label)} if found.label else _("为什么没有级别"),
        "note": _("%(scheme)s，第 %(n)s 版") % {"scheme": scheme_name(key), "n": run.schemes[key]["version"]},
        "formula": own["formula"] if own else formula_of(row, key, found), "inputs": inputs,
        "missing": (own and own["missing"]) or missing,
        "bands": bands, "n": found.n, "at": at, "at_label": label, "ruler_label": label, "history": _history(actor, customer, key),
        "ways": _ways(row, found, move), "ways_title": _("怎样升一级"), "window": window_of(run, 12), "foot": run_note(run), "doc": "",
        "scheme_key": key,
    }  # fmt: skip


def _place(run: Any, row: Any, found: Any, key: str) -> tuple[list[dict[str, Any]], float]:
    """Where it stands among all, drawn in equal depth per class with the value of each line."""
    counts = valuation.definition(run, key).classes
    if not found.rank or not set(counts) <= set("ABCD") or found.label not in counts:
        return [], 0
    summary = population_summary({"population": row.population}, run.summary["schemes"][key])
    sizes = {
        c["class"] if "class" in c else c.get("label"): c.get("count", c.get("n", 0))
        for c in summary["classes"]
    }
    edges = list(summary.get("edges") or [])
    bands = []
    for at, label in enumerate(counts):
        edge = edges[at] if at < len(edges) else None
        fen = edge.get("value") if isinstance(edge, dict) else edge
        line = (
            _("%(c)s 线 %(n)s") % {"c": label, "n": short_text(fen)}
            if isinstance(fen, int) and found.unit == "yuan"
            else None
        )
        bands.append({"class": label, "count": sizes.get(label, 0), "line": line})
    place = counts.index(found.label)
    inside = found.rank - sum(sizes.get(k, 0) for k in counts[:place])
    return bands, (place + min(inside / max(sizes.get(found.label, 1), 1), 1)) / len(counts) * 100


def _ways(row: Any, found: Any, move: str) -> list[Line]:
    """The smallest rise; a usual order or a higher step of probability where that would do by itself."""
    if found.move is None:
        return []
    is_own = found.measure.startswith(OWN)
    needed = (
        wording.worded(found.move.needed, found.unit)
        if is_own
        else short_text(found.move.needed)
        if found.unit == "yuan"
        else ""
    )
    ways: list[Line] = [(move, needed, class_word(found.move.to))]
    usual = round(row.sales_12m_fen / row.orders_12m) if row.sales_12m_fen and row.orders_12m else 0
    if found.unit == "yuan" and usual > 0 and not is_own:
        count = -(-found.move.more // usual)
        if count <= 12:
            text = _("再下 %(k)s 张平常的单，每张 %(n)s") % {"k": count, "n": short_text(usual)}
            ways.append(
                (
                    text,
                    short_text(found.value + count * usual),
                    class_word(found.move.to),
                )
            )
    if found.move.p_bp is not None and found.move.p_bp != row.p_bp:
        text = _("把握提到 %(n)s%%") % {"n": f"{found.move.p_bp / 100:g}"}
        ways.append((text, "", class_word(found.move.to)))
    return ways


def _history(actor: Actor, customer: Customer, key: str) -> list[Line]:
    """The class after each run that moved it; what it was on a day in between is the line before."""
    return [
        (
            str(h.run.as_of),
            f"{class_word(h.old_class) or '—'} → {class_word(h.new_class) or '—'}",
            f"#{h.run_id}",
        )
        for h in valuation.class_history(actor, customer, key, 8)
    ]


def _estimate(actor: Actor, customer: Customer, key: str) -> list[Line]:
    if key != "ev_abc":
        return []
    found = current_potential(actor, customer)
    if found is None:
        return [(_("估的潜力"), _("没估过"), "")]
    by = f"{said_by(found.person_name) or _('导入')} {found.estimated_on:%m-%d}"
    named = [
        (_("需求潜力"), found.mp_fen, "fen"),
        (_("预期份额"), found.es_bp, "bp"),
        (_("预期增量"), found.av_fen, "fen"),
        (_("把握"), found.p_bp, "bp"),
    ]
    return [
        (label, short_text(n) if unit == "fen" else f"{n / 100:g}%", by)
        for label, n, unit in named if n is not None
    ]  # fmt: skip


def _credit_gate(actor: Actor, customer: Customer, run: Any, key: str) -> list[Line]:
    """The grade that the run's gate of the quality score looked at; nothing where there was none."""
    if key != "quality" or "credit" not in run.settings.get("quality_gates", ()):
        return []
    known = next((each for each in assessments_of(actor, customer) if each.on <= run.as_of), None)
    grade, on = (known.grade, str(known.on)) if known else (_("没评过"), "")
    return [(_("信用等级，门槛是 BB"), grade, on)]


def _inputs(row: Any, actor: Actor, customer: Customer) -> list[Line]:
    figures = [
        (_("近 12 月净销售"), row.sales_12m_fen),
        (_("其中退货"), row.returns_12m_fen),
        (_("上年同期"), row.sales_prior_12m_fen),
    ]
    made = [(label, exact_text(fen) if fen is not None else _("没有"), _("台账")) for label, fen in figures]
    if actor.sees("margin", customer.owner_id):
        missing = valuation.reason_text(row.profit_12m_reason) or _("没有成本")
        text = exact_text(row.profit_12m_fen) if row.profit_12m_fen is not None else missing
        made.append((_("近 12 月毛利"), text, _("台账")))
    last = str(row.last_order_on) if row.last_order_on else _("没有订单")
    return [*made, (_("近 12 月单数"), str(row.orders_12m or 0), _("台账")), (_("最近一单"), last, _("台账"))]

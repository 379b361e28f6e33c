"""What a customer will buy, how steady it is, and what it holds in stock: three panels of its sales page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.trade.queries import ProductStock, monthly_sales, stock_of
from kemai.business.valuation.forecasts.reading import Outlook, forecast_of
from kemai.business.valuation.forecasts.words import (
    development_sentence,
    label_word,
    method_why,
    method_word,
    reason_word,
    stability_word,
)
from kemai.business.valuation.gates import gates_of, groups_of_column
from kemai.business.valuation.models import Standing
from kemai.business.valuation.queries import published_run, standing_of
from kemai.foundation.access.actor import Actor

SHOWN = 12
PRIORITIES = ("P1", "P2", "P3")


def outlook_of(actor: Actor, customer: Customer) -> dict[str, Any]:
    """`forecast` for the chart and its words, `steadiness` with rows and reasons, `stocked`; each None or empty where
    there is nothing that the actor may see."""
    found = forecast_of(actor, customer)
    return {
        "forecast": _forecast(actor, customer, found) if found else None,
        "steadiness": _steadiness(actor, customer, found), "stocked": [_product(each) for each in stock_of(actor, customer)],
    }  # fmt: skip


def _forecast(actor: Actor, customer: Customer, found: Outlook) -> dict[str, Any]:
    row = found.row
    if not row.method:
        return {"reason": reason_word(row.reason), "as_of": found.run.as_of}
    low, high = found.low or (None,) * SHOWN, found.high or (None,) * SHOWN
    spans = [
        (
            _("未来 %(n)s 个月") % {"n": n},
            *(getattr(row, f"{name}_{n}_fen") for name in ("next", "low", "high")),
        )
        for n in (3, 6, 12)
    ]
    return {
        "reason": "", "as_of": found.run.as_of, "past": _past(actor, customer, found.months[0]), "spans": spans,
        "ahead": list(zip(found.months, found.mean, low, high, strict=True)), "method": method_word(row.method),
        "why": method_why(row.method), "label": label_word(row.label), "months": row.months,
    }  # fmt: skip


def _past(actor: Actor, customer: Customer, first_ahead: str) -> list[tuple[str, int]]:
    """The last twelve months before the forecast begins."""
    sold = monthly_sales(actor, customer, SHOWN + 2)
    months = [(f"{m.month:%Y-%m}", m.amount_fen) for m in sold.months] if sold else []
    return [each for each in months if each[0] < first_ahead][-SHOWN:]


def _steadiness(actor: Actor, customer: Customer, found: Outlook | None) -> dict[str, Any] | None:
    """CV, streak, trend, the year before and the tag; the tag rests on margin, and perhaps on credit, and is hidden with
    it."""
    standing = standing_of(actor, customer) if actor.sees("sales", customer.owner_id) else None
    if standing is None or standing.stability_reason:
        return None
    active = round((standing.active_ratio or 0) * (standing.stability_months or 0))
    rows = [
        (_("稳定性"), stability_word(standing.stability_label), _("CV %(n)s：月销售的标准差 ÷ 平均") % {"n": f"{standing.stability_cv:.3f}"}),
        (_("持久性"), _("%(a)s/%(n)s 个月有买") % {"a": active, "n": standing.stability_months}, _("连续 %(n)s 个月；最长断 %(m)s 个月") % {"n": standing.streak, "m": standing.longest_gap}),
        (_("趋势"), _trend(standing), _weak(standing)),
    ]  # fmt: skip
    said = development_sentence(found.row) if found else ""
    if said:
        rows.append((_("跟上一年比"), said, _before(found)))
    groups = ("margin", *groups_of_column("priority", gates_of(published_run())))
    tag = standing.priority if all(actor.sees(group, customer.owner_id) for group in groups) else None
    return {"rows": rows, "priority": tag, "priority_why": _priority(tag)}


def _trend(standing: Standing) -> str:
    word = {"up": _("上升"), "flat": _("平"), "down": _("下降")}.get(standing.trend or "", "")
    return (
        f"{word} {standing.trend_per_year:+.2%}".replace("-", "−")
        if standing.trend_per_year is not None
        else word
    )


def _weak(standing: Standing) -> str:
    if standing.trend_r2 is None:
        return _("每月一样多")
    strong = _("线很清楚") if standing.trend_r2 >= 0.5 else _("弱，只作参考")
    return _("一年的变化；R² %(n)s，%(word)s") % {"n": f"{standing.trend_r2:.3f}", "word": strong}


def _before(found: Outlook | None) -> str:
    if found is None or found.row.cv_now is None or found.row.cv_before is None:
        return _("近 12 个完整月的净销售，跟再前 12 个月比")
    return _("CV %(a)s → %(b)s，近 12 个完整月跟再前 12 个月比") % {
        "a": f"{found.row.cv_before:.2f}",
        "b": f"{found.row.cv_now:.2f}",
    }


def _priority(tag: str | None) -> str:
    return {
        "P1": _("优质（得分 80 以上）、稳定（CV 0.25 以内）、没有下降"), "P2": _("优质（得分 80 以上），但不够稳或在下降"),
        "P3": _("得分不到 80"),
    }.get(tag or "", "")  # fmt: skip


def why_no_rate(reason: str | None) -> str:
    """What a customer's counts can't say, in words."""
    return {
        "no_opening_count": _("只盘过一次，再盘一次就能算"), "count_error": _("盘点有误：销出成了负数"),
        "no_consumption": _("这段时间没有销出"), "no_count": _("没有盘点，用订货代替，不知道库存"),
    }.get(reason or "", "")  # fmt: skip


def _product(each: ProductStock) -> dict[str, Any]:
    names = ("opening", "delivered", "closing", "sold_out", "order", "next_month")
    return {
        **{name: pieces(getattr(each, name)) for name in names}, "per_day": pieces(each.per_day, 2), "cover": pieces(each.cover_days, 1),
        "name": each.name or (_("全部产品") if each.source == "counts" else _("按订货")), "counted_on": each.counted_on, "days": each.days,
        "month": f"{each.month:%Y-%m}", "reason": why_no_rate(each.reason),
    }  # fmt: skip


def pieces(number: Decimal | None, places: int = 0) -> str:
    """A quantity for people, with decimals only where it has any; "" for none."""
    if number is None:
        return ""
    digits = max(places, 0 if number == number.to_integral_value() else min(places or 1, 2))
    return f"{number:,.{digits}f}".replace("-", "−")

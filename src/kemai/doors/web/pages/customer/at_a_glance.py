"""What the overview shows at a glance: worth in bars, how likely it stays, credit in one bar, and the months three ways."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.trade.queries import monthly_lines, monthly_margin
from kemai.business.valuation import queries as valuation
from kemai.business.valuation.forecasts.reading import forecast_of
from kemai.business.valuation.forecasts.words import reason_word
from kemai.business.valuation.ranking.labels import missing_word
from kemai.business.valuation.worth.reading import worth_of
from kemai.doors.web.formats import likelihood
from kemai.doors.web.pages.customer.problems import credit_use, days_late
from kemai.doors.web.pages.customer.sales import months_of
from kemai.foundation.access.actor import Actor

BARS = (("historical", "s"), ("current", ""), ("potential", "l"))


def worth_at_a_glance(actor: Actor, customer: Customer, row: Any, churn: Any) -> dict[str, Any]:
    """`bars` of what it was, is and may become worth with their sum, empty where margins are hidden; `stays`, how likely
    it still buys, what is at risk, how steady its months are; `ahead`, the forecast."""
    worth = worth_of(actor, customer)
    sees_margin = actor.sees("margin", customer.owner_id)
    return {
        "bars": _bars(customer, worth) if worth is not None and sees_margin else [],
        "stays": _stays(actor, customer, worth, row, churn), "ahead": _ahead(actor, customer),
    }  # fmt: skip


def _bars(customer: Customer, worth: Any) -> list[dict[str, Any]]:
    labels = {"historical": _("历史"), "current": _("现实"), "potential": _("潜在"), "lifetime": _("终身")}
    shown = [*BARS, ("lifetime", None)]
    most = max((abs(getattr(worth, f"{key}_fen") or 0) for key, _tone in BARS), default=0)
    return [
        {
            "label": labels[key], "fen": fen, "tone": tone, "missing": missing_word(getattr(worth, f"{key}_reason")) if fen is None else "",
            "percent": max(fen or 0, 0) * 100 / most if most else 0, "href": _why(customer, key),
        }
        for key, tone in shown
        for fen in [getattr(worth, f"{key}_fen")]
    ]  # fmt: skip


def _stays(actor: Actor, customer: Customer, worth: Any, row: Any, churn: Any) -> dict[str, Any]:
    alive = worth.alive if worth is not None else None
    at_risk = churn.at_risk_fen if churn is not None and actor.sees("sales", customer.owner_id) else None
    missing = missing_word(worth.alive_reason) if worth is not None and alive is None else _("还没有估值")
    return {
        "percent": None if alive is None else round(alive * 100), "text": likelihood(alive), "missing": missing, "href": _why(customer, "alive"),
        "at_risk_fen": at_risk, "at_risk_href": _why(customer, "churn"), "steady": _steady(row), "steady_href": _why(customer, "stability"),
    }  # fmt: skip


def _steady(row: Any) -> str:
    if row is None:
        return ""
    if row.stability_cv is None:
        return str(valuation.reason_text(row.stability_reason) or _("算不出"))
    words = {"stable": _("稳定"), "fluctuating": _("波动"), "unstable": _("不稳")}
    return f"{row.stability_cv:.2f} {words.get(row.stability_label or '', '')}".strip()


def _ahead(actor: Actor, customer: Customer) -> dict[str, Any] | None:
    found = forecast_of(actor, customer)
    if found is None:
        return None
    row = found.row
    return {
        "fen": row.next_12_fen, "low_fen": row.low_12_fen, "high_fen": row.high_12_fen,
        "missing": "" if row.next_12_fen is not None else reason_word(row.reason), "href": f"{reverse('customer_sales', args=[customer.code])}#forecast",
    }  # fmt: skip


def credit_at_a_glance(actor: Actor, customer: Customer) -> dict[str, Any] | None:
    """What it owes beside its limit; None where credit is hidden, or where it neither owes nor has a limit."""
    used = credit_use(actor, customer)
    if used is None or not (used.exposure_fen or used.limit_fen):
        return None
    owed, late = used.exposure_fen or 0, used.overdue_fen or 0
    whole = max(used.limit_fen or 0, owed)
    return {
        "limit_fen": used.limit_fen, "due_later_fen": owed - late, "overdue_fen": late, "days": days_late(actor, used) if late else 0,
        "free_fen": used.limit_fen - owed if used.limit_fen is not None else None, "percent": used.percent,
        "parts": [((owed - late) * 100 / whole, "s"), (late * 100 / whole, "r")] if whole > 0 else [],
    }  # fmt: skip


def months_three_ways(actor: Actor, customer: Customer, asked: str) -> dict[str, Any]:
    """The months for the chart: amounts, margins or product lines, as `asked`; `ways` are those that the actor may see."""
    ways = {"": _("金额"), "margin": _("毛利"), "lines": _("产品线")}
    if not actor.sees("margin", customer.owner_id):
        del ways["margin"]
    way = asked if asked in ways else ""
    months, here = months_of(actor, customer), reverse("customer", args=[customer.code])
    return {
        "months": months, "way": way, "lines": _lines(actor, customer) if way == "lines" else [],
        "margins": _margins(actor, customer) if way == "margin" else None,
        "ways": [
            {"label": label, "href": f"{here}?months={key}#months-panel" if key else f"{here}#months-panel", "current": key == way, "attrs": _swap(here, key)}
            for key, label in ways.items()
        ],
    }  # fmt: skip


def _swap(here: str, key: str) -> dict[str, str]:
    """Only the panel is swapped, where scripts run."""
    address = f"{here}?months={key}" if key else here
    return {
        "hx-get": address, "hx-target": "#months-panel", "hx-select": "#months-panel", "hx-swap": "outerHTML", "hx-push-url": "true"
    }  # fmt: skip


def _margins(actor: Actor, customer: Customer) -> dict[str, list[int | None]]:
    found = monthly_margin(actor, customer) or ()
    return {"now": [m.margin_fen for m in found], "previous": [m.last_year_fen for m in found]}


def _lines(actor: Actor, customer: Customer) -> list[dict[str, Any]]:
    words = {"": _("没分产品线"), None: _("其余")}
    found = monthly_lines(actor, customer) or ()
    return [{"name": words.get(each.line) or each.line, "fen": list(each.fen)} for each in found]


def _why(customer: Customer, measure: str) -> str:
    return reverse("customer_why", args=[customer.code, measure])

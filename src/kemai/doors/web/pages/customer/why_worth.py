"""Why a customer is worth what it is, and why it may be leaving: formula, inputs, and how it was in past runs."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.valuation.churn.reading import churn_of
from kemai.business.valuation.leading import leading_scheme
from kemai.business.valuation.queries import published_run, standing_of
from kemai.business.valuation.ranking.labels import level_word, missing_word, signal_words
from kemai.business.valuation.runs.past_parts import past_figures
from kemai.business.valuation.worth.benefits import missing_lines_of
from kemai.business.valuation.worth.reading import history_rate, worth_of
from kemai.doors.web.formats import likelihood
from kemai.doors.web.pages.customer.words import run_note
from kemai.foundation.access.actor import Actor
from kemai.foundation.money import exact_text, short_text
from kemai.value.exact import half_up
from kemai.value.measures.compounding import compounding

Told = dict[str, Any]
Line = tuple[str, str, str]


def told_of(actor: Actor, customer: Customer, run: Any, measure: str) -> Told:
    """What the popover says of one of MEASURES. Raises LookupError where the run found nothing of the customer."""
    _group, part, make = MEASURES[measure]
    row = churn_of(actor, customer) if part == "churn" else worth_of(actor, customer)
    if row is None:
        raise LookupError(measure)
    parameters = run.summary.get("parts", {}).get(part, {}).get("parameters", {})
    return _frame(run) | make(actor, customer, row, parameters)


def _frame(run: Any) -> Told:
    return {
        "note": "", "formula": [], "inputs": [], "missing": "", "bands": [], "n": 0, "at": 0, "at_label": "", "ruler_label": "", "history": [],
        "history_title": _("以前几次"), "ways": [], "ways_title": "", "window": _("截至 %(day)s") % {"day": run.as_of}, "foot": run_note(run),
        "doc": "", "scheme_key": leading_scheme(), "spark": [],
    }  # fmt: skip


def _historical(actor: Actor, customer: Customer, row: Any, parameters: Told) -> Told:
    won, rate = row.acquisition_fen, history_rate(published_run())
    if rate is not None:
        return _historical_grown(actor, customer, row, parameters, rate)
    formula = [(_("到目前的毛利"), short_text(row.historical_fen + (won or 0))), "−", (_("获客成本"), short_text(won or 0)), "=", (_("历史价值"), short_text(row.historical_fen))] if row.historical_fen is not None else []  # fmt: skip
    return _kind(actor, customer, row, "historical", _("历史价值怎么来的")) | {
        "formula": formula,
        "inputs": _earned(row, parameters),
    }


def _earned(row: Any, parameters: Told) -> list[Line]:
    """Profit to date and what winning the customer cost, in money of their days."""
    won = row.acquisition_fen
    profit = exact_text(row.profit_all_fen) if row.profit_all_fen is not None else _by_rate(parameters)
    return [
        (_("到目前的毛利"), profit, _("台账")),
        (_("获客成本"), exact_text(won) if won is not None else _("那时的获客花费没记"), _("客户价值")),
    ]


def _historical_grown(actor: Actor, customer: Customer, row: Any, parameters: Told, rate: Decimal) -> Told:
    """The same in money of the day of the valuation: each day's profit, and the cost of winning on the first order."""
    standing, run = standing_of(actor, customer), published_run()
    won = 0
    if row.acquisition_fen and standing is not None and standing.first_order_on and run is not None:
        won = half_up(
            Fraction(compounding((run.as_of - standing.first_order_on).days, rate)) * row.acquisition_fen
        )
    formula: list[Any] = []
    if row.historical_fen is not None:
        formula = [
            (_("折到估值日的毛利"), short_text(row.historical_fen + won)), "−", (_("折到估值日的获客成本"), short_text(won)), "=",
            (_("历史价值"), short_text(row.historical_fen)),
        ]  # fmt: skip
    inputs = [*_earned(row, parameters), (_("一年的贴现率"), _percent(float(rate)), _("口径"))]
    if row.historical_fen is not None and row.profit_all_fen is not None:
        nominal = row.profit_all_fen - (row.acquisition_fen or 0)
        inputs.append((_("按当时的钱算"), exact_text(nominal), _("不折")))
    return _kind(actor, customer, row, "historical", _("历史价值怎么来的")) | {
        "formula": formula, "inputs": inputs, "note": _("过去的钱按天折到估值日：× (1 + 贴现率)^(天数 ÷ 365.25)"),
    }  # fmt: skip


def _current(actor: Actor, customer: Customer, row: Any, parameters: Told) -> Told:
    a_year = None if row.benefit_fen is None else row.benefit_fen - (row.retention_cost_fen or 0)
    formula: list[Any] = []
    if row.current_fen is not None and a_year:
        formula = [(_("一年的净收益"), short_text(a_year)), "×", (_("折成今天的年数"), f"{row.current_fen / a_year:.3f}"), "=", (_("现实价值"), short_text(row.current_fen))]  # fmt: skip
    inputs = [
        (_("近 12 月毛利"), exact_text(row.benefit_fen) if row.benefit_fen is not None else missing_word("no_cost"), _("台账")),
        (_("一年的保有成本"), exact_text(row.retention_cost_fen or 0), _("口径")),
        (_("每年留下来的"), _percent(row.retention), _("口径")), (_("贴现率"), _percent(float(parameters.get("discount", 0))), _("口径")),
        (_("看几年"), str(parameters.get("years", "")), _("口径")),
    ]  # fmt: skip
    return _kind(actor, customer, row, "current", _("现实价值怎么来的")) | {
        "formula": formula,
        "inputs": inputs,
    }


def _potential(actor: Actor, customer: Customer, row: Any, parameters: Told) -> Told:
    inputs: list[Line] = []
    if row.growth_fen is not None:
        inputs += [
            (_("一年可以多买的"), exact_text(row.growth_fen), _("估的潜力")), (_("把握"), f"{(row.growth_bp or 0) / 100:g}%", _("估的潜力")),
            (_("毛利率"), _percent(row.margin), _("台账")),
        ]  # fmt: skip
    inputs += [
        (each.name, exact_text(each.worth_fen), each.get_kind_display())
        for each in missing_lines_of(actor, customer)
    ]
    formula: list[Any] = []
    if row.potential_fen is not None and row.growth_fen is not None and row.margin is not None:
        formula = [(_("多买的"), short_text(row.growth_fen)), "×", (_("把握"), f"{(row.growth_bp or 0) / 100:g}%"), "×", (_("毛利率"), _percent(row.margin))]  # fmt: skip
        formula += ["+", (_("逐项估的"), short_text(row.extra_fen)), "=", (_("潜在价值"), short_text(row.potential_fen))] if row.extra_fen else ["=", (_("潜在价值"), short_text(row.potential_fen))]  # fmt: skip
    elif row.potential_fen is not None:
        formula = [
            (_("逐项估的"), short_text(row.extra_fen or 0)),
            "=",
            (_("潜在价值"), short_text(row.potential_fen)),
        ]
    return _kind(actor, customer, row, "potential", _("潜在价值怎么来的")) | {
        "formula": formula,
        "inputs": inputs,
    }


def _lifetime(actor: Actor, customer: Customer, row: Any, parameters: Told) -> Told:
    formula: list[Any] = []
    if row.lifetime_fen is not None:
        formula = [(_("现实价值"), short_text(row.current_fen or 0)), "+", (_("潜在价值"), short_text(row.potential_fen or 0)), "=", (_("终身价值"), short_text(row.lifetime_fen))]  # fmt: skip
    inputs = [
        (
            _("在十组里"),
            _("第 %(n)s 组") % {"n": row.worth_group} if row.worth_group else _("没有分组"),
            _("按终身价值从高到低"),
        )
    ]
    if row.historical_fen is not None:
        inputs.append((_("历史价值"), exact_text(row.historical_fen), _("已经赚到的，另外看，不加进来")))
    return _kind(actor, customer, row, "lifetime", _("终身价值怎么来的")) | {
        "formula": formula,
        "inputs": inputs,
        "note": _("只看将来"),
    }


def _model(actor: Actor, customer: Customer, row: Any, parameters: Told) -> Told:
    inputs = [*_pattern(row), (_("每次大约花"), exact_text(row.spend_fen) if row.spend_fen is not None else missing_word(row.model_reason), _("Gamma-Gamma")), (_("毛利率"), _percent(row.margin), _("台账"))]  # fmt: skip
    told = _kind(actor, customer, row, "model", _("模型估的终身价值怎么来的"))
    return told | {"inputs": inputs, "note": _("折成今天的来买次数 × 每次花多少 × 毛利率")}


def _alive(actor: Actor, customer: Customer, row: Any, parameters: Told) -> Told:
    history = past_figures(actor, customer, "worth", ("alive",))
    return {
        "title": _("还在买的可能怎么来的"), "note": _("BG/NBD：全公司的客户一起估，看上次来的时间和平常的节奏"), "inputs": _pattern(row),
        "missing": "" if row.alive is not None else missing_word(row.alive_reason),
        "formula": [(_("还在买的可能"), likelihood(row.alive, 1))] if row.alive is not None else [],
        "history": [(str(h["as_of"]), likelihood(h["alive"]), f"#{h['run']}") for h in history if h["alive"] is not None],
        "spark": [h["alive"] for h in reversed(history) if h["alive"] is not None],
    }  # fmt: skip


def _pattern(row: Any) -> list[Line]:
    """How the customer comes to buy, and what is expected of the year."""
    made = [
        (
            _("回头买过"),
            _("%(n)s 次") % {"n": row.frequency}
            if row.frequency is not None
            else missing_word("no_purchase"),
            _("台账"),
        )
    ]
    if row.purchases_12m is not None:
        made.append((_("以后 12 个月大约来"), _("%(n)s 次") % {"n": f"{row.purchases_12m:.1f}"}, _("BG/NBD")))
    return made


def _economics(actor: Actor, customer: Customer, row: Any, parameters: Told) -> Told:
    """The four parameters of the card (S4.56); they are never multiplied into a value."""
    named = [(_("获客成本"), row.acquisition_fen, _("那时的获客花费没记")), (_("一年的保有成本"), row.retention_cost_fen, _("没定")),
             (_("客户利益（近 12 月毛利）"), row.benefit_fen, missing_word("no_cost")), (_("营业收入（近 12 月）"), row.revenue_fen, missing_word("no_purchase"))]  # fmt: skip
    inputs = [(label, exact_text(fen) if fen is not None else reason, "") for label, fen, reason in named]
    return {"title": _("四个参数"), "note": _("并排看，不相乘：花得越多并不越值钱"), "inputs": inputs}


def _churn(actor: Actor, customer: Customer, row: Any, parameters: Told) -> Told:
    kinds = {"own": _("自己的"), "class": _("同级客户的"), "all": _("全体客户的")}
    formula: list[Any] = []
    if row.q is not None:
        formula = [(_("没下单的天数"), str(row.days_since)), "÷", (_("周期（%(whose)s）") % {"whose": kinds.get(row.cycle_from or "", "")}, f"{row.cycle_days:.1f}"), "=", (_("倍数"), f"{row.q:.2f}")]  # fmt: skip
    inputs = [
        (_("最近一单"), str(row.last_order_on), _("台账")),
        (_("买过的天数"), str(row.purchases), _("台账")),
    ]
    if row.drop_percent is not None:
        inputs.append((_("近 3 月比去年同期少"), f"{row.drop_percent:.0f}%".replace("-", "−"), _("台账")))
    if actor.sees("sales", customer.owner_id):
        inputs.append((_("最近一年的净销售"), exact_text(row.year_fen or 0), _("到最近一单为止")))
    inputs += [(_("原因"), word, "") for word in signal_words(row.reasons)]
    ways = [
        (_("1.2 倍起留意，1.5 倍预警，2 倍危险"), "", ""),
        (_("3 倍且 180 天以上，提议流失，由人确认"), "", ""),
    ]
    history = past_figures(actor, customer, "churn", ("level", "q"))
    return {
        "title": _("为什么是%(level)s") % {"level": level_word(row.level)}, "note": _("按它自己的下单周期"), "formula": formula, "inputs": inputs,
        "missing": missing_word(row.reason) if row.q is None else "", "ways": ways, "ways_title": _("各级的线"),
        "history": [(str(h["as_of"]), level_word(h["level"]) + (f" {h['q']:.2f}" if h["q"] is not None else ""), f"#{h['run']}") for h in history],
        "spark": [h["q"] for h in reversed(history) if h["q"] is not None],
    }  # fmt: skip


MEASURES: dict[str, tuple[str, str, Callable[[Actor, Customer, Any, Told], Told]]] = {
    "historical": ("margin", "worth", _historical), "current": ("margin", "worth", _current), "potential": ("margin", "worth", _potential),
    "lifetime": ("margin", "worth", _lifetime), "model": ("margin", "worth", _model), "alive": ("value", "worth", _alive),
    "economics": ("margin", "worth", _economics), "churn": ("value", "churn", _churn),
}  # fmt: skip
"""{measure: field group that one must see, part of the run, what it says}."""


def _kind(actor: Actor, customer: Customer, row: Any, key: str, title: str) -> Told:
    """What all kinds of value share: why there is none, and what it was before."""
    column = f"{key}_fen"
    history = [h for h in past_figures(actor, customer, "worth", (column,)) if h[column] is not None]
    missing = missing_word(getattr(row, f"{key}_reason")) if getattr(row, column) is None else ""
    return {
        "title": title, "missing": missing, "history": [(str(h["as_of"]), short_text(h[column]), f"#{h['run']}") for h in history],
        "spark": [h[column] for h in reversed(history)],
    }  # fmt: skip


def _by_rate(parameters: Told) -> str:
    rate = parameters.get("margin_rate")
    return _("按毛利率 %(n)s 估") % {"n": _percent(float(rate))} if rate else missing_word("no_cost")


def _percent(fraction: float | None) -> str:
    return _("没有") if fraction is None else f"{fraction * 100:.1f}%"

"""What the credit tab shows: how a customer pays, its books with their ratios, the five Cs, the proposed limit."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kemai import value
from kemai.business.archives.models import Customer
from kemai.business.valuation.actions.credit import version_of
from kemai.business.valuation.credit import file
from kemai.business.valuation.credit.reading import bucket_words, credit_of
from kemai.business.valuation.models import CreditStanding, Statement
from kemai.doors.web.pages.valuation.credit import figures, method_words
from kemai.foundation.access.actor import Actor
from kemai.value.credit.grade import FIVE_C
from kemai.value.credit.limits import METHODS
from kemai.value.credit.solvency import RULES, Ratio

TIMES = ("current_ratio", "quick_ratio", "cash_ratio", "receivable_turnover", "inventory_turnover")


def shown(actor: Actor, customer: Customer) -> dict[str, Any]:
    """What the credit tab shows beside the six fields."""
    statements, standing = file.statements_of(actor, customer), credit_of(actor, customer)
    years = file.years_shown(statements, actor.today)
    assessments = file.assessments_of(actor, customer)
    grade = assessments[0].grade if assessments else None
    proposal = file.propose_limit(actor, customer, statements, grade, standing)
    forecast = {each.year for each in statements if each.kind == Statement.Kind.FORECAST}
    return {
        "file_may": actor.may("credit.edit"), "years": [(year, year in forecast) for year in years], "next_year": max(years) + 1,
        "ratios": _ratios(statements, years), "capital": _capital(statements, years), "standing_credit": _standing(standing),
        "assessments": assessments, "points": _points(assessments), "terms": _terms(grade), "proposal_credit": _proposed(proposal),
        "credit_version": version_of(customer),
    }  # fmt: skip


def ratio_words() -> dict[str, str]:
    """The ratios in words, each with its formula."""
    return {
        "current_ratio": _("流动比率"), "quick_ratio": _("速动比率"), "cash_ratio": _("现金比率"), "debt_ratio": _("资产负债率"),
        "receivable_turnover": _("应收周转"), "inventory_turnover": _("存货周转"), "net_margin": _("销售净利率"), "return_on_equity": _("净资产收益率"),
    }  # fmt: skip


def ratio_formulas() -> dict[str, str]:
    """How each ratio is worked out."""
    return {
        "current_ratio": _("流动资产 ÷ 流动负债，2 好，不可低于 1"), "quick_ratio": _("(流动资产 − 存货 − 预付 − 其他) ÷ 流动负债，1 好"), "cash_ratio": _("现金 ÷ 流动负债"),
        "debt_ratio": _("总负债 ÷ 总资产"), "receivable_turnover": _("赊销额 ÷ 平均应收"), "inventory_turnover": _("销售成本 ÷ 平均存货"), "net_margin": _("净利润 ÷ 销售额"),
        "return_on_equity": _("净利润 ÷ 净资产"),
    }  # fmt: skip


def _ratios(statements: list[Statement], years: list[int]) -> list[dict[str, Any]]:
    """A line a ratio, a cell a year; a missing year is - (S4.97)."""
    table, words, how = file.ratios_by_year(statements, years), ratio_words(), ratio_formulas()
    return [
        {
            "label": words[name],
            "formula": how[name],
            "cells": [_cell(name, table[name][year]) for year in years],
        }
        for name in RULES
    ]


def _cell(name: str, ratio: Ratio) -> dict[str, Any]:
    marks = {"good": _("好"), "watch": _("注意"), "red": _("红")}
    if ratio.value is None:
        return {
            "text": "",
            "dash": ratio.reason == "missing_year",
            "why": _why(ratio.reason),
            "mark": "",
            "tone": "",
            "note": "",
        }
    text = f"{ratio.value}" if name in TIMES else f"{ratio.value}%"
    note = _("很高，可能压着货或坏账") if ratio.note else ""
    return {
        "text": text.replace("-", "−"),
        "dash": False,
        "why": "",
        "mark": marks.get(ratio.mark or "", ""),
        "tone": ratio.mark or "",
        "note": note,
    }


def _why(reason: str | None) -> str:
    if reason == "missing_year":
        return _("这一年没填")
    if reason == "no_current_debt":
        return _("没有流动负债")
    if reason == "nothing_to_divide_by":
        return _("分母是 0")
    lack = figure_words().get((reason or "").removeprefix("missing_"), "")
    return _("没填%(what)s") % {"what": lack}


def _capital(statements: list[Statement], years: list[int]) -> list[dict[str, Any]]:
    """The figures themselves, those that somebody entered."""
    by_year = {each.year: each.figures for each in statements}
    return [
        {"label": word, "cells": [by_year.get(year, {}).get(name) for year in years]}
        for name, word in figure_words().items()
        if any(name in figures for figures in by_year.values())
    ]


def _standing(row: CreditStanding | None) -> dict[str, Any] | None:
    if row is None:
        return None
    buckets = [
        (word, getattr(row, f"{name}_fen"), name != "not_due") for name, word in bucket_words().items()
    ]
    most = max((fen for _w, fen, _l in buckets), default=0) or 1
    made = figures(row)
    share = min(float(made["use"] or 0), 100.0)
    return made | {
        "buckets": [(w, fen, fen * 100 / most, late) for w, fen, late in buckets if fen],
        "bar": share,
    }


def _points(assessments: list[Any]) -> list[dict[str, Any]]:
    words = {
        "character": _("品质"),
        "capacity": _("能力"),
        "capital": _("资本"),
        "collateral": _("抵押"),
        "conditions": _("条件"),
    }
    last = assessments[0].points if assessments else {}
    return [
        {"key": name, "label": words[name], "weight": weight, "value": last.get(name, "")}
        for name, weight in FIVE_C.items()
    ]


def _terms(grade: str | None) -> dict[str, Any] | None:
    if grade is None:
        return None
    words = {
        "open_account": _("赊销"), "prepaid_30": _("预付 30%"), "prepaid_50": _("预付 50%"), "cash_or_guarantee": _("现款或担保"), "prepaid": _("先款后货"),
    }  # fmt: skip
    terms = value.credit_terms(grade)
    return {"factor": f"{terms.factor:f}", "days": terms.days, "terms": words[terms.terms]}


def _proposed(proposal: file.LimitProposal) -> dict[str, Any]:
    words = method_words()
    lacks = {
        "no_sales": _("12 个月没有销售"),
        "no_equity": _("没填净资产"),
        "no_capital": _("没填流动资产和负债"),
        "no_statement": _("报表填得不够"),
    }
    rows = [
        {
            "label": words[name], "fen": None if proposal.by_method[name] is None else int((proposal.by_method[name] or 0) * 100),
            "why": lacks.get(proposal.reasons.get(name, ""), ""), "chosen": name in proposal.chosen,
            "lowest": proposal.found is not None and proposal.found.method == name,
        }
        for name in METHODS
    ]  # fmt: skip
    found = proposal.found
    made = {"rows": rows, "days": proposal.days, "limit": None, "fen": None, "available": None, "why": ""}
    if found is None:
        return made | {"why": _("先评 5C，才知道按几成给")}
    if found.limit is None:
        return made | {"why": _("选中的算法里有一种缺数字")}
    return made | {
        "limit": str(found.limit),
        "fen": int(found.limit * 100),
        "available": int(found.available * 100),
        "factor": f"{found.factor:f}",
    }


def figure_words() -> dict[str, str]:
    """The figures of a year's books, in the order of the form."""
    return {
        "current_assets": _("流动资产"), "cash": _("现金和有价证券"), "inventory": _("存货"), "prepayments": _("预付款"), "other": _("其他变不了现的"),
        "current_liabilities": _("流动负债"), "total_assets": _("总资产"), "total_debt": _("总负债"), "equity": _("净资产"), "sales": _("销售额"),
        "credit_sales": _("赊销额"), "cost_of_sales": _("销售成本"), "profit": _("净利润"), "average_receivables": _("平均应收"), "average_inventory": _("平均存货"),
    }  # fmt: skip

"""Why a number that a part of the run found is what it is: an own measure, contribution minus time, the value class."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.valuation.effort.part import KEY as EFFORT
from kemai.business.valuation.effort.reading import effort_of
from kemai.business.valuation.leading import leading_scheme
from kemai.business.valuation.models import Run
from kemai.business.valuation.own import reading as measures
from kemai.business.valuation.own.cards import card_text, told_of_card
from kemai.business.valuation.own.nameable import nameables
from kemai.business.valuation.own.reading import Own
from kemai.business.valuation.runs.parts import part_summary
from kemai.business.valuation.value_classes.exclusions import value_class_of
from kemai.business.valuation.value_classes.part import KEY as VALUE_CLASS
from kemai.business.valuation.value_classes.part import REASONS, WORDS
from kemai.doors.web.pages.customer.formulas import window_of
from kemai.doors.web.pages.customer.words import run_note
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.money import short_text
from kemai.value.schemes.definition import OWN

EMPTY: dict[str, Any] = {
    "note": "", "formula": [], "inputs": [], "missing": "", "bands": [], "n": 0, "at": 0, "at_label": "", "ruler_label": "",
    "history": [], "ways": [], "ways_title": "", "doc": "",
}  # fmt: skip


def told(actor: Actor, customer: Customer, run: Run, measure: str) -> dict[str, Any] | None:
    """What the why page shows; None where the measure is none of these. Raises Refused without the right to it."""
    own = measures.own_measure(measure)
    if own is not None:
        if own.lacks(actor, customer.owner_id):
            raise Refused(_("这个指标用到你的岗位看不到的数。"))
        found = _own(run, customer, own)
    elif measure == EFFORT:
        found = _effort(actor, run, customer)
    elif measure == VALUE_CLASS:
        found = _value_class(actor, run, customer)
    else:
        return None
    shell = {"window": window_of(run, 12), "foot": run_note(run), "scheme_key": leading_scheme()}
    return {**EMPTY, **shell, **found}


def _own(run: Run, customer: Customer, own: Own) -> dict[str, Any]:
    """The formula as it was when the run was made, with the customer's numbers in place of the names."""
    used = {each["key"]: each for each in run.summary["parts"]["measures"]["parameters"]["measures"]}
    if own.card is not None and own.key in used:
        return _card(run, customer, own)
    row = measures.value_of(run, own, customer.pk) if own.key in used else None
    if row is None:
        return {"title": own.name, "missing": _("这次估值还没算它，下次估值起有。")}
    formula = measures.formula_in(run, used[own.key]["formula"])
    given, known = measures.inputs_of(run, formula, customer.pk), nameables()
    parts: list[Any] = []
    for piece in formula.pieces():
        if not piece.key:
            parts += [piece.text.strip()] if piece.text.strip() else []
            continue
        each = known.get(piece.key)
        name = each.name if each else formula.names[piece.key]
        figure = measures.in_unit(given.get(piece.key), name.unit, name.factor) or _("没有")
        parts.append((measures.label_of(piece.key), figure))
    if row.value is not None:
        parts += ["=", (own.name, measures.in_unit(row.value, formula.unit.key, formula.unit.factor))]
    return {
        "title": _("%(name)s怎么来的") % {"name": own.name}, "formula": parts, "missing": measures.reason_in_words(row.reason),
        "note": _("自定指标，第 %(n)s 版") % {"n": used[own.key]["version"]},
    }  # fmt: skip


def _card(run: Run, customer: Customer, own: Own) -> dict[str, Any]:
    """Points times weight of each criterion, their sum, the grade."""
    told = told_of_card(run, own.key, customer.pk)
    if told is None:
        return {"title": own.name, "missing": _("这次估值还没算它，下次估值起有。")}
    lines = [
        (
            line.label,
            line.value or _("没有"),
            line.note or _("得 %(p)s 分，权重 %(w)s%%") % {"p": line.points, "w": line.weight},
        )
        for line in told.lines
    ]
    total, formula = told.scored.total, list[Any]()
    if total is not None:
        counted = [
            (line.label, f"{points} × {line.weight}%")
            for line, points in zip(told.lines, told.scored.points, strict=True)
            if points is not None
        ]
        for at, each in enumerate(counted):
            formula += [each] if at == 0 else ["+", each]
        known = sum(
            line.weight
            for line, points in zip(told.lines, told.scored.points, strict=True)
            if points is not None
        )
        formula += ["÷", (_("有数的权重"), f"{known}%")] if known != 100 else []
        formula += ["=", (own.name, card_text(own, total))]
    return {
        "title": _("%(name)s怎么来的") % {"name": own.name}, "formula": formula, "inputs": lines, "missing": told.missing,
        "note": _("评分卡，第 %(n)s 版") % {"n": told.version},
    }  # fmt: skip


def own_told(run: Run, customer: Customer, measure: str) -> dict[str, Any] | None:
    """The formula of the own measure that a scheme ranks by, with the customer's numbers; None for another measure."""
    own = measures.measure_of(measure.removeprefix(OWN)) if measure.startswith(OWN) else None
    if own is None:
        return None
    return {**EMPTY, **_own(run, customer, own)}


def _effort(actor: Actor, run: Run, customer: Customer) -> dict[str, Any]:
    row = effort_of(actor, run, customer)
    if row is None:
        raise Refused(_("要看得到联系和毛利才看得到这个数。"))
    rate = run.summary["parts"][EFFORT]["parameters"]["hourly_cost"]
    hours = f"{row.minutes / 60:,.1f}"
    formula: list[Any] = []
    if row.net_fen is not None and row.profit_fen is not None:
        formula = [
            (_("12 月毛利"), short_text(row.profit_fen)), "−", (_("小时"), hours), "×", (_("每小时成本"), _("%(n)s 元") % {"n": rate}), "=",
            (_("毛利减工时"), short_text(row.net_fen)),
        ]  # fmt: skip
    inputs = [
        (_("联系"), _("%(n)s 次") % {"n": row.contacts}, _("记一笔")), (_("没写用时的"), _("%(n)s 次") % {"n": row.untimed}, _("记一笔")),
    ]  # fmt: skip
    if row.points_centi is not None:
        inputs.append(
            (
                _("份额差"),
                _("%(n)s 点") % {"n": f"{row.points_centi / 100:+.2f}".replace("-", "−")},
                _("同一负责人的客户里"),
            )
        )
    missing = _("没有毛利") if row.net_fen is None else _("有毛利，没记过工时") if row.flag else ""
    return {"title": _("毛利减工时怎么来的"), "formula": formula, "inputs": inputs, "missing": missing}


def _value_class(actor: Actor, run: Run, customer: Customer) -> dict[str, Any]:
    row = value_class_of(actor, customer)
    if row is None:
        raise Refused(_("价值类用到毛利，你的岗位看不到。"))
    cuts = part_summary(run, VALUE_CLASS) or {}
    used = run.summary["parts"][VALUE_CLASS]["parameters"]
    inputs = []
    if row.av_fen is not None:
        source = _("留住 %(r)s%%，贴现 %(d)s%%，%(n)s 年") % {
            "r": used["retention"],
            "d": used["discount"],
            "n": used["years"],
        }
        inputs.append((_("实际价值"), short_text(row.av_fen), source))
    if row.pv_fen is not None and row.gap_fen is not None:
        inputs += [
            (_("潜在价值"), short_text(row.pv_fen), _("加上预期增量")),
            (_("差距"), short_text(row.gap_fen), ""),
        ]
    for name, label in (("value_cut", _("价值线")), ("growth_cut", _("增长线"))):
        if cuts.get(name):
            inputs.append(
                (
                    label,
                    short_text(round(float(cuts[name]) * 100)),
                    _("公司定的") if used[name] else _("前 20%"),
                )
            )
    return {
        "title": _("为什么是%(c)s") % {"c": WORDS[row.label]}, "inputs": inputs, "missing": str(REASONS.get(row.reason or "", "")),
        "note": _("依次看：负值、最有价值、最能增长，其余普通"),
    }  # fmt: skip

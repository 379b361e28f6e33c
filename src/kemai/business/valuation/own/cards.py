"""Scorecards in words, and why a customer has its points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.valuation.models import Run
from kemai.business.valuation.own.nameable import nameables
from kemai.business.valuation.own.part import factors_of
from kemai.business.valuation.own.reading import Own, card_in, in_unit, inputs_of, label_of, reason_in_words
from kemai.value.formulas import Name
from kemai.value.scorecards.card import FACTOR, NONE, ZERO, Card, Scored, missing_reason

NO_PLACES_FROM = 1_000
"""In a list a figure so large needs no digits behind the point."""


@dataclass(frozen=True)
class Line:
    """One criterion of a customer: its name, the value in words ("" for none), points (None: its weight went to the
    others), weight, and what a missing value did."""

    label: str
    value: str
    points: int | None
    weight: int
    note: str = ""


@dataclass(frozen=True)
class Told:
    """A customer's card as the run worked it out."""

    version: int
    scored: Scored
    lines: list[Line]
    missing: str


def missing_words() -> dict[str, str]:
    """What a missing measure does, in words."""
    return {"skip": _("权重让给别项"), ZERO: _("记 0 分"), NONE: _("不评这家")}


def card_words(card: Card) -> str:
    """12 月销售 60%，距上次订单的天数 40%；80 分起是甲，其余是乙。"""
    parts = _("，").join(f"{label_of(each.measure)} {each.weight}%" for each in card.criteria)
    grades = [
        _("%(n)s 分起是%(g)s") % {"n": f"{g.start.normalize():f}", "g": g.name} if g.start is not None else _("其余是%(g)s") % {"g": g.name}
        for g in card.grades
    ]  # fmt: skip
    return _("；").join(part for part in (parts, _("，").join(grades)) if part)


def card_text(own: Own, value: int | None) -> str:
    """A total with its grade: 82.5 分 甲."""
    if value is None or own.card is None:
        return in_unit(value, own.unit, own.factor)
    return f"{in_unit(value, own.unit, FACTOR)} {own.card.grade_of(value) or ''}".rstrip()


def list_text(own: Own, value: int | None, with_grade: bool = True) -> str:
    """The same in a column of a list: no places from a thousand on, and no grade that has a column of its own."""
    whole = FACTOR if own.card else own.factor
    if value is not None and abs(value) >= NO_PLACES_FROM * whole:
        value = round(value / whole) * whole
    return card_text(own, value) if with_grade or own.card is None else in_unit(value, own.unit, FACTOR)


def told_of_card(run: Run, key: str, customer_id: int) -> Told | None:
    """Points of each criterion; None where the run worked out no such card."""
    found = card_in(run, key)
    if found is None:
        return None
    card, used, own = found
    values = inputs_of(run, card, customer_id)
    reasons = {each: values.get(f"{each}__reason") for each in card.uses}
    scored = card.scored(values, factors_of(card.uses, own), reasons)
    points = scored.points or (None,) * len(card.criteria)
    lines = [_line(each, values, reasons, at, own) for each, at in zip(card.criteria, points, strict=True)]
    return Told(used["version"], scored, lines, reason_in_words(scored.reason))


def _line(
    criterion: Any, values: dict[str, Any], reasons: dict[str, Any], points: int | None, own: list[Name]
) -> Line:
    key = criterion.measure
    known = nameables().get(key)
    name = known.name if known else next(each for each in own if each.key == key)
    value = values.get(key)
    text = in_unit(value, name.unit, name.factor)
    note = ""
    if value is None:
        why = reason_in_words(missing_reason(key, reasons.get(key)))
        note = f"{why}{_('，')}{missing_words()[criterion.missing]}"
    return Line(label_of(key), text, points, criterion.weight, note)

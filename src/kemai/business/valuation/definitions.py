"""Schemes in words, their versions, and what may be changed in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kemai import value
from kemai.business.valuation.models import Scheme, SchemeVersion
from kemai.business.valuation.own.ranking import own_choices
from kemai.business.valuation.own.reading import unit_word
from kemai.business.valuation.ranking.what_if import cumulative
from kemai.business.valuation.ranking.wording import class_word
from kemai.business.valuation.reading import MARGIN_SCHEMES
from kemai.business.valuation.schemes import ensure_builtin_schemes, measure_name, scheme_name
from kemai.foundation.access.actor import Actor
from kemai.foundation.money import round_text

OPEN_MEASURES = ("expected_value", "sales_12m", "sales_all", "quantity_12m", "orders_12m")


@dataclass(frozen=True)
class Version:
    """One version: who wrote it when and why, its definition in words, and whether the next run uses it."""

    number: int
    author: str
    at: datetime
    reason: str
    words: str
    is_current: bool


@dataclass(frozen=True)
class SchemeView:
    """A scheme as the settings show it."""

    key: str
    name: str
    number: int
    definition: Any
    words: str
    versions: list[Version]


def scheme_views(actor: Actor) -> list[SchemeView]:
    """All schemes in order. Needs the duty scheme.edit."""
    actor.require("scheme.edit", _("分级方案由领导来管。"))
    ensure_builtin_schemes()
    return [_view(scheme, []) for scheme in Scheme.objects.all()]


def scheme_view(actor: Actor, key: str) -> SchemeView:
    """One scheme with its history. Raises LookupError."""
    actor.require("scheme.edit", _("分级方案由领导来管。"))
    ensure_builtin_schemes()
    scheme = Scheme.objects.filter(key=key).first()
    if scheme is None:
        raise LookupError(key)
    return _view(scheme, list(scheme.versions.all()[:50]))


def measures_for(view: SchemeView) -> list[str]:
    """The measures that the scheme may rank by; one where it can't be chosen."""
    usual = value.schemes.BUILTIN[view.key].measure
    built_in = [usual] if view.key in MARGIN_SCHEMES or usual not in OPEN_MEASURES else list(OPEN_MEASURES)
    return [*built_in, *own_choices(view.definition)]


def in_words(scheme: Any) -> str:
    """按期望价值从高到低，前 15% 是 A，再到 35% 是 B，其余是 C。"""
    if scheme.method == "score":
        return _("按 RFM 得分排，按 R、F、M 的高低分群。")
    measure, names = measure_name(scheme.measure), [class_word(label) for label in scheme.classes]
    lines = [f"{line:g}" for line in cumulative(scheme)]
    rest = _("其余是 %(c)s。") % {"c": names[-1]}
    parts = [_PART[scheme.method](name, line, scheme) for name, line in zip(names, lines, strict=False)]
    opening = str(_OPENING[scheme.method](_beside_chinese(measure)))
    return opening + "".join(f"{part}{_('，')}" for part in parts) + rest


def _beside_chinese(name: str) -> str:
    """With a space where a Chinese sentence goes on with a figure or a Latin letter: 按 12 月销售."""
    starts_latin = name[:1].isascii() and name[:1].isalnum()
    return f" {name}" if starts_latin and (get_language() or "zh").startswith("zh") else name


def _by_threshold(name: str, line: str, scheme: Any) -> str:
    amount = Decimal(line)
    if scheme.is_own and scheme.unit != "yuan":
        return _("满 %(n)s 是 %(c)s") % {"n": f"{amount:g} {unit_word(scheme.unit)}".rstrip(), "c": name}
    if scheme.measure_spec.unit != "yuan":
        return _("满 %(n)s 是 %(c)s") % {"n": f"{amount:g}", "c": name}
    return _("满 %(n)s是 %(c)s") % {"n": round_text(amount), "c": name}


_OPENING: dict[str, Any] = {
    "count_share": lambda measure: _("按%(m)s从高到低排客户：") % {"m": measure},
    "value_share": lambda measure: _("按%(m)s从高到低累加：") % {"m": measure},
    "thresholds": lambda measure: _("看%(m)s：") % {"m": measure},
}
_PART: dict[str, Any] = {
    "count_share": lambda name, line, scheme: _("前 %(n)s%% 是 %(c)s") % {"n": line, "c": name},
    "value_share": lambda name, line, scheme: _("累计到 %(n)s%% 是 %(c)s") % {"n": line, "c": name},
    "thresholds": _by_threshold,
}


def _view(scheme: Scheme, versions: list[SchemeVersion]) -> SchemeView:
    current = SchemeVersion.objects.get(scheme=scheme, number=scheme.current)
    definition = value.SchemeDefinition.from_json(current.definition)
    told = [
        Version(
            v.number, v.author, v.created_at, v.reason, in_words(value.SchemeDefinition.from_json(v.definition)),
            v.number == scheme.current,
        )
        for v in versions
    ]  # fmt: skip
    return SchemeView(
        scheme.key, scheme_name(scheme.key), scheme.current, definition, in_words(definition), told
    )

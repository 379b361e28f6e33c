"""Measures of the company's own: written, changed as the next version, retired and taken up again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.valuation.models import Measure, MeasureVersion
from kemai.business.valuation.own.chains import Link, links, naming, read_formula
from kemai.business.valuation.own.nameable import nameables
from kemai.business.valuation.own.problems import problem_of
from kemai.business.valuation.own.ranking import schemes_by
from kemai.business.valuation.own.reading import unit_word
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.value.formulas import FormulaError

NAME = re.compile(r"[\w ·（）()%]{1,40}")
MOST = 30


def save_measure(
    *, actor: Actor, name: str, formula: str, reason: str, measure: Measure | None = None
) -> Measure:
    """A new measure, or the next version of one; nothing is stored where nothing differs. Needs the duty scheme.edit.

    Raises Refused with a sentence for a name that is taken, FormulaError for a formula that makes no sense.
    """
    may_define(actor, reason)
    name = " ".join(name.split())
    with transaction.atomic():
        known = links()
        read = read_formula(formula.strip(), key=measure.key if measure else "")
        name_is_free(name, measure)
        if measure is None:
            if Measure.objects.filter(is_active=True).count() >= MOST:
                raise Refused(_("自定指标最多 %(n)s 个，先停用不用的。") % {"n": MOST})
            made = Measure.objects.create(key="", name=name, current=0)
            made.key = f"m{made.pk}"
        else:
            made = Measure.objects.select_for_update().get(pk=measure.pk)
        old = made.versions.filter(number=made.current).first()
        changes = _changes(
            made.name if measure else None, name, old.formula if old else None, formula.strip()
        )
        if not changes:
            return made
        if measure is not None and measure.name != name:
            is_free_to_go(made, known, _("先改那边，再改名。"))
        if old is not None and old.unit != read.unit.key:
            words = {
                "old": unit_word(old.unit) or _("没有单位"),
                "new": unit_word(read.unit.key) or _("没有单位"),
            }
            is_free_to_go(made, known, _("单位不能从「%(old)s」变成「%(new)s」。") % words, with_schemes=True)
        made.name = name
        if old is None or old.formula != formula.strip():
            made.current = made.current + 1
            MeasureVersion.objects.create(
                measure=made, number=made.current, formula=formula.strip(), unit=read.unit.key, uses=list(read.uses),
                author=actor.name, reason=reason.strip()[:300],
            )  # fmt: skip
        made.save()
        tell(actor, made, "changed" if measure else "defined", changes, reason)
    return made


def retire_measure(*, actor: Actor, measure: Measure, reason: str) -> None:
    """No further run works it out and no list offers it; what it was stays known."""
    _set_active(actor, measure, False, reason)


def restore_measure(*, actor: Actor, measure: Measure, reason: str) -> None:
    """Takes a retired measure up again; the next run works it out."""
    _set_active(actor, measure, True, reason)


def _set_active(actor: Actor, measure: Measure, is_active: bool, reason: str) -> None:
    may_define(actor, reason)
    if is_active:
        _can_be_read(measure)
    else:
        is_free_to_go(measure, links(), _("先给它换个指标再停用。"), with_schemes=True)
    with transaction.atomic():
        done = Measure.objects.filter(pk=measure.pk, is_active=not is_active).update(is_active=is_active)
        if done:
            verb = "restored" if is_active else "retired"
            tell(actor, measure, verb, {"is_active": [not is_active, is_active]}, reason)


def inputs_in_use(uses: Iterable[str], known: Mapping[str, Link]) -> None:
    """Raises Refused for a measure that is not there, or is retired."""
    for key in uses:
        if key not in nameables() and not (key in known and known[key].is_active):
            raise Refused(
                _("没有「%(name)s」这个指标，或者已经停用。")
                % {"name": known[key].name if key in known else key}
            )


def _can_be_read(measure: Measure) -> None:
    """What a formula or a card names may be retired itself by now."""
    version = measure.versions.get(number=measure.current)
    try:
        if version.definition is None:
            read_formula(version.formula, key=measure.key)
        else:
            inputs_in_use(version.uses, links())
    except FormulaError as wrong:
        raise Refused(_("公式现在算不了：%(why)s") % {"why": problem_of(wrong, version.formula)}) from wrong


def is_free_to_go(
    measure: Measure, known: Mapping[str, Link], then: str, *, with_schemes: bool = False
) -> None:
    """Raises Refused where formulas name the measure or schemes rank by it: which, and what to do."""
    if schemes := schemes_by(measure) if with_schemes else []:
        words = {"scheme": "」「".join(schemes), "name": measure.name, "then": then}
        raise Refused(_("「%(scheme)s」按「%(name)s」排，%(then)s") % words)
    if others := naming(measure.key, known):
        words = {"others": "」「".join(others), "name": measure.name, "then": then}
        raise Refused(_("「%(others)s」用到「%(name)s」，%(then)s") % words)


def may_define(actor: Actor, reason: str) -> None:
    """Raises Refused without the duty scheme.edit, or without a reason."""
    actor.require("scheme.edit", _("自定指标由领导来定。"))
    if not reason.strip():
        raise Refused(_("定指标要写原因，给以后的人看。"))


def name_is_free(name: str, measure: Measure | None) -> None:
    """Raises Refused for a name that is none, or that another measure has."""
    if not NAME.fullmatch(name):
        raise Refused(_("名字写 1 到 40 个字，不带加减乘除和逗号。"))
    taken = {
        label.casefold() for each in nameables().values() for label in (each.name.label, *each.name.also)
    } | set(nameables())
    others = Measure.objects.filter(name__iexact=name)
    if name.casefold() in taken or (others.exclude(pk=measure.pk) if measure else others).exists():
        raise Refused(_("已经有叫「%(name)s」的指标了。") % {"name": name})


def _changes(old_name: str | None, name: str, old: str | None, formula: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    if old_name != name:
        found["name"] = [old_name, name]
    if old != formula:
        found["formula"] = [old, formula]
    return found


def tell(actor: Actor, measure: Measure, verb: str, changes: dict[str, list[Any]], reason: str) -> None:
    """One entry of the trail."""
    trail.record(
        actor=actor, verb=f"valuation.measure.{verb}", subject_type="measure", subject_id=measure.pk, changes=changes,
        reason=reason,
    )  # fmt: skip

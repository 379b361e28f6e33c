"""Scorecards of the company's own: written, changed as the next version. They are retired like any own measure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.valuation.actions.measures import (
    MOST,
    inputs_in_use,
    is_free_to_go,
    may_define,
    name_is_free,
    tell,
)
from kemai.business.valuation.models import Measure, MeasureVersion
from kemai.business.valuation.own.cards import card_words
from kemai.business.valuation.own.chains import circle_of, links
from kemai.business.valuation.own.part import CARD_UNIT
from kemai.foundation.access.actor import Actor, Refused
from kemai.value.scorecards.card import Card


def save_scorecard(
    *, actor: Actor, name: str, definition: Mapping[str, Any], reason: str, measure: Measure | None = None
) -> Measure:
    """A new scorecard, or the next version of one; nothing is stored where nothing differs. Needs the duty scheme.edit.

    Raises SchemeError for a definition that makes no sense, Refused for a name that is taken, a measure that is not in
    use, or a circle.
    """
    may_define(actor, reason)
    card, name = Card.from_json(definition), " ".join(name.split())
    with transaction.atomic():
        known = links()
        inputs_in_use(card.uses, known)
        if measure is not None and (circle := circle_of(measure.key, card.uses, known)):
            raise Refused(_("指标转成了圈：%(circle)s") % {"circle": circle})
        name_is_free(name, measure)
        made = _made(name, measure)
        old = made.versions.filter(number=made.current).first()
        changes = _changes(made.name if measure else None, name, old, card)
        if not changes:
            return made
        if measure is not None and measure.name != name:
            is_free_to_go(made, known, _("先改那边，再改名。"))
        made.name = name
        if "card" in changes:
            made.current += 1
            MeasureVersion.objects.create(
                measure=made, number=made.current, definition=card.to_json(), unit=CARD_UNIT, uses=list(card.uses),
                author=actor.name, reason=reason.strip()[:300],
            )  # fmt: skip
        made.save()
        tell(actor, made, "changed" if measure else "defined", changes, reason)
    return made


def _made(name: str, measure: Measure | None) -> Measure:
    if measure is not None:
        return Measure.objects.select_for_update().get(pk=measure.pk)
    if Measure.objects.filter(is_active=True).count() >= MOST:
        raise Refused(_("自定指标最多 %(n)s 个，先停用不用的。") % {"n": MOST})
    made = Measure.objects.create(key="", name=name, current=0, kind=Measure.Kind.CARD)
    made.key = f"m{made.pk}"
    return made


def _changes(old_name: str | None, name: str, old: MeasureVersion | None, card: Card) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {} if old_name == name else {"name": [old_name, name]}
    before = Card.from_json(old.definition) if old and old.definition else None
    if before != card:
        found["card"] = [card_words(before) if before else None, card_words(card)]
    return found

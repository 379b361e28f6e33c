"""Two measures that the story's company defined itself."""

from __future__ import annotations

from datetime import date

from kemai.business.valuation.actions import save_measure
from kemai.foundation.access.actor import actor_of
from kemai.foundation.access.models import Person

MEASURES = (
    ("每小时毛利", "12 月毛利 / 12 月工时", "看时间花得值不值，月会上用"),
    ("退货率", "占比(12 月退货, 12 月销售 + 12 月退货)", "超过 8% 的要上门看"),
)


def load_measures(today: date) -> None:
    """Written by the head of the company before the first valuation."""
    boss = actor_of(Person.objects.get(login="boss"), today)
    for name, formula, reason in MEASURES:
        save_measure(actor=boss, name=name, formula=formula, reason=reason)

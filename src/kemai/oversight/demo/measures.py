"""Two measures that the story's company defined itself, and what an owner proposes about a customer that only costs."""

from __future__ import annotations

from datetime import date

from kemai.business.archives.models import Customer
from kemai.business.valuation.actions import propose_exclusion, save_measure
from kemai.business.valuation.value_classes.exclusions import standing_class
from kemai.foundation.access.actor import actor_of
from kemai.foundation.access.models import Person
from kemai.oversight.demo import story

MEASURES = (
    ("每小时毛利", "12 月毛利 / 12 月工时", "看时间花得值不值，月会上用"),
    ("退货率", "占比(12 月退货, 12 月销售 + 12 月退货)", "超过 8% 的要上门看"),
)


def load_measures(today: date) -> None:
    """Written by the head of the company before the first valuation."""
    boss = actor_of(Person.objects.get(login="boss"), today)
    for name, formula, reason in MEASURES:
        save_measure(actor=boss, name=name, formula=formula, reason=reason)


def load_exclusions(today: date) -> None:
    """The owner of one customer that is sold to at a loss asks his manager to raise the price."""
    codes = [f"KH-{number:05d}" for number in story.BELOW_COST]
    for customer in Customer.objects.filter(code__in=codes, owner__isnull=False).order_by("code"):
        row = standing_class(customer.pk)
        if row is not None and row.label == "BZC" and customer.owner is not None:
            propose_exclusion(
                actor=actor_of(customer.owner, today), customer=customer, way="price", reason="一直按低于进价给的，跟他说过两次"
            )  # fmt: skip
            return

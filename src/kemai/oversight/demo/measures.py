"""Two measures and a scorecard that the story's company defined itself, and what an owner proposes about a customer that only costs."""

from __future__ import annotations

from datetime import date

from kemai.business.archives.models import Customer
from kemai.business.valuation.actions import propose_exclusion, save_measure, save_scorecard
from kemai.business.valuation.value_classes.exclusions import standing_class
from kemai.foundation.access.actor import actor_of
from kemai.foundation.access.models import Person
from kemai.oversight.demo import story

MEASURES = (
    ("每小时毛利", "12 月毛利 / 12 月工时", "看时间花得值不值，月会上用"),
    ("退货率", "占比(12 月退货, 12 月销售 + 12 月退货)", "超过 8% 的要上门看"),
)

BANDS = {
    "profit_12m": (40, "skip", ((100_000, 100), (30_000, 70), (10_000, 40)), 10),
    "recency_days": (25, "zero", ((120, 0), (60, 40), (30, 70)), 100),
    "growth": (20, "skip", ((20, 100), (0, 70), (-20, 30)), 0),
    "每小时毛利": (15, "skip", ((2_000, 100), (800, 60), (300, 30)), 10),
}
GRADES = (("重点跟", 75), ("照常跟", 55), ("少跑", 35))


def load_measures(today: date) -> None:
    """Written by the head of the company before the first valuation."""
    boss = actor_of(Person.objects.get(login="boss"), today)
    made: dict[str, str] = {}
    for name, formula, reason in MEASURES:
        made[name] = save_measure(actor=boss, name=name, formula=formula, reason=reason).key
    criteria = [
        {
            "measure": made.get(key, key), "weight": weight, "missing": missing,
            "bands": [*({"from": str(start), "points": n} for start, n in bands), {"from": None, "points": rest}],
        }
        for key, (weight, missing, bands, rest) in BANDS.items()
    ]  # fmt: skip
    grades = [
        *({"name": name, "from": str(start)} for name, start in GRADES),
        {"name": "先放放", "from": None},
    ]
    card = {"criteria": criteria, "grades": grades}
    save_scorecard(
        actor=boss, name="跟进分", definition=card, reason="每周一排谁先跑，按毛利、新近、增长、时间看"
    )


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

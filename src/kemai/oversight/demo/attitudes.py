"""What the story's people think their customers think: half of those who buy, the regular ones more loyal."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from kemai.business.archives.models import Customer
from kemai.business.valuation.models import Attitude
from kemai.oversight.demo import story

WHY = ("拜访时老板亲口说的", "问了采购和会计", "看他货架上我们占的面", "年终访谈", "电话回访")
AWAY = 1_090


def load_attitudes(shops: list[story.Shop], today: date, seed: int = 1) -> None:
    """Rows in bulk, for a demo has to load quickly."""
    people = {c.code: c for c in Customer.objects.select_related("owner").filter(owner__isnull=False)}
    Attitude.objects.bulk_create(_records(shops, people, today, seed), batch_size=500)


def _records(
    shops: list[story.Shop], people: dict[str, Customer], today: date, seed: int
) -> Iterator[Attitude]:
    for shop in shops:
        dice, customer = random.Random(f"{seed}:attitude:{shop.number}"), people.get(shop.code)
        if customer is None or customer.owner is None or shop.starts >= 1_000 or dice.random() < 0.5:
            continue
        warmth = dice.gauss(62 if shop.stops > AWAY else 34, 20) + (8 if shop.every < 25 else 0)
        kind = "loyal" if warmth >= 68 else "switcher" if warmth >= 40 else "none"
        points = [_points(warmth + dice.gauss(0, 12)) for _ in range(5)]
        yield Attitude(
            customer=customer, attitude=kind, is_early_adopter=kind == "loyal" and dice.random() < 0.2, share_of_wallet=points[0],
            referral=points[1], price_tolerance=points[2], fault_tolerance=points[3], rival_attitude=points[4],
            note=dice.choice(WHY), on=today - timedelta(days=dice.randrange(5, 300)), person_id=customer.owner.pk, person_name=customer.owner.name,
        )  # fmt: skip


def _points(number: float) -> int:
    """As people say it: in fives."""
    return min(max(round(number / 5) * 5, 0), 100)

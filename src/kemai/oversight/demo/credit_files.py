"""Books, 5C grades and the sizes of two markets, as credit and the director of the story have entered them."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date

from kemai.business.archives.models import Customer
from kemai.business.valuation.actions import add_segment, assess_credit, save_statement, set_market_size
from kemai.foundation.access.actor import actor_of
from kemai.foundation.access.models import Person
from kemai.oversight.demo import story

WAN = 1_000_000
KNOWN = (story.HUARUI, story.PILLAR, 54, 45)  # dealers whose books somebody asked for
MARKETS = (("湖州酒水", "湖州", 6.4), ("镇江酒水", "镇江", 9.1))


def load_credit_files(shops: list[story.Shop], today: date, seed: int = 1) -> None:
    """Two years and a forecast for a few dealers, a missing year for one of them, and a grade each."""
    credit = actor_of(Person.objects.get(login="cai"), today)
    for place, number in enumerate(KNOWN):
        shop, dice = shops[number - 1], random.Random(f"{seed}:books:{number}")
        customer = Customer.objects.get(code=shop.code)
        for back in (2, 1, 0):
            if place == 1 and back == 1:
                continue
            save_statement(
                actor=credit, customer=customer, year=today.year - back, version=0, kind="forecast" if back == 0 else "actual",
                figures=_figures(shop, 1 + (2 - back) * 0.08, dice),
            )  # fmt: skip
        points = {
            name: dice.randrange(55, 92)
            for name in ("character", "capacity", "capital", "collateral", "conditions")
        }
        assess_credit(actor=credit, customer=customer, points=points, note="看了报表，问了同行")


def _figures(shop: story.Shop, grown: float, dice: random.Random) -> dict[str, int]:
    """Books that fit the size of the shop; every third is short of cash."""
    sales = max(round(shop.size / 10_000 * 365 / shop.every * 2.2 * grown), 60)
    current = round(sales * dice.uniform(0.28, 0.4))
    owed = round(current / dice.choice((0.9, 1.4, 1.8, 2.2)))
    wan = {
        "sales": sales, "credit_sales": round(sales * 0.6), "cost_of_sales": round(sales * 0.84), "profit": round(sales * 0.04),
        "current_assets": current, "inventory": round(current * 0.39), "cash": round(current * 0.14), "prepayments": round(current * 0.03),
        "current_liabilities": owed, "total_assets": round(current * 1.6), "total_debt": round(owed * 1.1),
        "equity": max(round(current * 1.6 - owed * 1.1), 10), "average_receivables": round(current * 0.35), "average_inventory": round(current * 0.4),
    }  # fmt: skip
    return {name: amount * WAN for name, amount in wan.items()}


def load_markets(shops: list[story.Shop], today: date, seed: int = 1) -> None:
    """Two towns, how large each year was; ours follows from the ledger."""
    director = actor_of(Person.objects.get(login="boss"), today)
    for name, town, times in MARKETS:
        ours: dict[int, float] = defaultdict(float)
        for shop in shops:
            if shop.city == town:
                for day, amount in story.orders(shop, today, seed):
                    ours[day.year] += amount
        segment = add_segment(actor=director, name=name, region=town)
        for place, year in enumerate(range(today.year - 2, today.year + 1)):
            size = max(round(ours[year] * times * (1.06 - place * 0.05) / 100_000) * 10, 10)
            set_market_size(
                actor=director,
                segment=segment,
                year=year,
                size_fen=size * WAN,
                source="酒业协会年报" if year < today.year else "按去年估的",
            )

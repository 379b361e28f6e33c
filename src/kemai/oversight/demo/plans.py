"""This year's targets, and what dealers counted on their shelves: twice each, so that they tell a rate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from kemai.business.archives.models import Customer
from kemai.business.trade.actions import set_targets
from kemai.business.trade.actions.targets import Targets
from kemai.business.trade.periods import period_of
from kemai.business.trade.queries import target_sums
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import OrgUnit
from kemai.oversight.demo import story

TARGETS = ("客户编号", "期间", "金额")
STOCK = ("客户编号", "盘点日", "产品编号", "数量")
GROWTH = 1.08
LEAST = 20_000  # yuan; smaller customers get no target of their own
OPENED, CLOSED = 61, 4  # days before today
COUNTED = 3  # products a dealer counts
STRETCH = 105  # percent of the customers' targets that their salesperson is asked for


def targets_of(shops: list[story.Shop], today: date, seed: int) -> Iterator[tuple[Any, ...]]:
    """Last year's sales and a little more, in whole thousands."""
    for shop in shops:
        sold = sum(amount for day, amount in story.orders(shop, today, seed) if day.year == today.year - 1)
        if sold >= LEAST:
            yield shop.code, str(today.year), round(sold * GROWTH / 1_000) * 1_000


def stock_of(shops: list[story.Shop], today: date, seed: int) -> Iterator[tuple[Any, ...]]:
    """Two counts of the products that each dealer ordered last."""
    goods = story.products()
    opened, closed = today - timedelta(days=OPENED), today - timedelta(days=CLOSED)
    for shop in (each for each in shops if each.type == "distributor"):
        ordered: dict[str, int] = defaultdict(int)
        for n, (day, amount) in enumerate(story.orders(shop, today, seed)):
            code, _name, _line, _grade, price = goods[(shop.number + n) % len(goods)]
            if opened < day <= closed:
                ordered[code] += max(round(amount / price), 1)
        for place, (code, quantity) in enumerate(list(ordered.items())[-COUNTED:]):
            there = quantity * (4 + shop.number % 5) // 10 + 6
            left = (there + quantity) * (2 + (shop.number + place) % 4) // 10
            yield shop.code, opened, code, there
            yield shop.code, closed, code, left


def load_staff_targets(actor: Actor) -> None:
    """What people and units are to bring this year: a little more than their customers' targets."""
    period = period_of(str(actor.today.year))
    by_owner = target_sums(actor, period, "owner")
    owners = {pk: fen * STRETCH // 100 // 1_000_000 * 1_000_000 for pk, fen in by_owner.items() if pk}
    unit_of = dict(Customer.objects.filter(owner__in=owners).values_list("owner_id", "unit__path"))
    units = {
        unit.pk: sum(fen for owner, fen in owners.items() if (unit_of.get(owner) or "").startswith(unit.path))
        for unit in OrgUnit.objects.all()
    }
    units = {pk: fen for pk, fen in units.items() if fen}
    set_targets(actor=actor, period=period, targets=Targets(persons=owners, units=units), reason="年初定的")

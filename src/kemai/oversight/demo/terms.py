"""Credit and operations of the story's customers: dealers are known well, a limit of the largest was raised once."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from kemai.business.archives import actions
from kemai.business.archives.models import CompetingProduct, Credit, Customer, DeliveryAddress, Operations
from kemai.foundation.access.actor import Actor
from kemai.oversight.demo import story

TERMS = ("月结", "月结", "货到付款", "预付", "现款")
MODES = ("送货", "送货", "自提", "物流")
RIVALS = ("洮河酒业", "青禾食品", "金坛春", "柳林坊", "江月酒行", "丰和调味")
RAISED = 5


def load_terms(actor: Actor, shops: list[story.Shop], seed: int = 1) -> None:
    """Rows in bulk, for a demo has to load quickly; the changes that a page tells of go through the action."""
    customers = {c.code: c for c in Customer.objects.only("pk", "code", "address", "state")}
    credits: list[Credit] = []
    operations: list[Operations] = []
    places: list[DeliveryAddress] = []
    rivals: list[CompetingProduct] = []
    known = [s for s in shops if s.code in customers and s.starts < s.stops]
    for shop in known:
        dice, customer = random.Random(f"{seed}:terms:{shop.number}"), customers[shop.code]
        if dice.random() < _how_well(shop):
            credits.append(_credit(shop, customer, dice))
        if dice.random() < _how_well(shop) + 0.1:
            operations.append(_operations(shop, customer, dice))
            places += _places(shop, customer, dice)
            rivals += _rivals(customer, dice)
    for model, rows in (
        (Credit, credits),
        (Operations, operations),
        (DeliveryAddress, places),
        (CompetingProduct, rivals),
    ):
        model._default_manager.bulk_create(rows, batch_size=500)  # type: ignore[arg-type]
    _raise_limits(
        actor, {c.customer_id: c for c in credits}, sorted(known, key=lambda s: -s.size)[:RAISED], customers
    )


def _how_well(shop: story.Shop) -> float:
    return 0.95 if shop.type == "distributor" or shop.size > 40_000 else 0.6 if shop.size > 9_000 else 0.25


def _credit(shop: story.Shop, customer: Customer, dice: random.Random) -> Credit:
    terms = dice.choice(TERMS)
    on_credit = terms == "月结"
    return Credit(
        customer=customer, registered_capital_fen=dice.choice((50, 100, 200, 500, 1000)) * 1_000_000,
        founded_on=date(dice.randrange(1996, 2022), dice.randrange(1, 13), dice.randrange(1, 29)),
        credit_limit_fen=max(round(shop.size / 10_000), 1) * 2_000_000 if on_credit else None,
        credit_days=dice.choice((15, 30, 45)) if on_credit else None, settlement_day=dice.choice((10, 25, 31)),
        payment_terms=terms,
    )  # fmt: skip


def _operations(shop: story.Shop, customer: Customer, dice: random.Random) -> Operations:
    staff = max(round(shop.size / 12_000), 1)
    return Operations(
        customer=customer, sales_staff=staff + dice.randrange(3), operating_staff=staff * 2 + dice.randrange(6),
        trade_area=f"{shop.city}城区", trade_radius_m=dice.choice((2, 5, 8, 20)) * 1_000, floor_area_m2=dice.randrange(40, 400),
        warehouse_area_m2=dice.randrange(80, 2_400) if shop.type == "distributor" else None, delivery_mode=dice.choice(MODES),
    )  # fmt: skip


def _places(shop: story.Shop, customer: Customer, dice: random.Random) -> list[DeliveryAddress]:
    if not customer.address:
        return []
    found = [DeliveryAddress(customer=customer, address=customer.address, is_default=True)]
    if shop.type == "distributor":
        found.append(
            DeliveryAddress(customer=customer, address=f"{shop.city}市物流园 {dice.randrange(1, 30)} 号库")
        )
    return found


def _rivals(customer: Customer, dice: random.Random) -> list[CompetingProduct]:
    names = dice.sample(RIVALS, dice.randrange(3))
    return [
        CompetingProduct(
            customer=customer, brand=name, price_fen=dice.randrange(40, 300) * 100, share_bp=dice.randrange(5, 40) * 100
        )
        for name in names
    ]  # fmt: skip


def _raise_limits(
    actor: Actor, stands: dict[Any, Credit], largest: list[story.Shop], customers: dict[str, Customer]
) -> None:
    for shop in largest:
        customer = customers[shop.code]
        now = stands.get(customer.pk)
        if now is not None and now.credit_limit_fen:
            actions.change_credit(
                actor=actor, customer=customer, version=now.version, credit_limit_fen=now.credit_limit_fen * 3 // 2,
                reason="旺季备货，上半年回款准时",
            )  # fmt: skip

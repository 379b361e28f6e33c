"""What the story's people expect of their customers: of all prospects, and growth of a good part of the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from kemai.business.archives.models import Customer
from kemai.business.prospects.actions import estimate_potential
from kemai.business.prospects.models import Potential
from kemai.foundation.access.actor import actor_of
from kemai.oversight.demo import story

ESTIMATES = ("客户编号", "需求潜力", "预期份额", "可能性", "预期增量", "产品依据", "市场依据", "关系依据")
LEVELS = ("20%", "50%", "80%")
PRODUCT = ("缺中档浓香", "黄酒要换牌子", "礼盒没人供", "酱香想加一个档")
MARKET = ("新开街区", "婚宴多", "团购在涨", "隔壁店关了")
RELATION = ("老板见过两次", "采购是老同事", "对账一直准", "介绍人熟")


def estimates_of(shops: list[story.Shop]) -> Iterator[tuple[Any, ...]]:
    """Lines of the estimates file."""
    for shop in shops:
        n = shop.number
        reasons = (PRODUCT[n % 4], MARKET[n % 3], RELATION[n % 4])
        if shop.starts >= 1_096:
            yield shop.code, f"{shop.size * 20:.2f}", f"{20 + n % 4 * 10}%", LEVELS[n % 3], "", *reasons
        elif _is_estimated(shop):
            year = shop.size * 365 / shop.every
            yield shop.code, "", "", LEVELS[n % 3], f"{year * (0.05 + n % 4 * 0.05):.2f}", *reasons


def second_thoughts(shops: list[story.Shop], today: date) -> None:
    """Some prospects were estimated again by their owner, who then thought better of them."""
    codes = [s.code for s in shops[-story.PROSPECTS :][:10]]
    for customer in (
        Customer.objects.filter(code__in=codes, owner__isnull=False).select_related("owner").order_by("code")
    ):
        old = Potential.objects.filter(customer=customer, is_current=True).first()
        if old is None or old.es_bp is None or customer.owner is None:
            continue
        estimate_potential(
            actor=actor_of(customer.owner, today), customer=customer, mp_fen=old.mp_fen, es_bp=old.es_bp + 1_000, p_bp=old.p_bp,
            horizon_months=old.horizon_months, reason_product="试销一个月，回头两次", reason_market=old.reason_market, reason_relation=old.reason_relation,
        )  # fmt: skip


def _is_estimated(shop: story.Shop) -> bool:
    """About a third of those who still buy; not the two whose story is told by sales alone."""
    return shop.stops > 1_090 and shop.number % 3 == 1 and shop.number not in (story.HUARUI, story.RISER)

"""What the story's people know beside the ledger: who is gone for good, what was promised to the large ones, what
advertising cost."""

from __future__ import annotations

from datetime import date, timedelta

from kemai.business.archives.actions import change_state
from kemai.business.archives.models import Customer, State
from kemai.business.valuation.actions import record_benefit, record_spend, save_missing_line
from kemai.foundation.access.actor import system_actor
from kemai.oversight.demo import story

GONE_AFTER, QUIET = 200, 1_096
CAUSES = ("被对手抢走", "搬走或关门", "价格", "联系的人走了", "不需要了")
LARGE = 12
MOST_GONE = 14


def load_worth(shops: list[story.Shop], today: date) -> None:
    """Losses at the time when people noticed, then what was entered since."""
    _losses(shops, today)
    known = {c.code: c for c in Customer.objects.filter(code__in=[s.code for s in _large(shops)])}
    for at, shop in enumerate(_large(shops)):
        if shop.code in known:
            _promised(known[shop.code], shop, at, today)
    for back in range(4, 0, -1):
        year, quarter = divmod(today.year * 4 + (today.month - 1) // 3 - back, 4)
        record_spend(
            actor=system_actor(today),
            period=f"{year}-Q{quarter + 1}",
            amount_fen=4_800_000 + back * 650_000,
            note="展会、陈列和首单促销",
        )


def _losses(shops: list[story.Shop], today: date) -> None:
    stopped = [s for s in shops if s.starts < s.stops < QUIET - GONE_AFTER]
    rows = {
        c.code: c for c in Customer.objects.filter(code__in=[s.code for s in stopped], state=State.ACTUAL)
    }
    for at, shop in enumerate([s for s in stopped if s.code in rows][:MOST_GONE]):
        noticed = today - timedelta(days=QUIET - shop.stops - GONE_AFTER + 20)
        change_state(
            actor=system_actor(noticed),
            customer=rows[shop.code],
            to=State.LOST,
            reason=CAUSES[at % len(CAUSES)],
        )


def _large(shops: list[story.Shop]) -> list[story.Shop]:
    """The largest that still buy, and the one whose story is told."""
    buying = [s for s in shops if s.stops >= QUIET > s.starts]
    largest = sorted(buying, key=lambda s: s.size / s.every, reverse=True)[:LARGE]
    return [*largest, *(s for s in shops if s.number == story.HUARUI and s not in largest)]


def _promised(customer: Customer, shop: story.Shop, at: int, today: date) -> None:
    """Rebates of this year and the last, promotion and care for every other one, and a line that it does not buy yet."""
    actor, year_fen = system_actor(today), round(shop.size * 365 / shop.every) * 100
    for year, part in ((today.year - 1, 1.0), (today.year, 0.8)):
        record_benefit(
            actor=actor,
            customer=customer,
            period=str(year),
            kind="rebate",
            amount_fen=round(year_fen * 0.02 * part),
            note="按年返利协议",
        )
        if at % 2 == 0:
            record_benefit(
                actor=actor,
                customer=customer,
                period=str(year),
                kind="promotion",
                amount_fen=round(year_fen * 0.005 * part),
                note="陈列和试饮",
            )
        record_benefit(
            actor=actor,
            customer=customer,
            period=str(year),
            kind="service",
            amount_fen=round(year_fen * 0.01 * part),
            note="拜访和送货",
        )
    record_benefit(
        actor=actor,
        customer=customer,
        period=str(today.year - 1),
        kind="investment",
        amount_fen=round(year_fen * 0.04),
        note="专柜和冰柜",
    )
    line, _price = story.LINES[at % len(story.LINES)]
    save_missing_line(
        actor=actor, customer=customer, kind="line", name=line, demand_fen=round(year_fen * 0.3), share_bp=3_000, margin_bp=2_000, p_bp=5_000
    )  # fmt: skip
    if at % 3 == 0:
        save_missing_line(
            actor=actor, customer=customer, kind="referral", name="同街的店", referrals_milli=2_000, conversion_bp=2_500, mean_fen=1_200_000
        )  # fmt: skip

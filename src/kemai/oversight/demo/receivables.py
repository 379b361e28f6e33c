"""Invoices and receipts of the story's customers who buy on credit: most pay about in time, some late, a few not at all."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from kemai.oversight.demo import story

INVOICES = ("发票号", "客户", "开票日期", "到期日", "金额")
RECEIPTS = ("收款单号", "客户", "日期", "金额", "发票号")
LARGEST = 150
MONTHS_BACK = 400
TERM = 30


def invoices_of(shops: list[story.Shop], today: date, seed: int = 1) -> Iterator[tuple[Any, ...]]:
    """One invoice an order of the last year or so, now and then a red letter for a return."""
    for shop in _on_credit(shops):
        for number, day, amount in _orders(shop, today, seed):
            due = day + timedelta(days=TERM)
            yield f"FP{number}", shop.code, day, due, f"{amount:.2f}"
            if int(number[-3:]) % 29 == 7:
                yield (
                    f"HZ{number}",
                    shop.code,
                    min(day + timedelta(days=9), today),
                    "",
                    f"{-amount * 0.08:.2f}",
                )


def receipts_of(shops: list[story.Shop], today: date, seed: int = 1) -> Iterator[tuple[Any, ...]]:
    """What came in: by the habit of the customer, most of it naming its invoice, some of it in two parts."""
    for shop in _on_credit(shops):
        dice = random.Random(f"{seed}:pays:{shop.number}")
        habit = 55 if shop.number == story.HUARUI else dice.choice((-14, -10, -9, -8, 0, 12, 28))
        for place, (number, day, amount) in enumerate(_orders(shop, today, seed)):
            on = day + timedelta(days=TERM + habit + dice.randrange(-4, 9))
            if on > today or dice.random() < 0.02:
                continue
            named = f"FP{number}" if place % 4 else ""
            if place % 7 == 3:
                half = round(amount / 2, 2)
                yield f"SK{number}A", shop.code, on, f"{half:.2f}", named
                later = on + timedelta(days=15)
                if later <= today:
                    yield f"SK{number}B", shop.code, later, f"{amount - half:.2f}", named
            else:
                yield f"SK{number}", shop.code, on, f"{amount:.2f}", named


def _on_credit(shops: list[story.Shop]) -> list[story.Shop]:
    """Dealers and the largest shops."""
    buying = [shop for shop in shops if shop.starts < shop.stops]
    return sorted(buying, key=lambda each: (each.type != "distributor", -each.size))[:LARGEST]


def _orders(shop: story.Shop, today: date, seed: int) -> Iterator[tuple[str, date, float]]:
    since = today - timedelta(days=MONTHS_BACK)
    for n, (day, amount) in enumerate(story.orders(shop, today, seed)):
        if day >= since:
            yield f"{day:%y%m}{shop.number:04d}{n:03d}", day, amount

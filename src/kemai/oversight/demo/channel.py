"""Whom the story's dealers supply: shops of their own town, some from two, a few no longer or not yet (S0.5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from kemai.oversight.demo import story

LINKS = ("经销商", "下级客户", "产品线", "份额", "开始", "结束")
OF_HUARUI, OF_OTHERS = 25, 7
PROSPECT = 1_096  # who would begin today or later has bought nothing yet
EVERY_SECOND_DEALER = 6  # of so many shops one buys one line from a second dealer


def links_of(shops: list[story.Shop], today: date) -> Iterator[tuple[Any, ...]]:
    """Lines of the links file: Huarui first, then the dealers town by town."""
    buying = [s for s in shops if s.starts < PROSPECT and s.type == "enterprise"]
    for town in story.CITIES:
        left = [s for s in buying if s.city == town]
        dealers = sorted(
            (s for s in shops if s.type == "distributor" and s.city == town),
            key=lambda each: (each.number != story.HUARUI, each.number),
        )
        for place, dealer in enumerate(dealers):
            count = OF_HUARUI if dealer.number in (story.HUARUI, story.PILLAR) else OF_OTHERS
            yield from _supplied(dealer, left[:count], dealers[place - 1], today)
            left = left[count:]
        if dealers and dealers[0].number == story.HUARUI:
            yield from _gone_and_coming(dealers[0], left, today)


def _supplied(
    dealer: story.Shop, mine: list[story.Shop], neighbour: story.Shop, today: date
) -> Iterator[tuple[Any, ...]]:
    for place, shop in enumerate(mine):
        since = today - timedelta(days=200 + shop.number * 37 % 900)
        yield dealer.code, shop.code, "", f"{40 + shop.number % 7 * 10}%" if place % 5 else "", since, ""
        if place % EVERY_SECOND_DEALER == 0 and neighbour is not dealer and neighbour.number != story.HUARUI:
            line = story.LINES[shop.number % len(story.LINES)][0]
            yield neighbour.code, shop.code, line, f"{30 + shop.number % 4 * 10}%", since, ""


def _gone_and_coming(dealer: story.Shop, left: list[story.Shop], today: date) -> Iterator[tuple[Any, ...]]:
    """Two shops that went elsewhere, and one that begins next month."""
    for shop in left[:2]:
        yield dealer.code, shop.code, "", "80%", today - timedelta(days=700), today - timedelta(days=90)
    for shop in left[2:3]:
        yield dealer.code, shop.code, "", "50%", today + timedelta(days=20), ""

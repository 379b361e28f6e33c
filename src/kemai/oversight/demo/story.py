"""岚汀酒食: who its people and customers are, and three years of what they bought. The same seed tells the same story."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

CUSTOMERS, DEALERS, PROSPECTS = 1_200, 60, 72
HUARUI, RISER = 318, 188  # the one that slides away, the one that rises
PILLAR = 46  # a dealer on whom a whole town hangs
BELOW_COST = (411, 534, 702, 815, 903)  # small ones that somebody sells to at a loss
TWINS = {1_198: 212, 1_199: 87, 1_200: 431}  # prospects that somebody entered although the customer was there
PEOPLE = (
    ("boss", "沈知遥", "executive", "总部"), ("admin", "管理员", "admin", "总部"), ("dang", "档小满", "custodian", "总部"),
    ("cai", "蔡问渠", "credit", "总部"), ("ke", "柯晚晴", "service", "总部"),
    ("sunan", "闻人清", "region_manager", "总部/华东大区/苏南区"), ("subei", "上官越", "region_manager", "总部/华东大区/苏北区"),
    ("zhou", "周砚", "sales_rep", "总部/华东大区/苏南区"), ("xu", "许令仪", "sales_rep", "总部/华东大区/苏南区"),
    ("gu", "顾南乔", "sales_rep", "总部/华东大区/苏南区"), ("cheng", "程一舟", "sales_rep", "总部/华东大区/苏北区"),
    ("lu", "陆鸣", "sales_rep", "总部/华东大区/苏北区"),
)  # fmt: skip
CITIES = {
    "镇江": "zhou", "常州": "zhou", "无锡": "xu", "苏州": "gu", "湖州": "gu", "南京": "xu", "南通": "cheng", "泰州": "cheng",
    "扬州": "lu", "芜湖": "lu", "嘉兴": "gu", "绍兴": "xu",
}  # fmt: skip
FIRST = "禾锦松泊听北浮椿临云望汀鹿曲竹半砚阑望拾疏青沐晴星澄岚溪朗泓兰栖屿桐杉枫棠梨柏荷萤".strip()
SECOND = "穗棹屿山阑渚玉皋澜渡川鸣水里亩池漪舒影坞篱禾川桥舟庭野湾浦汀岸林泽谷原".strip()
TRADES = ("副食", "烟酒", "名酒行", "商超", "食品", "粮油", "餐饮", "酒楼", "便利", "供应链", "酒店", "商贸")
LINES = (("浓香", 398), ("酱香", 698), ("黄酒", 88), ("葡萄酒", 168), ("副食礼盒", 128))
GRADES = ("高", "中", "低")


@dataclass
class Shop:
    """One customer of the story: its size and rhythm make its orders."""

    number: int
    name: str
    short: str
    city: str
    type: str
    size: float
    every: float
    starts: int
    stops: int
    grows: float
    orders: list[tuple[int, float]] = field(default_factory=list)
    twin_of: int = 0

    @property
    def code(self) -> str:
        """KH-00318."""
        return f"KH-{self.number:05d}"


def shops(seed: int = 1) -> list[Shop]:
    """All customers, dealers and prospects."""
    dice = random.Random(seed)
    made: list[Shop] = []
    known: set[str] = set()
    for number in range(1, CUSTOMERS + 1):
        short = _short(dice, known)
        city = dice.choice(list(CITIES))
        size = 9_000 * math.exp(dice.gauss(0, 1.05)) * (3 if number <= DEALERS else 1)
        starts = 0 if dice.random() < 0.6 else dice.randrange(0, 900)
        stops = (
            1_096 if dice.random() < 0.93 else dice.randrange(starts + 60, 1_080) if starts < 1_000 else 1_096
        )
        kind = "distributor" if number <= DEALERS else "enterprise"
        made.append(
            Shop(
                number,
                f"{city}{short}有限公司",
                short,
                city,
                kind,
                size,
                dice.uniform(14, 60),
                starts,
                stops,
                dice.gauss(0.04, 0.12),
            )
        )
    made[HUARUI - 1] = Shop(
        HUARUI, "镇江华瑞商贸有限公司", "华瑞商贸", "镇江", "distributor", 22_600, 24, 0, 1_058, 0.0
    )
    made[RISER - 1] = Shop(
        RISER, "扬州椿屿便利连锁有限公司", "椿屿便利", "扬州", "enterprise", 5_200, 20, 120, 1_096, 0.55
    )
    made[PILLAR - 1].size *= 3
    for shop in made[-PROSPECTS:]:
        shop.starts = shop.stops = 1_096
    for place, (number, other) in enumerate(TWINS.items()):
        _enter_again(made[number - 1], made[other - 1], place)
    return made


def _enter_again(twin: Shop, known: Shop, place: int) -> None:
    """The same firm as a colleague writes it."""
    twin.twin_of, twin.city, twin.short = known.number, known.city, known.short
    ways = (
        f"{known.city}市{known.short}有限责任公司",
        f"{known.short}（{known.city}）有限公司",
        f"{known.city}{known.short}公司",
    )
    twin.name = ways[place]


def _short(dice: random.Random, known: set[str]) -> str:
    while True:
        short = dice.choice(FIRST) + dice.choice(SECOND) + dice.choice(TRADES)
        if short not in known:
            known.add(short)
            return short


def orders(shop: Shop, today: date, seed: int = 1) -> Iterator[tuple[date, float]]:
    """Days and amounts of a customer's orders over three years up to today."""
    dice = random.Random(f"{seed}:{shop.number}")
    day = shop.starts + dice.uniform(0, shop.every)
    while day <= min(shop.stops, 1_096):
        on = today - timedelta(days=1_096 - int(day))
        yield (
            on,
            round(shop.size * season(on) * (1 + shop.grows) ** (day / 365) * dice.lognormvariate(0, 0.3), 2),
        )
        day += dice.uniform(0.7, 1.3) * shop.every
    if shop.number == HUARUI:
        yield today - timedelta(days=38), 19_900.0
    if shop.number == RISER:
        yield today - timedelta(days=3), 56_000.0  # a first large order lifts it over the line


def season(day: date) -> float:
    """Spirits sell before the Spring Festival and the Mid-Autumn Festival."""
    return {1: 1.75, 12: 1.35, 2: 0.65, 9: 1.5, 8: 1.2, 6: 0.8, 7: 0.75}.get(day.month, 1.0)


def products() -> list[tuple[str, str, str, str, int]]:
    """Code, name, line, grade and price of forty products."""
    return [
        (
            f"{'NJHPF'[i % 5]}{i:02d}",
            f"{LINES[i % 5][0]} {GRADES[i % 3]}档 {i:02d} 号",
            LINES[i % 5][0],
            GRADES[i % 3],
            LINES[i % 5][1] + 20 * (i % 3),
        )
        for i in range(40)
    ]

"""The lunar calendar beside the solar one, as a wall calendar prints it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

TRADITIONAL = str.maketrans("闰腊惊蛰谷处种满阳节龙头", "閏臘驚蟄穀處種滿陽節龍頭")
"""The characters of lunar days that differ, for `str.translate`."""


@lru_cache(maxsize=1024)
def lunar_day(day: date) -> str:
    """What stands under the day: a solar term, a festival, the month's name on its first day, or the day.

    >>> lunar_day(date(2026, 11, 22)), lunar_day(date(2026, 11, 9)), lunar_day(date(2026, 11, 23))
    ('小雪', '十月', '十五')
    """
    found = _lunar(day)
    festivals = [name for name in found.getFestivals() if len(name) <= 3]
    first = f"{found.getMonthInChinese()}月" if found.getDay() == 1 else found.getDayInChinese()
    return str(found.getJieQi() or (festivals[0] if festivals else first))


@lru_cache(maxsize=64)
def lunar_date(day: date) -> str:
    """Month and day.

    >>> lunar_date(date(2026, 11, 23))
    '十月十五'
    """
    found = _lunar(day)
    return f"{found.getMonthInChinese()}月{found.getDayInChinese()}"


def _lunar(day: date) -> Any:
    from lunar_python import Solar

    return Solar.fromYmd(day.year, day.month, day.day).getLunar()

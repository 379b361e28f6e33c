"""Reads a line such as "@华瑞 电话 12分 谈了返利，下周二回访". Pure; what it does not understand stays in the note.
The words are sought in simplified characters, which stand at the same places; what is kept is what was written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

from kemai.foundation.chinese import simplified

CHANNELS = {
    "电话": "call", "拜访": "visit", "上门": "visit", "微信": "wechat", "短信": "message", "简讯": "message", "邮件": "mail",
    "来访": "meeting", "call": "call", "visit": "visit", "wechat": "wechat", "mail": "mail",
}  # fmt: skip
WHO = re.compile(r"[@＠]([^\s，,。；;@＠]+)")
CHANNEL = re.compile(rf"^({'|'.join(CHANNELS)})(?=[\s，,。；;]|\d|$)", re.I)
LASTS = (
    r"(?:(\d{1,4})\s*(?:分钟|分(?!之|公司|店|厂|期|批|销)|min(?:ute)?s?\b)"
    r"|(\d{1,2}(?:\.\d)?)\s*(?:个?小时|h(?:ours?|rs?)?\b)|(半)个?小时)"
)
MINUTES = re.compile(rf"(?<![\d.点:：]){LASTS}", re.I)
TRAVEL = re.compile(
    rf"(?:来回)?(?:路上|路程|车程|往返|来回|travel(?:led)?|drive|on the road)\s*(?:花了|用了|共|花|用)?\s*{LASTS}",
    re.I,
)
CLAUSE = re.compile(r"[，,。；;\n]")
PAST = re.compile(r"[了已过]")
WEEKDAYS = {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6}
SHIFTS = {"今天": 0, "明天": 1, "后天": 2, "大后天": 3}
DAY = re.compile(
    r"^(?:(?P<shift>今天|明天|大后天|后天)|(?P<after>\d{1,3})天[之以]?后|(?P<week>下下|下|本|这)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
    r"|(?P<year>20\d\d)[-/.年](?P<m1>\d{1,2})[-/.月](?P<d1>\d{1,2})[日号]?|(?P<m2>\d{1,2})月(?P<d2>\d{1,2})[日号]?|(?P<d3>\d{1,2})[日号])"
)
CLOCK = re.compile(r"^(上午|早上|中午|下午|晚上)?\s*(\d{1,2})(?:[:：](\d{2})|点(半)?)")


@dataclass(frozen=True)
class QuickText:
    """What a line says; `customer` is the text to look up, None where nothing was said."""

    customer: str = ""
    channel: str | None = None
    minutes: int | None = None
    travel_minutes: int | None = None
    note: str = ""
    next_on: date | None = None
    next_at: time | None = None
    next_title: str = ""


def read_quick_text(text: str, today: date) -> QuickText:
    """The parts of a line.

    >>> found = read_quick_text("@华瑞 电话 12分 谈了返利，下周二回访", date(2026, 11, 22))
    >>> found.customer, found.channel, found.minutes, found.note
    ('华瑞', 'call', 12, '谈了返利')
    >>> found.next_on.isoformat(), found.next_title
    ('2026-11-24', '回访')
    >>> found = read_quick_text("@华瑞 拜访 40分钟 路上1小时 看了陈列", date(2026, 11, 22))
    >>> found.minutes, found.travel_minutes, found.note
    (40, 60, '看了陈列')
    >>> found = read_quick_text("@Huarui call 40 min, travel 1 h", date(2026, 11, 22))
    >>> found.minutes, found.travel_minutes
    (40, 60)
    >>> found = read_quick_text("@華瑞 電話 12分鐘 談了返利，後天回訪", date(2026, 11, 22))
    >>> found.channel, found.minutes, found.note, found.next_on.isoformat(), found.next_title
    ('call', 12, '談了返利', '2026-11-24', '回訪')
    """
    line = text.strip()
    rest, who = _taken(WHO, line)
    rest, channel = _taken(CHANNEL, rest.lstrip(" ，,"))
    rest, travel = _taken(TRAVEL, rest)
    rest, minutes = _taken(MINUTES, rest)
    note, on, at, title = _next_step(rest, today)
    return QuickText(
        customer=line[slice(*who.span(1))] if who else "",
        channel=CHANNELS[channel[1].lower()] if channel else None,
        minutes=_minutes(minutes) if minutes else None,
        travel_minutes=_minutes(travel) if travel else None,
        note=note, next_on=on, next_at=at, next_title=title,
    )  # fmt: skip


def day_said(text: str, today: date) -> tuple[date | None, str]:
    """The future day that a clause begins with, and the rest of the clause."""
    found = DAY.match(simplified(text))
    day = _day(found, today) if found else None
    return (day, text[found.end() :]) if found and day and day >= today else (None, text)


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, re.Match[str] | None]:
    found = pattern.search(simplified(text))
    return (f"{text[: found.start()]}{text[found.end() :]}".strip(), found) if found else (text, None)


def _minutes(found: re.Match[str]) -> int:
    if found[1]:
        return int(found[1])
    return 30 if found[3] else round(float(found[2]) * 60)


def _next_step(text: str, today: date) -> tuple[str, date | None, time | None, str]:
    clauses = [c.strip() for c in CLAUSE.split(text) if c.strip()]
    for place in range(len(clauses) - 1, -1, -1):
        on, rest = day_said(clauses[place], today)
        if on and not PAST.search(simplified(rest)):
            at, title = _clock(rest.strip())
            return "，".join(clauses[:place] + clauses[place + 1 :]), on, at, title
    return text.strip(" ，,"), None, None, ""


def _clock(text: str) -> tuple[time | None, str]:
    found = CLOCK.match(simplified(text))
    if not found:
        return None, text
    hour = int(found[2]) + (12 if found[1] in ("下午", "晚上") and int(found[2]) < 12 else 0)
    minute = int(found[3] or 0) or (30 if found[4] else 0)
    return (time(hour, minute), text[found.end() :].strip()) if hour < 24 and minute < 60 else (None, text)


def _day(found: re.Match[str], today: date) -> date | None:
    if found["shift"]:
        return today + timedelta(SHIFTS[found["shift"]])
    if found["after"]:
        return today + timedelta(int(found["after"]))
    if found["weekday"]:
        return _weekday(found["week"], WEEKDAYS[found["weekday"]], today)
    try:
        if found["year"]:
            return date(int(found["year"]), int(found["m1"]), int(found["d1"]))
        return _coming(found, today)
    except ValueError:
        return None


def _weekday(week: str | None, weekday: int, today: date) -> date:
    if week is None:
        return today + timedelta((weekday - today.weekday() - 1) % 7 + 1)
    monday = today - timedelta(today.weekday())
    return monday + timedelta(7 * {"本": 0, "这": 0, "下": 1, "下下": 2}[week] + weekday)


def _coming(found: re.Match[str], today: date) -> date:
    """The next such day of a year or of a month."""
    if found["m2"]:
        day = date(today.year, int(found["m2"]), int(found["d2"]))
        return day if day >= today else day.replace(year=today.year + 1)
    day = today.replace(day=int(found["d3"]))
    return day if day >= today else (today.replace(day=1) + timedelta(32)).replace(day=int(found["d3"]))

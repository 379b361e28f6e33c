"""Days, months and periods, in the ways Chinese ledgers write them; what can be read two ways is refused."""

import calendar
import re
from datetime import date, timedelta

from kemai.oversight.exchange.parsing.values.refused import ValueRefused
from kemai.oversight.exchange.parsing.values.words import folded
from kemai.oversight.exchange.reading.workbook.numbers import serial_date

TWO_YEARS = 731
_EARLIEST = 1900
_TIME = r"(?:[ T]+(?:上午|下午)?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?)?"
_YEAR_FIRST = re.compile(r"(\d{4}) ?[-/.年] ?(\d{1,2}) ?[-/.月] ?(\d{1,2})日?" + _TIME)
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0)?" + _TIME)
_SERIAL = re.compile(r"([1-9]\d{4})(?:\.\d+)?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})" + _TIME)
_MONTH = re.compile(r"(\d{4}) ?[-/.年] ?(\d{1,2})月?(?:份)?|(\d{4})(0[1-9]|1[0-2])")
_YEAR = re.compile(r"(\d{4})年?(?:度)?")
_QUARTER = re.compile(r"(\d{4})[-/.年]?(?:第?([一二三四1-4])季度?|[qQ]([1-4]))")
_QUARTER_NAMES = {"一": 1, "二": 2, "三": 3, "四": 4}


def parse_date(
    text: str,
    *,
    today: date,
    is_1904: bool = False,
    order: str | None = None,
    future_days: int = TWO_YEARS,
) -> date:
    """The day a cell means; a time of day is dropped.

    `order` ("dmy" or "mdy") must be chosen by a person before 03/04/2026 is read at all.

    >>> now = date(2026, 3, 31)
    >>> {parse_date(t, today=now) for t in ("2026/3/1", "2026年3月1日", "20260301", "46082", "2026.3.1 12:30")}
    {datetime.date(2026, 3, 1)}
    """
    written = folded(text)
    if found := _YEAR_FIRST.fullmatch(written) or _EIGHT.fullmatch(written):
        return _sensible(_day(int(found[1]), int(found[2]), int(found[3])), today, future_days)
    if found := _SERIAL.fullmatch(written):
        return _sensible(_serial(int(found[1]), is_1904), today, future_days)
    if found := _YEAR_LAST.fullmatch(written):
        return _sensible(_year_last(found, order), today, future_days)
    if _MONTH.fullmatch(written):
        raise ValueRefused("month_only")
    raise ValueRefused("date_unreadable")


def parse_month(text: str, *, today: date, future_days: int = TWO_YEARS) -> date:
    """The first day of a month such as 2026-01, 2026年1月 or 202601."""
    found = _MONTH.fullmatch(folded(text))
    if not found:
        raise ValueRefused("date_unreadable")
    day = _day(int(found[1] or found[3]), int(found[2] or found[4]), 1)
    return _sensible(day, today, future_days)


def parse_period(text: str) -> str:
    """`2026`, `2026-Q1` or `2026-01`, however it was written; the first of a month is what Excel makes of it.

    >>> parse_period("2026年"), parse_period("2026年一季度"), parse_period("2026/1"), parse_period("2026Q3")
    ('2026', '2026-Q1', '2026-01', '2026-Q3')
    >>> parse_period("2026-01-01 00:00:00")
    '2026-01'
    """
    written = folded(text)
    if not "1900" <= written[:4] < "2200":
        raise ValueRefused("period_unreadable")
    if found := _YEAR.fullmatch(written):
        return found[1]
    if found := _QUARTER.fullmatch(written):
        quarter = found[3] or _QUARTER_NAMES.get(found[2], found[2])
        return f"{found[1]}-Q{quarter}"
    if (found := _MONTH.fullmatch(written)) and 1 <= int(found[2] or found[4]) <= 12:
        return f"{found[1] or found[3]}-{int(found[2] or found[4]):02d}"
    if (found := _YEAR_FIRST.fullmatch(written)) and int(found[3]) == 1 and 1 <= int(found[2]) <= 12:
        return f"{found[1]}-{int(found[2]):02d}"
    raise ValueRefused("period_unreadable")


def _day(year: int, month: int, day: int) -> date:
    if year < 1 or not 1 <= month <= 12 or day < 1:
        raise ValueRefused("no_such_day")
    last = calendar.monthrange(year, month)[1]
    if day > last:
        raise ValueRefused("no_such_day_in_month", year=year, month=month, day=day, last=last)
    return date(year, month, day)


def _serial(days: int, is_1904: bool) -> date:
    day = serial_date(days, is_1904)
    if day is None:
        raise ValueRefused("no_such_day")
    return day


def _year_last(found: re.Match[str], order: str | None) -> date:
    if order not in ("dmy", "mdy"):
        raise ValueRefused("date_ambiguous")
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    year += 2000 if year < 100 else 0
    return _day(year, second, first) if order == "dmy" else _day(year, first, second)


def _sensible(day: date, today: date, future_days: int) -> date:
    if day.year < _EARLIEST:
        raise ValueRefused("date_too_early")
    if day > today + timedelta(days=future_days):
        raise ValueRefused("date_in_future")
    return day

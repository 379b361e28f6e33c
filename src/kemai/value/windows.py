"""Windows of time that end on the as-of date, both ends included.

The clock is never read here: the as-of date is always an argument.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta

from kemai.value.errors import FactError


def as_date(value: date | str, name: str = "as_of") -> date:
    """A date from a date, a datetime (its day; NumPy's too) or ISO text; FactError names the argument that is none of
    these."""
    if type(value).__module__ == "numpy" and type(value).__name__ == "datetime64":
        value = str(value)[:10]  # numpy is not imported for this
    try:
        if isinstance(value, datetime):
            return date(value.year, value.month, value.day)  # pandas' missing date has no year
        return value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise FactError(
            f'{name}：不是日期，给的是 {value}；要 date(2026, 6, 30) 或 "2026-06-30"',
            code="not_a_day",
            column=name,
        ) from error


def months_before(day: date, months: int) -> date:
    """The same date some months earlier; a day the month does not have becomes its last day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_start(as_of: date, months: int = 12) -> date:
    """The first day of a window of whole months: the day after the same date `months` earlier.

    >>> months_start(date(2026, 6, 30))
    datetime.date(2025, 7, 1)
    """
    return months_before(as_of, months) + timedelta(days=1)


def days_start(as_of: date, days: int) -> date:
    """The first day of a window of so many days; one longer than the calendar begins with it.

    >>> days_start(date(2026, 6, 30), 365)
    datetime.date(2025, 7, 1)
    """
    return date.fromordinal(max(as_of.toordinal() - days + 1, 1))


def complete_months(as_of: date, months: int) -> tuple[date, ...]:
    """The first days of the last complete calendar months, oldest first, and the first day after them.

    A month whose last day is the as-of date is complete.

    >>> complete_months(date(2026, 6, 30), 2)
    (datetime.date(2026, 5, 1), datetime.date(2026, 6, 1), datetime.date(2026, 7, 1))
    >>> complete_months(date(2026, 6, 29), 1)
    (datetime.date(2026, 5, 1), datetime.date(2026, 6, 1))
    """
    end = (as_of + timedelta(days=1)).replace(day=1)
    return tuple(months_before(end, back) for back in range(months, -1, -1))


def whole_months_between(start: date, end: date) -> int:
    """Completed months from start to end, the unit in which tenure is counted.

    >>> whole_months_between(date(2023, 6, 30), date(2026, 6, 30))
    36
    """
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)

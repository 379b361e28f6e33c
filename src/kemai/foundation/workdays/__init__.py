"""Which days are worked, with the official calendar and the company's own changes."""

from kemai.foundation.workdays.calendar import (
    CalendarDay,
    add_workdays,
    is_announced,
    is_workday,
    month_days,
    official,
    overrides,
    remove_override,
    set_override,
)

__all__ = [
    "CalendarDay",
    "add_workdays",
    "is_announced",
    "is_workday",
    "month_days",
    "official",
    "overrides",
    "remove_override",
    "set_override",
]

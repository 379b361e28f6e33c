"""The Chinese calendar of holidays and make-up days, and the company's overrides over it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kemai.foundation.access.actor import Actor


def is_workday(day: date) -> bool:
    """Whether the company works on the day."""
    from kemai.foundation.workdays.models import DayOverride

    own = DayOverride.objects.filter(day=day).values_list("is_workday", flat=True).first()
    return _officially_worked(day) if own is None else own


def add_workdays(day: date, count: int) -> date:
    """The count-th workday after the day (before it for a negative count); count 0 gives the day itself."""
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_workday(day)
    return day


def official(year: int) -> dict[date, tuple[bool, str]]:
    """The year's special days by the official calendar: {day: (worked, name)}; make-up Saturdays are worked."""
    calendar = _china(year)
    free = {day: (False, str(name)) for day, name in sorted(calendar.items()) if day.year == year}
    made_up = {
        d: (True, "调休上班") for d in sorted(getattr(calendar, "weekend_workdays", ())) if d.year == year
    }
    return dict(sorted({**free, **made_up}.items()))


def overrides(year: int) -> list[Any]:
    """The company's own days of a year."""
    from kemai.foundation.workdays.models import DayOverride

    return list(DayOverride.objects.filter(day__year=year))


def set_override(*, actor: Actor, day: date, is_workday: bool, name: str = "") -> None:
    """Makes a day worked or free for the company. Needs the duty calendar.edit."""
    from django.db import transaction

    from kemai.foundation import trail
    from kemai.foundation.workdays.models import DayOverride

    actor.require("calendar.edit", "工作日历由领导或管理员来改。")
    with transaction.atomic():
        old = DayOverride.objects.filter(day=day).values_list("is_workday", flat=True).first()
        DayOverride.objects.update_or_create(day=day, defaults={"is_workday": is_workday, "name": name})
        trail.record(
            actor=actor,
            verb="workdays.override.set",
            changes={day.isoformat(): [old, is_workday]},
            reason=name,
        )


def _officially_worked(day: date) -> bool:
    calendar = _china(day.year)
    if day in getattr(calendar, "weekend_workdays", ()):
        return True
    return day.weekday() < 5 and day not in calendar


@cache
def _china(year: int) -> Any:
    import holidays

    return holidays.country_holidays("CN", years=year, language="zh_CN")

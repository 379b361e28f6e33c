"""The Chinese calendar of holidays and make-up days, and the company's overrides over it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from kemai.foundation.access.actor import Actor


@dataclass(frozen=True)
class CalendarDay:
    """One day as the company lives it: `officially` is what it would be without the company's own change."""

    day: date
    is_workday: bool
    officially: bool
    official_name: str
    own_name: str
    is_own: bool


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

    actor.require("calendar.edit", _("工作日历由领导或管理员来改。"))
    with transaction.atomic():
        old = DayOverride.objects.filter(day=day).values_list("is_workday", flat=True).first()
        DayOverride.objects.update_or_create(day=day, defaults={"is_workday": is_workday, "name": name})
        trail.record(
            actor=actor,
            verb="workdays.override.set",
            changes={day.isoformat(): [old, is_workday]},
            reason=name,
        )


def remove_override(*, actor: Actor, day: date) -> None:
    """Goes back to the official calendar on a day. Raises LookupError where the company had no day of its own."""
    from django.db import transaction

    from kemai.foundation import trail
    from kemai.foundation.workdays.models import DayOverride

    actor.require("calendar.edit", _("工作日历由领导或管理员来改。"))
    with transaction.atomic():
        old = DayOverride.objects.filter(day=day).first()
        if old is None:
            raise LookupError(day)
        old.delete()
        trail.record(
            actor=actor, verb="workdays.override.removed", changes={day.isoformat(): [old.is_workday, None]}
        )


def month_days(year: int, month: int) -> list[CalendarDay]:
    """Every day of a month: worked or not, by what the official calendar says and what the company changed."""
    from kemai.foundation.workdays.models import DayOverride

    special, first = official(year), date(year, month, 1)
    own = {o.day: o for o in DayOverride.objects.filter(day__year=year, day__month=month)}
    made = []
    for n in range(monthrange(year, month)[1]):
        day = first + timedelta(days=n)
        worked, mine = _officially_worked(day), own.get(day)
        made.append(
            CalendarDay(
                day=day, is_workday=mine.is_workday if mine else worked, officially=worked,
                official_name=special.get(day, (worked, ""))[1], own_name=mine.name if mine else "", is_own=mine is not None,
            )
        )  # fmt: skip
    return made


def is_announced(year: int) -> bool:
    """Whether the make-up days of the year are known; before that only the legal holidays are."""
    return any(worked for worked, _name in official(year).values())


def _officially_worked(day: date) -> bool:
    calendar = _china(day.year)
    if day in getattr(calendar, "weekend_workdays", ()):
        return True
    return day.weekday() < 5 and day not in calendar


@cache
def _china(year: int) -> Any:
    import holidays

    return holidays.country_holidays("CN", years=year, language="zh_CN")

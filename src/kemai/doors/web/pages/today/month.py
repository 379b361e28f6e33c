"""The month beside the work: lunar days, free days, and how much lies on each day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.agenda.queries import day_counts
from kemai.business.agenda.queries.month import DayCount
from kemai.business.agenda.queries.tasks import Whose
from kemai.foundation.access.actor import Actor
from kemai.foundation.workdays import month_days
from kemai.foundation.workdays.lunar import TRADITIONAL, lunar_date, lunar_day

WIDEST = 20
FULL = 8
NONE = DayCount(0, 0)


def month_of(actor: Actor, whose: Whose, shown: date, chosen: date | None) -> dict[str, Any]:
    """Weeks of the month with links to each day; the strip of this week for phones."""
    first = shown.replace(day=1)
    last = shown.replace(day=monthrange(shown.year, shown.month)[1])
    monday = actor.today - timedelta(actor.today.weekday())
    counts = day_counts(actor, whose, min(first, monday), max(last, monday + timedelta(6)))
    free = {d.day for d in month_days(shown.year, shown.month) if not d.is_workday}
    days = [
        _day(actor, whose, first + timedelta(n), counts, free, chosen) for n in range((last - first).days + 1)
    ]
    week = [_day(actor, whose, monday + timedelta(n), counts, free, chosen) for n in range(7)]
    title = _("%(y)s 年 %(m)s 月") % {"y": shown.year, "m": shown.month}
    return {
        "title": title, "weekdays": weekdays(), "days": [None] * first.weekday() + days, "week": week,
        "before": _address(whose, month=first - timedelta(1)), "after": _address(whose, month=last + timedelta(1)),
    }  # fmt: skip


def weekdays() -> list[str]:
    """One word each, Monday first."""
    return [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")]


def day_text(actor: Actor, day: date) -> str:
    """11月23日 周一, or 23 Nov."""
    if actor.language == "en":
        return f"{day:%-d %b, %a}"
    return f"{day.month}月{day.day}日 {_('周%(n)s') % {'n': '一二三四五六日'[day.weekday()]}}"


def lunar_text(actor: Actor, day: date) -> str:
    """农历十月十五, for who reads Chinese."""
    return "" if actor.language == "en" else f"{_('农历')}{_in_script(actor, lunar_date(day))}"


def _in_script(actor: Actor, lunar: str) -> str:
    return lunar.translate(TRADITIONAL) if actor.language == "zh-hant" else lunar


def asked_day(text: str) -> date | None:
    """A date of the address, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def asked_month(text: str, today: date) -> date:
    """The month of the address ("2026-12"), or this one."""
    return asked_day(f"{text}-01") or today


def _day(
    actor: Actor, whose: Whose, day: date, counts: dict[date, DayCount], free: set[date], chosen: date | None
) -> dict[str, Any]:
    count = counts.get(day, NONE)
    n = count.all if day < actor.today else count.open
    what = _("%(day)s：%(n)s 件") % {"day": day_text(actor, day), "n": n}
    return {
        "number": day.day, "lunar": "" if actor.language == "en" else _in_script(actor, lunar_day(day)), "off": day in free,
        "now": day == actor.today, "chosen": day == chosen, "title": what, "count": n,
        "width": min(WIDEST, 4 + round(n * (WIDEST - 4) / FULL)) if n else 0,
        "late": day < actor.today and count.open > 0, "href": _address(whose, day=day),
    }  # fmt: skip


def _address(whose: Whose, *, day: date | None = None, month: date | None = None) -> str:
    parts = [] if whose == "me" else [f"whose={whose}"]
    parts += [f"day={day.isoformat()}"] if day else []
    parts += [f"month={month:%Y-%m}"] if month else []
    return f"{reverse('today')}?{'&'.join(parts)}"

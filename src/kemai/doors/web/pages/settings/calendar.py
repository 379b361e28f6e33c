"""设置 · 工作日历: a month of working days, and the company's own changes to it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kemai.doors.web.pages.settings.frame import attempted, day_of, show
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation import workdays
from kemai.foundation.access.actor import Refused

YEARS = (2000, 2099)
HOLIDAYS = {
    "元旦": gettext_lazy("元旦"), "春节": gettext_lazy("春节"), "农历除夕": gettext_lazy("农历除夕"), "清明节": gettext_lazy("清明节"),
    "劳动节": gettext_lazy("劳动节"), "端午节": gettext_lazy("端午节"), "中秋节": gettext_lazy("中秋节"), "国庆节": gettext_lazy("国庆节"),
    "调休上班": gettext_lazy("调休上班"),
}  # fmt: skip


@page
def index(request: ActorRequest) -> HttpResponse:
    """The month with a chosen day; a POST makes the day worked or free, or gives it back to the official calendar."""
    request.actor.require("calendar.edit", _("工作日历由领导或管理员来改。"))
    if request.method == "POST":
        return attempted(
            lambda: _changed(request), lambda text, status: _page(request, problem=text, status=status)
        )
    return _page(request)


def _changed(request: ActorRequest) -> HttpResponse:
    day, wanted = day_of(request.POST.get("day", "")), request.POST.get("worked", "")
    if day is None:
        raise Refused(_("请先选一天。"))
    if wanted == "official":
        workdays.remove_override(actor=request.actor, day=day)
        messages.success(request, _("%(day)s 照国家安排") % {"day": day.isoformat()})
    else:
        worked = wanted == "1"
        workdays.set_override(
            actor=request.actor, day=day, is_workday=worked, name=request.POST.get("name", "").strip()[:60]
        )
        said = _("%(day)s 改成上班") if worked else _("%(day)s 改成休息")
        messages.success(request, said % {"day": day.isoformat()})
    return HttpResponseRedirect(_address(day, day))


def _page(request: ActorRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    data = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(data.get("day", ""))
    first = _month(request.GET.get("month", ""), chosen or request.actor.today)
    days = workdays.month_days(first.year, first.month)
    context = {
        "problem": problem, "month": first, "days": [_cell(d, chosen, request.actor.today) for d in days], "blanks": first.weekday(),
        "workdays": sum(d.is_workday for d in days), "chosen": next((d for d in days if d.day == chosen), None),
        "previous": _address(first - timedelta(days=1)), "next": _address(first + timedelta(days=32)), "weekdays": _weekdays(),
        "own": workdays.overrides(first.year), "announced": workdays.is_announced(first.year), "address": _address,
        "breaks": _breaks(first.year),
    }  # fmt: skip
    return show(request, "calendar.html", "settings_calendar", context, status=status)


def _cell(day: workdays.CalendarDay, chosen: date | None, today: date) -> dict[str, Any]:
    ordinary = not day.is_own and not day.official_name
    word = _("上班") if day.is_workday else _("休息")
    return {
        "day": day.day, "href": _address(day.day, day.day), "is_workday": day.is_workday, "is_own": day.is_own, "word": word,
        "note": "" if ordinary else day.own_name or (word if day.is_own else _short(day.official_name)),
        "current": day.day == chosen, "today": day.day == today,
    }  # fmt: skip


def _short(name: str) -> str:
    """国庆节（补假） and 休息日（由 2026-09-20 调休） as a calendar says them."""
    said = name.partition("；")[0].partition("（")[0]
    return _("调休") if name.startswith("休息日") else str(HOLIDAYS.get(said, said))


def _breaks(year: int) -> list[dict[str, Any]]:
    """Official holidays in runs with the weekends between: 2026-10-01 to 10-07, 国庆节; make-up days by themselves."""
    made: list[dict[str, Any]] = []
    special = workdays.official(year)
    for day, (worked, name) in special.items():
        if made and not worked and not made[-1]["worked"] and _all_free(made[-1]["to"], day, special):
            made[-1]["to"] = day
        else:
            made.append({"from": day, "to": day, "worked": worked, "name": _short(name)})
    return made


def _all_free(first: date, last: date, special: dict[date, tuple[bool, str]]) -> bool:
    between = (first + timedelta(days=n) for n in range(1, (last - first).days))
    return all(day.weekday() >= 5 and day not in special for day in between)


def _month(text: str, default: date) -> date:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        found = default.replace(day=1)
    return found if YEARS[0] <= found.year <= YEARS[1] else default.replace(day=1)


def _chosen(text: str) -> date | None:
    try:
        return day_of(text)
    except Refused:
        return None


def _address(month: date, day: date | None = None) -> str:
    return f"{reverse('settings_calendar')}?month={month:%Y-%m}" + (f"&day={day.isoformat()}" if day else "")


def _weekdays() -> list[str]:
    return [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")]

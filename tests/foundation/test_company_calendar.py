"""The company's own days over the official calendar, and its rule of numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kemai.business.archives.actions import create_customer
from kemai.business.archives.numbers import upcoming_codes
from kemai.foundation import workdays
from kemai.foundation.access.actor import Refused
from kemai.foundation.numbering.rules import problem_of
from kemai.foundation.preferences.company import company_setting, set_company_setting
from kemai.foundation.workdays.models import DayOverride

pytestmark = pytest.mark.django_db
HOLIDAY, SATURDAY = date(2026, 10, 2), date(2026, 11, 28)


def test_a_day_is_made_worked_or_free_and_given_back(people: Any) -> None:
    workdays.set_override(actor=people["a"], day=SATURDAY, is_workday=True, name="盘点")
    assert workdays.is_workday(SATURDAY)
    found = next(d for d in workdays.month_days(2026, 11) if d.day == SATURDAY)
    assert (found.is_workday, found.officially, found.own_name) == (True, False, "盘点")
    workdays.remove_override(actor=people["a"], day=SATURDAY)
    assert not workdays.is_workday(SATURDAY)


def test_the_official_calendar_stands_where_the_company_says_nothing(people: Any) -> None:
    days = {d.day: d for d in workdays.month_days(2026, 10)}
    assert not days[HOLIDAY].is_workday
    assert "国庆" in days[HOLIDAY].official_name
    assert days[date(2026, 10, 10)].is_workday
    assert len(days) == 31
    assert workdays.is_announced(2026)


def test_the_calendar_is_refused_without_the_duty(people: Any) -> None:
    for login in ("e1", "me", "c", "stranger"):
        with pytest.raises(Refused):
            workdays.set_override(actor=people[login], day=SATURDAY, is_workday=True)
        with pytest.raises(Refused):
            workdays.remove_override(actor=people[login], day=SATURDAY)
    assert not DayOverride.objects.exists()


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("KH-{serial:05d}", ""), ("{region}-{type}-{serial:06d}", ""), ("客户{serial}", ""), ("KH", "serial"),
        ("{serial}{serial}", "serial"), ("{serial.__class__}", "form"), ("{serial:99999d}", "form"), ("a/{serial}", "form"),
        ("{secret}{serial}", "form"), ("", "serial"), ("K {serial}", "form"), ("x" * 60 + "{serial}", "form"),
    ],
)  # fmt: skip
def test_a_rule_of_numbers_is_checked_before_it_is_used(rule: str, problem: str) -> None:
    assert problem_of(rule) == problem


def test_s4_86_the_next_number_that_is_shown_is_the_one_that_is_given(people: Any) -> None:
    create_customer(actor=people.system, name="已有的", code="KH-00002")
    create_customer(actor=people.system, name="头一个")
    shown = upcoming_codes("KH-{serial:05d}")
    assert shown == ["KH-00003", "KH-00004", "KH-00005"]
    assert create_customer(actor=people.system, name="下一个").code == shown[0]


def test_s4_86_a_bad_rule_is_refused_and_the_old_one_stays(people: Any) -> None:
    before = company_setting("numbering.customer")
    with pytest.raises(Refused, match="流水号"):
        set_company_setting(actor=people["a"], key="numbering.customer", value="KH")
    with pytest.raises(Refused):
        set_company_setting(actor=people["me"], key="numbering.customer", value="X{serial}")
    assert company_setting("numbering.customer") == before

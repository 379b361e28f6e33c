"""Settings through the browser's eyes: who gets in, what a form does, what a refusal leaves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from kemai.foundation.access.models import Assignment, OrgUnit, Person
from kemai.foundation.preferences.company import company_setting
from kemai.foundation.workdays.models import DayOverride

pytestmark = pytest.mark.django_db
DUTY = {
    "/settings/people/": {"a"}, "/settings/people/new/": {"a"}, "/settings/units/": {"a"},
    "/settings/calendar/": {"a", "d"}, "/settings/company/": {"a", "d"},
}  # fmt: skip


def signed_in(people: Any, login: str) -> Client:
    client = Client()
    client.force_login(people.persons[login], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("address", DUTY)
def test_a_page_opens_for_those_with_the_duty_and_refuses_the_others_in_a_sentence(
    people: Any, address: str
) -> None:
    for login in people.persons:
        answer = signed_in(people, login).get(address)
        assert answer.status_code == (200 if login in DUTY[address] else 403), login
        if login not in DUTY[address]:
            assert "什么都没有改动" in answer.content.decode()


def test_the_side_shows_only_what_one_may_open(people: Any) -> None:
    shown = {
        login: re.findall(r'<nav class="side-nav".*?</nav>', signed_in(people, login).get("/settings/me/").content.decode(), re.S)[0]
        for login in ("a", "d", "e1")
    }  # fmt: skip
    assert "人员" in shown["a"]
    assert "人员" not in shown["d"]
    assert "工作日历" in shown["d"]
    assert shown["e1"].count("<a ") == 1


def test_somebody_new_gets_a_role_and_a_password_that_is_shown_once_and_signs_in(people: Any) -> None:
    admin, east = signed_in(people, "a"), OrgUnit.objects.get(name="East")
    answer = admin.post(
        "/settings/people/new/", {"login": "xin", "name": "辛小满", "role": "sales_rep", "unit": east.pk, "mode": "made"}
    )  # fmt: skip
    [password] = re.findall(r"data-secret>([^<]+)<", answer.content.decode())
    person = Person.objects.get(login="xin")
    assert password not in admin.get(f"/settings/people/{person.pk}/").content.decode()
    newcomer = Client()
    newcomer.post("/sign-in/", {"login": "xin", "password": password})
    assert newcomer.get("/customers/").status_code == 200
    assert newcomer.get("/settings/people/").status_code == 403


def test_a_weak_password_brings_the_form_back_and_adds_nobody(people: Any) -> None:
    admin = signed_in(people, "a")
    answer = admin.post(
        "/settings/people/new/", {"login": "xin", "name": "辛小满", "mode": "typed", "password": "123"}
    )
    assert answer.status_code == 403
    assert 'value="辛小满"' in answer.content.decode()
    assert not Person.objects.filter(login="xin").exists()


def test_a_person_added_with_a_role_that_is_refused_is_not_added_at_all(people: Any) -> None:
    admin, east = signed_in(people, "a"), OrgUnit.objects.get(name="East")
    answer = admin.post(
        "/settings/people/new/", {"login": "xin", "name": "辛", "role": "king", "unit": east.pk}
    )
    assert answer.status_code == 403
    assert not Person.objects.filter(login="xin").exists()


def test_a10_sessions_end_at_once_when_an_account_is_switched_off(people: Any) -> None:
    rep, admin = signed_in(people, "e1"), signed_in(people, "a")
    assert rep.get("/customers/").status_code == 200
    admin.post(f"/settings/people/{people.persons['e1'].pk}/active/", {"active": "0"})
    assert rep.get("/customers/").status_code == 302
    admin.post(f"/settings/people/{people.persons['e1'].pk}/active/", {"active": "1"})
    assert Person.objects.get(login="e1").is_active


def test_a10_sessions_end_at_once_when_a_password_is_reset(people: Any) -> None:
    rep, admin = signed_in(people, "e1"), signed_in(people, "a")
    rep.get("/customers/")
    answer = admin.post(f"/settings/people/{people.persons['e1'].pk}/password/", {"mode": "made"})
    assert "data-secret" in answer.content.decode()
    assert rep.get("/customers/").status_code == 302


def test_a_role_taken_away_works_at_the_next_page(people: Any) -> None:
    boss, admin = signed_in(people, "me"), signed_in(people, "a")
    assert boss.get("/ranking/").status_code == 200
    held = Assignment.objects.get(person=people.persons["me"])
    admin.post(f"/settings/people/{people.persons['me'].pk}/roles/{held.pk}/end/")
    assert boss.get("/ranking/").status_code == 403


def test_one_does_not_touch_another_persons_role_through_a_wrong_address(people: Any) -> None:
    admin, held = signed_in(people, "a"), Assignment.objects.get(person=people.persons["e1"])
    answer = admin.post(f"/settings/people/{people.persons['e2'].pk}/roles/{held.pk}/end/")
    assert answer.status_code == 404
    assert Assignment.objects.filter(pk=held.pk).exists()


def test_reading_an_address_never_changes_anything(people: Any) -> None:
    admin, held = signed_in(people, "a"), Assignment.objects.get(person=people.persons["e1"])
    for address in (
        f"/settings/people/{held.person_id}/roles/{held.pk}/end/", f"/settings/people/{held.person_id}/active/",
        f"/settings/people/{held.person_id}/password/", f"/settings/units/{held.unit_id}/remove/",
    ):  # fmt: skip
        assert admin.get(address).status_code == 405
    assert Assignment.objects.filter(pk=held.pk).exists()


def test_people_are_found_by_name_login_and_unit(people: Any) -> None:
    admin = signed_in(people, "a")
    assert "W1" in admin.get("/settings/people/?q=West").content.decode()
    assert "没有找到" in admin.get("/settings/people/?q=nobody").content.decode()
    assert admin.get("/settings/people/?page=x&state=odd").status_code == 200


def test_a_unit_is_added_moved_and_refused_where_it_would_turn_in_a_circle(people: Any) -> None:
    admin = signed_in(people, "a")
    east, west = (OrgUnit.objects.get(name=n) for n in ("East", "West"))
    admin.post("/settings/units/", {"name": "苏南", "parent": east.pk})
    south = OrgUnit.objects.get(name="苏南")
    admin.post(f"/settings/units/{south.pk}/move/", {"parent": west.pk})
    south.refresh_from_db()
    assert south.parent_id == west.pk
    answer = admin.post(f"/settings/units/{west.pk}/move/", {"parent": south.pk})
    assert "不能挪到自己" in answer.content.decode()
    admin.post(f"/settings/units/{south.pk}/remove/")
    assert not OrgUnit.objects.filter(name="苏南").exists()


def test_a_day_is_changed_from_the_calendar_and_given_back(people: Any) -> None:
    boss = signed_in(people, "d")
    boss.post("/settings/calendar/", {"day": "2026-11-28", "worked": "1", "name": "盘点"})
    assert "盘点" in boss.get("/settings/calendar/?month=2026-11&day=2026-11-28").content.decode()
    boss.post("/settings/calendar/", {"day": "2026-11-28", "worked": "official"})
    assert not DayOverride.objects.exists()
    assert boss.get("/settings/calendar/?month=nonsense&day=nonsense").status_code == 200
    assert boss.post("/settings/calendar/", {"day": "nonsense", "worked": "1"}).status_code == 403


def test_s4_86_the_rule_of_numbers_shows_the_next_ones_before_it_is_kept(people: Any) -> None:
    boss = signed_in(people, "d")
    assert "BJ-E-000001" in boss.get("/settings/company/next-codes/", {"rule": "{region}-{type}-{serial:06d}"}).content.decode()  # fmt: skip
    assert company_setting("numbering.customer") == "KH-{serial:05d}"
    answer = boss.post("/settings/company/", {"name": "岚汀酒食", "rule": "nothing"})
    assert answer.status_code == 403
    assert company_setting("company.name") == "客脉"
    boss.post("/settings/company/", {"name": "岚汀酒食", "rule": "LT{serial:04d}"})
    assert company_setting("numbering.customer") == "LT{serial:04d}"
    assert "岚汀酒食" in boss.get("/settings/company/").content.decode()

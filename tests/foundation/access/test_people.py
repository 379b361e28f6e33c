"""Who may give which right to whom, and that an administrator always remains."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kemai.foundation.access.actions import people as acts
from kemai.foundation.access.actions.passwords import made_up_password
from kemai.foundation.access.actor import Actor, Refused, actor_of
from kemai.foundation.access.models import Assignment, OrgUnit, Person
from kemai.foundation.access.queries import people as listed
from kemai.foundation.trail.models import Entry

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
GOOD = "a long enough phrase 7"


@pytest.fixture
def me(people: Any) -> Actor:
    """A region manager who may also manage users, and has no more than that."""
    return replace(people["me"], duties=people["me"].duties | {"people.manage"})


def unit(name: str) -> OrgUnit:
    return OrgUnit.objects.get(name=name)


def rights() -> list[tuple[Any, ...]]:
    return sorted(
        Assignment.objects.values_list("person__login", "role", "unit__name", "starts_on", "ends_on")
    )


def test_a10_nobody_gives_himself_anything(people: Any, me: Actor) -> None:
    """A10: ME gives himself admin; an administrator raises himself."""
    before = rights()
    for actor, login in ((me, "me"), (people["a"], "a")):
        with pytest.raises(Refused):
            acts.assign_role(actor=actor, person=people.persons[login], role="admin", unit=unit("总部"))
    own = Assignment.objects.get(person=people.persons["me"])
    with pytest.raises(Refused):
        acts.take_role(actor=me, assignment=own)
    assert rights() == before


@pytest.mark.parametrize(
    ("role", "at"),
    [("admin", "总部"), ("executive", "总部"), ("credit", "总部"), ("custodian", "总部"), ("sales_rep", "West"), ("ka_head", "East")],
)  # fmt: skip
def test_a10_no_right_is_given_away_that_one_lacks(people: Any, me: Actor, role: str, at: str) -> None:
    before = rights()
    with pytest.raises(Refused, match="权限比你的大"):
        acts.assign_role(actor=me, person=people.persons["e1"], role=role, unit=unit(at))
    assert rights() == before


def test_what_one_has_may_be_given_within_ones_unit(people: Any, me: Actor) -> None:
    acts.assign_role(actor=me, person=people.persons["e1"], role="supervisor", unit=unit("East"))
    assert "team.view" in actor_of(people.persons["e1"], TODAY).duties


def test_a10_an_administrators_password_and_email_are_safe_from_a_lesser(people: Any, me: Actor) -> None:
    admin = people.persons["a"]
    before = (admin.password, admin.email)
    for act in (
        lambda: acts.reset_password(actor=me, person=admin, password=GOOD),
        lambda: acts.change_person(actor=me, person=admin, name="A", email="thief@example.com"),
        lambda: acts.set_active(actor=me, person=admin, active=False),
        lambda: acts.take_role(actor=me, assignment=admin.assignments.get()),
    ):
        with pytest.raises(Refused):
            act()
    kept = Person.objects.get(pk=admin.pk)
    assert (kept.password, kept.email, kept.is_active) == (*before, True)
    assert kept.assignments.count() == 1


def test_a10_the_last_active_administrator_stays(people: Any) -> None:
    admin = people.persons["a"]
    for act in (
        lambda: acts.set_active(actor=people.system, person=admin, active=False),
        lambda: acts.take_role(actor=people.system, assignment=admin.assignments.get()),
        lambda: acts.assign_role(actor=people.system, person=admin, role="admin", unit=unit("总部"), ends_on=TODAY),
    ):  # fmt: skip
        with pytest.raises(Refused, match="最后一位管理员"):
            act()
    second = people.persons["stranger"]
    acts.assign_role(actor=people["a"], person=second, role="admin", unit=unit("总部"))
    acts.set_active(actor=people.system, person=admin, active=False)
    assert not Person.objects.get(pk=admin.pk).is_active
    with pytest.raises(Refused, match="最后一位管理员"):
        acts.set_active(actor=people.system, person=second, active=False)


def test_an_administrator_whose_role_ends_does_not_count_as_the_one_who_remains(people: Any) -> None:
    second = people.persons["stranger"]
    acts.assign_role(
        actor=people["a"], person=second, role="admin", unit=unit("总部"), ends_on=TODAY + timedelta(days=3)
    )
    with pytest.raises(Refused, match="最后一位管理员"):
        acts.set_active(actor=people.system, person=people.persons["a"], active=False)


def test_a_role_holds_from_its_first_day_to_its_last(people: Any) -> None:
    person = people.persons["stranger"]
    acts.assign_role(
        actor=people["a"], person=person, role="sales_rep", unit=unit("East"),
        starts_on=TODAY + timedelta(days=1), ends_on=TODAY + timedelta(days=2),
    )  # fmt: skip
    held = [bool(actor_of(person, TODAY + timedelta(days=n)).roles) for n in range(4)]
    assert held == [False, True, True, False]
    with pytest.raises(Refused, match="开始日期前面"):
        acts.assign_role(
            actor=people["a"], person=person, role="hr", unit=unit("East"), starts_on=TODAY, ends_on=TODAY - timedelta(days=1)
        )  # fmt: skip


def test_managing_people_is_refused_without_the_duty_and_changes_nothing(people: Any) -> None:
    entries = Entry.objects.count()
    for login in ("d", "e1", "me", "stranger"):
        with pytest.raises(Refused):
            acts.add_person(actor=people[login], login="new", name="新", password=GOOD)
        with pytest.raises(Refused):
            listed(people[login])
    assert not Person.objects.filter(login="new").exists()
    assert Entry.objects.count() == entries


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"login": "E1"}, "已经有了"), ({"login": "two words"}, "不带空格"), ({"login": " "}, "要填"), ({"name": ""}, "姓名要填"),
        ({"email": "not an address"}, "电子邮件"), ({"password": "123"}, "密码"),
    ],
)  # fmt: skip
def test_a_new_person_is_checked_in_words(people: Any, given: dict[str, str], said: str) -> None:
    count = Person.objects.count()
    with pytest.raises(Refused, match=said):
        acts.add_person(
            actor=people["a"], **{"login": "new", "name": "新来的", "password": GOOD, "email": "", **given}
        )
    assert Person.objects.count() == count


def test_a_made_up_password_passes_our_own_rules_and_is_never_the_same(people: Any) -> None:
    made = {made_up_password() for _ in range(20)}
    assert len(made) == 20
    acts.add_person(actor=people["a"], login="new", name="新来的", password=made.pop())


def test_every_change_of_rights_is_in_the_trail_without_a_password(people: Any) -> None:
    person = acts.add_person(actor=people["a"], login="new", name="新来的", password=GOOD)
    given = acts.assign_role(actor=people["a"], person=person, role="sales_rep", unit=unit("East"))
    acts.reset_password(actor=people["a"], person=person, password=GOOD + "!")
    acts.take_role(actor=people["a"], assignment=given)
    acts.set_active(actor=people["a"], person=person, active=False)
    entries = Entry.objects.filter(subject_type="person", subject_id=person.pk).select_related("values_row")
    assert [e.verb for e in entries.order_by("pk")] == [
        "access.person.added", "access.role.given", "access.password.reset", "access.role.taken", "access.person.switched",
    ]  # fmt: skip
    assert GOOD not in str([getattr(e, "values_row", None) and e.values_row.changes for e in entries])

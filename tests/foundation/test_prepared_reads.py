"""A prepared read gives what its queryset would give, for each person, and rights are asked as freshly as ever."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import TODAY, Cast, customer_of

from kemai.business.archives import queries
from kemai.business.archives.models import Customer, TeamMember
from kemai.foundation import prepared as room
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import Assignment, Person
from kemai.foundation.access.scopes import restrict
from kemai.foundation.moments import keep_brought, moment
from kemai.foundation.prepared import prepared, prepared_number

built: list[dict[str, Any]] = []


@prepared
def _named(actor: Actor, limit: int, *, region: str, since: date, pk: int) -> QuerySet[Customer]:
    built.append({"region": region})
    rows = restrict(Customer.objects.filter(region=region, since__gte=since, pk__gte=pk), actor)
    return rows.select_related("owner").order_by("pk")[:limit]


@prepared_number
def _how_many(actor: Actor, *, region: str) -> int:
    return restrict(Customer.objects.filter(region=region), actor).count()


@prepared
def _odd(_actor: Actor, *, pk: int) -> QuerySet[Customer]:
    return Customer.objects.filter(pk=pk) if pk < 10**9 else Customer.objects.filter(pk=1)


@prepared_number
def _known_without_asking(_actor: Actor, *, pk: int) -> int:
    return pk + 1


class Page:
    """A page that reads, as the door opens it: what was brought along is `world`."""

    def __init__(self, *world: Any) -> None:
        self.world = world

    def __enter__(self) -> None:
        self.moment = moment()
        self.moment.__enter__()
        from kemai.foundation import moments

        kept = moments._kept.get()
        assert kept is not None
        kept[moments._WORLD] = (TODAY, *self.world)

    def __exit__(self, *_: object) -> None:
        self.moment.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    room._statements().clear()
    built.clear()


@pytest.fixture
def company(people: Cast) -> list[Customer]:
    return [
        customer_of(people, owner, f"{region}{n}商贸有限公司", region=region, since=TODAY - timedelta(n))
        for n, (owner, region) in enumerate([("e1", "甲"), ("e2", "甲"), ("w1", "甲"), ("w1", "乙"), ("e1", "乙")])
    ]  # fmt: skip


def test_each_person_gets_what_the_queryset_gives(people: Cast, company: list[Customer]) -> None:
    for _twice in range(2):
        for login in ("d", "me", "e1", "e2", "w1", "s", "f1"):
            for region in ("甲", "乙", "无"):
                for since in (TODAY, TODAY - timedelta(9)):
                    asked = {"region": region, "since": since, "pk": company[1].pk}
                    with Page():
                        found, number = (
                            _named(people[login], 3, **asked),
                            _how_many(people[login], region=region),
                        )
                    assert found == _named(people[login], 3, **asked)
                    assert number == _how_many(people[login], region=region)
                    assert [c.owner.name for c in found] == [
                        c.owner.name for c in _named(people[login], 3, **asked)
                    ]


def test_a_statement_is_built_once_and_never_asks_more(people: Cast, company: list[Customer]) -> None:
    asked = {"region": "甲", "since": TODAY - timedelta(9), "pk": 1}
    with Page(), CaptureQueriesContext(connection) as first:
        restrict(Customer.objects.all(), people["me"])  # what a real page brings along
        known = len(first)
        _named(people["me"], 5, **asked)
        _how_many(people["me"], region="甲")
    again = len(built)
    with Page(), CaptureQueriesContext(connection) as second:
        assert len(_named(people["me"], 5, **(asked | {"region": "乙"}))) == 1
        _how_many(people["me"], region="乙")
    assert len(built) == again
    assert len(first) - known == 2
    assert len(second) == 2


def test_outside_a_page_that_reads_nothing_is_kept(people: Cast, company: list[Customer]) -> None:
    asked = {"region": "甲", "since": TODAY, "pk": 1}
    _named(people["me"], 5, **asked)
    _named(people["me"], 5, **asked)
    assert len(built) == 2
    assert not room._statements()


def test_whatever_was_brought_along_makes_another_statement(people: Cast, company: list[Customer]) -> None:
    asked = {"region": "甲", "since": TODAY, "pk": 1}
    for world in (("1,2",), ("1,2,3",), (None,)):
        before = len(built)
        with Page(*world):
            _named(people["me"], 5, **asked)
        assert len(built) > before


@pytest.mark.parametrize("read", [_odd, _known_without_asking])
def test_a_builder_that_looks_at_its_values_is_never_kept(
    people: Cast, company: list[Customer], read: Any
) -> None:
    for each in (company[1], company[2], company[1]):
        with Page():
            assert read(people["d"], pk=each.pk) == ([each] if read is _odd else each.pk + 1)


def test_a_number_that_takes_several_statements_is_never_kept(people: Cast, company: list[Customer]) -> None:
    @prepared_number
    def two(_actor: Actor) -> int:
        return Customer.objects.count() + Person.objects.count()

    for _twice in range(2):
        with Page():
            assert two(people["d"]) == Customer.objects.count() + Person.objects.count()


def test_the_oldest_statements_go(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST", 3)
    for limit in range(1, 9):
        with Page():
            _named(people["me"], limit, region="甲", since=TODAY, pk=1)
    assert len(room._statements()) == 3


def test_odd_values_are_told_by_what_they_are(people: Cast) -> None:
    with moment():
        keep_brought([None] * 3, people.persons["d"].pk, TODAY)
        assert room.brought() is not None


@pytest.fixture
def browser(people: Cast) -> Client:
    client = Client()
    client.force_login(people.persons["me"], "django.contrib.auth.backends.ModelBackend")
    return client


def test_a_role_that_is_taken_away_is_gone_at_the_next_page(
    people: Cast, company: list[Customer], browser: Client
) -> None:
    page = f"/customers/{company[0].code}/"
    assert [browser.get(page).status_code for _twice in range(2)] == [200, 200]
    held = Assignment.objects.get(person=people.persons["me"])
    held.unit = Assignment.objects.get(person=people.persons["mw"]).unit
    held.save()
    assert browser.get(page).status_code == 404
    held.delete()
    assert browser.get(page).status_code == 404


def test_a_customer_that_changes_hands_is_gone_at_the_next_page(
    people: Cast, company: list[Customer], browser: Client
) -> None:
    page, mine = f"/customers/{company[0].code}/", company[0]
    assert [browser.get(page).status_code for _twice in range(2)] == [200, 200]
    west = Assignment.objects.get(person=people.persons["mw"]).unit
    Customer.objects.filter(pk=mine.pk).update(owner=Person.objects.get(login="w1"), unit=west)
    assert browser.get(page).status_code == 404


def test_a_place_on_a_team_counts_from_the_next_page_on(
    people: Cast, company: list[Customer], browser: Client
) -> None:
    theirs = company[3]
    page = f"/customers/{theirs.code}/"
    assert [browser.get(page).status_code for _twice in range(2)] == [404, 404]
    place = TeamMember.objects.create(customer=theirs, person=people.persons["me"], starts_on=TODAY)
    assert browser.get(page).status_code == 200
    place.delete()
    assert browser.get(page).status_code == 404


def test_what_was_written_stands_on_the_next_page(
    people: Cast, company: list[Customer], browser: Client
) -> None:
    page = f"/customers/{company[0].code}/"
    browser.get(page)
    Customer.objects.filter(pk=company[0].pk).update(name="改名以后有限公司", short_name="")
    assert "改名以后有限公司" in browser.get(page).content.decode()
    assert queries.customer_by_code(people["me"], company[0].code).name == "改名以后有限公司"


def test_the_language_is_the_reader_s_from_the_next_page_on(
    people: Cast, company: list[Customer], browser: Client
) -> None:
    for language, word in (("zh-hans", "负责人"), ("en", "Owner"), ("zh-hans", "负责人")):
        Person.objects.filter(login="me").update(language=language)
        assert word in browser.get("/customers/").content.decode()

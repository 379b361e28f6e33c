"""Groups of companies: a tree of any depth without circles, of which everybody sees his own part."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import TODAY, customer_of

from kemai.business.archives import actions
from kemai.business.archives.directory import ListQuery, filter_customers, list_customers
from kemai.business.archives.families import family_of
from kemai.business.archives.models import Customer, TeamMember
from kemai.foundation.access.actor import Refused
from kemai.foundation.trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(people: Any) -> dict[str, Any]:
    """总公司 (w1) over 华东 (e1) and 华西 (w1); 一店 (e1) and 二店 (e2) below 华东."""
    made = {
        name: customer_of(people, owner, name)
        for name, owner in (("总公司", "w1"), ("华东", "e1"), ("华西", "w1"), ("一店", "e1"), ("二店", "e2"))
    }
    for name, parent in (("华东", "总公司"), ("华西", "总公司"), ("一店", "华东"), ("二店", "华东")):
        below(people, made[name], made[parent])
    return made


def below(people: Any, customer: Any, parent: Any, login: str = "d") -> Any:
    version = Customer.objects.get(pk=customer.pk).version
    return actions.set_parent(actor=people[login], customer=customer, parent=parent, version=version)


def tree(actor: Any, customer: Any) -> list[tuple[str, int, str]]:
    return [(m.customer.name, m.depth, m.kin) for m in family_of(actor, customer)]


def parents() -> dict[str, str | None]:
    return dict(Customer.objects.values_list("name", "parent__name"))


def test_the_whole_tree_stands_around_each_of_its_companies(people: Any, group: dict[str, Any]) -> None:
    assert tree(people["d"], group["华东"]) == [
        ("总公司", 0, "above"), ("华东", 1, "self"), ("一店", 2, "below"), ("二店", 2, "below"), ("华西", 1, "sibling"),
    ]  # fmt: skip
    assert tree(people["d"], group["一店"]) == [
        ("总公司", 0, "above"), ("华东", 1, "above"), ("一店", 2, "self"), ("二店", 2, "sibling"), ("华西", 1, "other"),
    ]  # fmt: skip
    alone = customer_of(people, "e1", "单独一家")
    assert tree(people["e1"], alone) == [("单独一家", 0, "self")]


def test_everybody_sees_his_own_part_and_no_sign_of_the_rest(people: Any, group: dict[str, Any]) -> None:
    assert tree(people["e1"], group["一店"]) == [("华东", 0, "above"), ("一店", 1, "self")]
    assert tree(people["me"], group["一店"]) == [
        ("华东", 0, "above"), ("一店", 1, "self"), ("二店", 1, "sibling"),
    ]  # fmt: skip
    assert tree(people["e2"], group["二店"]) == [("二店", 0, "self")]
    # 总公司 and 华西 are seen, 华东 between them and the shops is not: the tree ends there
    assert tree(people["w1"], group["华西"]) == [("总公司", 0, "above"), ("华西", 1, "self")]


def test_a_chain_of_thirty_companies_takes_as_many_statements_as_one_of_two(people: Any) -> None:
    chain = [customer_of(people, "e1", f"公司{n:02d}") for n in range(30)]
    for parent, child in pairwise(chain):
        below(people, child, parent)
    statements = []
    for customer in Customer.objects.filter(pk__in=[chain[1].pk, chain[-1].pk]):
        with CaptureQueriesContext(connection) as ran:
            found = family_of(people["d"], customer)
        assert [m.depth for m in found] == list(range(30))
        statements.append(len(ran))
    assert statements[0] == statements[1] < 8


def test_no_circle_of_any_length_can_be_made(people: Any, group: dict[str, Any]) -> None:
    before = parents()
    for child, parent in (("总公司", "一店"), ("总公司", "华东"), ("华东", "华东")):
        with pytest.raises(actions.Invalid):
            below(people, group[child], group[parent])
    assert parents() == before


def test_a_parent_is_changed_and_cleared_and_the_trail_tells(people: Any, group: dict[str, Any]) -> None:
    below(people, group["一店"], group["华西"])
    below(people, group["一店"], None)
    told = Entry.objects.filter(verb="archives.customer.regrouped", customer_id=group["一店"].pk).order_by(
        "pk"
    )
    assert [e.actor_name for e in told] == ["D", "D", "D"]
    assert parents()["一店"] is None


def test_a_stale_page_does_not_set_a_parent(people: Any, group: dict[str, Any]) -> None:
    before = parents()
    with pytest.raises(actions.Conflict):
        actions.set_parent(actor=people["d"], customer=group["一店"], parent=group["华西"], version=1)
    assert parents() == before


def test_who_leads_or_keeps_the_archive_sets_it_for_what_he_sees(people: Any, group: dict[str, Any]) -> None:
    other = customer_of(people, "e2", "三店")
    for login in ("e1", "s", "f1"):
        with pytest.raises(Refused, match="主管"):
            below(people, other, group["华东"], login)
    for child, parent, login in ((other, "华西", "me"), (group["华西"], "华东", "me")):
        with pytest.raises(LookupError):
            below(people, child, group[parent], login)
    assert parents()["三店"] is None
    below(people, other, group["华东"], "me")
    below(people, other, None, "c")
    below(people, other, group["华西"], "c")
    with pytest.raises(
        Refused, match="整个集团"
    ):  # a parent stands there that the region's manager does not see
        below(people, other, None, "me")
    assert parents()["三店"] == "华西"


def test_the_account_team_of_the_parent_sees_the_subsidiary_as_soon_as_it_is_one(people: Any) -> None:
    top, shop = customer_of(people, "w1", "总公司"), customer_of(people, "w1", "门店")
    TeamMember.objects.create(customer=top, person=people.persons["e1"], role="named", starts_on=TODAY)

    def seen() -> set[Any]:
        return {r["name"] for r in list_customers(people["e1"], ListQuery()).rows}

    assert seen() == {"总公司"}
    below(people, shop, top)
    assert seen() == {"总公司", "门店"}
    below(people, shop, None)
    assert seen() == {"总公司"}


def test_the_list_is_narrowed_to_the_group_that_one_sees(people: Any, group: dict[str, Any]) -> None:
    customer_of(people, "e1", "单独一家")
    wanted = {
        "d": set(group),
        "me": {"华东", "一店", "二店"},
        "e1": {"华东", "一店"},
        "e2": set(),
        "mw": set(),
    }
    for login, names in wanted.items():
        query = ListQuery(filters={"family": (group["一店"].code,)})
        assert {r["name"] for r in list_customers(people[login], query).rows} == names
        assert set(filter_customers(people[login], query).values_list("name", flat=True)) == names

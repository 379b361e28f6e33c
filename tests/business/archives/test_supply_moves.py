"""A dealer's customers go to others in one step, from a day on, and come back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import TODAY, customer_of

from kemai.business.archives.actions import Invalid, add_link, change_link, move_links, undo_move
from kemai.business.archives.models import Customer, SupplyLink, SupplyMove
from kemai.business.archives.supply_links import customers_behind
from kemai.foundation.access.actor import Refused
from kemai.foundation.trail.models import Entry

pytestmark = pytest.mark.django_db
ON = date(2026, 7, 1)


@pytest.fixture
def channel(people: Any) -> tuple[Any, Customer, Customer, list[Customer]]:
    dealer, other = (customer_of(people, "e1", name) for name in ("经销商丁", "经销商戊"))
    shops = [customer_of(people, "e1", f"店{n:02d}") for n in range(25)]
    for shop in shops:
        add_link(actor=people["e1"], dealer=dealer, customer=shop, from_on=date(2025, 1, 1))
    return people, dealer, other, shops


def names(actor: Any, dealer: Customer, day: date) -> int:
    return int(customers_behind(actor, dealer, day).count())


def stored() -> list[tuple[Any, ...]]:
    return list(SupplyLink.objects.order_by("pk").values_list("pk", "dealer_id", "from_on", "to_on"))


def test_s0_6_twenty_of_25_links_move_and_history_stays_before_the_day(channel: Any) -> None:
    people, dealer, other, shops = channel
    rep = people["e1"]
    move = move_links(
        actor=rep, dealer=dealer, to={s.pk: other.pk for s in shops[:20]}, on=ON, reason="丁要退出"
    )
    assert (names(rep, dealer, ON - timedelta(days=1)), names(rep, dealer, ON)) == (25, 5)
    assert (names(rep, other, ON - timedelta(days=1)), names(rep, other, ON)) == (0, 20)
    entry = Entry.objects.get(verb="archives.supply_move.made")
    assert (entry.customer_id, move.customers, move.reason) == (dealer.pk, 20, "丁要退出")


def test_the_plan_is_taken_back_whole_or_not_at_all(channel: Any) -> None:
    people, dealer, other, shops = channel
    rep, before = people["e1"], stored()
    move = move_links(actor=rep, dealer=dealer, to={s.pk: other.pk for s in shops[:20]}, on=ON, reason="换")
    undo_move(actor=rep, move=move)
    assert stored() == before
    with pytest.raises(Refused, match="撤销过"):
        undo_move(actor=rep, move=move)
    again = move_links(actor=rep, dealer=dealer, to={s.pk: other.pk for s in shops[:3]}, on=ON, reason="再换")
    link = SupplyLink.objects.get(customer=shops[0], dealer=other)
    change_link(actor=rep, link=link, version=link.version, share_bp="50")
    now = stored()
    with pytest.raises(Refused, match="1 条"):
        undo_move(actor=rep, move=again)
    assert stored() == now


def test_straight_supply_ends_the_link_and_one_not_begun_changes_its_dealer(channel: Any) -> None:
    people, dealer, other, shops = channel
    rep, later = people["e1"], customer_of(people, "e1", "下个月的店")
    add_link(actor=rep, dealer=dealer, customer=later, from_on=date(2026, 9, 1))
    before = stored()
    move = move_links(
        actor=rep, dealer=dealer, to={shops[0].pk: None, later.pk: other.pk}, on=ON, reason="换"
    )
    assert not SupplyLink.objects.filter(customer=shops[0]).exclude(to_on=ON - timedelta(days=1)).exists()
    [link] = SupplyLink.objects.filter(customer=later)
    assert (link.dealer_id, link.from_on) == (other.pk, date(2026, 9, 1))
    undo_move(actor=rep, move=move)
    assert stored() == before


def test_one_that_breaks_a_rule_refuses_all(channel: Any) -> None:
    people, dealer, other, shops = channel
    rep = people["e1"]
    add_link(actor=rep, dealer=other, customer=shops[3], from_on=date(2026, 1, 1))
    before = stored()
    with pytest.raises(Invalid) as twice:
        move_links(actor=rep, dealer=dealer, to={s.pk: other.pk for s in shops[:5]}, on=ON, reason="换")
    assert "店03" in twice.value.problems["other"]
    with pytest.raises(Invalid, match="自己"):
        move_links(actor=rep, dealer=dealer, to={shops[0].pk: shops[0].pk}, on=ON, reason="换")
    with pytest.raises(Refused, match="至少"):
        move_links(actor=rep, dealer=dealer, to={}, on=ON, reason="换")
    with pytest.raises(Invalid, match="原因"):
        move_links(actor=rep, dealer=dealer, to={shops[0].pk: other.pk}, on=ON, reason=" ")
    add_link(actor=rep, dealer=shops[1], customer=other, from_on=date(2026, 1, 1))
    with pytest.raises(Invalid, match="绕"):
        move_links(actor=rep, dealer=dealer, to={shops[1].pk: other.pk}, on=ON, reason="换")
    assert stored()[: len(before)] == before
    assert not SupplyMove.objects.exists()


def test_who_may_not_changes_nothing(channel: Any) -> None:
    people, dealer, other, shops = channel
    before, mine = stored(), customer_of(people, "w1", "西边的经销商")
    to = {shops[0].pk: other.pk}
    for login in ("f1", "d", "stranger"):
        with pytest.raises(Refused):
            move_links(actor=people[login], dealer=dealer, to=to, on=ON, reason="换")
    for login in ("w1", "e2"):
        with pytest.raises(LookupError):
            move_links(actor=people[login], dealer=dealer, to=to, on=ON, reason="换")
    with pytest.raises(LookupError):
        move_links(actor=people["e1"], dealer=dealer, to={shops[0].pk: mine.pk}, on=ON, reason="换")
    assert stored() == before
    move = move_links(actor=people["e1"], dealer=dealer, to=to, on=ON, reason="换")
    after = stored()
    with pytest.raises(LookupError):
        undo_move(actor=people["w1"], move=move)
    assert stored() == after


def test_twenty_customers_take_no_more_statements_than_two(channel: Any) -> None:
    people, dealer, other, shops = channel

    def counted(some: list[Customer]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            move_links(
                actor=people["me"], dealer=dealer, to={s.pk: other.pk for s in some}, on=TODAY, reason="换"
            )
        return len(seen)

    assert counted(shops[:2]) == counted(shops[2:22])

"""Direct and indirect customers: dated links that add up, run one way, and are seen by who sees both ends (S0.5)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import TODAY, customer_of

from kemai.business.archives import actions, layers, supply_links
from kemai.business.archives.models import SupplyLink
from kemai.business.archives.supply_rules import Tie, beyond_whole, circling, doubled
from kemai.foundation import trail
from kemai.foundation.access.actor import Refused
from kemai.foundation.trail.models import Entry

pytestmark = pytest.mark.django_db
NEW_YEAR, JUNE, JULY = date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)


@pytest.fixture
def dealer(people: Any) -> Any:
    return customer_of(people, "e1", "镇江华瑞商贸有限公司", type="distributor")


@pytest.fixture
def shop(people: Any) -> Any:
    return customer_of(people, "e1", "京口便利店")


def linked(people: Any, dealer: Any, customer: Any, **given: Any) -> SupplyLink:
    return actions.add_link(actor=people["e1"], dealer=dealer, customer=customer, **given)


def behind(actor: Any, dealer: Any, on: date | None = TODAY) -> list[str]:
    return sorted(link.customer.name for link in supply_links.customers_behind(actor, dealer, on))


def test_s0_5_a_dealer_with_25_customers_behind_lists_25_each_with_its_own_filled_share(
    people: Any, dealer: Any
) -> None:
    for n in range(25):
        basics = {"region": "华东", "address": "东街 1 号"} if n == 7 else {}
        linked(people, dealer, customer_of(people, "e1", f"小店{n:02d}", **basics), share_bp="100")
    links = list(supply_links.customers_behind(people["e1"], dealer, TODAY))
    assert len(links) == 25
    files = supply_links.archives_of(people["e1"], [link.customer_id for link in links])
    filled = {each.name: layers.overall(each).percent for each in files.values()}
    assert len(filled) == 25
    assert filled["小店07"] > filled["小店08"] == filled["小店24"] > 0


def test_a_link_holds_from_its_first_to_its_last_day(people: Any, dealer: Any, shop: Any) -> None:
    linked(people, dealer, shop, from_on=NEW_YEAR, to_on=JUNE)
    days = [NEW_YEAR - timedelta(1), NEW_YEAR, JUNE, JULY]
    assert [len(behind(people["e1"], dealer, day)) for day in days] == [0, 1, 1, 0]
    assert behind(people["e1"], dealer, None) == ["京口便利店"]
    assert [link.dealer for link in supply_links.dealers_of(people["e1"], shop, JUNE)] == [dealer]


def test_a_link_is_ended_never_deleted_and_the_next_may_begin_the_day_after(
    people: Any, dealer: Any, shop: Any
) -> None:
    link = linked(people, dealer, shop, share_bp="100", from_on=NEW_YEAR)
    ended = actions.end_link(actor=people["e1"], link=link, version=1, to_on=JUNE)
    other = customer_of(people, "e1", "丹阳商行")
    linked(people, other, shop, share_bp="100", from_on=JULY)
    assert (ended.to_on, ended.version, SupplyLink.objects.count()) == (JUNE, 2, 2)
    verbs = [e.verb for e in trail.entries_of_customer(people.system, shop.pk)]
    assert verbs[:3] == [
        "archives.supply_link.added",
        "archives.supply_link.ended",
        "archives.supply_link.added",
    ]
    assert trail.entries_of_customer(people.system, shop.pk)[1].changes == {"to_on": [None, "2026-06-30"]}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"from_on": JULY, "to_on": JUNE}, "to_on"),
        ({"share_bp": "100.01"}, "share_bp"),
        ({"share_bp": "-1"}, "share_bp"),
        ({"share_bp": "三成"}, "share_bp"),
        ({"from_on": "去年"}, "from_on"),
        ({"product_line": "长" * 61}, "product_line"),
        ({"dealer_id": 1}, "dealer_id"),
    ],
)
def test_a_link_that_cannot_be_is_refused_by_its_field(
    people: Any, dealer: Any, shop: Any, given: dict[str, Any], field: str
) -> None:
    entries = Entry.objects.count()
    with pytest.raises(actions.Invalid) as refused:
        linked(people, dealer, shop, **given)
    assert list(refused.value.problems) == [field]
    assert not SupplyLink.objects.exists()
    assert Entry.objects.count() == entries


def test_nobody_is_his_own_dealer_nor_the_dealer_of_those_above_him(
    people: Any, dealer: Any, shop: Any
) -> None:
    middle = customer_of(people, "e1", "丹阳分销")
    linked(people, dealer, middle)
    linked(people, middle, shop, to_on=JUNE)
    for above, below in ((shop, shop), (middle, dealer), (shop, dealer)):
        with pytest.raises(actions.Invalid) as refused:
            linked(people, above, below)
        assert list(refused.value.problems) == ["other"]
    assert SupplyLink.objects.count() == 2
    linked(people, shop, dealer, from_on=JULY)  # by then the other way has ended
    assert SupplyLink.objects.count() == 3


def test_a_second_link_of_the_same_two_over_the_same_days_is_refused_for_the_same_line_only(
    people: Any, dealer: Any, shop: Any
) -> None:
    linked(people, dealer, shop, product_line="白酒", from_on=NEW_YEAR)
    with pytest.raises(actions.Invalid) as refused:
        linked(people, dealer, shop, product_line="白酒", from_on=JULY, to_on=TODAY)
    assert list(refused.value.problems) == ["from_on"]
    linked(people, dealer, shop, product_line="啤酒", from_on=JULY)
    assert SupplyLink.objects.count() == 2


def test_shares_of_a_customers_line_stay_within_the_whole_on_every_day(
    people: Any, dealer: Any, shop: Any
) -> None:
    other = customer_of(people, "e1", "丹阳商行")
    linked(people, dealer, shop, share_bp="60", to_on=JUNE)
    first = linked(people, other, shop, share_bp="40")
    third = customer_of(people, "e1", "句容商行")
    with pytest.raises(actions.Invalid):
        linked(people, third, shop, share_bp="0.01", from_on=JUNE)
    linked(people, third, shop, share_bp="60", from_on=JULY)
    with pytest.raises(actions.Invalid) as refused:
        actions.change_link(actor=people["e1"], link=first, version=1, share_bp="41")
    assert list(refused.value.problems) == ["share_bp"]
    first.refresh_from_db()
    assert (first.share_bp, first.version) == (4000, 1)


def test_a_stale_edit_of_a_link_overwrites_nothing(people: Any, dealer: Any, shop: Any) -> None:
    link = linked(people, dealer, shop)
    actions.change_link(actor=people["e1"], link=link, version=1, share_bp="30")
    with pytest.raises(actions.LinkConflict) as clash:
        actions.change_link(actor=people["me"], link=link, version=1, share_bp="50")
    assert clash.value.current.share_bp == 3000
    assert SupplyLink.objects.get().version == 2


def test_a_link_is_seen_by_who_sees_both_ends_and_written_by_who_may_edit_customers(
    people: Any, dealer: Any, shop: Any
) -> None:
    west = customer_of(people, "w1", "西安便利店")
    actions.add_link(actor=people["c"], dealer=dealer, customer=west)
    link = linked(people, dealer, shop)
    assert behind(people["e1"], dealer) == behind(people["me"], dealer) == ["京口便利店"]
    assert behind(people["d"], dealer) == behind(people["c"], dealer) == ["京口便利店", "西安便利店"]
    assert not supply_links.dealers_of(people["w1"], west).exists()
    assert not behind(people["stranger"], dealer)
    for login in ("f1", "s", "d", "stranger"):
        with pytest.raises(Refused):
            actions.end_link(actor=people[login], link=link, version=1, to_on=TODAY)
    for login, what in (("w1", shop), ("e2", shop), ("e1", west)):
        with pytest.raises(LookupError):
            actions.add_link(
                actor=people[login], dealer=dealer, customer=what, from_on=JULY, product_line="啤酒"
            )
    with pytest.raises(LookupError):
        actions.change_link(
            actor=people["w1"], link=SupplyLink.objects.get(customer=west), version=1, share_bp="1"
        )
    assert SupplyLink.objects.filter(version=1).count() == 2


def test_links_to_a_customer_of_an_import_that_has_not_landed_are_not_there(
    people: Any, dealer: Any, shop: Any
) -> None:
    from kemai.foundation.batches.models import Batch

    linked(people, dealer, shop)
    batch = Batch.objects.create(kind="links")
    SupplyLink.objects.update(batch_id=batch.pk)
    assert not behind(people.system, dealer)
    Batch.objects.update(status=Batch.Status.LANDED)
    assert behind(people.system, dealer) == ["京口便利店"]


_days = st.one_of(st.none(), st.integers(0, 6).map(lambda n: date(2026, 1, 1) + timedelta(n)))
_ties = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 4), st.sampled_from(["", "白酒"]), st.integers(0, 10_000), _days, _days),
    max_size=7,
).map(
    lambda rows: [
        Tie(n, *row) for n, row in enumerate(rows, 1)
        if row[0] != row[1] and (row[4] or date.min) <= (row[5] or date.max)
    ]
)  # fmt: skip
DAYS = [date.min, *(date(2026, 1, 1) + timedelta(n) for n in range(-1, 9)), date.max]


@given(_ties)
def test_the_rules_say_what_looking_at_every_day_says(ties: list[Tie]) -> None:
    twice, over, round_about = set(), set(), set()
    for day in DAYS:
        held = [tie for tie in ties if tie.holds(day)]
        for a, b in permutations(held, 2):
            if (a.dealer, a.customer, a.line) == (b.dealer, b.customer, b.line):
                twice.add(a.key)
        for tie in held:
            same = [t for t in held if (t.customer, t.line) == (tie.customer, tie.line) and t.share_bp]
            if tie.share_bp and sum(t.share_bp or 0 for t in same) > 10_000:
                over.add(tie.key)
            reached, edge = set(), {tie.customer}
            while edge - reached:
                reached |= edge
                edge = {t.customer for t in held if t.dealer in reached}
            if tie.dealer in reached:
                round_about.add(tie.key)
    assert (doubled(ties), beyond_whole(ties), circling(ties)) == (twice, over, round_about)

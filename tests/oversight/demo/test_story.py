"""The demo company tells the same story every time."""

from __future__ import annotations

from datetime import date

from kemai.business.archives.supply_rules import Tie, beyond_whole, circling, doubled
from kemai.oversight.demo import story
from kemai.oversight.demo.channel import links_of
from kemai.oversight.demo.load import customer_row, sale_rows

TODAY = date(2026, 11, 22)


def test_the_same_seed_tells_the_same_story():
    first, second = (list(sale_rows(story.shops(1), TODAY, 1)) for _ in range(2))
    assert first == second
    assert list(sale_rows(story.shops(2), TODAY, 2)) != first


def test_huarui_has_not_ordered_for_38_days_against_its_usual_24():
    days = sorted(day for day, _amount in story.orders(story.shops()[story.HUARUI - 1], TODAY))
    assert (TODAY - days[-1]).days == 38
    assert customer_row(story.shops()[story.HUARUI - 1], TODAY)[:2] == ("KH-00318", "镇江华瑞商贸有限公司")


def test_there_are_1200_customers_with_60_dealers_and_prospects_without_orders():
    shops = story.shops()
    assert (len(shops), sum(s.type == "distributor" for s in shops) >= 60) == (1_200, True)
    assert not any(list(story.orders(s, TODAY)) for s in shops[-story.PROSPECTS :])


def test_s0_5_huarui_supplies_25_shops_of_its_town_and_no_link_breaks_a_rule():
    shops = story.shops()
    rows = list(links_of(shops, TODAY))
    assert rows == list(links_of(story.shops(), TODAY))
    town = {s.code: s.city for s in shops}
    assert all(town[dealer] == town[customer] for dealer, customer, *_rest in rows)
    ties = [
        Tie(
            n,
            int(dealer[3:]),
            int(customer[3:]),
            line,
            int(share.rstrip("%") or 0) * 100,
            first,
            last or None,
        )
        for n, (dealer, customer, line, share, first, last) in enumerate(rows)
    ]
    whole = [t for t in ties if t.dealer == story.HUARUI]
    assert (sum(t.holds(TODAY) for t in whole), len(whole)) == (25, 28)
    assert not doubled(ties) | beyond_whole(ties) | circling(ties)

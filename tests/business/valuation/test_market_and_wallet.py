"""How much of a market and of a customer's purchases is ours."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.archives.actions import Invalid, add_row
from kemai.business.archives.models import CompetingProduct
from kemai.business.prospects.actions import estimate_potential
from kemai.business.trade.actions import post_sale
from kemai.business.valuation.actions import add_segment, set_market_size
from kemai.business.valuation.market.segments import market_shares
from kemai.business.valuation.market.wallet import wallet_of
from kemai.business.valuation.models import MarketSegment, MarketYear
from kemai.foundation.access.actor import Refused
from kemai.foundation.trail.models import Entry

pytestmark = pytest.mark.django_db
WAN = 1_000_000


def test_s1_169_120_of_1000_is_12_percent_and_next_year_two_points_more(people: Any) -> None:
    here, elsewhere = (
        customer_of(people, owner, f"{region}的店", region=region)
        for owner, region in (("e1", "镇江"), ("w1", "常州"))
    )
    for customer, day, wan in (
        (here, date(2025, 3, 1), 120),
        (here, date(2026, 3, 1), 154),
        (elsewhere, date(2026, 3, 1), 70),
    ):
        post_sale(actor=people.system, customer=customer, day=day, amount_fen=wan * WAN)
    segment = add_segment(actor=people["d"], name="镇江酒水", region="镇江")
    for year, wan in ((2025, 1000), (2026, 1100)):
        set_market_size(actor=people["d"], segment=segment, year=year, size_fen=wan * WAN, source="市统计局")
    [found] = market_shares(people["d"])
    assert [(y.year, y.ours_fen // WAN, y.share, y.points) for y in found.years] == [
        (2025, 120, Decimal("12.00"), None), (2026, 154, Decimal("14.00"), Decimal("2.00")),
    ]  # fmt: skip
    set_market_size(actor=people["d"], segment=segment, year=2026, size_fen=1540 * WAN, source="改正")
    assert market_shares(people["d"])[0].years[1].share == Decimal("10.00")
    assert Entry.objects.filter(verb="valuation.market.sized").count() == 3


def test_market_sizes_are_the_directors_and_a_part_of_the_sales_gives_no_share(people: Any) -> None:
    segment = add_segment(actor=people["d"], name="餐饮", category="餐饮")
    for login in ("e1", "me", "f1", "c", "stranger"):
        with pytest.raises(Refused):
            add_segment(actor=people[login], name="别的", region="镇江")
        with pytest.raises(Refused):
            set_market_size(actor=people[login], segment=segment, year=2026, size_fen=1, source="估")
    for login in ("e1", "me", "c", "stranger"):
        with pytest.raises(Refused):
            market_shares(people[login])
    for wrong in ({"name": "", "region": "镇江"}, {"name": "餐饮", "region": "镇江"}, {"name": "空"}):
        with pytest.raises(Invalid):
            add_segment(actor=people["d"], **wrong)
    for wrong_year in ({"year": 99}, {"size_fen": 0}, {"source": " "}):
        with pytest.raises(Invalid):
            set_market_size(
                actor=people["d"],
                segment=segment,
                **{"year": 2026, "size_fen": 1, "source": "估"} | wrong_year,
            )
    assert (MarketSegment.objects.count(), MarketYear.objects.count()) == (1, 0)


def test_s3_18_ours_300_of_1000_is_30_percent_and_rivals_are_listed(people: Any) -> None:
    shop = customer_of(people, "e1", "也买别家的店")
    post_sale(actor=people.system, customer=shop, day=TODAY - timedelta(days=40), amount_fen=300 * WAN)
    for brand, share in (("洮河", "45"), ("青禾", "25")):
        add_row(actor=people["e1"], customer=shop, kind=CompetingProduct, brand=brand, share_bp=share)
    unknown = wallet_of(people["e1"], shop)
    assert unknown is not None
    assert (unknown.share, unknown.reason) == (None, "no_demand")
    estimate_potential(
        actor=people["e1"], customer=shop, mp_fen=500 * WAN, es_bp=3000, p_bp=8000, horizon_months=6
    )
    found = wallet_of(people["e1"], shop)
    assert found is not None
    assert (found.share, found.reason, found.demand_fen, found.rest_fen) == (
        Decimal("30.00"),
        None,
        1000 * WAN,
        0,
    )
    assert [(rival.brand, rival.fen) for rival in found.rivals] == [("洮河", 450 * WAN), ("青禾", 250 * WAN)]
    assert wallet_of(people["c"], shop) is None

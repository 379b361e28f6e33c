"""What a run says of dealers, and what a plan would keep of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.archives.actions import add_link, change_basics, check_part, move_links
from kemai.business.archives.models import Customer
from kemai.business.trade.actions import post_sale
from kemai.business.valuation.actions import revalue, save_parameters
from kemai.business.valuation.channel import reading as channel
from kemai.business.valuation.models import DealerExposure
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.runs.parts import part_summary
from kemai.foundation.access.actor import Refused
from kemai.value import SchemeError
from kemai.value.channel.plan import DIRECT, Choice

pytestmark = [pytest.mark.django_db, pytest.mark.parts("channel", "channel_behind")]
WAN = 1_000_000


@pytest.fixture
def region(people: Any, tmp_path: Any, settings: Any) -> Any:
    """A dealer of 800 of a region's 1,000, with 25 shops of 20 behind it, and another dealer of 200."""
    settings.DATA_DIR = tmp_path
    dealer = customer_of(people, "e1", "经销商丁", type="distributor", region="镇江")
    other = customer_of(people, "e1", "经销商戊", type="distributor", region="镇江")
    shops = [customer_of(people, "e1", f"店{n:02d}", region="镇江") for n in range(25)]
    for customer, wan in ((dealer, 800), (other, 200), *((shop, 20) for shop in shops)):
        post_sale(
            actor=people.system, customer=customer, day=TODAY - timedelta(days=200), amount_fen=wan * WAN
        )
    for shop in shops:
        add_link(actor=people["e1"], dealer=dealer, customer=shop, from_on=date(2025, 1, 1))
    return people, dealer, other, shops


def exposure_of(people: Any, dealer: Customer) -> DealerExposure:
    revalue(actor=people.system, as_of=TODAY)
    run = published_run()
    assert run is not None
    return DealerExposure.objects.get(run_id=run.pk, customer=dealer)


def test_s0_4_a_dealer_of_800_in_a_region_of_1000_stands_in_red(region: Any) -> None:
    people, dealer, _other, _shops = region
    row = exposure_of(people, dealer)
    assert (row.region, row.gross_fen, row.region_sales_fen) == ("镇江", 800 * WAN, 1000 * WAN)
    assert (row.dependency_centi, row.flag, row.behind) == (80_00, "red", 25)
    assert (row.mapped_fen, row.unmapped_fen, row.at_risk_fen) == (500 * WAN, 300 * WAN, 800 * WAN)
    assert (part_summary(published_run(), "channel") or {})["red_regions"] == ["镇江"]
    save_parameters(actor=people["d"], key="channel", values={"red_from": "85"}, reason="这一片就靠他")
    assert exposure_of(people, dealer).flag is None


def test_s0_6_at_risk_drops_by_the_sales_of_the_20_that_moved(region: Any) -> None:
    people, dealer, other, shops = region
    before = exposure_of(people, dealer).at_risk_fen
    to = {shop.pk: other.pk for shop in shops[:20]}
    move_links(actor=people["e1"], dealer=dealer, to=to, on=date(2026, 7, 1), reason="丁要退出")
    after = exposure_of(people, dealer)
    assert before - after.at_risk_fen == 20 * 20 * WAN
    assert after.mapped_fen == 500 * WAN  # what went through him before that day stays his


def test_a_shop_counts_as_reachable_by_what_its_archive_says(region: Any) -> None:
    people, dealer, _other, shops = region
    change_basics(actor=people["e1"], customer=shops[0], version=shops[0].version, phone="0511-85001234")
    check_part(actor=people["e1"], customer=shops[0], part="contact")
    exposure_of(people, dealer)
    run = published_run()
    assert run is not None
    rows = {r.customer_id: r for r in channel.behind(people["e1"], run, dealer)}
    assert rows[shops[0].pk].missing == "archive"
    assert rows[shops[1].pk].missing == "archive,contact"


def test_a_plan_says_what_it_would_keep_before_anything_is_saved(region: Any) -> None:
    people, dealer, other, shops = region
    row = exposure_of(people, dealer)
    run = published_run()
    assert run is not None
    rows = channel.behind(people["e1"], run, dealer)
    choices = {shop.pk: Choice(str(other.pk), "strong") for shop in shops[:20]} | {
        shops[20].pk: Choice(DIRECT, "weak")
    }
    found = channel.plan(people["e1"], row, rows, choices, TODAY)
    assert (found.sums.retained, found.sums.at_risk) == (370 * WAN, 430 * WAN)
    assert found.sums.moved == {str(other.pk): 400 * WAN, DIRECT: 20 * WAN}
    assert found.links[shops[20].pk] is None
    assert len(found.links) == 21
    assert any("21 家档案" in text for text in found.warnings)
    add_link(actor=people["e1"], dealer=other, customer=shops[0], product_line="黄酒", from_on=TODAY)
    assert any(
        "1 家已经由接手的这家供着" in text
        for text in channel.plan(people["e1"], row, rows, choices, TODAY).warnings
    )


def test_dealers_and_shops_show_only_within_ones_sight(region: Any) -> None:
    people, dealer, _other, _shops = region
    exposure_of(people, dealer)
    run = published_run()
    assert run is not None
    assert {r.customer.name for r in channel.exposures(people["e1"], run)} == {"经销商丁"}
    assert not channel.exposures(people["w1"], run).exists()
    assert channel.behind(people["w1"], run, dealer) == []
    for login in ("c", "s", "stranger"):
        with pytest.raises(Refused):
            channel.exposures(people[login], run)


@pytest.mark.parametrize("wrong", ["", "百", "101", "-1"])
def test_a_threshold_that_makes_no_sense_is_refused(people: Any, wrong: str) -> None:
    with pytest.raises(SchemeError):
        save_parameters(actor=people["d"], key="channel", values={"red_from": wrong}, reason="试")

"""The tabs of a customer: few, each with the pages that belong to the same question beside it."""

from __future__ import annotations

import re

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.trade.actions import post_sale
from kemai.business.valuation.actions import revalue

pytestmark = pytest.mark.django_db
BESIDE = {
    "": "总览", "worth/": "总览", "potential/": "总览", "attitude/": "总览", "basics/": "基础", "files/": "基础", "credit/": "信用",
    "receivables/": "信用", "operations/": "经营", "sales/": "销售", "contacts/": "联系人与供货", "channel/": "联系人与供货",
    "family/": "联系人与供货", "timeline/": "时间线", "changes/": "变更",
}  # fmt: skip


def tabs_of(text):
    """(label, is lit, key) of each tab of the page."""
    nav = re.search(r'<nav class="tabs" aria-label="客户分页">(.*?)</nav>', text, re.S).group(1)
    found = re.findall(r"<a href=\"[^\"]+\"( aria-current=\"page\")?[^>]*data-key=\"(\d)\"[^>]*>([^<]+)", nav)
    return [(label, bool(lit), key) for lit, key, label in found]


@pytest.fixture
def shop(people):
    return customer_of(people, "e1", "镇江华瑞商贸有限公司")


@pytest.mark.parametrize("page", BESIDE)
def test_eight_tabs_and_every_page_of_a_customer_lights_the_one_it_belongs_to(people, signed_in, shop, page):
    found = tabs_of(signed_in("me").get(f"/customers/{shop.code}/{page}").content.decode())
    assert [label for label, *_rest in found] == [
        "总览",
        "基础",
        "信用",
        "经营",
        "销售",
        "联系人与供货",
        "时间线",
        "变更",
    ]
    assert [label for label, lit, _key in found if lit] == [BESIDE[page]]
    assert [key for *_rest, key in found] == list("12345678")


def test_a_page_says_what_else_belongs_to_its_tab(people, signed_in, shop):
    client = signed_in("me")
    text = client.get(f"/customers/{shop.code}/channel/").content.decode()
    beside = re.search(r'<nav class="beside".*?</nav>', text, re.S).group(0)
    assert [f"/customers/{shop.code}/{page}/" in beside for page in ("contacts", "channel", "family")] == [
        True
    ] * 3
    text = client.get(f"/customers/{shop.code}/timeline/").content.decode()
    assert '<nav class="beside"' not in text


def test_the_overview_leads_to_worth_potential_and_attitude_from_its_value_panel_and_above_it_without_one(
    people, signed_in, shop
):
    client = signed_in("me")
    pages = [f'href="/customers/{shop.code}/{page}/"' for page in ("worth", "potential", "attitude")]
    text = client.get(f"/customers/{shop.code}/").content.decode()
    assert '<nav class="beside"' in text
    assert all(page in text for page in pages)
    post_sale(actor=people["me"], customer=shop, day=TODAY, amount_fen=100_00, order_no="S1")
    revalue(actor=people.system, as_of=TODAY, trigger="person")
    text = client.get(f"/customers/{shop.code}/").content.decode()
    assert '<nav class="beside"' not in text
    assert all(page in text for page in pages)


def test_who_may_not_see_credit_has_seven_tabs_and_a_person_who_buys_has_a_page_beside_the_basics(
    people, signed_in, shop
):
    assert "信用" not in [
        label for label, *_rest in tabs_of(signed_in("e1").get(f"/customers/{shop.code}/").content.decode())
    ]
    buyer = customer_of(people, "e1", "沈知遥", type="retail")
    text = signed_in("e1").get(f"/customers/{buyer.code}/basics/").content.decode()
    assert f"/customers/{buyer.code}/person/" in re.search(r'<nav class="beside".*?</nav>', text, re.S).group(
        0
    )

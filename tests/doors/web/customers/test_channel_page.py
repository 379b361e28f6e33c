"""The channel tab: who stands behind a dealer on any day, who supplies a customer, and what a wrong link keeps (S0.5)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import TODAY, customer_of

from kemai.business.archives import actions
from kemai.business.archives.models import SupplyLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealer(people: Any) -> Any:
    return customer_of(people, "e1", "镇江华瑞商贸有限公司", short_name="华瑞商贸", type="distributor")


@pytest.fixture
def shop(people: Any) -> Any:
    return customer_of(people, "e1", "京口便利店")


@pytest.fixture
def at(client: Any, people: Any, dealer: Any) -> Any:
    """Asks a page below the dealer as somebody."""

    def asked(login: str, place: str = "channel/", data: dict[str, Any] | None = None, of: Any = None) -> Any:
        client.force_login(people.persons[login])
        address = f"/customers/{(of or dealer).code}/{place}"
        return client.get(address) if data is None else client.post(address, data)

    return asked


def said(answer: Any) -> str:
    return str(answer.content.decode())


def test_s0_5_the_page_of_a_dealer_lists_its_25_customers_each_with_its_filled_share(
    at: Any, people: Any, dealer: Any
) -> None:
    for n in range(25):
        basics = {"phone": "13800000000", "address": "东街 1 号"} if n == 7 else {}
        made = customer_of(people, "e1", f"小店{n:02d}", **basics)
        actions.add_link(actor=people["e1"], dealer=dealer, customer=made, from_on=date(2026, 1, 1))
    text = said(at("e1"))
    assert "2026-11-22 供着 25 家" in text
    assert text.count("小店") >= 25
    # name and type of 15 basics and none of 8 operations; two more for one of them
    assert text.count("</svg> 9%</td>") == 24
    assert text.count("</svg> 17%</td>") == 1


def test_a_link_is_added_from_either_side_and_stands_on_both_pages(
    at: Any, people: Any, dealer: Any, shop: Any
) -> None:
    empty = said(at("e1"))
    assert "还没有下级客户" in empty
    assert "直接从我们这里进货" in empty
    assert (
        at(
            "e1", data={"side": "behind", "other": shop.code, "share_bp": "60", "from_on": "2026-01-01"}
        ).status_code
        == 302
    )
    other = customer_of(people, "e1", "丹阳商行")
    given = {"side": "dealer", "other": "华瑞商贸", "product_line": "白酒"}
    assert at("e1", data=given, of=other).status_code == 302
    assert set(SupplyLink.objects.values_list("dealer__name", "customer__name", "share_bp")) == {
        (dealer.name, "京口便利店", 6000), (dealer.name, "丹阳商行", None),
    }  # fmt: skip
    assert "供着 2 家" in said(at("e1"))
    text = said(at("e1", of=shop))
    assert "华瑞商贸" in text
    assert "60%" in text


def test_past_and_future_links_are_marked_and_another_day_may_be_asked_for(
    at: Any, people: Any, dealer: Any, shop: Any
) -> None:
    west = customer_of(people, "e1", "丹阳商行")
    actions.add_link(actor=people["e1"], dealer=dealer, customer=shop, to_on=date(2026, 6, 30))
    actions.add_link(actor=people["e1"], dealer=dealer, customer=west, from_on=date(2027, 1, 1))
    text = said(at("e1"))
    assert "供着 0 家" in text
    assert "已结束" in text
    assert "未开始" in text
    then = said(at("e1", "channel/?on=2026-06-30"))
    assert "2026-06-30 供着 1 家" in then
    assert "已结束" not in then
    assert at("e1", "channel/?on=什么").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"other": ""}, "写上是哪一家"),
        ({"other": "没有的"}, "没有找到「没有的」"),
        ({"other": "便利店"}, "像：京口便利店"),
        ({"share_bp": "101"}, "占比是 0 到 100"),
        ({"from_on": "2026-07-01", "to_on": "2026-06-30"}, "结束不能早于开始"),
        ({"other": "华瑞商贸"}, "不能做自己的经销商"),
    ],
)
def test_a_wrong_link_keeps_the_form_open_and_says_what_is_wrong(
    at: Any, shop: Any, wrong: dict[str, str], says: str
) -> None:
    given = {
        "side": "behind",
        "other": shop.code,
        "product_line": "白酒",
        "share_bp": "",
        "from_on": "",
        "to_on": "",
    }
    answer = at("e1", data=given | wrong)
    assert answer.status_code == 422
    text = said(answer)
    assert says in text
    assert 'value="白酒"' in text
    assert '<details class="more-form" open>' in text
    assert not SupplyLink.objects.exists()


def test_a_name_that_two_have_is_asked_back_with_both(at: Any, people: Any) -> None:
    both = [customer_of(people, "e1", "丹阳商行"), customer_of(people, "e1", "丹阳商行")]
    text = said(at("e1", data={"side": "behind", "other": "丹阳商行"}))
    assert "不止一家" in text
    assert all(each.code in text for each in both)


def test_a_link_is_changed_over_the_version_that_was_seen_and_ended_with_its_last_day(
    at: Any, people: Any, dealer: Any, shop: Any
) -> None:
    link = actions.add_link(actor=people["e1"], dealer=dealer, customer=shop)
    place = f"channel/{link.pk}/"
    assert "华瑞商贸 供 京口便利店" in said(at("e1", place))
    assert at("e1", place, {"version": "1", "share_bp": "40"}).status_code == 302
    stale = at("e1", place, {"version": "1", "share_bp": "50"})
    assert stale.status_code == 409
    assert "别人刚改过" in said(stale)
    wrong = at("e1", f"{place}end/", {"version": "2", "to_on": ""})
    assert wrong.status_code == 422
    assert "写上哪天结束" in said(wrong)
    assert at("e1", f"{place}end/", {"version": "2", "to_on": "2026-11-22"}).status_code == 302
    link.refresh_from_db()
    assert (link.share_bp, link.to_on, link.version) == (4000, TODAY, 3)
    text = said(at("e1", "changes/", of=shop))
    for part in ("加了渠道关系", "改了渠道关系", "结束了渠道关系", "镇江华瑞商贸有限公司"):
        assert part in text


def test_who_sees_only_one_end_finds_no_trace_of_the_other(at: Any, people: Any, dealer: Any) -> None:
    west = customer_of(people, "w1", "西安便利店")
    link = actions.add_link(actor=people["c"], dealer=dealer, customer=west)
    for login in ("e1", "me"):
        assert "西安" not in said(at(login))
        assert at(login, f"channel/{link.pk}/").status_code == 404
    assert "西安便利店" in said(at("d"))
    for place in ("channel/", "changes/"):
        text = said(at("w1", place, of=west))
        assert "华瑞" not in text
    assert "不在你能看的范围" in text
    assert at("w1", of=dealer).status_code == 404


def test_who_may_not_edit_sees_the_links_and_no_form_and_a_post_changes_nothing(
    at: Any, people: Any, dealer: Any, shop: Any
) -> None:
    link = actions.add_link(actor=people["e1"], dealer=dealer, customer=shop)
    for login in ("d", "s", "f1"):
        text = said(at(login))
        assert "京口便利店" in text
        assert 'name="other"' not in text
        assert (
            at(login, data={"side": "behind", "other": shop.code, "product_line": "啤酒"}).status_code == 403
        )
        assert at(login, f"channel/{link.pk}/").status_code == 403
        assert (
            at(login, f"channel/{link.pk}/end/", {"version": "1", "to_on": "2026-11-22"}).status_code == 403
        )
    link.refresh_from_db()
    assert (SupplyLink.objects.count(), link.version) == (1, 1)


def test_very_many_behind_come_in_pages(at: Any, people: Any, dealer: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("kemai.doors.web.pages.customer.channel.SHOWN", 2)
    for n in range(3):
        made = customer_of(people, "e1", f"小店{n}")
        actions.add_link(actor=people["e1"], dealer=dealer, customer=made, share_bp=str(90 - n))
    first, second = said(at("e1")), said(at("e1", "channel/?page=2"))
    assert ["小店0" in first, "小店1" in first, "小店2" in first] == [True, True, False]
    assert "page=2" in first
    assert "小店2" in second
    assert "小店0" not in second


def test_ten_customers_behind_take_no_more_statements_than_one(at: Any, people: Any, dealer: Any) -> None:
    counts = []
    for some in (1, 9):
        for n in range(some):
            made = customer_of(people, "e1", f"小店{some}{n}")
            actions.add_link(actor=people["e1"], dealer=dealer, customer=made)
        at("e1")
        with CaptureQueriesContext(connection) as caught:
            at("e1")
        counts.append(len(caught))
    assert counts[0] == counts[1]

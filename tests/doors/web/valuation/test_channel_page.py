"""渠道 through the browser's eyes: who hurts most, the plan before and after, and what others may not see."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import TODAY, customer_of

from kemai.business.archives.actions import add_link
from kemai.business.archives.models import SupplyLink, SupplyMove
from kemai.business.trade.actions import post_sale
from kemai.business.valuation.actions import revalue
from kemai.business.valuation.models import ParameterVersion

pytestmark = [pytest.mark.django_db, pytest.mark.parts("channel", "channel_behind")]
WAN = 1_000_000
LONG = "一个名字长得怎么写都写不完的商贸集团股份有限公司华东分公司"


def signed_in(people: Any, login: str) -> Client:
    client = Client()
    client.force_login(people.persons[login], backend="django.contrib.auth.backends.ModelBackend")
    return client


def seen(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def town(people: Any, tmp_path: Any, settings: Any) -> Any:
    """A dealer of e1 with fifteen shops, one of them with a long name, and another dealer; w1 has a dealer elsewhere."""
    settings.DATA_DIR = tmp_path
    dealer, other = (
        customer_of(people, "e1", n, type="distributor", region="镇江") for n in ("经销商丁", "经销商戊")
    )
    far, far_shop = (
        customer_of(people, "w1", "西边的经销商", type="distributor", region="常州"),
        customer_of(people, "w1", "西边的店", region="常州"),
    )
    shops = [customer_of(people, "e1", LONG if n == 0 else f"店{n:02d}", region="镇江") for n in range(15)]
    sold = (
        (dealer, 800),
        (other, 100),
        (far, 50),
        (far_shop, 20),
        *((shop, 40 - n) for n, shop in enumerate(shops)),
    )
    for customer, wan in sold:
        post_sale(
            actor=people.system, customer=customer, day=TODAY - timedelta(days=100), amount_fen=wan * WAN
        )
    for shop in shops:
        add_link(actor=people["e1"], dealer=dealer, customer=shop, from_on=date(2025, 1, 1))
    add_link(actor=people["w1"], dealer=far, customer=far_shop, from_on=date(2025, 1, 1))
    revalue(actor=people.system, as_of=TODAY)
    return people, dealer, other, shops


def test_s0_4_the_dealer_who_hurts_most_stands_first_and_its_region_in_red(town: Any) -> None:
    people, dealer, _other, _shops = town
    page = seen(signed_in(people, "d").get("/valuation/channel/"))
    assert page.index("经销商丁") < page.index("西边的经销商")
    assert re.search(r'镇江</span>.*?class="sm bad".*?依赖 <span class="tn">89%', page, re.S)
    assert "如果经销商丁不再合作" in page
    assert LONG in page
    assert "其余 3 家" in page
    mine = seen(signed_in(people, "w1").get("/valuation/channel/"))
    assert "西边的店" in mine
    assert "经销商丁" not in mine
    assert signed_in(people, "w1").get(f"/valuation/channel/?dealer={dealer.code}").status_code == 404
    assert signed_in(people, "c").get("/valuation/channel/").status_code == 403


def test_s0_6_a_plan_shows_what_it_keeps_and_saving_moves_the_links_from_the_day(town: Any) -> None:
    people, dealer, other, shops = town
    rep, asked = (
        signed_in(people, "e1"),
        {"dealer": dealer.code, "all": str(other.pk), "all_keep": "strong", f"to-{shops[1].pk}": "none"},
    )
    tried = seen(rep.get("/valuation/channel/", asked))
    # 800 of which 495 are mapped; 39 are given up, 90 % of the other 456 stay
    assert re.search(r"留得住.*?<b>.*?410\.4", tried, re.S)
    assert "存方案：14 家" in tried
    assert SupplyLink.objects.count() == 16
    assert seen(rep.get("/valuation/channel/", {**asked, "on": "后天"})).count("没有可换") == 0
    refused = rep.post(f"/valuation/channel/{dealer.code}/move/", {**asked, "on": "2026-12-01", "reason": ""})
    assert refused.status_code == 422
    assert "换人要写原因" in seen(refused)
    assert SupplyLink.objects.count() == 16
    done = rep.post(
        f"/valuation/channel/{dealer.code}/move/", {**asked, "on": "2026-12-01", "reason": "丁要退出"}
    )
    assert done.status_code == 302
    assert SupplyLink.objects.filter(dealer=other, from_on=date(2026, 12, 1)).count() == 14
    assert "丁要退出" in seen(rep.get(f"/valuation/channel/?dealer={dealer.code}"))
    undone = rep.post(f"/valuation/channel/moves/{SupplyMove.objects.get().pk}/undo/")
    assert undone.status_code == 302
    assert set(SupplyLink.objects.values_list("dealer__name", "to_on")) == {
        ("经销商丁", None),
        ("西边的经销商", None),
    }


def test_who_may_not_move_links_may_try_and_a_refusal_changes_nothing(town: Any) -> None:
    people, dealer, other, shops = town
    asked = {f"to-{shop.pk}": str(other.pk) for shop in shops} | {"on": "2026-12-01", "reason": "换"}
    tried = seen(signed_in(people, "d").get("/valuation/channel/", {"dealer": dealer.code, **asked}))
    assert "存方案" not in tried.split("存方案要能改客户资料")[0]
    for login, status in (("d", 403), ("f1", 403), ("w1", 404), ("c", 403)):
        answer = signed_in(people, login).post(f"/valuation/channel/{dealer.code}/move/", asked)
        assert answer.status_code == status, login
    assert SupplyLink.objects.filter(dealer=dealer, to_on=None).count() == 15
    assert not SupplyMove.objects.exists()


def test_the_files_hold_what_the_pages_show(town: Any) -> None:
    people, dealer, _other, _shops = town
    answer = signed_in(people, "d").get("/valuation/channel/export/?format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "镇江" in text
    assert "西边的经销商" in text
    behind = signed_in(people, "me").get(f"/valuation/channel/export/?format=csv&dealer={dealer.code}")
    assert b"".join(behind.streaming_content).decode("utf-8-sig").count("\n") == 16
    assert signed_in(people, "e1").get("/valuation/channel/export/?format=csv").status_code == 403


def test_s0_4_the_threshold_is_the_directors_with_a_reason(town: Any) -> None:
    people, *_rest = town
    boss, rep = signed_in(people, "d"), signed_in(people, "e1")
    assert (
        boss.post("/valuation/channel/settings/", {"red_from": "40", "keep": "80", "reason": ""}).status_code
        == 422
    )
    assert (
        rep.post("/valuation/channel/settings/", {"red_from": "40", "keep": "80", "reason": "试"}).status_code
        == 403
    )
    assert not ParameterVersion.objects.exists()
    assert (
        boss.post(
            "/valuation/channel/settings/", {"red_from": "40", "keep": "80", "reason": "这一带都靠经销商"}
        ).status_code
        == 302
    )
    assert "这一带都靠经销商" in seen(boss.get("/valuation/channel/settings/"))
    assert "超过 40%" in seen(rep.get("/valuation/channel/settings/"))


def test_more_shops_take_no_more_statements(town: Any) -> None:
    people, dealer, _other, _shops = town

    def counted() -> int:
        client = signed_in(people, "me")
        client.get(f"/valuation/channel/?dealer={dealer.code}")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/valuation/channel/?dealer={dealer.code}&all=direct")
        return len(asked)

    before = counted()
    for n in range(15):
        add_link(
            actor=people["e1"],
            dealer=dealer,
            customer=customer_of(people, "e1", f"新店{n:02d}", region="镇江"),
        )
    revalue(actor=people.system, as_of=TODAY)
    assert counted() == before


def test_s0_4_the_channel_tab_says_what_is_at_risk_and_why(town: Any) -> None:
    people, dealer, _other, shops = town
    rep, here = signed_in(people, "e1"), f"/customers/{dealer.code}"
    tab = seen(rep.get(f"{here}/channel/"))
    assert "它若不再合作" in tab
    assert f"{here}/why/channel_risk/" in tab
    told = seen(rep.get(f"{here}/why/channel_risk/"))
    assert re.search(r"经它出货.*?找得回.*?在险", told, re.S)
    assert "以前几次" in told
    assert "它若不再合作" not in seen(rep.get(f"/customers/{shops[1].code}/channel/"))
    assert rep.get(f"/customers/{shops[1].code}/why/channel_risk/").status_code == 404
    assert signed_in(people, "w1").get(f"{here}/why/channel_risk/").status_code == 404
    assert signed_in(people, "c").get(f"{here}/why/channel_risk/").status_code == 403

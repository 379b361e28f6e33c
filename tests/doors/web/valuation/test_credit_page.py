"""信用, 应收 and 市场 through the browser's eyes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from tests.business.valuation.test_credit_part import billed, paid
from tests.cast import TODAY, customer_of
from tests.doors.web.valuation.test_channel_page import seen, signed_in

from kemai.business.trade.actions import post_sale
from kemai.business.trade.models import Allocation
from kemai.business.valuation.actions import revalue
from kemai.business.valuation.models import CreditAssessment, Statement

pytestmark = [pytest.mark.django_db, pytest.mark.parts("credit")]


@pytest.fixture
def owing(people: Any, tmp_path: Any, settings: Any) -> Any:
    """Two customers, one in each region, who owe; the first is late."""
    settings.DATA_DIR = tmp_path
    east, west = customer_of(people, "e1", "东边欠款的店"), customer_of(people, "w1", "西边欠款的店")
    post_sale(actor=people.system, customer=east, day=TODAY - timedelta(days=100), amount_fen=40_000_000)
    billed(east, "F1", 300_000, 100, 70)
    billed(west, "F2", 90_000, 20, -10)
    paid(east, "S1", 120_000, 30)
    revalue(actor=people.system, as_of=TODAY)
    return people, east, west


def test_the_list_is_by_overdue_money_and_only_for_who_sees_credit(owing: Any) -> None:
    people, _east, _west = owing
    late, everybody = (
        seen(signed_in(people, "f1").get(f"/valuation/credit/{which}")) for which in ("", "?which=open")
    )
    assert "东边欠款的店" in late
    assert "西边欠款的店" not in late
    assert re.search(r'<a class="name"[^>]*>东边欠款的店</a>', late), "in ink, as in every list"
    assert everybody.index("东边欠款的店") < everybody.index("西边欠款的店")
    region = seen(signed_in(people, "mw").get("/valuation/credit/?which=open"))
    assert "西边欠款的店" in region
    assert "东边欠款的店" not in region
    assert "DSO 走势" not in region
    for login in ("e1", "c", "s", "stranger"):
        assert signed_in(people, login).get("/valuation/credit/").status_code == 403
    answer = signed_in(people, "mw").get("/valuation/credit/export/?format=csv&which=open")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "90000.00" in text
    assert "东边" not in text
    assert signed_in(people, "e1").get("/valuation/credit/export/?format=csv").status_code == 403
    assert (
        "信用"
        not in re.findall(r'side-nav".*?</nav>', seen(signed_in(people, "e1").get("/valuation/")), re.S)[0]
    )


def test_the_credit_role_matches_on_the_customers_page_and_takes_it_back(owing: Any) -> None:
    people, east, west = owing
    here, client = f"/customers/{east.code}/receivables/", signed_in(people, "f1")
    assert "冲最早的" in seen(client.get(here))
    given = {"receipt": "S1", "invoice": "F1", "amount": "1,000"}
    assert client.post(f"{here}match/", given).status_code == 302
    assert "人定的" in seen(client.get(here))
    too_much = client.post(f"{here}match/", {**given, "amount": "120000.01"})
    assert too_much.status_code == 422
    assert "这笔收款只剩 120,000.00 元" in seen(too_much)
    assert client.post(f"/customers/{west.code}/receivables/match/", given).status_code == 404
    for login, status in (("me", 403), ("d", 403), ("e1", 403), ("w1", 404)):
        assert signed_in(people, login).post(f"{here}match/", given).status_code == status
    assert Allocation.objects.get().amount_fen == 100_000
    assert client.post(f"{here}unmatch/", given).status_code == 302
    assert not Allocation.objects.exists()
    assert signed_in(people, "e1").get(here).status_code == 403


def test_s4_97_s4_98_the_credit_tab_shows_years_ratios_grade_and_the_proposed_limit(owing: Any) -> None:
    people, east, _west = owing
    client, here = signed_in(people, "f1"), f"/customers/{east.code}/credit/"
    books = {
        "kind": "actual",
        "version": "0",
        "current_assets": "900",
        "inventory": "350",
        "current_liabilities": "500",
        "equity": "300",
    }
    assert client.post(f"{here}statements/2025/", books).status_code == 302
    odd = client.post(f"{here}statements/2024/", {**books, "sales": "很多"})
    assert odd.status_code == 422
    points = {"character": "85", "capacity": "80", "capital": "70", "collateral": "60", "conditions": "75"}
    assert client.post(f"{here}assess/", points).status_code == 302
    page = seen(client.get(here))
    assert re.search(r"流动比率.*?1\.80.*?注意.*?>-<", page, re.S)
    assert re.search(r"速动比率.*?1\.10.*?好", page, re.S)
    assert "A · 76.75" in page
    limit = re.search(r'name="limit" value="([\d.]+)"', page)
    assert limit is not None
    assert limit[1] == "19000.00"  # 400,000 / 365 * 30 = 32,876; 60 % of it, down to 1,000
    assert (
        client.post(f"{here}limit/", {"limit": "999.00", "version": "0", "reason": "多给"}).status_code == 403
    )
    assert (
        client.post(f"{here}limit/", {"limit": limit[1], "version": "0", "reason": "先少给"}).status_code
        == 302
    )
    assert "先少给" in seen(client.get(here))
    assert (Statement.objects.count(), CreditAssessment.objects.count()) == (1, 1)
    assert signed_in(people, "me").get(f"{here}statements/2025/").status_code == 403
    assert "注意" in seen(signed_in(people, "me").get(here))


def test_s1_169_a_segment_is_added_and_its_years_show_the_share(owing: Any) -> None:
    people, east, _west = owing
    type(east).objects.filter(pk=east.pk).update(region="镇江")
    boss = signed_in(people, "d")
    assert boss.post("/valuation/market/", {"name": "", "region": "镇江"}).status_code == 422
    assert boss.post("/valuation/market/", {"name": "镇江酒水", "region": "镇江"}).status_code == 302
    segment = re.search(r"/valuation/market/(\d+)/", seen(boss.get("/valuation/market/")))
    assert segment is not None
    there = f"/valuation/market/{segment[1]}/"
    assert boss.post(there, {"year": "2026", "size": "0", "source": ""}).status_code == 422
    assert boss.post(there, {"year": "2026", "size": "400", "source": "协会"}).status_code == 302
    assert "10.00%" in seen(boss.get("/valuation/market/"))
    text = b"".join(boss.get("/valuation/market/export/?format=csv").streaming_content).decode("utf-8-sig")
    assert "10.00%" in text
    for login in ("e1", "me", "c"):
        assert signed_in(people, login).get("/valuation/market/").status_code == 403
    assert (
        signed_in(people, "f1").post("/valuation/market/", {"name": "别的", "region": "镇江"}).status_code
        == 403
    )


def test_s3_18_the_sales_tab_says_why_the_wallet_is_unknown(owing: Any) -> None:
    people, east, _west = owing
    assert "算不出份额" in seen(signed_in(people, "e1").get(f"/customers/{east.code}/sales/"))


def test_every_figure_of_credit_on_the_customers_page_says_why(owing: Any) -> None:
    """Whoever sees a figure opens its formula, its inputs and how it was; nobody else does."""
    people, east, west = owing
    here, client = f"/customers/{east.code}", signed_in(people, "f1")
    pages = seen(client.get(f"{here}/credit/")) + seen(client.get(f"{here}/receivables/"))
    measures = sorted(set(re.findall(rf'{here}/why/((?:credit|books)_\w+)/"', pages)))
    assert len(measures) == 10
    for measure in measures:
        told = seen(client.get(f"{here}/why/{measure}/"))
        assert "算式" in told or "为什么没有" in told, measure
        assert "以前几次" in told or "为什么没有" in told or measure == "books_unapplied", measure
        for login, status in (("e1", 403), ("w1", 404), ("c", 403)):
            assert signed_in(people, login).get(f"{here}/why/{measure}/").status_code == status
    owed = seen(client.get(f"{here}/why/credit_owed/"))
    assert "61–90 天" in owed
    assert "180,000.00" in owed
    left = seen(client.get(f"{here}/why/books_open/"))
    assert re.search(r"开出的发票.*?收款和红字冲掉的.*?还差", left, re.S)
    assert client.get(f"/customers/{west.code}/why/credit_owed/").status_code == 200
    assert client.get(f"{here}/why/channel_risk/").status_code == 404  # no dealer

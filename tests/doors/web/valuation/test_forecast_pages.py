"""销售预测, 目标, 客户库存 and the customer's own outlook through the browser's eyes."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.cast import TODAY, customer_of

from kemai.business.archives.models import Customer
from kemai.business.trade.models import StaffTarget, StockCount
from kemai.business.valuation.actions import revalue
from kemai.business.valuation.models import Forecast, Standing
from kemai.business.valuation.queries import published_run
from kemai.doors.web.pages.customer.consumed import consumption_rows
from kemai.foundation.access.models import OrgUnit, Person
from kemai.foundation.batches.models import Batch
from kemai.oversight.exchange.actions import run_import
from kemai.oversight.exchange.planning.request import ImportRequest

pytestmark = [pytest.mark.django_db, pytest.mark.parts("forecast", "stock")]
SERIES = (10, 12, 11, 9, 10, 12, 11, 10, 13, 12, 11, 11)
WAN = 1_000_000


@pytest.fixture(scope="module")
def steady(lasting: Any, tmp_path_factory: Any) -> Any:
    """甲 of E1 with the series of 3.9 in 万 up to October, 丙 of W1 with half of it; valued today."""
    people, path = lasting, tmp_path_factory.mktemp("books") / "steady.csv"
    lines = [
        f"{name}{n},1,{2025 + (n + 10) // 12}-{(n + 10) % 12 + 1:02d}-15,{name},{amount * times}"
        for name, times in (("甲", 10_000), ("丙", 5_000))
        for n, amount in enumerate(SERIES)
    ]
    path.write_text("单号,行号,日期,客户,金额\n" + "\n".join(lines), "utf8")
    run_import(
        ImportRequest(actor=people.system, kind="sales", path=path, file_name="s.csv", create_customers=True)
    )
    for name, login in (("甲", "e1"), ("丙", "w1")):
        unit = people[login].home_unit_id
        Customer.objects.filter(name=name).update(owner=people.persons[login], unit_id=unit, region=name)
    revalue(actor=people.system, as_of=TODAY)
    return people


def signed_in(people: Any, login: str) -> Client:
    client = Client()
    client.force_login(people.persons[login], backend="django.contrib.auth.backends.ModelBackend")
    return client


def seen(people: Any, login: str, address: str, status: int = 200) -> str:
    answer = signed_in(people, login).get(address)
    assert answer.status_code == status
    return str(answer.content.decode())


def rows(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_s3_6_the_forecast_page_shows_band_accuracy_and_only_what_one_may_see(steady: Any) -> None:
    """S3.6: the next 3 to 12 months, the method and how far such forecasts were off."""
    boss, rep = (
        seen(steady, "d", "/valuation/forecast/?by=region"),
        seen(steady, "e1", "/valuation/forecast/?by=region"),
    )
    for said in ("未来 3 个月", "未来 12 个月", "八成把握", "趋势", "没有可比的", ">丙<"):
        assert said in boss
    assert ">甲<" in rep
    assert ">丙<" not in rep
    assert "只算你能看到的客户" in rep
    seen(steady, "c", "/valuation/forecast/", 403)
    seen(steady, "d", "/valuation/forecast/?by=nonsense", 404)


def test_s1_113_the_exported_managers_add_up_to_the_total(steady: Any) -> None:
    """S1.113: sum of managers equals company total."""
    table = rows(signed_in(steady, "d").get("/valuation/forecast/export/?by=owner&format=csv"))
    column = [float(row[6].replace(",", "")) for row in table[1:]]
    assert column[-1] == pytest.approx(sum(column[:-1]), abs=0.001)
    assert signed_in(steady, "e1").get("/valuation/forecast/export/").status_code == 403


@pytest.mark.parametrize("what", ["forecast", "stock", "targets"])
def test_each_table_comes_as_a_workbook_too(steady: Any, what: str) -> None:
    answer = signed_in(steady, "me").get(f"/valuation/{what}/export/?format=xlsx")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] == b"PK"


def test_where_last_year_wins_the_page_says_so(steady: Any) -> None:
    run = published_run()
    line = {
        "method": "trend",
        "customers": 30,
        "wape": 40.0,
        "naive_wape": 20.0,
        "total_error": 5.0,
        "is_beaten": True,
    }
    run.summary["parts"]["forecast"]["summary"]["accuracy"] = [line, {**line, "method": "all", "wape": 20.0}]
    run.save()
    page = seen(steady, "d", "/valuation/forecast/")
    assert "不如去年同月，改用去年同月" in page
    assert "40.0%" in page


def test_s3_5_s3_6_s1_167_the_sales_page_tells_steadiness_method_and_band(steady: Any) -> None:
    """S3.5: CV 0.0982 stable, streak 12, 12/12; S1.167: 'stable source of orders'; S3.6: 11.64万 at month 13."""
    page = seen(steady, "e1", f"/customers/{Customer.objects.get(name='甲').code}/sales/")
    for said in (
        "往后的销售",
        "方法：趋势",
        "八成把握",
        "CV 0.098",
        "稳定的订单来源",
        "12/12 个月有买",
        "连续 12 个月",
        "上升 +10.68%",
        "弱，只作参考",
    ):
        assert said in page
    assert "116,363" in page.replace("<span>", "")


def test_s3_7_the_priority_tag_is_shown_with_its_reason_to_who_may_see_margins(steady: Any) -> None:
    """S3.7: 88 + stable + up -> P1."""
    one = Customer.objects.get(name="甲")
    Standing.objects.filter(customer=one).update(priority="P1", quality_score_centi=8_800)
    page = seen(steady, "d", f"/customers/{one.code}/sales/")
    assert "<b>P1</b>" in page
    assert "优质（得分 80 以上）、稳定（CV 0.25 以内）、没有下降" in page
    Standing.objects.filter(customer=one).update(priority="P3")
    assert "得分不到 80" in seen(steady, "d", f"/customers/{one.code}/sales/")
    hidden = seen(steady, "c", f"/customers/{one.code}/sales/")
    assert "优先级" not in hidden
    assert "往后的销售" not in hidden


def test_s3_25_the_sales_page_says_steadier_and_ten_percent_more(steady: Any) -> None:
    """S3.25: CV 2024 0.20, 2025 0.12; sales 400 -> 440万 -> 'more stable, +10%'."""
    one = Customer.objects.get(name="甲")
    Forecast.objects.filter(customer=one).update(
        cv_before=0.20, cv_now=0.12, sales_before_fen=400 * WAN, sales_now_fen=440 * WAN
    )
    page = seen(steady, "e1", f"/customers/{one.code}/sales/")
    assert "更稳了，+10%" in page
    assert "CV 0.20 → 0.12" in page


def test_a_customer_without_a_forecast_says_why(steady: Any) -> None:
    one = Customer.objects.get(name="甲")
    Forecast.objects.filter(customer=one).update(method=None, reason="too_few_months")
    assert "没有预测：不到 6 个月" in seen(steady, "e1", f"/customers/{one.code}/sales/")


def test_s1_109_s1_112_the_sales_page_tells_rate_cover_order_and_next_month(steady: Any) -> None:
    """S1.109: 7.33/day, cover 10.9 days; S1.112: x 31 = 227."""
    one = Customer.objects.get(name="甲")
    for on, pieces in ((date(2026, 9, 20), 300), (date(2026, 10, 20), 80)):
        batch = Batch.objects.create(kind="stock", status=Batch.Status.LANDED)
        StockCount.objects.create(
            customer=one, counted_on=on, product=None, quantity_milli=pieces * 1000, batch_id=batch.pk
        )
    page = seen(steady, "e1", f"/customers/{one.code}/sales/")
    for said in ("7.33", "220 ÷ 30 天", "10.9", "250", "2026-12 预计消费", "227"):
        assert said in page
    revalue(actor=steady.system, as_of=TODAY)
    stock = seen(steady, "d", "/valuation/stock/")
    for said in (">E1<", "7.33", "10.9", "250"):
        assert said in stock
    assert ">E1<" not in seen(steady, "mw", "/valuation/stock/")


def test_s1_110_a_target_is_previewed_then_saved_and_seen_with_its_completion(steady: Any) -> None:
    """S1.110: shared by forecast, exact; the manager of West may not share out East's."""
    unit = OrgUnit.objects.get(name="总部").pk
    client = signed_in(steady, "d")
    asked = {"whose": f"u{unit}", "period": "2026", "amount": "300", "among": "persons"}
    shown = client.get("/valuation/targets/allocate/", asked)
    page = shown.content.decode()
    assert "2,000,000.00" in page
    assert "1,000,000.00" in page
    assert "3,000,000.00" in page
    assert not StaffTarget.objects.exists()
    mark = (
        shown.context_data["mark"]
        if hasattr(shown, "context_data")
        else page.split('name="mark" value="')[1].split('"')[0]
    )
    assert client.post("/valuation/targets/allocate/", {**asked, "mark": "wrong"}).status_code == 400
    assert not StaffTarget.objects.exists()
    assert client.post("/valuation/targets/allocate/", {**asked, "mark": mark}).status_code == 302
    table = rows(client.get("/valuation/targets/export/?by=person&format=csv"))
    assert [row[:1] + row[1:2] for row in table[1:]] == [["E1", "2000000.00"], ["W1", "1000000.00"]]
    assert signed_in(steady, "mw").get("/valuation/targets/allocate/", asked).status_code == 404
    assert signed_in(steady, "e1").get("/valuation/targets/allocate/", asked).status_code == 403


def test_s1_111_ones_target_actual_and_completion_are_seen_by_oneself_and_ones_leader(steady: Any) -> None:
    """S1.111: Target 300, actual 270 -> 90%: here 122.22 and 110 -> 90.0%."""
    key = steady.persons["e1"].pk
    boss = signed_in(steady, "me")
    sent = {"by": "person", "period": "2026", "key": key, "amount": "122.22"}
    assert boss.post("/valuation/targets/set/", sent).status_code == 302
    for login in ("me", "d", "e1"):
        assert "<b>90.0%</b>" in seen(steady, login, "/valuation/targets/").replace("<span>", "").replace(
            "</span>", ""
        ).replace('<b><span class="tn">', "<b>")
    other = seen(steady, "w1", "/valuation/targets/")
    assert ">E1<" not in other
    assert "90.0%" not in other
    assert signed_in(steady, "mw").post("/valuation/targets/set/", {**sent, "amount": "1"}).status_code == 403
    assert signed_in(steady, "e1").post("/valuation/targets/set/", {**sent, "amount": "1"}).status_code == 403
    assert [target.amount_fen for target in StaffTarget.objects.all()] == [122_220_000]
    assert boss.post("/valuation/targets/set/", {**sent, "amount": ""}).status_code == 302
    assert "没有目标" in seen(steady, "me", "/valuation/targets/")


def test_who_reads_english_types_a_target_in_thousands_and_finds_it_to_the_last_fen(steady: Any) -> None:
    Person.objects.filter(pk=steady.persons["d"].pk).update(language="en")
    boss, one = signed_in(steady, "d"), steady.persons["e1"].pk
    sent = {"by": "person", "period": "2026", "key": str(one), "amount": "70243.51207"}
    assert boss.post("/valuation/targets/set/", sent).status_code == 302
    assert StaffTarget.objects.get(person_id=one).amount_fen == 7_024_351_207
    page = boss.get("/valuation/targets/").content.decode()
    assert "Target (¥k); empty removes it" in page
    assert 'value="70243.51207"' in page
    Person.objects.filter(pk=steady.persons["d"].pk).update(language="zh-hans")
    page = boss.get("/valuation/targets/").content.decode()
    assert "目标（万元），空着就是取消" in page
    assert 'value="7024.351207"' in page


@pytest.mark.parametrize(
    "bad", [{"amount": "-5"}, {"amount": "很多"}, {"whose": "x1"}, {"floor": "abc"}, {"cap": "5"}]
)
def test_what_cannot_be_shared_out_is_said_in_a_sentence(steady: Any, bad: dict[str, str]) -> None:
    unit = OrgUnit.objects.get(name="总部").pk
    asked = {"whose": f"u{unit}", "period": "2026", "amount": "300", "among": "persons", **bad}
    answer = signed_in(steady, "d").get("/valuation/targets/allocate/", asked)
    assert answer.status_code == 400
    assert "这样分不了" in answer.content.decode()


def test_s1_109_s1_112_a_persons_consumption_page_tells_his_rate_once_it_was_counted(steady: Any) -> None:
    """S1.109: 300 less 80 in 30 days are 7.33 a day; without counts the nine fields stay as they are."""
    people = steady
    one = customer_of(people, "e1", "沈知遥", type="retail")
    before = {row["label"] for row in consumption_rows(people["e1"], one)}
    assert "每天消费" not in before
    for on, pieces in ((date(2026, 10, 1), 300), (date(2026, 10, 31), 80)):
        batch = Batch.objects.create(kind="stock", status=Batch.Status.LANDED)
        StockCount.objects.create(
            customer=one, counted_on=on, product=None, quantity_milli=pieces * 1000, batch_id=batch.pk
        )
    found = {row["label"]: row["text"] for row in consumption_rows(people["e1"], one)}
    assert found.keys() - before == {"每天消费", "够用几天", "建议订货", "下月预计消费"}
    assert (found["每天消费"], found["够用几天"], found["建议订货"]) == ("7.33", "10.9", "250")
    assert len(consumption_rows(people["c"], one)) == 1


def test_s1_113_sums_show_their_band_on_the_page_and_in_the_file(steady: Any) -> None:
    page = seen(steady, "d", "/valuation/forecast/?by=region")
    assert "各组的上下限加起来不是合计的" in page
    header, *lines = rows(signed_in(steady, "d").get("/valuation/forecast/export/?by=region&format=csv"))
    assert header[-2:] == ["未来 12 个月（低）", "未来 12 个月（高）"]
    mean = header.index("未来 12 个月")
    assert len(lines) == 3
    for line in lines:
        assert float(line[-2]) < float(line[mean]) < float(line[-1])

"""自定指标, 投入与产出 and 价值类 through the browser's eyes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.cast import TODAY, customer_of

from kemai.business.agenda.actions import log_contact
from kemai.business.archives.models import Customer
from kemai.business.trade.actions import post_sale
from kemai.business.valuation.actions import revalue, save_measure, save_scheme_version
from kemai.business.valuation.models import Exclusion, Measure
from kemai.business.valuation.schemes import ensure_builtin_schemes

pytestmark = [pytest.mark.django_db, pytest.mark.parts("effort", "value_class", "measures")]


def signed_in(people: Any, login: str) -> Client:
    client = Client()
    client.force_login(people.persons[login], backend="django.contrib.auth.backends.ModelBackend")
    return client


def seen(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def valued(people: Any, tmp_path: Any, settings: Any) -> Any:
    """One that earns and one that costs, of e1; one of w1; a measure over margin."""
    settings.DATA_DIR = tmp_path
    for owner, name, cost in (
        ("e1", "东边的店", 300_000),
        ("e1", "亏钱的店", 1_100_000),
        ("w1", "西边的店", 400_000),
    ):
        customer = customer_of(people, owner, name)
        for day in (300, 9):
            post_sale(
                actor=people.system,
                customer=customer,
                day=TODAY - timedelta(day),
                amount_fen=1_000_000,
                cost_fen=cost,
            )
        log_contact(
            actor=people[owner],
            customer=customer,
            channel="visit",
            on=TODAY,
            note="",
            minutes=90,
            travel_minutes=30,
        )
    ensure_builtin_schemes()
    hourly = save_measure(
        actor=people["d"], name="每小时毛利", formula="12 月毛利 / 12 月工时", reason="看时间"
    )
    save_scheme_version(
        actor=people["d"],
        scheme_key="profit_abc",
        cuts=["40", "30", "30"],
        measure=f"own_{hourly.key}",
        reason="看时间",
    )
    revalue(actor=people.system, as_of=TODAY)
    return people


def test_a_formula_is_tried_before_it_is_kept_and_refused_with_its_place(valued: Any) -> None:
    boss = signed_in(valued, "d")
    tried = seen(boss.get("/settings/measures/check/", {"formula": "12 月毛利 / 12 月工时"}))
    for said in ("元/小时", "3 名算得出", "西边的店", "6,000 元/小时"):
        assert said in tried
    wrong = seen(boss.get("/settings/measures/check/", {"formula": "12月毛利 + 12月工时"}))
    assert "第 7 个字：元和小时不能相加" in wrong
    assert "<mark>+</mark>" in wrong
    given = {"name": "坏的", "formula": "__import__('os')", "reason": "试"}
    answer = boss.post("/settings/measures/", given)
    assert answer.status_code == 403
    assert "没有叫「__import__」" in seen(answer)
    assert "&#39;os&#39;" in seen(answer)  # what was typed is still there, escaped
    assert Measure.objects.count() == 1
    kept = boss.post(
        "/settings/measures/", {"name": "客单价", "formula": "12月销售 / 12月订单数", "reason": "试"}
    )
    assert kept.status_code == 302
    assert "客单价 = 12月销售 / 12月订单数" in seen(boss.get(kept["Location"]))
    assert "改了，还没重算" in seen(boss.get("/settings/measures/"))
    assert signed_in(valued, "me").get("/settings/measures/").status_code == 403


def test_the_list_shows_a_measure_and_its_reason_puts_the_numbers_in(valued: Any) -> None:
    key = Measure.objects.get().key
    boss, rep, custodian = (signed_in(valued, login) for login in ("d", "e1", "c"))
    boss.post("/customers/columns/", {"column": ["class", key, "value_class"], "query": ""})
    listed = seen(boss.get(f"/customers/?sort=-{key}"))
    assert "每小时毛利" in listed
    assert "7,000 元/小时" in listed
    assert "最有价值" in listed
    code = customer_code("东边的店")
    why = seen(rep.get(f"/customers/{code}/why/{key}/"))
    for said in ("1.4 万", "2 小时", "7,000 元/小时"):
        assert said in why
    assert custodian.get(f"/customers/{code}/why/{key}/").status_code == 403
    assert signed_in(valued, "w1").get(f"/customers/{code}/why/{key}/").status_code == 404
    assert "每小时毛利" not in seen(custodian.get(f"/customers/{code}/"))
    for measure, said in (("effort", "毛利减工时"), ("value_class", "实际价值")):
        assert said in seen(rep.get(f"/customers/{code}/why/{measure}/"))
        assert custodian.get(f"/customers/{code}/why/{measure}/").status_code == 403


def customer_code(name: str) -> str:
    from kemai.business.archives.models import Customer

    return Customer.objects.get(name=name).code


def test_s1_144_the_effort_page_and_its_file_keep_to_ones_rights(valued: Any) -> None:
    """S1.144, S2.34."""
    boss, rep = (
        seen(signed_in(valued, "d").get("/valuation/effort/")),
        seen(signed_in(valued, "e1").get("/valuation/effort/")),
    )
    assert "东边的店" in boss
    assert "西边的店" in boss
    assert "东边的店" in rep
    assert "西边的店" not in rep
    file = b"".join(
        signed_in(valued, "me").get("/valuation/effort/export/?format=csv").streaming_content
    ).decode()
    assert "东边的店" in file
    assert "西边的店" not in file
    assert signed_in(valued, "e1").get("/valuation/effort/export/?format=csv").status_code == 403
    assert "投入与产出" not in seen(signed_in(valued, "f1").get("/valuation/"))
    assert "150" in boss
    answer = signed_in(valued, "d").post("/valuation/effort/", {"hourly_cost": "x", "reason": "试"})
    assert answer.status_code == 403
    assert "每小时成本要在" in seen(answer)


def test_s2_9_a_proposal_goes_from_the_owner_to_the_manager_by_pages(valued: Any) -> None:
    """S2.9."""
    rep, manager, code = signed_in(valued, "e1"), signed_in(valued, "me"), customer_code("亏钱的店")
    assert "提建议" in seen(rep.get("/valuation/value-classes/?class=BZC"))
    assert (
        rep.post(f"/valuation/exclusions/of/{code}/", {"way": "price", "reason": "一直亏"}).status_code == 302
    )
    made = Exclusion.objects.get()
    assert "等决定" in seen(rep.get("/valuation/value-classes/?class=BZC"))
    asked = seen(signed_in(valued, "d").get("/valuation/value-classes/?class=BZC"))
    assert 'name="agree"' in asked
    assert asked.count("btn-primary") == 1  # the one that saves how it is worked out
    assert "决定：亏钱的店 提价" in seen(manager.get("/today/"))
    assert rep.post(f"/valuation/exclusions/{made.pk}/", {"agree": "1", "reason": "x"}).status_code == 403
    assert (
        signed_in(valued, "mw")
        .post(f"/valuation/exclusions/{made.pk}/", {"agree": "1", "reason": "x"})
        .status_code
        == 404
    )
    assert (
        manager.post(f"/valuation/exclusions/{made.pk}/", {"agree": "1", "reason": "涨一成"}).status_code
        == 302
    )
    made.refresh_from_db()
    assert made.status == "agreed"
    assert "涨一成" in seen(rep.get("/today/"))


def test_every_list_of_value_classes_opens_and_comes_as_a_file(valued: Any) -> None:
    client = signed_in(valued, "d")
    for key in ("MVC", "MGC", "MIGRATOR", "BZC", "UNRATED", "grows"):
        assert client.get(f"/valuation/value-classes/?class={key}").status_code == 200
        assert client.get(f"/valuation/value-classes/export/?class={key}&format=csv").status_code == 200
    assert client.get("/valuation/value-classes/?class=X").status_code == 404
    assert signed_in(valued, "s").get("/valuation/value-classes/").status_code == 403


def test_a_scheme_over_an_own_measure_is_shown_explained_and_changed_like_any_other(valued: Any) -> None:
    boss, rep = signed_in(valued, "d"), signed_in(valued, "e1")
    own = f"own_{Measure.objects.get(name='每小时毛利').key}"
    code = Customer.objects.get(name="西边的店").code
    scheme = seen(boss.get("/settings/schemes/profit_abc/"))
    assert "按每小时毛利从高到低排客户：前 40% 是 A" in scheme
    tried = seen(boss.get("/settings/schemes/profit_abc/", {"measure": own, "cut0": "10", "cut1": "60"}))
    assert "名会变" in tried
    ranking = seen(boss.get("/ranking/", {"scheme": "profit_abc"}))
    assert "6,000 元/小时" in ranking
    told = seen(boss.get(f"/customers/{code}/why/profit_abc/"))
    for said in ("每小时毛利", "12 月毛利", "1.2 万", "12 月工时", "2 小时"):
        assert said in told
    other = seen(
        boss.get("/settings/schemes/profit_abc/", {"measure": "profit_12m", "cut0": "10", "cut1": "60"})
    )
    assert "名会变" in other
    groups = re.findall(r"<caption>(.+?)</caption>.*?<tbody>(.*?)</tbody>", other, re.S)
    assert groups
    for caption, rows in groups:
        assert f"{rows.count('<tr>')} 名" in caption  # so few that each group is shown whole
        assert caption.startswith(
            "升级的" if "→ A" in rows or "C → B" in rows else ("降级的", "新有级别的", "没了级别的")
        )
    assert "每小时毛利</th>" in other
    assert "12 月毛利</th>" in other
    same = seen(boss.get("/settings/schemes/profit_abc/", {"cut0": "10", "cut1": "60"}))
    assert "<caption>" in same
    assert "12 月毛利</th>" not in same
    asked = {"measure": own, "cut0": "9", "cut1": "4", "cut2": "1", "reason": "试"}
    assert "至少 元/小时" in seen(boss.get("/settings/schemes/value_level/", asked))
    assert boss.post("/settings/schemes/value_level/", asked).status_code == 302
    assert "每小时毛利：满 9 元/小时 是 VIP" in seen(boss.get("/settings/schemes/value_level/"))
    refused = boss.post("/settings/schemes/pyramid/", {"measure": own, "reason": "试"})
    assert refused.status_code == 403
    assert "不能按自定指标排" in seen(refused)
    assert rep.get("/ranking/", {"scheme": "profit_abc"}).status_code == 403
    assert "利润 ABC" not in seen(rep.get("/ranking/"))


def test_a_scorecard_is_tried_kept_and_refused_on_its_page(valued: Any) -> None:
    boss, rep = signed_in(valued, "d"), signed_in(valued, "e1")
    form = {
        "name": "跟进分", "measure0": "profit_12m", "weight0": "60", "from0_0": "5000", "points0_0": "100", "rest0": "20",
        "measure1": "recency_days", "weight1": "40", "from1_0": "90", "points1_0": "0", "rest1": "100", "missing1": "zero",
        "start0": "80", "grade0": "重点", "grade_rest": "照常", "reason": "排谁先跑",
    }  # fmt: skip
    assert "还没有评分卡" in seen(boss.get("/settings/scorecards/"))
    tried = seen(boss.get("/settings/scorecards/new/", form))
    for said in ("3 名评得出", "重点", "2 名", "100 分", "第 3 项"):
        assert said in tried
    assert not Measure.objects.filter(name="跟进分").exists()
    wrong = boss.post("/settings/scorecards/new/", {**form, "weight1": "30"})
    assert wrong.status_code == 422
    assert "权重合计必须是 100，现在是 90" in seen(wrong)
    assert 'value="30"' in seen(wrong)  # what was written stays
    kept = boss.post("/settings/scorecards/new/", form)
    assert kept.status_code == 302
    page = seen(boss.get(kept.headers["Location"]))
    for said in ("现在第 1 版", "12 月毛利 60%", "80 分起是重点，其余是照常", "排谁先跑"):
        assert said in page
    tried = boss.post(
        kept.headers["Location"],
        {"name": "跟进分", "measure0": "profit_12m", "weight0": "100", "rest0": "5", "try": "1"},
    )
    assert (tried.status_code, Measure.objects.get(name="跟进分").current) == (200, 1)
    assert "formmethod" not in page  # a trial by address would put the form's secret into it
    assert "跟进分" in seen(boss.get("/settings/scorecards/"))
    assert "还没算" in seen(boss.get("/settings/scorecards/"))
    revalue(actor=valued.system, as_of=TODAY)
    key = Measure.objects.get(name="跟进分").key
    boss.post("/customers/columns/", {"column": [key, f"{key}_grade"], "query": ""})
    listed = seen(boss.get("/customers/", {"sort": f"-{key}"}))
    assert ("52 分" in listed, "52 分 照常" in listed) == (True, False)  # the grade has a column of its own
    assert listed.index("西边的店") < listed.index("亏钱的店")
    code = Customer.objects.get(name="亏钱的店").code
    why = seen(boss.get(f"/customers/{code}/why/{key}/"))
    for said in ("跟进分怎么来的", "20 × 60%", "100 × 40%", "52 分 照常", "得 20 分，权重 60%"):
        assert said in why
    assert rep.get("/settings/scorecards/").status_code == 403
    assert boss.post(f"/settings/scorecards/{key}/active/", {"reason": "不用"}).status_code == 302
    assert not Measure.objects.get(key=key).is_active


def test_a_scorecard_has_room_for_all_bands_and_grades_that_a_card_may_have(valued: Any) -> None:
    boss = signed_in(valued, "d")
    bands = {f"from0_{n}": str(9000 - n * 1000) for n in range(5)} | {
        f"points0_{n}": str(100 - n * 10) for n in range(5)
    }
    grades = {f"start{n}": str(90 - n * 10) for n in range(7)}
    grades |= {f"grade{n}": f"{n + 1} 等" for n in range(7)}
    form = {
        "name": "细分", "measure0": "profit_12m", "weight0": "100", "rest0": "10", "grade_rest": "末等", "reason": "分得细",
    }  # fmt: skip
    some = {
        name: bands[name] for name in ("from0_0", "points0_0", "from0_1", "points0_1", "from0_2", "points0_2")
    }
    grown = seen(boss.get("/settings/scorecards/new/", form | some))
    assert "第 1 项第 4 档从多少起" in grown
    assert "第 1 项第 5 档从多少起" not in grown
    kept = boss.post("/settings/scorecards/new/", form | bands | grades)
    assert kept.status_code == 302
    page = seen(boss.get(kept.headers["Location"]))
    assert "第 1 项第 5 档从多少起" in page
    assert "第 1 项第 6 档从多少起" not in page  # the sixth is that of the rest
    assert "7 等" in page
    assert "第 8 等" not in page

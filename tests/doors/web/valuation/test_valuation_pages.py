"""估值 and the schemes' settings through the browser's eyes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.cast import customer_of

from kemai.business.archives.models import Customer
from kemai.business.trade.actions import post_sale
from kemai.business.valuation.actions import revalue
from kemai.business.valuation.actions.credit import assess_credit
from kemai.business.valuation.models import Run, Scheme, Standing
from kemai.business.valuation.parameters import engine_settings
from kemai.foundation.jobs.models import Job
from kemai.foundation.preferences.company import company_setting
from kemai.value.credit.grade import FIVE_C

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def signed_in(people: Any, login: str) -> Client:
    client = Client()
    client.force_login(people.persons[login], backend="django.contrib.auth.backends.ModelBackend")
    return client


def seen(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def valued(people: Any, tmp_path: Any, settings: Any) -> Any:
    """Two customers, one a region, valued three times, so that the first run's rows have left the database."""
    settings.DATA_DIR = tmp_path
    for owner, name in (("e1", "东边的店"), ("w1", "西边的店")):
        customer = customer_of(people, owner, name)
        post_sale(actor=people.system, customer=customer, day=TODAY - timedelta(days=9), amount_fen=9_000_000)
    for _n in range(3):
        revalue(actor=people.system, as_of=TODAY)
    return people


def test_s1_8_s1_130_a_past_run_opens_as_it_was_within_ones_rights(valued: Any) -> None:
    first = Run.objects.order_by("pk").first()
    assert first is not None
    boss, rep = (seen(signed_in(valued, login).get(f"/valuation/{first.pk}/")) for login in ("d", "e1"))
    for said in ("东边的店", "西边的店", first.input_hash[:16], first.result_hash[:16], "前 15% 是 A"):
        assert said in boss
    assert "东边的店" in rep
    assert "西边的店" not in rep
    assert signed_in(valued, "d").get("/valuation/99999/").status_code == 404
    assert signed_in(valued, "e1").get(f"/valuation/{first.pk}/?scheme=profit_abc").status_code == 403
    assert signed_in(valued, "c").get(f"/valuation/{first.pk}/").status_code == 403
    ids = list(Run.objects.order_by("pk").values_list("pk", flat=True))
    compared = seen(signed_in(valued, "d").get(f"/valuation/compare/?run={ids[0]}&run={ids[2]}"))
    assert "2 名没动" in compared
    assert "1 名没动" in seen(signed_in(valued, "e1").get(f"/valuation/compare/?run={ids[0]}&run={ids[2]}"))


def test_a_run_is_asked_for_shown_and_stopped_by_those_who_lead(people: Any) -> None:
    boss = signed_in(people, "d")
    for login in ("e1", "c", "a"):
        assert signed_in(people, login).post("/valuation/").status_code == 403
    assert not Job.objects.filter(name="valuation.revalue").exists()
    boss.post("/valuation/")
    job = Job.objects.get(name="valuation.revalue")
    assert "在排队" in seen(boss.get("/valuation/"))
    assert signed_in(people, "e1").post(f"/valuation/jobs/{job.pk}/cancel/").status_code == 403
    boss.post(f"/valuation/jobs/{job.pk}/cancel/")
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert boss.get("/valuation/progress/").headers["HX-Refresh"] == "true"


def test_a_failed_run_says_why_without_the_inside(people: Any) -> None:
    Run.objects.create(as_of=TODAY, status=Run.Status.FAILED, error="KeyError: 'seq'")
    Run.objects.create(as_of=TODAY, status=Run.Status.FAILED, error="不同预期期的潜力不能一起排。")
    page = seen(signed_in(people, "d").get("/valuation/"))
    assert "KeyError" not in page
    assert "不同预期期的潜力不能一起排。" in page


def test_s2_17_a_scheme_is_told_in_words_tried_and_kept_with_a_reason(people: Any) -> None:
    boss = signed_in(people, "d")
    assert "满 50 万元是 VIP" in seen(boss.get("/settings/schemes/"))
    new = {"cut0": "600000", "cut1": "200000", "cut2": "50000"}
    assert boss.post("/settings/schemes/value_level/", new).status_code == 403
    wrong = boss.post("/settings/schemes/value_level/", {**new, "cut1": "700000", "reason": "试"})
    assert wrong.status_code == 403
    assert Scheme.objects.get(key="value_level").current == 1
    boss.post("/settings/schemes/value_level/", {**new, "measure": "sales_all", "reason": "大户多了"})
    page = seen(boss.get("/settings/schemes/value_level/"))
    for said in ("满 60 万元是 VIP", "大户多了", "满 50 万元是 VIP", "历年销售"):
        assert said in page
    margins = boss.post("/settings/schemes/ev_abc/", {"measure": "profit_12m", "reason": "按毛利"})
    assert margins.status_code == 403
    assert Scheme.objects.get(key="ev_abc").current == 1
    assert boss.get("/settings/schemes/secret/").status_code == 404


def test_s3_3_s0_37_what_a_run_goes_by_is_kept_whole_or_not_at_all(people: Any) -> None:
    boss = signed_in(people, "d")
    boss.get("/settings/valuation/")
    form = {
        "leading": "sales_abc_count", "population": "unit", "status": ["ordered", "delivered"], "weight_sales": "50",
        "weight_tenure": "20", "weight_profit": "30", "target_sales": "1000000", "window": "180", "free_probability": "1",
    }  # fmt: skip
    for broken in (
        {},
        {"weight_sales": "60", "reason": "试"},
        {"status": [], "reason": "试"},
        {"window": "x", "reason": "试"},
    ):
        assert boss.post("/settings/valuation/", {**form, **broken}).status_code == 403
    assert engine_settings().population == "all"
    boss.post("/settings/valuation/", {**form, "reason": "分区排"})
    now = engine_settings()
    assert (now.population, now.statuses, now.rfm_window_days) == ("unit", ("ordered", "delivered"), 180)
    assert {k: str(v) for k, v in now.quality_weights.items()} == {
        "sales": "0.5",
        "tenure": "0.2",
        "profit": "0.3",
    }
    assert company_setting("potential.free_probability") is True
    assert company_setting("valuation.leading_scheme") == "sales_abc_count"


def with_gates(people: Any, *gates: str) -> Any:
    """The leader's page after he has saved these gates and no other change."""
    boss = signed_in(people, "d")
    form = {
        "leading": "ev_abc", "population": "all", "status": ["delivered"], "weight_sales": "40", "weight_tenure": "20",
        "weight_profit": "40", "target_sales": "1", "target_tenure": "1", "target_profit": "1", "window": "365", "reason": "坏账多", "gate": list(gates),
    }  # fmt: skip
    boss.get("/settings/valuation/")
    assert boss.post("/settings/valuation/", form).status_code == 302
    return boss


def test_3_8_a_gate_is_set_with_a_reason_and_the_card_says_whom_it_knocked_out(
    people: Any, tmp_path: Any, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    sold = {"信用差的店": 1_000, "没评过的店": 1_000, "亏本的店": 9_000_100, "好店": 1_000}
    shops = {name: customer_of(people, "e1", name) for name in sold}
    for name, cost in sold.items():
        post_sale(
            actor=people.system, customer=shops[name], day=TODAY - timedelta(days=9), amount_fen=9_000_000, cost_fen=cost
        )  # fmt: skip
    for name, points in (("信用差的店", 45), ("亏本的店", 95), ("好店", 55)):
        assess_credit(actor=people["f1"], customer=shops[name], points=dict.fromkeys(FIVE_C, points))
    assert engine_settings().quality_gates == ()
    page = seen(with_gates(people, "credit", "profit").get("/settings/valuation/"))
    for gate in ("credit", "profit"):
        assert f'name="gate" value="{gate}" checked' in page
    run = revalue(actor=people.system, as_of=TODAY)
    rows = {name: Standing.objects.get(run_id=run.pk, customer=shop) for name, shop in shops.items()}
    assert {name: (row.quality_class, row.quality_reason) for name, row in rows.items()} == {
        "信用差的店": ("poor", "knocked_out_credit"), "没评过的店": (None, "missing_credit"),
        "亏本的店": ("poor", "knocked_out_profit"), "好店": (rows["好店"].quality_class, None),
    }  # fmt: skip
    boss = signed_in(people, "d")
    said = {
        "信用差的店": "低效，没过门槛：信用等级低于 BB", "没评过的店": "没评：设了信用门槛，还没评过信用等级",
        "亏本的店": "低效，没过门槛：近 12 月毛利不大于 0",
    }  # fmt: skip
    for name, words in said.items():
        assert words in seen(boss.get(f"/customers/{shops[name].code}/"))
        assert words.removeprefix("低效，") in seen(boss.get(f"/customers/{shops[name].code}/why/quality/"))
    assert "没过门槛：信用等级低于 BB" in seen(boss.get("/ranking/?scheme=quality"))
    assert "信用等级不低于 BB，毛利大于 0" in seen(boss.get(f"/valuation/{run.pk}/"))


def test_a_class_behind_the_credit_gate_is_for_those_who_see_credit(valued: Any) -> None:
    shop = Customer.objects.get(name="东边的店")
    address = f"/customers/{shop.code}/why/quality/"
    assert signed_in(valued, "e1").get(address).status_code == 200
    with_gates(valued, "credit")
    revalue(actor=valued.system, as_of=TODAY)
    answers = {login: signed_in(valued, login).get(address).status_code for login in ("e1", "me", "d")}
    assert answers == {"e1": 403, "me": 200, "d": 200}


def test_a_run_from_before_there_were_gates_does_not_wait_for_a_new_one(valued: Any) -> None:
    run = Run.objects.latest("pk")
    del run.settings["quality_gates"]
    run.save(update_fields=["settings"])
    boss = signed_in(valued, "d")
    assert "改了，还没重算" not in seen(boss.get("/settings/valuation/"))
    with_gates(valued, "profit")
    assert "改了，还没重算" in seen(boss.get("/settings/valuation/"))

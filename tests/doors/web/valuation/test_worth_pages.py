"""谁要走, 客户价值 and the value tab through the browser's eyes: shown, hidden, entered, arranged, confirmed."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from tests.cast import customer_of

from kemai.business.agenda.models import Task
from kemai.business.archives.models import Customer, State, StateChange
from kemai.business.trade.actions import post_sale
from kemai.business.valuation.actions import record_benefit, revalue
from kemai.business.valuation.models import AcquisitionSpend, Benefit, MissingLine, ParameterVersion, Run

pytestmark = [pytest.mark.django_db, pytest.mark.parts("churn", "worth")]
TODAY = date(2026, 11, 22)


def signed_in(people: Any, login: str) -> Client:
    client = Client()
    client.force_login(people.persons[login], backend="django.contrib.auth.backends.ModelBackend")
    return client


def seen(people: Any, login: str, address: str, status: int = 200) -> str:
    answer = signed_in(people, login).get(address)
    assert answer.status_code == status
    return str(answer.content.decode())


@pytest.fixture(scope="module")
def valued(lasting: Any) -> Any:
    """In the east one overdue three cycles but short of 180 days, in the west one long gone."""
    people = lasting
    for owner, name, code, last in (("e1", "东边拖着的店", "E-1", 45), ("w1", "西边没影的店", "W-1", 250)):
        customer = customer_of(people, owner, name, code=code)
        fen = 2_000_000 if code == "E-1" else 1_000_000
        for n in range(6):
            day = TODAY - timedelta(days=last + 15 * n)
            post_sale(
                actor=people.system,
                customer=customer,
                day=day,
                amount_fen=fen,
                cost_fen=fen * 8 // 10,
                order_no=f"{code}-{n}",
            )
    revalue(actor=people.system, as_of=TODAY)
    return people


def test_s4_12_the_list_says_how_long_and_what_leaves_within_ones_rights(valued: Any) -> None:
    boss, rep = (seen(valued, login, "/valuation/churn/") for login in ("d", "e1"))
    for said in ("东边拖着的店", "西边没影的店", "危险", "疑似流失", "平常 15 天", "12.0", "近 12 个月"):
        assert said in boss
    assert "东边拖着的店" in rep
    assert "西边没影的店" not in rep
    assert "走了多少" not in rep
    only = seen(valued, "d", "/valuation/churn/?level=lost_proposed")
    assert "西边没影的店" in only
    assert "东边拖着的店" not in only
    seen(valued, "d", "/valuation/churn/?level=purple", 404)
    seen(valued, "c", "/valuation/churn/", 403)


def test_the_list_as_a_file_holds_what_the_page_shows(valued: Any) -> None:
    answer = signed_in(valued, "me").get("/valuation/churn/?format=csv")
    rows = list(csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["客户编号", "E-1"]
    assert rows[1][2:4] == ["危险", "45"]
    assert signed_in(valued, "e1").get("/valuation/churn/?format=csv").status_code == 403


def test_a_call_is_arranged_from_the_row_and_only_for_ones_own(valued: Any) -> None:
    answer = signed_in(valued, "e1").post(
        "/valuation/churn/E-1/call/", {"next": "/valuation/churn/?level=red"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/valuation/churn/?level=red")
    [task] = Task.objects.all()
    assert (task.customer.code, task.due_on, task.person.login) == ("E-1", TODAY, "e1")  # type: ignore[union-attr]
    assert signed_in(valued, "e1").post("/valuation/churn/W-1/call/").status_code == 404
    assert signed_in(valued, "f1").post("/valuation/churn/W-1/call/").status_code == 403
    assert Task.objects.count() == 1


def test_s4_9_a_loss_needs_its_reason_and_waits_for_who_confirms(valued: Any) -> None:
    """S4.9: lost, reason mandatory; the rep proposes, the manager confirms."""
    assert signed_in(valued, "w1").post("/valuation/churn/W-1/lost/", {"reason": " "}).status_code == 403
    assert not StateChange.objects.filter(to_state=State.LOST).exists()
    signed_in(valued, "w1").post("/valuation/churn/W-1/lost/", {"reason": "搬走或关门"})
    assert Customer.objects.get(code="W-1").state == State.ACTUAL
    signed_in(valued, "d").post("/valuation/churn/W-1/lost/", {"reason": "搬走或关门"})
    assert Customer.objects.get(code="W-1").state == State.LOST


def test_s4_51_the_value_tab_shows_each_kind_and_why_tells_its_formula(valued: Any) -> None:
    text = seen(valued, "e1", "/customers/E-1/worth/")
    for said in (
        "历史价值",
        "现实价值",
        "潜在价值",
        "终身价值",
        "还在买的可能",
        "流失预警",
        "稳定性",
        "回头客不到 50 家",
        "没估过潜力",
    ):
        assert said in text
    why = seen(valued, "e1", "/customers/E-1/why/lifetime/")
    assert "现实价值" in why
    assert f"#{Run.objects.latest('pk').pk}" in why
    churn = seen(valued, "e1", "/customers/E-1/why/churn/")
    for said in ("45", "15.0", "3.00", "过了自己的周期没下单"):
        assert said in churn


def test_what_rests_on_margin_never_reaches_who_does_not_see_it(valued: Any) -> None:
    """A service person sees no values; a team member sees the warning but no value that rests on margin."""
    assert signed_in(valued, "s").get("/customers/E-1/worth/").status_code == 403
    seen(valued, "e2", "/customers/E-1/worth/", 404)
    seen(valued, "w1", "/valuation/worth/", 403)
    from kemai.business.archives.models import TeamMember

    member = valued.persons["w1"]
    TeamMember.objects.create(customer=Customer.objects.get(code="E-1"), person=member, starts_on=TODAY)
    text = seen(valued, "w1", "/customers/E-1/worth/")
    assert "流失预警" in text
    for hidden in ("终身价值", "历史价值", "两边各得多少", "还能多买什么", "四个参数"):
        assert hidden not in text
    for measure in ("lifetime", "current", "historical", "potential", "model", "economics"):
        seen(valued, "w1", f"/customers/E-1/why/{measure}/", 403)
    seen(valued, "w1", "/customers/E-1/why/churn/")
    assert (
        signed_in(valued, "w1")
        .post("/customers/E-1/worth/benefits/", {"period": "2026", "kind": "rebate", "amount": "1"})
        .status_code
        == 403
    )
    assert not Benefit.objects.exists()


def test_s4_56_the_four_parameters_stand_side_by_side_and_are_never_multiplied(valued: Any) -> None:
    """S4.56: acquisition, retention, benefit and revenue; S4.61: no figure of a car maker anywhere."""
    text = seen(valued, "d", "/customers/E-1/why/economics/")
    for said in ("获客成本", "一年的保有成本", "客户利益", "营业收入", "不相乘", "24,000.00", "120,000.00"):
        assert said in text
    assert "福特" not in text + seen(valued, "d", "/valuation/worth/")


def test_s0_15_s1_100_both_sides_stand_on_the_customers_page(valued: Any) -> None:
    """S1.100: our profit and the customer's benefit of a period, side by side."""
    client = signed_in(valued, "e1")
    odd = client.post("/customers/E-1/worth/benefits/", {"period": "去年", "kind": "rebate", "amount": "x"})
    assert odd.status_code == 422
    assert not Benefit.objects.exists()
    assert (
        client.post(
            "/customers/E-1/worth/benefits/", {"period": "2026", "kind": "rebate", "amount": "2400"}
        ).status_code
        == 302
    )
    text = seen(valued, "e1", "/customers/E-1/worth/")
    assert "2.00%" in text
    assert "2.2" in text
    [entry] = Benefit.objects.all()
    assert (
        signed_in(valued, "w1").post(f"/customers/E-1/worth/benefits/{entry.pk}/remove/").status_code == 404
    )
    assert client.post(f"/customers/E-1/worth/benefits/{entry.pk}/remove/").status_code == 302
    assert not Benefit.objects.exists()


def test_s4_50_a_missing_line_is_estimated_on_the_page(valued: Any) -> None:
    client = signed_in(valued, "e1")
    sent = {"kind": "line", "name": "黄酒", "demand": "1000000", "share": "30", "margin": "20%", "p": "50"}
    odd = client.post("/customers/E-1/worth/lines/", {**sent, "p": ""})
    assert odd.status_code == 422
    assert "要填" in odd.content.decode()
    assert client.post("/customers/E-1/worth/lines/", sent).status_code == 302
    [line] = MissingLine.objects.all()
    assert line.worth_fen == 3_000_000
    assert "黄酒" in seen(valued, "e1", "/customers/E-1/worth/")
    assert client.post(f"/customers/E-1/worth/lines/{line.pk}/remove/").status_code == 302


def test_s4_57_s4_62_the_page_of_worth_has_groups_costs_and_the_model(valued: Any) -> None:
    client = signed_in(valued, "d")
    assert client.post("/valuation/worth/spend/", {"period": "2026-Q9", "amount": "1"}).status_code == 422
    assert client.post("/valuation/worth/spend/", {"period": "2026-Q3", "amount": "5000"}).status_code == 302
    assert "下次估值来算" in seen(valued, "d", "/valuation/worth/")
    revalue(actor=valued.system, as_of=TODAY)
    text = seen(valued, "d", "/valuation/worth/")
    for said in ("第 1 组", "东边拖着的店", "5,000.00", "BG/NBD", "回头客不到 50 家", "怎么对待"):
        assert said in text
    manager = seen(valued, "mw", "/valuation/worth/")
    assert "西边没影的店" in manager
    assert "东边拖着的店" not in manager
    assert "BG/NBD" not in manager
    [spend] = AcquisitionSpend.objects.all()
    assert signed_in(valued, "mw").post(f"/valuation/worth/spend/{spend.pk}/remove/").status_code == 403
    assert client.post(f"/valuation/worth/spend/{spend.pk}/remove/").status_code == 302


def test_parameters_are_tried_first_and_saved_with_a_reason(valued: Any) -> None:
    client = signed_in(valued, "d")
    sent = {"margin_from": "customer", "margin_rate": "", "retention_from": "fixed", "retention": "90", "discount": "10", "years": "5",
            "care_cost": "0", "visit_cost": "0", "gift_cost": "0"}  # fmt: skip
    tried = client.post("/valuation/worth/parameters/", {**sent, "try": "1"})
    assert tried.status_code == 200
    assert "改了会怎样" in tried.content.decode()
    assert client.post("/valuation/worth/parameters/", sent).status_code == 422
    assert (
        client.post("/valuation/worth/parameters/", {**sent, "years": "99", "reason": "试"}).status_code
        == 422
    )
    assert not ParameterVersion.objects.exists()
    assert client.post("/valuation/worth/parameters/", {**sent, "reason": "留得住"}).status_code == 302
    assert ParameterVersion.objects.get().values["retention"] == "0.9"
    assert "留得住" in seen(valued, "d", "/valuation/worth/parameters/")
    assert signed_in(valued, "me").get("/valuation/worth/parameters/").status_code == 403


def test_3_10_the_card_says_that_the_past_is_in_money_of_the_day_and_at_which_rate(valued: Any) -> None:
    plain = seen(valued, "e1", "/customers/E-1/worth/") + seen(valued, "d", "/valuation/worth/")
    assert "折到估值日" not in plain
    sent = {"margin_from": "customer", "margin_rate": "", "retention_from": "fixed", "retention": "80", "discount": "12.5", "years": "5",
            "care_cost": "0", "visit_cost": "0", "gift_cost": "0", "history": "discounted", "reason": "钱有时间价值"}  # fmt: skip
    client = signed_in(valued, "d")
    assert client.post("/valuation/worth/parameters/", {**sent, "history": "?"}).status_code == 422
    assert client.post("/valuation/worth/parameters/", sent).status_code == 302
    assert 'value="discounted" selected' in seen(valued, "d", "/valuation/worth/parameters/")
    assert "折到估值日" not in seen(valued, "e1", "/customers/E-1/worth/")
    revalue(actor=valued.system, as_of=TODAY)
    assert "按一年 12.5% 折到估值日" in seen(valued, "e1", "/customers/E-1/worth/")
    why = seen(valued, "e1", "/customers/E-1/why/historical/")
    for said in ("折到估值日的毛利", "12.5%", "按当时的钱算", "24,000.00"):
        assert said in why
    assert "历史价值，折到估值日" in seen(valued, "d", "/valuation/worth/")


def test_the_customer_list_filters_sorts_and_shows_by_warning_and_worth(valued: Any) -> None:
    boss = seen(valued, "d", "/customers/?churn=red")
    assert "东边拖着的店" in boss
    assert "西边没影的店" not in boss
    shown = seen(valued, "d", "/customers/?sort=-lifetime&columns=churn,lifetime,alive")
    assert shown.index("东边拖着的店") < shown.index("西边没影的店")
    seen(valued, "e1", "/customers/?sort=-lifetime", 400)


def test_the_head_of_a_leaving_customer_wears_its_mark(valued: Any) -> None:
    text = seen(valued, "e1", "/customers/E-1/")
    assert "ch-red" in text
    assert "45 天没下单，平常 15 天" in text
    record_benefit(
        actor=valued["e1"],
        customer=Customer.objects.get(code="E-1"),
        period="2026",
        kind="rebate",
        amount_fen=1,
    )
    assert "ch-red" not in seen(valued, "s", "/customers/E-1/")

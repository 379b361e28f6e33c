"""The customer's page as people use it: created, edited, talked to, estimated, sold to, moved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.agenda.actions import log_contact
from kemai.business.agenda.models import ContactLog, Task
from kemai.business.archives import actions
from kemai.business.archives.models import Contact, Customer, TeamMember
from kemai.business.prospects.models import Potential
from kemai.business.trade.actions import post_sale
from kemai.business.trade.models import SaleLine
from kemai.business.valuation.actions import revalue
from kemai.business.valuation.models import ClassChange, Run
from kemai.foundation.preferences.company import set_company_setting

pytestmark = pytest.mark.django_db
ALL_FIELDS = {
    "name": "镇江华瑞商贸有限公司", "type": "distributor", "code": "HR-1", "address": "镇江市解放路 25 号", "postcode": "212000",
    "phone": "０５１１－８７０７８２９３", "fax": "0511-87078294", "email": "a@example.com", "website": "https://example.com",
    "principal": "贺明远", "tax_number": "T1", "registration_number": "R1", "ownership": "民营", "category": "商贸", "size": "中",
}  # fmt: skip


def page_of(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_s0_8_all_fifteen_fields_filled_are_100_percent_and_stand_on_the_page(people, signed_in):
    client = signed_in("e1")
    assert client.post("/customers/new/", ALL_FIELDS).status_code == 302
    made = Customer.objects.get(code="HR-1")
    assert (made.phone, made.owner.login) == ("0511-87078293", "e1")
    actions.set_bank_account(actor=people["f1"], customer=made, version=1, account="6222000011112222333")
    text = page_of(client, "/customers/HR-1/basics/")
    assert "填了 15 / 15 项" in text
    assert "100%" in text
    assert "2333" not in text


@pytest.mark.parametrize(
    ("field", "wrong", "sentence"),
    [("postcode", "21200", "6 位"), ("uscc", "91110000600037341M", "校验位"), ("type", "", "类型"), ("phone", "1380000", "区号")],
)  # fmt: skip
def test_s0_8_s4_2_b02_a_wrong_field_is_said_beside_it_and_nothing_is_stored(
    field, wrong, sentence, people, signed_in
):
    answer = signed_in("e1").post("/customers/new/", ALL_FIELDS | {field: wrong})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Customer.objects.exists()


def test_s0_8_a_duplicate_code_is_refused(people, signed_in):
    actions.create_customer(actor=people.system, name="别的店", code="HR-1")
    answer = signed_in("e1").post("/customers/new/", ALL_FIELDS)
    assert (answer.status_code, Customer.objects.count()) == (422, 1)


def test_s0_8_likely_duplicates_are_listed_before_a_second_one_is_made(people, signed_in):
    customer_of(people, "e1", "镇江市华瑞商贸有限公司")
    client = signed_in("e1")
    warned = client.post("/customers/new/", ALL_FIELDS)
    assert (warned.status_code, Customer.objects.count()) == (409, 1)
    assert "像是已经有了" in warned.content.decode()
    assert "名称相近" in page_of(client, "/customers/new/similar/?name=华瑞商贸")
    assert client.post("/customers/new/", ALL_FIELDS | {"anyway": "1"}).status_code == 302
    assert Customer.objects.count() == 2


def test_f02_a_stale_edit_shows_both_versions_and_overwrites_nothing(people, signed_in):
    mine = customer_of(people, "e1", "华瑞商贸")
    actions.change_basics(actor=people["me"], customer=mine, version=1, principal="姜雯")
    answer = signed_in("e1").post(
        f"/customers/{mine.code}/edit/", {"version": "1", "principal": "贺明远", "type": "enterprise"}
    )
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "姜雯" in text
    assert "贺明远" in text
    assert Customer.objects.get(pk=mine.pk).principal == "姜雯"


def test_s1_63_an_edit_on_one_device_is_there_on_the_other_after_a_reload(people, signed_in, client):
    mine = customer_of(people, "e1", "华瑞商贸")
    phone, desk = signed_in("e1"), signed_in("e1")
    page_of(desk, f"/customers/{mine.code}/basics/")
    phone.post(
        f"/customers/{mine.code}/edit/", {"version": "1", "address": "解放路 25 号", "type": "enterprise"}
    )
    assert "解放路 25 号" in page_of(desk, f"/customers/{mine.code}/basics/")
    visitor = client.get(f"/customers/{mine.code}/")
    assert (visitor.status_code, visitor.headers["Location"].startswith("/sign-in/")) == (302, True)


def test_p07_the_account_is_masked_until_somebody_who_may_asks_for_it(people, signed_in):
    mine = customer_of(people, "e1", "华瑞商贸")
    credit = signed_in("f1")
    credit.post(f"/customers/{mine.code}/bank/", {"version": "1", "account": "6222000011112222333"})
    masked = page_of(credit, f"/customers/{mine.code}/basics/")
    assert "**** 2333" in masked
    assert "6222000011112222333" not in masked
    shown = credit.post(f"/customers/{mine.code}/bank/show/")
    assert "6222000011112222333" in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert signed_in("e1").post(f"/customers/{mine.code}/bank/show/").status_code == 403
    assert "看了完整账号" in page_of(credit, f"/customers/{mine.code}/changes/")


def test_a_contact_logged_on_the_page_answers_last_contact_and_next_step(people, signed_in):
    mine = customer_of(people, "e1", "华瑞商贸")
    person = actions.add_contact(actor=people["e1"], customer=mine, name="姜雯", mobile="13800000000")
    client, due = signed_in("e1"), TODAY + timedelta(days=3)
    client.post(
        f"/customers/{mine.code}/log/",
        {"channel": "call", "note": "嫌返利慢", "on": TODAY, "contact": person.pk, "minutes": "9", "next_on": due, "next_title": "回电"},
    )  # fmt: skip
    text = page_of(client, f"/customers/{mine.code}/")
    assert "今天 电话 姜雯" in text
    assert "回电" in text
    assert "嫌返利慢" in text
    task = Task.objects.get()
    client.post(f"/customers/{mine.code}/tasks/{task.pk}/done/")
    assert Task.objects.get().status == "done"
    client.post(f"/customers/{mine.code}/tasks/{task.pk}/open/")
    assert Task.objects.get().status == "open"


def test_a_look_at_the_address_of_a_write_changes_nothing(people, signed_in):
    mine = customer_of(people, "e1", "华瑞商贸")
    assert signed_in("e1").get(f"/customers/{mine.code}/log/").status_code == 405
    assert not ContactLog.objects.exists()


def test_s0_36_s0_38_an_estimate_shows_its_value_before_it_is_saved_and_its_history_after(people, signed_in):
    mine = customer_of(people, "e1", "云岫便利")
    client, address = signed_in("e1"), f"/customers/{mine.code}/potential/"
    given = {"mp": "200", "es": "30", "p": "5000", "horizon_months": "12"}
    tried = client.post(address, given | {"try": "1"}).content.decode()
    assert "期望价值会是 30.0 万" in tried
    assert not Potential.objects.exists()
    warned = client.post(address, given | {"es": "20"}, follow=True).content.decode()
    assert "没写依据" in warned
    text = client.post(address, given | {"reason_market": "新开街区"}, follow=True).content.decode()
    assert "20% → 30%" in text
    assert "新开街区" in text
    assert "E1" in text


def test_s0_37_s0_40_what_makes_no_estimate_is_said_beside_the_field(people, signed_in):
    mine = customer_of(people, "e1", "云岫便利")
    address = f"/customers/{mine.code}/potential/"
    for field, wrong in (("p", "6500"), ("es", "130"), ("horizon_months", "0"), ("mp", "很多")):
        given = {"mp": "200", "es": "30", "p": "5000", "horizon_months": "12"} | {field: wrong}
        assert signed_in("e1").post(address, given).status_code == 422
    assert not Potential.objects.exists()


def test_s4_96_the_record_adds_up_to_the_ledger_and_marks_what_came_back(people, signed_in):
    mine = customer_of(people, "e1", "华瑞商贸")
    lead, address = signed_in("me"), f"/customers/{mine.code}/sales/"
    for amount in ("140000", "120000"):
        lead.post(f"{address}new/", {"day": TODAY, "amount": amount, "order_no": f"SO-{amount}"})
    line = SaleLine.objects.landed().get(amount_fen=12_000_000)
    lead.post(f"{address}{line.pk}/return/", {"amount": "20000"})
    text = page_of(lead, address)
    assert "240,000.00" in text
    assert "−20,000.00" in text
    assert "退货" in text
    assert "这段时间没有往来" in page_of(lead, f"{address}?end=2020-01-01")
    assert "已交货" in page_of(signed_in("e1"), address)
    assert signed_in("e1").post(f"{address}new/", {"day": TODAY, "amount": "1"}).status_code == 403


def test_an_order_is_delivered_or_cancelled_from_the_page(people, signed_in):
    mine = customer_of(people, "e1", "华瑞商贸")
    made = [
        post_sale(actor=people["me"], customer=mine, day=TODAY, amount_fen=n, status="ordered")
        for n in (100, 200)
    ]
    lead, address = signed_in("me"), f"/customers/{mine.code}/sales/"
    lead.post(f"{address}{made[0].pk}/deliver/")
    assert lead.post(f"{address}{made[1].pk}/cancel/", {"reason": ""}).status_code == 422
    lead.post(f"{address}{made[1].pk}/cancel/", {"reason": "客户退单"})
    assert set(SaleLine.objects.landed().values_list("amount_fen", "status")) == {
        (100, "delivered"),
        (200, "cancelled"),
    }


def test_s0_11_a_month_s_total_is_replaced_and_never_counted_beside_its_lines(people, signed_in):
    mine = customer_of(people, "e1", "华瑞商贸")
    lead, address = signed_in("me"), f"/customers/{mine.code}/sales/month/"
    for amount in ("100000", "120000"):
        lead.post(address, {"month": "2026-01", "amount": amount})
    assert list(SaleLine.objects.landed().values_list("amount_fen", "kind")) == [(12_000_000, "monthly")]
    post_sale(actor=people["me"], customer=mine, day=TODAY, amount_fen=100)
    assert lead.post(address, {"month": f"{TODAY:%Y-%m}", "amount": "5"}).status_code == 422


def test_contacts_are_changed_and_a_stale_one_shows_both(people, signed_in):
    mine = customer_of(people, "e1", "华瑞商贸")
    person = actions.add_contact(actor=people["e1"], customer=mine, name="姜雯", title="采购")
    client, address = signed_in("e1"), f"/customers/{mine.code}/contacts/{person.pk}/"
    client.post(address, {"version": "1", "name": "姜雯", "title": "采购经理"})
    stale = client.post(address, {"version": "1", "name": "姜雯", "title": "老板娘"})
    assert (stale.status_code, "采购经理" in stale.content.decode()) == (409, True)
    wrong = client.post(address, {"version": "2", "name": "姜雯", "mobile": "138"})
    assert (wrong.status_code, "位" in wrong.content.decode()) == (422, True)
    client.post(f"{address}active/", {"active": "0", "reason": "离职"})
    assert not Contact.objects.get().is_active


def test_s4_3_a_proposal_waits_on_the_page_until_a_supervisor_decides(people, signed_in):
    mine = customer_of(people, "e1", "华瑞商贸")
    signed_in("e1").post(f"/customers/{mine.code}/state/", {"state": "non", "reason": "停业了"})
    lead = signed_in("me")
    text = page_of(lead, f"/customers/{mine.code}/")
    assert "E1 提议改为非客户" in text
    assert "停业了" in text
    asked = mine.state_changes.get(status="proposed")
    lead.post(f"/customers/{mine.code}/state/{asked.pk}/", {"agree": "1"})
    assert Customer.objects.get(pk=mine.pk).state == "non"
    illegal = lead.post(f"/customers/{mine.code}/state/", {"state": "target"})
    assert illegal.status_code == 403


def test_the_team_is_kept_on_the_page_by_who_leads(people, signed_in):
    mine = customer_of(people, "e1", "华瑞商贸")
    lead = signed_in("me")
    lead.post(f"/customers/{mine.code}/team/", {"person": people.persons["w1"].pk})
    member = TeamMember.objects.get()
    assert "W1" in page_of(lead, f"/customers/{mine.code}/basics/")
    page_of(signed_in("w1"), f"/customers/{mine.code}/")
    lead.post(f"/customers/{mine.code}/team/{member.pk}/end/")
    page_of(signed_in("w1"), f"/customers/{mine.code}/", 404)


def test_each_event_lies_on_its_own_day(people, signed_in):
    mine = customer_of(people, "e1", "华瑞商贸")
    post_sale(
        actor=people["me"], customer=mine, day=TODAY - timedelta(days=400), amount_fen=5_000_000, order_no="A"
    )
    text = page_of(signed_in("e1"), f"/customers/{mine.code}/timeline/?kind=state")
    assert f'datetime="{TODAY - timedelta(days=400)}"' in text
    assert "成为现实客户" in text
    orders = page_of(signed_in("e1"), f"/customers/{mine.code}/timeline/?kind=order")
    assert "首单 5.0 万" in orders
    assert "成为现实客户" not in orders


def test_changes_are_told_in_words_and_only_to_who_may_know(people, signed_in):
    mine = customer_of(people, "e1", "华瑞商贸")
    actions.change_basics(actor=people["e1"], customer=mine, version=1, address="解放路")
    signed_in("e1").post(f"/customers/{mine.code}/arrange/", {"title": "催返利", "due_on": TODAY})
    text = page_of(signed_in("e1"), f"/customers/{mine.code}/changes/")
    assert "改了资料" in text
    assert "地址" in text
    assert "催返利" in text
    assert "archives." not in text
    assert "催返利" not in page_of(signed_in("c"), f"/customers/{mine.code}/changes/")


def test_s1_8_the_class_of_a_past_day_is_still_told_after_it_was_valued_again(people, signed_in):
    mine = customer_of(people, "e1", "华瑞商贸")
    for as_of, old, new in ((TODAY - timedelta(days=330), "", "A"), (TODAY, "A", "B")):
        run = Run.objects.create(as_of=as_of, status="done")
        ClassChange.objects.create(
            run=run, scheme_key="ev_abc", customer_id=mine.pk, old_class=old, new_class=new
        )
    address = f"/customers/{mine.code}/timeline/?kind=class&on="
    client = signed_in("e1")
    assert "2025-12-31 是 A" in page_of(client, f"{address}2025-12-31")
    assert f"{TODAY} 是 B" in page_of(client, f"{address}{TODAY}")
    assert "2025-01-01 以前没有估值" in page_of(client, f"{address}2025-01-01")


def test_every_number_of_the_head_answers_why_and_a_missing_one_says_its_reason(people, signed_in):
    mine = customer_of(people, "e1", "华瑞商贸")
    post_sale(
        actor=people["me"], customer=mine, day=TODAY - timedelta(days=10), amount_fen=5_000_000, order_no="A"
    )
    revalue(actor=people.system, as_of=TODAY, trigger="person")
    client = signed_in("e1")
    text = page_of(client, f"/customers/{mine.code}/")
    for key in ("sales_12m", "ev_abc", "rfm", "pyramid", "value_level", "profit_abc", "quality", "stability"):
        assert f"/customers/{mine.code}/why/{key}/" in text or key == "profit_abc"
        assert page_of(client, f"/customers/{mine.code}/why/{key}/")
    assert "没有成本" in text
    assert "不到 6 个月" in page_of(client, f"/customers/{mine.code}/why/stability/")
    assert signed_in("c").get(f"/customers/{mine.code}/why/ev_abc/").status_code == 403


def test_the_changes_call_a_contacts_fields_by_their_own_names(people, signed_in):
    customer = customer_of(people, "e1", "镇江华瑞商贸有限公司")
    contact = actions.add_contact(actor=people["e1"], customer=customer, name="方亦舟", title="采购")
    actions.deactivate_contact(actor=people["e1"], contact=contact, reason="离职")
    text = signed_in("e1").get(f"/customers/{customer.code}/changes/").content.decode()
    for label, value in (("姓名", "方亦舟"), ("职务", "采购"), ("客户名称", "镇江华瑞商贸有限公司")):
        assert f'<span class="t3">{label}</span> {value}<' in text
    assert '<span class="t3">在用</span> <span class="t2">是</span> → 否<' in text


def test_a_birthday_by_the_lunar_calendar_is_ticked_and_kept_as_it_was_seen(people, signed_in):
    mine = customer_of(people, "e1", "华瑞商贸")
    client, address = signed_in("e1"), f"/customers/{mine.code}/contacts/"
    given = {"name": "贺明远", "birthday": "1962-02-03", "is_lunar": "1"}
    assert client.post(address, given | {"mobile": "138"}).status_code == 422
    assert client.post(address, given).status_code == 302
    person = Contact.objects.get()
    assert (person.is_lunar, person.birthday.isoformat()) == (True, "1962-02-03")
    assert 'name="is_lunar" value="1" checked' in client.get(f"{address}{person.pk}/").content.decode()
    assert client.post(f"{address}{person.pk}/", {"name": "贺明远", "version": "1"}).status_code == 302
    person.refresh_from_db()
    assert (person.is_lunar, person.birthday) == (False, None)


@pytest.mark.parametrize(
    ("leading", "rhythm"),
    [("ev_abc", "C 级 30 天一次"), ("sales_abc_value", "A 级 7 天一次"), ("pyramid", None)],
)
def test_s2_13_the_leading_scheme_says_how_often_one_comes(
    leading, rhythm, people, signed_in, tmp_path, settings
):
    """S2.13: leading = ABC by value: cadence from it."""
    settings.DATA_DIR = tmp_path
    shop = customer_of(people, "e1", "独一家")
    post_sale(actor=people.system, customer=shop, day=TODAY - timedelta(days=9), amount_fen=1_000_000)
    log_contact(actor=people["e1"], customer=shop, channel="visit", on=TODAY - timedelta(days=1), note="")
    set_company_setting(actor=people.system, key="valuation.leading_scheme", value=leading)
    revalue(actor=people.system, as_of=TODAY)
    text = page_of(signed_in("e1"), f"/customers/{shop.code}/")
    said = [each for each in ("C 级 30 天一次", "A 级 7 天一次") if each in text]
    assert said == ([rhythm] if rhythm else [])

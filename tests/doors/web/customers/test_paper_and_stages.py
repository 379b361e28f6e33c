"""Print forms, the address table and the stages of a relation, as the pages give them."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cast import customer_of

from kemai.business.agenda.actions import log_contact
from kemai.business.archives import actions, queries
from kemai.business.archives.forms import enterprise_form
from kemai.business.archives.models import CustomField
from kemai.business.trade.actions import post_sale
from kemai.business.trade.queries import relation_stages, trade_facts

pytestmark = pytest.mark.django_db


def stage_now(stages):
    return next(s.key for s in stages if s.is_now)


def builtin(name, kind):
    found, _made = CustomField.objects.get_or_create(builtin=name, defaults={"label": name, "kind": kind})
    return found


def fill(people, customer, **values):
    customer.refresh_from_db()
    return actions.fill_fields(actor=people["e1"], customer=customer, version=customer.version, given=values)


def test_s1_105_a_relation_goes_from_analysis_to_maintenance_and_keeps_all_four_days(people):
    """S1.105: contact, contract and first delivery move it on; every day is kept."""
    signed = builtin("contract_on", "day")
    mine = customer_of(people, "e1", "华瑞商贸")
    assert stage_now(relation_stages(people["e1"], mine)) == "analysis"
    log_contact(actor=people["e1"], customer=mine, on=date(2026, 11, 2), channel="visit", note="初次上门")
    assert stage_now(relation_stages(people["e1"], mine)) == "first_contact"
    fill(people, mine, **{signed.key: "2026-11-10"})
    assert stage_now(relation_stages(people["e1"], mine)) == "contract"
    post_sale(actor=people["d"], customer=mine, day=date(2026, 11, 12), amount_fen=100, status="ordered", order_no="S1", line_no="1")  # fmt: skip
    assert stage_now(relation_stages(people["e1"], mine)) == "contract"
    post_sale(
        actor=people["d"], customer=mine, day=date(2026, 11, 15), amount_fen=100, order_no="S2", line_no="1"
    )
    stages = relation_stages(people["e1"], mine)
    assert (stage_now(stages), [s.on for s in stages][1:]) == ("maintenance", [date(2026, 11, 2), date(2026, 11, 10), date(2026, 11, 15)])  # fmt: skip
    seen_by_custodian = relation_stages(people["c"], mine)
    assert [(s.on is None, s.is_hidden) for s in seen_by_custodian] == [(False, False), (True, True), (False, False), (True, True)]  # fmt: skip
    assert not any(s.is_now for s in seen_by_custodian)


def test_s4_95_addresses_stand_by_district_then_by_their_place_on_the_route_with_the_time_to_call(
    people, client
):
    route, order, time = (
        builtin("route", "text"),
        builtin("route_order", "number"),
        builtin("call_time", "text"),
    )
    for name, region, place in (
        ("丙店", "乙区", "2"),
        ("甲店", "甲区", "10"),
        ("乙店", "甲区", "2"),
        ("丁店", "", ""),
    ):
        shop = customer_of(people, "e1", name, region=region, address=f"{name}路 1 号")
        fill(people, shop, **{route.key: "一号线", order.key: place, time.key: "上午"} if place else {})
    customer_of(people, "w1", "西店", region="甲区")
    client.force_login(people.persons["e1"])
    text = client.get("/customers/routes/").content.decode()
    places = [text.index(f">{name}<") for name in ("丙店", "乙店", "甲店", "丁店")]
    assert places == sorted(places)
    assert "上午" in text
    assert "西店" not in text


def test_s4_78_there_are_a_card_a_bag_cover_and_a_register_and_they_hide_what_pages_hide(people, client):
    mine = customer_of(people, "e1", "华瑞商贸", phone="0511-88886666")
    actions.change_credit(actor=people.system, customer=mine, version=0, credit_limit_fen=123_456_00)
    pages = (f"/customers/{mine.code}/print/", f"/customers/{mine.code}/print/bag/", "/customers/print/")
    client.force_login(people.persons["f1"])
    assert "123,456" in client.get(pages[0]).content.decode()
    client.force_login(people.persons["e1"])
    for page in pages:
        answer = client.get(page)
        assert (answer.status_code, "华瑞商贸" in answer.content.decode()) == (200, True)
        assert "123,456" not in answer.content.decode()
    client.force_login(people.persons["w1"])
    assert [client.get(page).status_code for page in pages] == [404, 404, 200]
    assert "华瑞商贸" not in client.get(pages[2]).content.decode()


def form_of(people, login, customer):
    now = queries.customer_by_code(people[login], customer.code)
    return {group.key: group for group in enterprise_form(now, credit=people[login].sees("credit"))}


def test_s4_73_an_enterprise_with_seven_of_nine_basic_fields_is_filled_to_77_8_percent(people):
    source = builtin("source", "choice")
    CustomField.objects.filter(pk=source.pk).update(options=["展会"])
    mine = customer_of(people, "e1", "华瑞商贸", ownership="民营", region="江苏", address="京口区", email="a@example.com", category="酒水")  # fmt: skip
    fill(people, mine, **{source.key: "展会"})
    group = form_of(people, "d", mine)["basics"]
    assert (group.filled, len(group.fields), str(group.percent)) == (7, 9, "77.8")


def test_s4_75_staff_below_nought_is_refused_and_the_position_comes_from_a_list(people):
    position = builtin("industry_position", "choice")
    CustomField.objects.filter(pk=position.pk).update(options=["龙头", "一般"])
    mine = customer_of(people, "e1", "华瑞商贸")
    with pytest.raises(actions.Invalid, match="不能小于"):
        actions.change_operations(actor=people["e1"], customer=mine, version=0, operating_staff="-5")
    with pytest.raises(actions.Invalid, match="不在选项里"):
        fill(people, mine, **{position.key: "第一"})
    fill(people, mine, **{position.key: "龙头"})
    assert next(f.value for f in form_of(people, "e1", mine)["operation"].fields) == "龙头"


def test_s4_74_the_rhythm_of_trade_is_the_mean_gap_of_orders(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    for n, day in enumerate((date(2026, 10, 1), date(2026, 10, 11), date(2026, 10, 31), date(2025, 1, 1))):
        post_sale(actor=people["d"], customer=mine, day=day, amount_fen=100_00, order_no=f"S{n}", line_no="1")
    facts = trade_facts(people["e1"], mine)
    assert (facts.orders, facts.amount_fen, str(facts.cycle_of_year_days)) == (4, 400_00, "15.0")
    assert (facts.first_on, facts.last_on, str(facts.cycle_days)) == (
        date(2025, 1, 1),
        date(2026, 10, 31),
        "222.7",
    )
    assert trade_facts(people["c"], mine) is None


def test_s4_79_s4_85_the_enterprise_form_has_four_groups_each_with_its_share(people, client):
    builtin("tier", "text")
    mine = customer_of(people, "e1", "华瑞商贸", region="江苏")
    actions.change_credit(actor=people.system, customer=mine, version=0, founded_on="1998-07-06")
    client.force_login(people.persons["f1"], backend="django.contrib.auth.backends.ModelBackend")
    text = client.get(f"/customers/{mine.code}/print/form/").content.decode()
    for word in ("基础资料", "客户特征", "业务状况", "交易现状", "1998-07-06"):
        assert word in text
    client.force_login(people.persons["e1"], backend="django.contrib.auth.backends.ModelBackend")
    assert "1998-07-06" not in client.get(f"/customers/{mine.code}/print/form/").content.decode()

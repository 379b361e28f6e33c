"""Print forms, the address table and the stages of a relation, as the pages give them."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cast import customer_of

from kemai.business.agenda.actions import log_contact
from kemai.business.archives import actions
from kemai.business.archives.models import CustomField
from kemai.business.trade.actions import post_sale
from kemai.business.trade.queries import relation_stages

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

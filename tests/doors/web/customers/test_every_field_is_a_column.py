"""Columns of the list: every field one may ask about can stand in one, and goes along into the file."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.cast import customer_of

from kemai.business.trade.actions import post_sale
from kemai.business.valuation.actions import revalue

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
WANTED = ["address", "phone", "floor_area_m2", "orders_12m", "sales_all", "tier"]


@pytest.fixture
def shop(people, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    shop = customer_of(people, "e1", "云栖食府", address="中山东路 8 号", phone="13800000000")
    post_sale(actor=people.system, customer=shop, day=TODAY - timedelta(days=9), amount_fen=1_234_500)
    revalue(actor=people.system, as_of=TODAY)
    return shop


def cells(client):
    text = client.get("/customers/").content.decode()
    return text[text.index("<thead>") : text.index("</table>")]


def test_address_layer_and_measure_stand_in_columns_and_in_the_file(shop, people, signed_in):
    client = signed_in("e1")
    client.post("/customers/columns/", {"column": WANTED, "query": ""})
    shown = cells(client)
    for said in ("地址", "中山东路 8 号", "13800000000", "12 月订单数", "历来销售", "1.2", "金字塔的层"):
        assert said in shown, said
    boss = signed_in("d")
    boss.post("/customers/columns/", {"column": WANTED, "query": ""})
    lines = boss.post("/customers/export/", {"format": "csv"}).content.decode("utf-8-sig").splitlines()
    head, row = (line.split(",") for line in lines[:2])
    told = dict(zip(head, row, strict=True))
    assert (told["地址"], told["12 月订单数"], told["历来销售"]) == ("中山东路 8 号", "1", "12345.00")


def test_a_column_of_credit_is_for_those_who_see_credit(shop, people, signed_in):
    for login, may in (("f1", True), ("e1", False)):
        sheet = signed_in(login).get("/customers/columns/").content.decode()
        assert ('value="credit_days"' in sheet, 'value="address"' in sheet) == (may, True), login
    client = signed_in("e1")
    client.post("/customers/columns/", {"column": ["credit_days", "address"], "query": ""})
    assert "credit_days" not in cells(client)


def test_the_sheets_are_pages_of_their_own_with_what_is_chosen(shop, people, signed_in):
    client = signed_in("e1")
    listed = client.get("/customers/?state=actual").content.decode()
    assert 'href="/customers/conditions/?state=actual"' in listed
    assert listed.count('type="checkbox"') < 30
    sheet = client.get("/customers/conditions/?state=actual&q=云").content.decode()
    assert 'name="state" value="actual" checked' in sheet
    assert 'name="q" value="云"' in sheet
    assert client.get("/customers/conditions/?class=Z").status_code in (200, 302)

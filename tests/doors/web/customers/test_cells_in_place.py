"""A cell of the list is changed where it stands: version lock, rights, sentences, and a plain way without script."""

from __future__ import annotations

import pytest
from tests.cast import customer_of

from kemai.business.archives import actions
from kemai.business.archives.models import Customer, CustomValue
from kemai.foundation.trail.models import Entry

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def shop(people):
    return customer_of(people, "e1", "店0", region="镇江")


def cell(shop, key):
    return f"/customers/{shop.code}/cell/{key}/"


def test_a_cell_opens_is_kept_with_a_trail_and_shows_what_stands_now(people, shop, signed_in):
    client = signed_in("e1")
    assert f'data-cell="{cell(shop, "region")}"' in client.get("/customers/").content.decode()
    text = client.get(cell(shop, "region"), headers=HTMX).content.decode()
    assert 'value="镇江"' in text
    answer = client.post(cell(shop, "region"), {"value": "常州", "version": "1"}, headers=HTMX)
    assert "常州" in answer.content.decode()
    shop.refresh_from_db()
    assert (shop.region, shop.version) == ("常州", 2)
    assert Entry.objects.filter(verb="archives.customer.changed", customer_id=shop.pk).count() == 1
    assert "常州" in client.get(cell(shop, "region") + "?stop=1", headers=HTMX).content.decode()


def test_f02_who_saves_second_sees_both_and_overwrites_nothing(people, shop, signed_in):
    actions.change_basics(actor=people["me"], customer=shop, version=1, region="无锡")
    answer = signed_in("e1").post(cell(shop, "region"), {"value": "常州", "version": "1"}, headers=HTMX)
    text = answer.content.decode()
    assert (answer.status_code, "无锡" in text, 'value="常州"' in text) == (409, True, True)
    shop.refresh_from_db()
    assert shop.region == "无锡"
    signed_in("e1").post(cell(shop, "region"), {"value": "常州", "version": "2"}, headers=HTMX)
    shop.refresh_from_db()
    assert shop.region == "常州"


def test_own_fields_are_filled_and_refused_with_their_sentence(people, shop, signed_in):
    area = actions.define_field(actor=people["c"], label="面积", kind="number")
    tags = actions.define_field(actor=people["c"], label="系列", kind="choices", options=["红", "蓝"])
    client = signed_in("e1")
    answer = client.post(cell(shop, area.key), {"value": "很大", "version": "1"}, headers=HTMX)
    assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (422, True)
    assert not CustomValue.objects.exists()
    client.post(cell(shop, tags.key), {"value": ["红", "蓝"], "version": "1"}, headers=HTMX)
    assert set(CustomValue.objects.values_list("text", flat=True)) == {"红", "蓝"}


def test_who_may_not_change_opens_nothing_and_another_s_customer_is_not_there(people, shop, signed_in):
    sent = {"value": "常州", "version": "1"}
    for login, status in (("s", 403), ("w1", 404), ("d", 403)):
        assert signed_in(login).get(cell(shop, "region"), headers=HTMX).status_code == status, login
        assert signed_in(login).post(cell(shop, "region"), sent, headers=HTMX).status_code == status, login
    assert "data-cell" not in signed_in("s").get("/customers/").content.decode()
    for key in ("owner", "state", "version", "own99", "bank_account"):
        assert signed_in("e1").get(cell(shop, key), headers=HTMX).status_code == 404, key
    assert Customer.objects.get().region == "镇江"


def test_without_script_the_link_leads_to_the_field_s_page(people, shop, signed_in):
    answer = signed_in("e1").get(cell(shop, "region"))
    assert answer["Location"] == f"/customers/{shop.code}/basics/?edit=region#f-region"

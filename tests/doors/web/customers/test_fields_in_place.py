"""A field is changed where it stands, one after the other, over the version that was seen and no other."""

from __future__ import annotations

import pytest
from tests.cast import customer_of

from kemai.business.archives import actions
from kemai.business.archives.models import Customer
from kemai.foundation.trail.models import EntryValues

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(people):
    return customer_of(people, "e1", "华瑞商贸", phone="0511-87078293", region="镇江")


def here(shop, rest=""):
    return f"/customers/{shop.code}/basics/{rest}"


def send(client, shop, field, value, version=None, then="stop"):
    given = {"field": field, "value": value, "version": version or shop.version, "then": then}
    return client.post(here(shop), given)


def test_every_field_offers_to_be_changed_and_one_is_open(people, signed_in, shop):
    page = signed_in("e1").get(here(shop, "?edit=phone")).content.decode()
    assert 'name="value" type="tel" value="0511-87078293"' in page
    assert "?edit=region#f-region" in page
    assert "?edit=code" not in page  # the number never changes
    assert page.count("data-inline novalidate") == 1


def test_enter_keeps_a_field_and_opens_the_next(people, signed_in, shop):
    client = signed_in("e1")
    answer = send(client, shop, "name", "华瑞酒业", then="next")
    assert answer.headers["Location"] == here(shop, "?edit=short_name#f-short_name")
    shop.refresh_from_db()
    assert (shop.name, shop.version) == ("华瑞酒业", 2)
    assert EntryValues.objects.order_by("-pk")[0].changes == {"name": ["华瑞商贸", "华瑞酒业"]}
    assert send(client, shop, "size", "中", then="next").headers["Location"] == here(shop)


def test_who_comes_second_sees_what_the_first_wrote_and_decides(people, signed_in, shop):
    actions.change_basics(actor=people["me"], customer=shop, version=1, region="无锡")
    client = signed_in("e1")
    clash = send(client, shop, "region", "常州", version=1)
    assert clash.status_code == 409
    page = clash.content.decode()
    assert "别人刚改成了「无锡」" in page
    assert 'name="version" value="2"' in page
    assert Customer.objects.get().region == "无锡"
    assert send(client, shop, "region", "常州", version=2).status_code == 302
    assert Customer.objects.get().region == "常州"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("postcode", "12", "6 位"), ("since", "昨天", "2026-11-23"), ("name", " ", "")],
)
def test_what_makes_no_sense_is_said_at_the_field_and_stored_nowhere(
    people, signed_in, shop, field, value, said
):
    answer = send(signed_in("e1"), shop, field, value)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    assert Customer.objects.get().version == 1


def test_other_fields_and_other_people_change_nothing(people, signed_in, shop):
    for field in ("code", "owner", "state", "bank_account", "version"):
        assert send(signed_in("e1"), shop, field, "x").status_code == 404
    assert send(signed_in("w1"), shop, "region", "x").status_code == 404
    assert send(signed_in("s"), shop, "region", "x").status_code == 403
    page = signed_in("s").get(here(shop, "?edit=region")).content.decode()
    assert "field-edit" not in page
    assert "data-inline" not in page
    assert Customer.objects.get().version == 1

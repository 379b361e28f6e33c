"""最近看过 and the people that Ctrl-K finds: each person's own, and nobody beyond what one sees."""

from __future__ import annotations

import pytest
from tests.cast import customer_of

from kemai.business.archives import actions
from kemai.business.archives.models import Customer
from kemai.doors.web.pages.customers.recent import KEPT, recent_customers

pytestmark = pytest.mark.django_db


def test_the_latest_seen_come_first_for_their_person_alone(people, signed_in):
    shops = [customer_of(people, "e1", f"店{n}") for n in range(KEPT + 2)]
    client = signed_in("e1")
    for shop in [*shops, shops[5]]:
        assert client.post("/customers/recent/", {"code": shop.code}).status_code == 204
    names = [c["name"] for c in recent_customers(people["e1"])]
    assert (names[:2], len(names)) == (["店5", f"店{KEPT + 1}"], KEPT)
    assert recent_customers(people["me"]) == []
    assert "最近看过" in client.get("/customers/").content.decode()
    assert "店5" in client.get("/palette/").content.decode()
    assert "最近看过" not in signed_in("me").get("/palette/").content.decode()
    Customer.objects.filter(pk=shops[5].pk).update(owner=people.persons["w1"])
    assert "店5" not in [c["name"] for c in recent_customers(people["e1"])]


def test_another_s_customer_is_not_remembered(people, signed_in):
    foreign = customer_of(people, "w1", "西部店")
    assert signed_in("e1").post("/customers/recent/", {"code": foreign.code}).status_code == 404
    assert signed_in("a").post("/customers/recent/", {"code": foreign.code}).status_code == 403
    assert recent_customers(people["e1"]) == []


def test_the_palette_finds_contacts_one_sees_and_colleagues_for_who_leads(people, signed_in):
    for owner, name in (("e1", "姜雯"), ("w1", "姜西")):
        shop = customer_of(people, owner, f"{owner}的店")
        actions.add_contact(actor=people.system, customer=shop, name=name)

    def found(login, text):
        return signed_in(login).get("/palette/", {"q": text}).content.decode()

    assert ("姜雯" in found("e1", "姜"), "姜西" in found("e1", "姜")) == (True, False)
    assert ("姜雯" in found("d", "姜"), "姜西" in found("d", "姜")) == (True, True)
    assert "?owner=e2" in found("me", "E2")
    assert "?owner=w1" not in found("me", "W1")
    assert "?owner=e2" not in found("e1", "E2")

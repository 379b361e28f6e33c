"""组合条件: built by a form, kept in the address, spoken by list, groups, export, views and moves of many (S0.12, A05)."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlparse

import pytest
from tests.cast import customer_of

from kemai.business.archives.models import Customer

pytestmark = pytest.mark.django_db
WHERE = "and(region:is:镇江,or(size:is:大,size:blank))"


@pytest.fixture
def shops(people):
    for n, (owner, region, size) in enumerate(
        (
            ("e1", "镇江", "大"),
            ("e2", "镇江", "小"),
            ("e1", "镇江", ""),
            ("w1", "镇江", "大"),
            ("e1", "常州", "大"),
        )
    ):
        customer_of(people, owner, f"店{n}", region=region, size=size)
    return people


def names(text):
    return {c.name for c in Customer.objects.all() if f'title="{c.name}"' in text}


def asked(**more):
    return "?" + urlencode({"where": WHERE, **more})


def test_s0_12_one_expression_lists_counts_groups_and_exports_what_one_sees(shops, signed_in):
    lead = signed_in("me")
    text = lead.get(f"/customers/{asked()}").content.decode()
    assert names(text) == {"店0", "店2"}
    assert "（规模 是 大 或 规模 未填）" in text
    assert names(lead.get(f"/customers/{asked(state='lost')}").content.decode()) == set()
    groups = lead.get(f"/customers/groups/{asked(by='size')}").content.decode()
    assert "2" in groups
    assert "地区 是 镇江" in groups
    csv = lead.post(f"/customers/export/{asked()}", {"format": "csv"}).content.decode("utf-8-sig")
    assert ("店0" in csv, "店2" in csv, "店1" in csv, "店3" in csv) == (True, True, False, False)
    assert names(signed_in("d").get(f"/customers/{asked()}").content.decode()) == {"店0", "店2", "店3"}


def test_a05_a_move_of_all_that_match_obeys_the_expression_and_the_actor(shops, signed_in):
    sent = {"what": "assign", "all": "1", "query": asked()[1:]}
    text = signed_in("me").post("/customers/select/", sent).content.decode()
    assert "会改 2 家" in text
    assert "店3" not in text
    broken = sent | {"query": urlencode({"where": "and(region:is:镇江"})}
    assert signed_in("me").post("/customers/select/", broken).status_code == 400


def test_the_form_adds_drops_and_applies_without_script(shops, signed_in):
    client = signed_in("me")
    given = {"join-r": "and", "f-r.0": "region", "o-r.0": "is", "v-r.0": "镇江"}
    text = client.get("/customers/filter/", {**given, "do": "group:r"}).content.decode()
    assert 'name="f-r.1.1"' in text
    assert "2 家符合" not in text
    given |= {
        "join-r.1": "or",
        "f-r.1.0": "size",
        "o-r.1.0": "any",
        "v-r.1.0": ["大"],
        "f-r.1.1": "size",
        "o-r.1.1": "blank",
    }
    text = client.get("/customers/filter/", given).content.decode()
    assert "2 家符合" in text
    answer = client.get("/customers/filter/", {**given, "q": "店", "do": "apply"})
    led = parse_qs(urlparse(answer["Location"]).query)
    assert (led["where"], led["q"]) == (["and(region:is:镇江,or(size:any:大,size:blank))"], ["店"])
    again = client.get("/customers/filter/", {"where": led["where"][0]}).content.decode()
    assert 'name="f-r.1.1"' in again
    dropped = client.get("/customers/filter/", {**given, "do": "drop:r.1"}).content.decode()
    assert 'name="f-r.1.1"' not in dropped


def test_an_unfinished_condition_says_what_it_lacks_and_leads_nowhere(shops, signed_in):
    given = {"join-r": "and", "f-r.0": "region", "o-r.0": "is", "do": "apply"}
    answer = signed_in("me").get("/customers/filter/", given)
    assert answer.status_code == 200
    assert "还没写值" in answer.content.decode()


def test_a_chip_takes_one_condition_away(shops, signed_in):
    text = signed_in("me").get(f"/customers/{asked()}").content.decode()
    assert urlencode({"where": "region:is:镇江"}) in text
    assert urlencode({"where": "or(size:is:大,size:blank)"}) in text


@pytest.mark.parametrize(
    "where",
    [
        "and(",
        "x:is:1",
        "last_order_on:from:soon",
        "region:like:a",
        "credit_days:filled",
        "bank_account:filled",
    ],
)
def test_a_wrong_or_forbidden_expression_gets_a_sentence_on_every_page(shops, signed_in, where):
    client = signed_in("e1")
    for page in ("", "groups/", "print/", "routes/"):
        answer = client.get(f"/customers/{page}", {"where": where})
        assert answer.status_code == 400, page
        assert "。" in answer.content.decode()
    assert client.get("/customers/filter/", {"where": where}).status_code == 200


def test_the_form_offers_nobody_a_field_he_does_not_see(shops, signed_in):
    def offers(login):
        return signed_in(login).get("/customers/filter/").content.decode()

    assert 'value="credit_days"' in offers("f1")
    assert 'value="credit_days"' not in offers("e1")
    assert 'value="sales_12m"' not in offers("c")

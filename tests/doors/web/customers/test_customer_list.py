"""The list people live in: several values a filter, many at once, files, views, columns."""

from __future__ import annotations

import re

import pytest
from tests.cast import customer_of

from kemai.business.archives.actions import define_field, fill_fields
from kemai.business.archives.models import Customer, StateChange
from kemai.foundation.access.models import Person
from kemai.foundation.preferences.models import SavedView
from kemai.foundation.trail.models import Entry, EntryValues

pytestmark = pytest.mark.django_db


def names_on(client, query=""):
    text = client.get(f"/customers/{query}").content.decode()
    return {c.name for c in Customer.objects.all() if f'title="{c.name}"' in text}


def test_filters_take_several_values_and_units_bring_what_is_below(people, signed_in):
    for n, (owner, region) in enumerate((("e1", "镇江"), ("e2", "常州"), ("w1", "成都"))):
        customer_of(people, owner, f"店{n}", region=region)
    boss = signed_in("d")
    assert names_on(boss, "?region=镇江&region=常州") == {"店0", "店1"}
    assert names_on(boss, "?region=镇江,成都") == {"店0", "店2"}
    unit = people.persons["me"].assignments.get().unit_id
    assert names_on(boss, f"?unit={unit}") == {"店0", "店1"}
    assert names_on(boss, "?owner=e2&region=常州") == {"店1"}
    assert boss.get("/customers/?unit=abc").status_code == 400


def test_the_two_boxes_of_a_range_make_one_condition_that_its_chip_takes_away(people, signed_in):
    field = define_field(actor=people["c"], label="年进货额", kind="money")
    for n in range(4):
        shop = customer_of(people, "e1", f"店{n}")
        fill_fields(actor=people["e1"], customer=shop, version=1, given={field.key: str(n * 1000)})
    boss = signed_in("d")
    asked = f"?{field.key}-from=1,000&{field.key}-to=2000"
    assert names_on(boss, asked) == {"店1", "店2"}
    assert names_on(boss, f"?{field.key}-from=&{field.key}-to=1000&sort=-{field.key}") == {"店0", "店1"}
    text = boss.get(f"/customers/{asked}").content.decode()
    assert "1000.00 到 2000.00" in text
    assert 'href="/customers/?"' in text
    assert boss.get(f"/customers/?{field.key}-from=许多").status_code == 400


def test_s1_88_the_page_finds_exactly_by_pinyin_by_initials_and_by_either_script(people, signed_in):
    customer_of(people, "e1", "杜康酒業有限公司")
    customer_of(people, "e1", "别的店")
    for text in ("杜康", "dukang", "dk", "杜康酒业", "杜康酒業"):
        assert names_on(signed_in("e1"), f"?q={text}") == {"杜康酒業有限公司"}


def test_nothing_found_says_which_condition_empties_the_list(people, signed_in):
    customer_of(people, "e1", "店0", region="镇江")
    text = signed_in("e1").get("/customers/?region=镇江&state=lost").content.decode()
    assert "去掉状态 流失，有 1 家" in text
    assert "去掉地区" not in text


def test_an_empty_company_is_told_where_to_begin(people, signed_in):
    assert "还没有客户" in signed_in("me").get("/customers/").content.decode()


def test_a05_s4_5_many_become_targets_after_a_preview_and_none_when_one_may_not(people, signed_in):
    mine = [customer_of(people, "e1", f"潜客{n}") for n in range(3)]
    foreign = customer_of(people, "w1", "西部店")
    client, codes = signed_in("e1"), [c.code for c in mine]
    preview = client.post("/customers/select/", {"what": "target", "chosen": codes})
    assert "会改 3 家" in preview.content.decode()
    assert not Customer.objects.filter(state="target").exists()
    forged = {"what": "target", "confirm": "1", "chosen": [*codes, foreign.code]}
    refused = client.post("/customers/select/", forged)
    assert (refused.status_code, "4 家里有 1 家" in refused.content.decode()) == (409, True)
    assert not Customer.objects.filter(state="target").exists()
    client.post("/customers/select/", {"what": "target", "confirm": "1", "chosen": codes})
    assert StateChange.objects.filter(to_state="target", person_name="E1").count() == 3


def test_a05_everything_that_matches_never_reaches_beyond_what_one_sees(people, signed_in):
    customer_of(people, "e1", "店0")
    customer_of(people, "w1", "西部店")
    sent = {"what": "assign", "all": "1", "query": "state=potential"}
    text = signed_in("me").post("/customers/select/", sent).content.decode()
    assert "会改 1 家" in text
    assert "西部店" not in text
    assert signed_in("e1").post("/customers/select/", sent).status_code == 403


def test_many_are_assigned_with_a_reason(people, signed_in):
    mine = [customer_of(people, "e1", f"店{n}") for n in range(2)]
    given = {
        "what": "assign",
        "confirm": "1",
        "chosen": [c.code for c in mine],
        "person": people.persons["e2"].pk,
    }
    assert signed_in("me").post("/customers/select/", given).status_code == 403
    signed_in("me").post("/customers/select/", given | {"reason": "调整"})
    assert set(Customer.objects.values_list("owner__login", flat=True)) == {"e2"}


def test_p06_a_file_leaves_who_what_and_how_many_and_no_cell_is_a_formula(people, signed_in, monkeypatch):
    from kemai.oversight.exchange.export import lists

    customer_of(people, "e1", "=HYPERLINK(1)", region="镇江")
    customer_of(people, "w1", "西部店", region="镇江")
    lead = signed_in("me")
    made = lead.post("/customers/export/?region=镇江", {"format": "csv"})
    text = made.content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "西部店" not in text
    values = EntryValues.objects.get(entry__verb="exchange.list.exported").changes
    assert (values["rows"][1], values["filter"][1], len(values["sha256"][1])) == (1, "地区 镇江", 64)
    monkeypatch.setattr(lists, "REASON_FROM", 0)
    before = Entry.objects.count()
    assert lead.post("/customers/export/", {"format": "xlsx"}).status_code == 403
    assert Entry.objects.count() == before
    assert lead.post("/customers/export/", {"format": "xlsx", "reason": "年度对账"}).content[:2] == b"PK"
    assert Entry.objects.latest("pk").reason == "年度对账"
    assert signed_in("e1").post("/customers/export/", {"format": "csv"}).status_code == 403


def test_views_are_kept_renamed_and_deleted_by_their_owner_only(people, signed_in):
    mine, other = signed_in("e1"), signed_in("e2")
    mine.post("/customers/views/", {"name": "镇江的", "query": "region=镇江"})
    view = SavedView.objects.get(name="镇江的")
    assert other.post(f"/customers/views/{view.pk}/", {"name": "我的了"}).status_code == 404
    mine.post(f"/customers/views/{view.pk}/", {"name": "镇江客户", "shared": "1"})
    assert "镇江客户" in other.get("/customers/").content.decode()
    mine.post(f"/customers/views/{view.pk}/", {"delete": "1"})
    assert not SavedView.objects.filter(pk=view.pk).exists()


def test_columns_are_remembered_and_hidden_ones_can_t_be_asked_for(people, signed_in):
    customer_of(people, "e1", "店0", category="烟酒")
    client = signed_in("c")
    client.post("/customers/columns/", {"column": ["category", "sales"], "query": ""})
    text = client.get("/customers/").content.decode()
    assert "烟酒" in text
    assert "12 月销售" not in text


def test_in_english_the_form_for_one_customer_says_one(people, signed_in):
    Person.objects.filter(pk=people.persons["e1"].pk).update(language="en")
    page = signed_in("e1").get("/customers/new/").content.decode()
    assert ">New customer<" in page
    assert "New customers" not in page
    assert "<span>New customer</span>" in signed_in("e1").get("/customers/").content.decode()


def test_the_list_can_be_sorted_without_its_head(people, signed_in):
    customer_of(people, "e1", "店0")
    page = signed_in("e1").get("/customers/?sort=-name").content.decode()
    menu = re.search(r'aria-label="排序".*?</details>', page, re.S)
    assert menu
    assert re.search(r'<a href="[^"]*sort=name[^"]*" aria-current="true">客户.*?降序', menu.group(0), re.S)
    assert 'aria-label="排序"' not in signed_in("e1").get("/customers/?look=board").content.decode()

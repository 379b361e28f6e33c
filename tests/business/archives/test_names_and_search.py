"""Names in every writing, and finding a customer by whatever one remembers of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import customer_of

from kemai.business.archives.directory import ListQuery, filter_customers, list_customers
from kemai.business.archives.names import name_key
from kemai.business.archives.pinyin import initials
from kemai.business.archives.queries import search
from kemai.foundation.numbering.rules import padded


@pytest.mark.parametrize(
    "written",
    [
        "镇江华瑞商贸有限公司",
        "鎮江華瑞商貿有限公司",
        "镇江华瑞商贸有限责任公司",
        "镇江华瑞（商贸）有限公司",
        " 镇江 华瑞商贸 ",
    ],
)
def test_one_company_has_one_key_however_it_is_written(written):
    assert name_key(written) == "镇江华瑞商贸"


def test_two_regions_are_two_companies():
    assert name_key("苏州华瑞商贸有限公司") != name_key("镇江华瑞商贸有限公司")


@given(st.text(max_size=40))
def test_a_key_is_its_own_key_in_full_width_too(text):
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert name_key(wide) == name_key(text)


def test_initials_follow_the_reading_of_the_phrase():
    assert (initials("华瑞商贸"), initials("重庆银行")) == ("hrsm", "cqyh")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked",
    [
        "华瑞",
        "瑞商",
        "瑞",
        "華瑞",
        "华瑞商贸",
        "hrsm",
        "HRSM",
        "ｈｒｓｍ",
        "huarui",
        "6027",
        "KH-9",
        "镇江华瑞商贸有限公司",
    ],
)
def test_s1_88_a_customer_is_found_by(asked, people):
    customer_of(people, "e1", "镇江华瑞商贸有限公司", short_name="华瑞商贸", phone="13800006027")
    customer_of(people, "e1", "无锡松屿商超有限公司", phone="13911112222")
    found = [c.name for c in search(people["d"], asked)]
    if asked == "KH-9":
        assert found == []
    else:
        assert found[0] == "镇江华瑞商贸有限公司"


@pytest.mark.django_db
def test_s1_88_dukang_is_found_exactly_by_pinyin_and_by_initials(people):
    customer_of(people, "e1", "杜康酒业")
    assert all(
        [c.name for c in search(people["d"], asked)] == ["杜康酒业"] for asked in ("杜康", "dukang", "dk")
    )


@pytest.mark.django_db
def test_search_shows_nobody_elses_customers(people):
    customer_of(people, "e1", "镇江华瑞商贸有限公司")
    seen = {login for login in people.actors if search(people[login], "华瑞")}
    assert seen == {"d", "me", "e1", "c", "f1", "s"}


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["KH-127", "kh127", "kh-0127", "KH 127", "ＫＨ－１２７", "KH-00127"])
def test_a_code_is_found_without_its_leading_zeros_in_the_palette_and_in_the_list_once(asked, people):
    meant = customer_of(people, "e1", "零头商行", code="KH-00127")
    other = customer_of(people, "e1", "另一商行", code="KH-12700")
    found = search(people["e1"], asked)
    assert found[0] == meant
    listed = [row["id"] for row in list_customers(people["e1"], ListQuery(q=asked)).rows]
    assert listed.count(meant.pk) == 1
    assert set(listed) == {c.pk for c in found}
    assert (other.pk in listed) == (asked in ("KH-127", "kh127", "KH 127", "ＫＨ－１２７"))
    assert filter_customers(people["e1"], ListQuery(q=asked)).filter(pk=meant.pk).count() == 1


@pytest.mark.django_db
def test_a_code_cut_short_shows_nobody_elses_customer(people):
    customer_of(people, "e1", "零头商行", code="KH-00127")
    assert search(people["e2"], "KH-127") == []
    assert list_customers(people["e2"], ListQuery(q="KH-127")).rows == []


@pytest.mark.django_db
def test_a_code_cut_short_narrows_what_another_condition_drives(people):
    for n in range(120, 130):
        customer_of(people, "e1", f"第{n}商行", code=f"KH-{n:05d}", region="镇江")
    asked = ListQuery(q="KH-127", filters={"region": ["镇江"]})
    assert [row["code"] for row in list_customers(people["e1"], asked).rows] == ["KH-00127"]


def test_zeros_are_put_back_only_where_the_rule_has_them():
    assert padded("KH-{serial:05d}", "xx-127") == []
    assert padded("KH-{serial}", "kh-127") == []
    assert padded("{serial:06d}", "127") == ["000127"]
    assert padded("2026-{region}{type}-{serial:04d}", "2026bje9") == ["2026-bje-0009", "2026-BJE-0009"]

"""A person who chooses 繁體中文 reads every page in it, and so does a browser that asks for it before one signs in."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path
from typing import Any

import opencc
import openpyxl
import pytest
from django.test import Client
from django.utils.translation import override
from tests.cast import TODAY

from kemai.business.archives.code_lists import STARTERS
from kemai.business.archives.models import Customer
from kemai.business.valuation.actions import revalue
from kemai.foundation import money
from kemai.foundation.access.models import OrgUnit, Person
from kemai.oversight.exchange.actions import run_import
from kemai.oversight.exchange.parsing.columns import guess_mapping
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.planning.request import ImportRequest

pytestmark = [pytest.mark.django_db, pytest.mark.parts()]
TEXT = re.compile(r">([^<>]+)<|\b(?:title|aria-label|placeholder|content|alt)=\"([^\"]+)\"")
OURS = {"简体中文"}  # the other language in the menu, in itself
DATA = {"客脉", *(value for values in STARTERS.values() for value in values)}
"""Values that a company starts with, its name among them: data of its own, not translated into any language."""
BOTH = set("群峰")  # Taiwan writes these two as we do


@pytest.fixture(scope="module")
def valued(lasting: Any, tmp_path_factory: Any) -> Any:
    """Eight customers whose names are the same in both scripts, sold to for a year and valued today."""
    people, path = lasting, tmp_path_factory.mktemp("books") / "books.csv"
    lines = [
        f"{name}{n},1,{2025 + (n + 10) // 12}-{(n + 10) % 12 + 1:02d}-15,{name},{(9 - place) * 10_000}"
        for place, name in enumerate("甲乙丙丁戊己庚辛")
        for n in range(12)
    ]
    path.write_text("單號,行號,日期,客戶,金額\n" + "\n".join(lines) + "\n合計,,,,100\n", "utf8")
    run_import(
        ImportRequest(actor=people.system, kind="sales", path=path, file_name="b.csv", create_customers=True)
    )
    unit = people["e1"].home_unit_id
    Customer.objects.update(owner=people.persons["e1"], unit_id=unit, region="北平")
    OrgUnit.objects.filter(name="总部").update(name="HQ")
    revalue(actor=people.system, as_of=TODAY)
    return people


def reader(people: Any, login: str = "d") -> Client:
    """A browser of one of the cast, who has chosen the language as people do."""
    client = Client()
    client.force_login(people.persons[login], backend="django.contrib.auth.backends.ModelBackend")
    client.post("/settings/me/", {"language": "zh-hant"})
    return client


def page_of(client: Client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def left_over(page: str) -> set[str]:
    """What the page says with a character that only simplified Chinese has."""
    rows = (Path(opencc.__file__).parent / "dictionary/STCharacters.txt").read_text("utf8").splitlines()
    odd = {row[0] for row in rows if row[0] not in row.split("\t")[1].split()} - BOTH
    said = {unescape(a or b).strip() for a, b in TEXT.findall(page)}
    return {text for text in said if odd.intersection(text)} - OURS - DATA


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/today/", ("農曆", "週日", "今日")), ("/customers/", ("客戶", "12 月銷售", "負責人", "萬元")),
        ("/ranking/", ("排名", "期望價值", "萬")), ("/valuation/", ("估值", "現在估值")),
        ("/valuation/forecast/", ("銷售預測",)), ("/valuation/credit/", ("信用",)), ("/imports/", ("匯入", "檔案")),
        ("/settings/me/", ("語言", "繁體中文", "儲存")), ("/settings/measures/", ("自訂指標", "沒有就用")),
        ("/settings/calendar/", ("工作日曆", "國慶節")), ("/customers/new/", ("新客戶",)),
        ("/customers/{code}/", ("級別和原因", "時間線", "萬")), ("/customers/{code}/sales/", ("銷售",)),
        ("/customers/{code}/credit/", ("信用額度",)), ("/palette/?q=x", ("x",)),
    ],
)  # fmt: skip
def test_a_page_is_in_the_language_that_was_chosen(valued: Any, address: str, words: tuple[str, ...]) -> None:
    code = Customer.objects.get(name="甲").code
    page = page_of(reader(valued), address.format(code=code))
    assert [word for word in words if word not in page] == []
    assert left_over(page) == set()
    assert "<html" not in page or '<html lang="zh-Hant"' in page


def test_who_does_not_choose_reads_as_before(valued: Any) -> None:
    client = Client()
    client.force_login(valued.persons["me"], backend="django.contrib.auth.backends.ModelBackend")
    page = page_of(client, "/customers/")
    assert '<html lang="zh-Hans"' in page
    assert "12 月销售" in page
    assert 'value="zh-hant" lang="zh-Hant">繁體中文</button>' in page


@pytest.mark.parametrize(
    ("asked", "language", "word"),
    [
        ("zh-TW", "zh-Hant", "登入"), ("zh-HK,zh;q=0.8", "zh-Hant", "登入"), ("zh-Hant-TW", "zh-Hant", "登入"),
        ("zh-MO", "zh-Hant", "登入"), ("zh-CN,en;q=0.5", "zh-Hans", "登录"), ("zh", "zh-Hans", "登录"),
        ("zh-SG", "zh-Hans", "登录"), ("en-GB,zh-TW;q=0.5", "en", "Sign in"), ("fr", "zh-Hans", "登录"), ("", "zh-Hans", "登录"),
    ],
)  # fmt: skip
def test_before_signing_in_the_browser_says_which(
    client: Client, asked: str, language: str, word: str
) -> None:
    answer = client.get("/sign-in/", headers={"accept-language": asked})
    page = answer.content.decode()
    assert f'<html lang="{language}"' in page
    assert word in page
    assert "Accept-Language" in answer.headers["Vary"]
    assert "客户" not in page or language == "zh-Hans"


def test_a_page_that_is_not_there_says_so_in_the_language_of_the_browser(client: Client) -> None:
    page = client.get("/nowhere/", headers={"accept-language": "zh-TW"}).content.decode()
    assert '<html lang="zh-Hant"' in page
    assert left_over(page) == set()


def test_money_has_its_units_in_the_reader_s_script() -> None:
    with override("zh-hant"):
        assert (money.short_text(3_600_000), money.exact_text(944_377)) == ("3.6 萬", "9,443.77 元")
        assert money.unit_word() == "萬元"
        assert money.counts_in_wan()


@pytest.mark.parametrize("kind", list(KINDS))
def test_an_empty_sheet_has_headings_that_are_read_back(valued: Any, kind: str) -> None:
    answer = reader(valued).get(f"/imports/template/{kind}/")
    assert answer.status_code == 200
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    header = [str(cell.value) for cell in openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0][1]]
    with override("zh-hant"):
        wanted = {f.label: f.key for f in KINDS[kind].fields}
    assert set(header) <= set(wanted)
    mapping = guess_mapping(header, [], kind).mapping()
    assert {header[place]: key for key, place in mapping.fields.items()} == {
        name: wanted[name] for name in header
    }


def test_the_choice_is_kept_and_an_unknown_language_is_refused(valued: Any) -> None:
    client = reader(valued, "e2")
    assert Person.objects.get(login="e2").language == "zh-hant"
    client.post("/settings/me/", {"language": "zh-xx"})
    assert Person.objects.get(login="e2").language == "zh-hant"


def test_a_line_and_a_formula_are_understood_as_they_are_written(valued: Any) -> None:
    rep = reader(valued, "e1")
    page = rep.get("/today/log/read/", {"text": "@甲 電話 12分鐘 談了返利，下週二回訪"}).content.decode()
    assert "回訪 後天 週二" in page
    page = (
        reader(valued)
        .get("/settings/measures/", {"formula": "沒有就用(12 月聯絡次數, 0) + 12 月訂單數"})
        .content.decode()
    )
    assert "沒有叫「" not in page
    assert "没有叫「" not in page

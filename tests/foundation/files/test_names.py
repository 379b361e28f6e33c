"""A name is shown as its last part and leads nowhere; the header of a download holds it whole and can't be split."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

import pytest
from django.http import HttpResponse
from hypothesis import example, given
from hypothesis import strategies as st

from kemai.foundation.files.content import DOC, ENDINGS, JPEG, PDF, PNG, TXT, XLS
from kemai.foundation.files.names import LONGEST_BYTES, disposition, ending_of, shown_name
from kemai.foundation.files.refusals import FileRefused

HOSTILE = (
    "../../x", "..\\x", "C:\\x", "a\0b.pdf", "汉" * 300, "x.pdf.", "\u202egpj.pdf", 'a"\r\nSet-Cookie: x=1.pdf', "....", "", "/", "CON.pdf",
    "a%00.pdf", "e\u0301.pdf", "\ud800.pdf", " .pdf",
)  # fmt: skip
anything = st.one_of(st.text(), st.sampled_from(HOSTILE), st.text(alphabet="./\\: \u202e\0a\"'%;\r\n汉"))


@pytest.mark.parametrize(
    ("declared", "shown"),
    [
        ("../../x", "x.pdf"),
        ("..\\x", "x.pdf"),
        ("C:\\x", "x.pdf"),
        ("C:x.pdf", "C_x.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("合同.PdF", "合同.PdF"),
        ("合同.pdf. . ", "合同.pdf"),
        ("报告\u202egnp.pdf", "报告gnp.pdf"),
        ("合同 v1.2", "合同 v1.2.pdf"),
        ("合同.第二版", "合同.第二版.pdf"),
        ("扫描.jpg", "扫描.pdf"),
        ("", "文件.pdf"),
        ("....", "文件.pdf"),
        ("nul.pdf", "_nul.pdf"),
        ("a<b>|c?.pdf", "a_b__c_.pdf"),
    ],
)
def test_b07_a_declared_name_is_shown_cleaned_with_an_ending_that_fits(declared: str, shown: str) -> None:
    assert shown_name(declared, PDF) == shown


def test_b07_300_characters_are_cut_to_what_every_disk_takes() -> None:
    name = shown_name("汉" * 300 + ".pdf", PDF)
    assert name == "汉" * 65 + ".pdf"


def test_the_endings_of_wps_are_kept_and_a_wrong_one_is_put_right() -> None:
    assert shown_name("协议.wps", DOC) == "协议.wps"
    assert shown_name("报价.ET", XLS) == "报价.ET"
    assert shown_name("报价.et", DOC) == "报价.doc"


def test_b07_the_last_ending_counts_whatever_its_letter_case() -> None:
    assert shown_name("a.svg.png", PNG) == "a.svg.png"
    assert shown_name("A.JPEG", JPEG) == "A.JPEG"
    for declared in ("shell.pHp", "a.png.svg", "x.EXE", "x.hTmL"):
        with pytest.raises(FileRefused, match=f".{ending_of(declared)}"):
            shown_name(declared, PNG)


@given(anything)
@example("a\u2028b.pdf")
def test_no_name_leads_anywhere_hides_anything_or_is_too_long(declared: str) -> None:
    try:
        name = shown_name(declared, TXT)
    except FileRefused:
        assert ending_of(declared) not in ENDINGS
        return
    assert not re.search(r'[/\\<>:"|?*\x00-\x1f\x7f]', name)
    assert all(
        unicodedata.category(c)[0] != "C" and unicodedata.category(c) not in ("Zl", "Zp") for c in name
    )
    assert not name.startswith((".", " "))
    assert ending_of(name) in TXT.endings
    assert 5 <= len(name) <= 120
    assert len(name.encode()) <= LONGEST_BYTES
    assert shown_name(name, TXT) == name, "cleaning a clean name changes nothing"


@given(anything)
def test_c04_the_header_is_one_line_of_ascii_and_gives_the_name_back(name: str) -> None:
    value = disposition(name)
    assert re.fullmatch(r"attachment; filename=\"[^\"\\\r\n]*\"; filename\*=UTF-8''[A-Za-z0-9%._~-]*", value)
    assert value.isascii()
    assert value.isprintable()
    response = HttpResponse()
    response["Content-Disposition"] = value  # Django itself refuses a header that could be split
    given_back = unquote(value.rpartition("''")[2])
    printable = "".join(c for c in name if c.isprintable())
    assert given_back == (printable or "文件")


def test_c04_an_old_program_gets_an_ascii_name_and_a_new_one_the_whole() -> None:
    assert disposition('华"瑞".pdf') == (
        "attachment; filename=\"____.pdf\"; filename*=UTF-8''%E5%8D%8E%22%E7%91%9E%22.pdf"
    )

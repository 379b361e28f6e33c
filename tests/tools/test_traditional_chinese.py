"""Traditional Chinese says every message, in our words and in nobody's left-over simplified characters."""

import gettext
import os
import re
import subprocess
import sys
from pathlib import Path

import opencc
import pytest
from babel.messages.catalog import Catalog
from hypothesis import given
from hypothesis import strategies as st

from kemai.foundation import traditional
from tools import messages

ROOT = Path(__file__).resolve().parents[2]
PLACES = re.compile(r"%\(\w+\)[-+0-9.,]*[sdf]|%%|\{[^}]*\}|<[^>]*>|&\w+;|https?://\S+|[A-Z]{2}-\d+")
NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
BOTH = set("群峰")  # Taiwan writes these two as we do


def said() -> list[tuple[str, str]]:
    """Every message and what stands for it."""
    made = messages.traditional_catalogue(messages.read(messages.COMPLETE))
    return [(_one(m.id), _one(m.string)) for m in made if m.id]


def _one(text: object) -> str:
    return str(text[0] if isinstance(text, tuple) else text)


def simplified_only() -> set[str]:
    """Characters that OpenCC's table of simplified ones does not leave as they are."""
    rows = (Path(opencc.__file__).parent / "dictionary/STCharacters.txt").read_text("utf8").splitlines()
    return {row[0] for row in rows if row[0] not in row.split("\t")[1].split()} - BOTH


def keys(catalogue: Catalog) -> set[tuple[str, str | None]]:
    return {(_one(m.id), m.context) for m in catalogue if m.id}


def test_it_has_every_message_that_english_has() -> None:
    source = messages.read(messages.COMPLETE)
    assert keys(messages.traditional_catalogue(source)) == keys(source)
    assert [text for text, words in said() if not words] == []
    assert len(said()) > 4000


def test_what_is_filled_in_and_all_that_is_ascii_stays_as_it_is() -> None:
    moved = [text for text, words in said() if PLACES.findall(text) != PLACES.findall(words)]
    assert moved == []
    assert [text for text, words in said() if NOT_ASCII.sub("·", text) != NOT_ASCII.sub("·", words)] == []


@given(st.text(alphabet="客户后里发 表%(name)s{x}<b>/0KH-12", max_size=30))
def test_no_text_loses_or_moves_what_is_ascii(text: str) -> None:
    assert NOT_ASCII.sub("·", traditional.traditional(text)) == NOT_ASCII.sub("·", text)


def test_no_simplified_character_is_left() -> None:
    odd = simplified_only()
    assert [words for _text, words in said() if odd.intersection(words)] == []
    assert len(odd) > 3000


@pytest.mark.parametrize(("term", "wanted"), list(traditional.table()["glossary"].items()))
def test_the_glossary_is_law(term: str, wanted: str) -> None:
    assert traditional.traditional(term) == wanted
    assert traditional.traditional(f"请看{term}。") == f"請看{wanted}。"


def test_the_glossary_is_law_in_every_message() -> None:
    longer = sorted(traditional.table()["glossary"].items(), key=lambda pair: -len(pair[0]))
    wrong = []
    for text, words in said():
        rest = text
        for term, wanted in longer:
            if term in rest and wanted not in words:
                wrong.append((term, words))
            rest = rest.replace(term, "·")
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("以后几天后再看", "以後幾天後再看"), ("这里面有 3 公里", "這裡面有 3 公里"), ("只有一只", "只有一隻"),
        ("发票、批发、发展", "發票、批發、發展"), ("重复、恢复", "重複、恢復"), ("历史和日历", "歷史和日曆"),
        ("看表头", "看表頭"), ("下周期", "下週期"), ("其余", "其餘"), ("准确、不准", "準確、不準"),
        ("系统、关系、系数、联系", "系統、關係、係數、聯絡"), ("占比、占用", "佔比、佔用"), ("半年内核实", "半年內核實"),
        ("库存盘点", "庫存盤點"), ("收款冲最早的", "收款沖最早的"), ("并进来的", "併進來的"), ("平台、这台电脑", "平台、這台電腦"),
        ("权限、类型、参数", "權限、類型、參數"), ("导入导出", "匯入匯出"), ("保存设置", "儲存設定"), ("默认用户", "預設使用者"),
        ("打印、搜索、登录", "列印、搜尋、登入"), ("短信、消息", "簡訊、訊息"), ("数据库的服务器", "資料庫的伺服器"),
        ("第 3 行，5 列", "第 3 列，5 欄"), ("行业、行号", "行業、行號"), ("档案质量", "檔案品質"), ("渠道关系", "通路關係"),
        ("账号和应收账款", "帳號和應收賬款"), ("贴现率", "折現率"), ("请选一个文件", "請選一個檔案"), ("客户列表", "客戶清單"),
        ("审核对象和项目", "審核對象和項目"), ("指标或函数", "指標或函數"),
    ],
)  # fmt: skip
def test_words_that_are_easily_wrong_are_right(source: str, wanted: str) -> None:
    assert traditional.traditional(source) == wanted


def test_the_compiled_catalogue_is_found_by_gettext_and_follows_its_sources(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([sys.executable, ROOT / "tools/messages.py"], check=True, env=environment)
    found = gettext.translation("django", ROOT / "src/kemai/locale", ["zh_Hant"])
    assert found.gettext("客户") == "客戶"
    assert found.pgettext("tab", "文件") == "文件"
    older, newer = tmp_path / "a.mo", tmp_path / "b.toml"
    older.touch()
    newer.touch()
    os.utime(older, (1, 1))
    assert messages.is_old(older, newer)
    assert messages.is_old(tmp_path / "none.mo", newer)
    assert not messages.is_old(newer, older)

"""The English catalogue says what the source says: the same places to fill in, nothing left in Chinese."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
PLACES = re.compile(r"%\(\w+\)[-+0-9.,]*[sdf]|%%|\{[^}]*\}")
CHINESE = re.compile(r"[\u3400-\u9fff]")
NAMES = {"简体中文"}


def messages() -> list[tuple[str, str]]:
    with (ROOT / "src/kemai/locale/en/LC_MESSAGES/django.po").open("rb") as file:
        return [(str(m.id), str(m.string)) for m in read_po(file, locale="en") if m.id and m.string]


def test_a_translation_fills_in_the_same_values() -> None:
    wrong = [i for i, s in messages() if sorted(PLACES.findall(i)) != sorted(PLACES.findall(s))]
    assert wrong == []


def test_what_is_filled_in_has_no_bare_percent_sign() -> None:
    filled = [s for i, s in messages() if "%(" in i]
    assert [s for s in filled if re.search(r"(?<!%)(?:%%)*%(?![%(])", s)] == []


def test_english_is_english() -> None:
    assert [s for _, s in messages() if CHINESE.search(s) and s not in NAMES] == []

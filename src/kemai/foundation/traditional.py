"""Traditional Chinese out of the Chinese of the sources, as Taiwan writes it: the project's own words first (the
glossary, then what the dictionary would get wrong), the rest by OpenCC's dictionary. What is ASCII, so every placeholder,
tag, address and code, is never handed over."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from kemai.foundation.chinese import simplified

WORDS = Path(__file__).with_suffix(".toml")
CHINESE = re.compile(r"[^\x00-\x7f]+")


def traditional(text: str) -> str:
    """The text in traditional characters and Taiwan's words.

    >>> traditional("导入 %(n)s 家客户：KH-00127")
    '匯入 %(n)s 家客戶：KH-00127'
    """
    return CHINESE.sub(lambda found: _converted(found[0]), text)


def in_script(text: str) -> str:
    """A sentence that no catalogue has, such as an error of the value library or one that was kept, as the reader
    writes: traditional for who reads that, unless it is already, else as it is."""
    return traditional(text) if get_language() == "zh-hant" and simplified(text) == text else text


@cache
def table() -> dict[str, Any]:
    """The project's own words: `glossary`, `words` and `messages`, each from simplified to traditional."""
    return tomllib.loads(WORDS.read_text("utf8"))


@cache
def _own() -> tuple[re.Pattern[str], dict[str, str]]:
    words = {**table()["words"], **table()["glossary"]}
    longest = sorted(words, key=lambda word: len(word.strip("^$")), reverse=True)
    return re.compile("|".join(map(_sought, longest))), {
        word.strip("^$"): said for word, said in words.items()
    }


def _sought(word: str) -> str:
    return f"{'^' * word.startswith('^')}{re.escape(word.strip('^$'))}{'$' * word.endswith('$')}"


@cache
def _dictionary() -> Any:
    from opencc import OpenCC

    return OpenCC("s2twp")


@cache
def _converted(run: str) -> str:
    sought, words = _own()
    parts, done = [], 0
    for found in sought.finditer(run):
        parts += [_dictionary().convert(run[done : found.start()]), words[found[0]]]
        done = found.end()
    return "".join([*parts, _dictionary().convert(run[done:])])

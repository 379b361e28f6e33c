"""Texts, identifiers and choices: what is invisible goes, what is visible stays."""

import re
import unicodedata
from functools import cache

from kemai.foundation.chinese import mainland, simplified
from kemai.oversight.exchange.parsing.fields import Field
from kemai.oversight.exchange.parsing.values.refused import ValueRefused

_FLOATED_INTEGER = re.compile(r"(\d+)\.0+")
_EXPONENT = re.compile(r"[+-]?\d(?:\.\d+)?[eE][+-]?\d+")
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_LONGEST_TEXT = 2000
_LONGEST_CODE = 100
_YES = frozenset({"是", "对", "有", "y", "yes", "true", "1", "农历", "阴历", "✓", "√"})
_NO = frozenset({"否", "不", "无", "n", "no", "false", "0", "公历", "阳历", "新历", "×"})


def folded(text: str) -> str:
    """Width folded (NFKC), format and control characters removed, blanks at both ends stripped.

    >>> folded(" １２，０００．５０\u200b ")
    '12,000.50'
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    return visible(unicodedata.normalize("NFKC", text)).strip()


def visible(text: str) -> str:
    """Without zero-width, bidi and control characters; line breaks and no-break spaces become spaces."""
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in "\n\r\t\u00a0\u3000":
        return " "
    return "" if unicodedata.category(character) in ("Cf", "Cc") else character


def _refuse_unreadable(text: str) -> None:
    """Replacement and private-use characters: nobody but one old program knows what they meant."""
    if _UNREADABLE.search(text):
        raise ValueRefused("unreadable_character")


def parse_text(text: str) -> str | None:
    """Free text, its own width kept; None if nothing visible is left."""
    _refuse_unreadable(text)
    shown = visible(text).strip()
    if len(shown) > _LONGEST_TEXT:
        raise ValueRefused("text_too_long", limit=_LONGEST_TEXT)
    return shown or None


def parse_lines(text: str) -> str | None:
    """Free text whose line breaks mean something; empty lines are left out.

    >>> parse_lines(" 东街 1 号\\r\\n\\n西街 2 号")
    '东街 1 号\\n西街 2 号'
    """
    lines = (parse_text(line) for line in text.splitlines())
    return "\n".join(line for line in lines if line) or None


def parse_code(text: str) -> str | None:
    """An identifier: folded; `1001.0` is 1001; a rounded `1.38E+10` is refused.

    >>> parse_code("ＣＫ－００１"), parse_code("1001.0"), parse_code("V1.0")
    ('CK-001', '1001', 'V1.0')
    """
    code = folded(text)
    _refuse_unreadable(code)
    if _EXPONENT.fullmatch(code):
        raise ValueRefused("digits_lost")
    floated = _FLOATED_INTEGER.fullmatch(code)
    if floated:
        code = floated[1]
    if len(code) > _LONGEST_CODE:
        raise ValueRefused("text_too_long", limit=_LONGEST_CODE)
    return code or None


def parse_customer(text: str) -> str | None:
    """A customer's code, credit code or name: codes folded, names kept as written."""
    code = parse_code(text)
    return code if code is None or code.isascii() else parse_text(text)


def parse_flag(text: str) -> bool:
    """Yes or no, in either language."""
    word = simplified(folded(text)).casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueRefused("not_a_flag")


def parse_choice(text: str, field: Field) -> str:
    """The stored value for a word such as 退货, 退回 or return."""
    word, given = folded(text).casefold().replace(" ", ""), tuple(field.choices.items())
    known = _choices(field.key, given)
    found = known.get(word) or known.get(mainland(word))
    if found is None:
        raise ValueRefused("unknown_choice", choices="、".join(words[0] for words in field.choices.values()))
    return found


@cache
def _choices(_key: str, choices: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, str]:
    return {word.casefold(): key for key, words in reversed(choices) for word in (key, *words)}

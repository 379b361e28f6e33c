"""Readings of Chinese text: a table of characters, and the phrases whose reading differs from it."""

from __future__ import annotations

from functools import cache

SURNAMES = {
    "单": "shan",
    "解": "xie",
    "仇": "qiu",
    "曾": "zeng",
    "区": "ou",
    "查": "zha",
    "盖": "ge",
    "翟": "zhai",
}
LONGEST = 4


def syllables(text: str) -> list[str]:
    """One syllable per Chinese character, other characters as they are: 重庆a -> ['chong', 'qing', 'a']."""
    found: list[str] = []
    place = 0
    while place < len(text):
        length, reading = _phrase(text, place)
        found += reading
        place += length
    return found


def initials(text: str) -> str:
    """The first letters: 华瑞商贸 -> hrsm."""
    return "".join(s[0] for s in syllables(text) if s)


def _phrase(text: str, place: int) -> tuple[int, tuple[str, ...]]:
    phrases = _phrases()
    for length in range(min(LONGEST, len(text) - place), 1, -1):
        reading = phrases.get(text[place : place + length])
        if reading:
            return length, reading
    return 1, (_character(text[place]),)


@cache
def _character(character: str) -> str:
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(character, style=Style.NORMAL)[0] if "一" <= character <= "鿿" else character


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    """Only those phrases of the dictionary that read differently from their characters."""
    import unicodedata

    from pypinyin.constants import PHRASES_DICT

    def plain(syllable: str) -> str:
        return "".join(c for c in unicodedata.normalize("NFD", syllable) if not unicodedata.combining(c))

    different = {}
    for phrase, readings in PHRASES_DICT.items():
        if 2 <= len(phrase) <= LONGEST:
            reading = tuple(plain(r[0]) for r in readings)
            if reading != tuple(_character(c) for c in phrase):
                different[phrase] = reading
    return different

"""Readings of Chinese text: a table of characters, and the phrases whose reading differs from it."""

from __future__ import annotations

import json
import os
import unicodedata
from functools import cache
from pathlib import Path

LONGEST = 4


def syllables(text: str) -> list[str]:
    """One syllable per Chinese character, other characters as they are: 重庆a -> ['chong', 'qing', 'a']."""
    characters, phrases = _characters(), _phrases()
    found: list[str] = []
    place, end = 0, len(text)
    while place < end:
        for length in phrases.lengths.get(text[place], ()):
            reading = phrases.readings.get(text[place : place + length])
            if reading:
                found += reading
                place += length
                break
        else:
            found.append(characters[text[place]])
            place += 1
    return found


def initials(text: str) -> str:
    """The first letters: 华瑞商贸 -> hrsm."""
    return "".join(s[0] for s in syllables(text) if s)


class _Characters(dict[str, str]):
    """The reading of each character that was asked for."""

    def __missing__(self, character: str) -> str:
        reading = character
        if "一" <= character <= "鿿":
            from pypinyin import Style, lazy_pinyin

            reading = lazy_pinyin(character, style=Style.NORMAL)[0]
        self[character] = reading
        return reading


class _Phrases:
    """`readings` of phrases; `lengths` says which lengths are worth a look after a first character, longest first."""

    def __init__(self, readings: dict[str, tuple[str, ...]]) -> None:
        self.readings = readings
        found: dict[str, set[int]] = {}
        for phrase in readings:
            found.setdefault(phrase[0], set()).add(len(phrase))
        self.lengths = {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}


@cache
def _characters() -> _Characters:
    # The dictionary of phrases takes 40 MB for as long as the process lives; ours is a tenth of it.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    return _Characters()


@cache
def _phrases() -> _Phrases:
    """Only those phrases of the dictionary that read differently from their characters."""
    characters = _characters()
    import pypinyin

    text = Path(pypinyin.__file__).with_name("phrases_dict.json").read_text("utf8")
    different: dict[str, tuple[str, ...]] = {}
    for phrase, readings in json.loads(text).items():
        if 2 <= len(phrase) <= LONGEST:
            reading = tuple(_plain(r[0]) for r in readings)
            if reading != tuple(characters[c] for c in phrase):
                different[phrase] = reading
    _plain.cache_clear()
    return _Phrases(different)


@cache
def _plain(syllable: str) -> str:
    """Without the tone: chóng -> chong."""
    return "".join(c for c in unicodedata.normalize("NFD", syllable) if not unicodedata.combining(c))

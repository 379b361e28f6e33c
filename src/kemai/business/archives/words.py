"""The words under which a customer is found: plain ASCII, so that both databases index them alike.

A Chinese character is `h` and its code point, two in a row are a bigram; `i` are pieces of the initials, `p` spellings
that start at any syllable, `w` beginnings of Latin words, `c` pieces of codes, `n` pieces of numbers.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from kemai.business.archives.names import folded
from kemai.business.archives.pinyin import syllables

HAN = re.compile(r"[㐀-鿿\U00020000-\U0002fa1f]+")
WORD = re.compile(r"[a-z0-9]+")
LONGEST_WORD = 24
SPELLED, SPELLED_IN_PART = 8, 3
_NO_CODE, _NO_DIGIT = re.compile(r"[^a-z0-9]"), re.compile(r"\D")


def tokens_of(names: Sequence[str], codes: Sequence[str], phones: Sequence[str]) -> str:
    """The words under which a record is found, each once, always in the same order."""
    words: list[str] = []
    for name in dict.fromkeys(names):
        if name:
            words += _name_words(folded(name))
    for code in codes:
        if code:
            words += pieces("c", _NO_CODE.sub("", folded(code)))
    for phone in phones:
        if phone:
            words += pieces("n", _NO_DIGIT.sub("", phone))
    return " ".join(dict.fromkeys(words))


def han_words(runs: Iterable[str]) -> list[str]:
    """Bigrams of each run of characters; of a run of one, the character."""
    words: list[str] = []
    for run in runs:
        points = [f"h{ord(c):x}" for c in run]
        words += points if len(run) == 1 else map("".join, itertools.pairwise(points))
    return sorted(set(words))


def pieces(kind: str, text: str, size: int = 3) -> list[str]:
    """Every piece of two and of `size` characters, so that a middle part finds it."""
    return [f"{kind}{text[i : i + n]}" for n in (2, size) for i in range(len(text) - n + 1)]


def _name_words(name: str) -> list[str]:
    words: list[str] = []
    for run in HAN.findall(name):
        points = [f"h{ord(c):x}" for c in run]
        words += points
        words += map("".join, itertools.pairwise(points))
        reading = syllables(run)
        words += pieces("i", "".join([s[0] for s in reading if s]))
        words += _spellings(reading)
    words += [f"w{w[:n]}" for w in WORD.findall(name) for n in range(2, min(len(w), LONGEST_WORD) + 1)]
    return words


def _spellings(reading: Sequence[str]) -> list[str]:
    words: list[str] = []
    for start in range(len(reading)):
        words += _spelled(tuple(reading[start : start + SPELLED]))
    return words


@lru_cache(maxsize=20_000)
def _spelled(reading: tuple[str, ...]) -> tuple[str, ...]:
    """Lengths at which a typed spelling may stop: after each whole syllable, and from two letters on within the first
    three. Names of companies end alike: half of these are asked for again and again."""
    words: list[str] = []
    text, total = "p", 1
    for place, syllable in enumerate(reading):
        text += syllable
        if place < SPELLED_IN_PART:
            words += [text[:end] for end in range(max(total + 1, 3), len(text))]
        total = len(text)
        if total > 2:
            words.append(text)
    return tuple(words)

"""The words under which a customer is found: plain ASCII, so that both databases index them alike.

A Chinese character is `h` and its code point, two in a row are a bigram; `i` are pieces of the initials, `p` spellings
that start at any syllable before 有限公司 (nobody looks for what every firm is called), `w` beginnings of Latin words, `c` pieces of codes, `n` pieces of numbers.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from operator import add, itemgetter

from kemai.business.archives.names import folded
from kemai.business.archives.pinyin import syllables

HAN = re.compile(r"[㐀-鿿\U00020000-\U0002fa1f]+")
WORD = re.compile(r"[a-z0-9]+")
LONGEST_WORD = 24
SPELLED, SPELLED_IN_PART = 8, 3
COMPANY = re.compile(r"(?<=.)(股份有限|有限责任|有限)?公司$")
Run = tuple[str, list[str], int]  # characters, their reading, and where 有限公司 begins
_NO_CODE, _NO_DIGIT = re.compile(r"[^a-z0-9]"), re.compile(r"\D")


def tokens_of(names: Sequence[str], codes: Sequence[str], phones: Sequence[str]) -> str:
    """The words under which a record is found, each once, always in the same order."""
    words: list[str] = []
    runs: list[Run] = []
    for name in dict.fromkeys(names):
        if name:
            words += _name_words(folded(name), runs)
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


def pieces(kind: str, text: str) -> list[str]:
    """Every piece of two and of three characters, so that a middle part finds it."""
    made = _PIECES[kind]
    return [made[piece] for piece in _cut(len(text))(text)]


def _name_words(name: str, before: list[Run]) -> list[str]:
    """The words of a name; of a run of characters that is part of one `before` they are all known."""
    words: list[str] = []
    for text in HAN.findall(name):
        company = COMPANY.search(text)
        run = text, syllables(text), company.start() if company else len(text)
        if not any(_is_part(run, other) for other in before):
            before.append(run)
            words += _run_words(*run)
    words += [f"w{w[:n]}" for w in WORD.findall(name) for n in range(2, min(len(w), LONGEST_WORD) + 1)]
    return words


def _is_part(run: Run, other: Run) -> bool:
    """True if the other run holds this one, read the same: short names are mostly cut out of the long ones."""
    place = other[0].find(run[0])
    end, core = place + len(run[0]), other[2]
    if place < 0 or (end > core and (end < len(other[0]) or place >= core)):
        return False
    return other[1][place:end] == run[1]


def _run_words(run: str, reading: Sequence[str], core: int) -> list[str]:
    points = [_POINTS[c] for c in run]
    words = [*points, *map(add, points, points[1:])]
    words += pieces("i", "".join([s[0] for s in reading if s]))
    words += _spellings(reading, core)
    return words


def _spellings(reading: Sequence[str], core: int) -> list[str]:
    """What may be typed from each syllable of the core on: names differ, but the lengths of their syllables come again
    and again."""
    words: list[str] = []
    lengths, letters, at = tuple(map(len, reading)), "".join(reading), 0
    ends = (*itertools.accumulate(lengths), *(len(letters),) * SPELLED)
    for start, length in enumerate(lengths[:core]):
        words += _stops(lengths[start : start + SPELLED])("p" + letters[at : ends[start + SPELLED - 1]])
        at += length
    return words


Cut = Callable[[str], tuple[str, ...]]


@lru_cache(maxsize=20_000)
def _stops(lengths: tuple[int, ...]) -> Cut:
    """Cuts a spelling where a typed one may stop: after each whole syllable, and from two letters on within the first
    three."""
    ends: list[int] = []
    total = 1
    for place, length in enumerate(lengths):
        if place < SPELLED_IN_PART:
            ends += range(max(total + 1, 3), total + length)
        total += length
        if total > 2:
            ends.append(total)
    return _cutter([_from_the_start(end) for end in ends])


@cache
def _from_the_start(end: int) -> slice:
    return slice(end)


@lru_cache(maxsize=1_000)
def _cut(length: int) -> Cut:
    return _cutter([slice(i, i + n) for n in (2, 3) for i in range(length - n + 1)])


def _cutter(slices: Sequence[slice]) -> Cut:
    if not slices:
        return lambda text: ()
    cut = itemgetter(*slices)
    return cut if len(slices) > 1 else lambda text: (cut(text),)


class _Made(dict[str, str]):
    """Words made once: there are few of a kind, and what is the same object is quickly known to be the same."""

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, part: str) -> str:
        if len(self) >= _MOST_MADE:
            self.clear()
        word = self[part] = self._make(part)
        return word


_MOST_MADE = 100_000
_POINTS = _Made(lambda character: f"h{ord(character):x}")
_PIECES = {kind: _Made(kind.__add__) for kind in "icn"}

"""The words of a customer are made quickly, and are those that the plain rules would give."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator

from kemai.business.archives.names import folded
from kemai.business.archives.pinyin import syllables
from kemai.business.archives.words import tokens_of

PARTS = (
    "商贸有限公司",
    "股份有限公司",
    "公司",
    "重庆银行",
    "长沙",
    "龙",
    "行",
    "单于",
    "ＡＢ",
    "a9",
    "（",
    " ",
    "㊣",
    "𠀀",
    "华瑞",
    "乐山音乐",
)


def test_words_are_those_of_the_plain_rules_each_once_and_in_their_order():
    dice = random.Random(3)
    for _ in range(3_000):
        name = "".join(dice.choices(PARTS, k=dice.randrange(1, 6)))
        cut = dice.randrange(len(name))
        names = [name, name[cut : cut + dice.randrange(1, 6)], dice.choice(["", "张三", name])]
        codes, phones = [f"KH-{dice.randrange(999)}", "9a"], [f"138 {dice.randrange(10**8):08d}", "1"]
        assert tokens_of(names, codes, phones).split() == list(dict.fromkeys(plainly(names, codes, phones)))


def plainly(names: list[str], codes: list[str], phones: list[str]) -> Iterator[str]:
    """The rules one by one."""
    for name in map(folded, names):
        for run in re.findall("[㐀-鿿\U00020000-\U0002fa1f]+", name):
            yield from characters(run)
            yield from pieces("i", "".join(s[0] for s in syllables(run)))
            firm = re.search("(?<=.)(股份有限|有限责任|有限)?公司$", run)
            for start in range(firm.start() if firm else len(run)):
                yield from spelled(syllables(run)[start : start + 8])
        for word in re.findall("[a-z0-9]+", name):
            yield from (f"w{word[:n]}" for n in range(2, min(len(word), 24) + 1))
    for code in codes:
        yield from pieces("c", re.sub("[^a-z0-9]", "", folded(code)))
    for phone in phones:
        yield from pieces("n", re.sub(r"\D", "", phone))


def characters(run: str) -> Iterator[str]:
    yield from (f"h{ord(c):x}" for c in run)
    yield from (f"h{ord(a):x}h{ord(b):x}" for a, b in itertools.pairwise(run))


def pieces(kind: str, text: str) -> Iterator[str]:
    yield from (f"{kind}{text[i : i + n]}" for n in (2, 3) for i in range(len(text) - n + 1))


def spelled(reading: list[str]) -> Iterator[str]:
    """At least two letters; anywhere within the first three syllables, then after whole ones."""
    text = "".join(reading)
    whole = {len("".join(reading[:n])) for n in range(1, len(reading) + 1)}
    within = len("".join(reading[:3]))
    yield from (f"p{text[:end]}" for end in range(2, len(text) + 1) if end in whole or end <= within)

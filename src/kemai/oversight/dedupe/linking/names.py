"""What a firm's name says: where, what it is called, what it trades in, which branch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kemai.business.archives.names import folded
from kemai.business.archives.pinyin import syllables
from kemai.oversight.dedupe.linking.places import leading_places, place_named
from kemai.oversight.dedupe.linking.words import BRANCHES, LEGAL_FORMS, LONGEST_TRADE, SHOPS, TRADES

_BRACKETS = re.compile(r"[(\[【〔「]([^)\]】〕」]*)[)\]】〕」]")
_MARKS = re.compile(r"[\W_]+")
_FORMS = "|".join(sorted(LEGAL_FORMS, key=len, reverse=True))
_ENDS = "|".join(BRANCHES)
_BRANCH_AFTER_FORM = re.compile(rf"^(.*?(?:{_FORMS}|厂|场|所|院))(.{{1,16}}?(?:{_ENDS}|店|厂))$")
_BRANCH_ALONE = re.compile(rf"^(.{{4,}}?)([一-鿿]{{2,3}}(?:第?[一二三四五六七八九十\d]+)?(?:{_ENDS}))$")
_SHOP = re.compile(rf"^(.*?(?:{'|'.join(SHOPS)}))(.{{1,10}}店)$")
_FORM = re.compile(rf"({_FORMS})$")
_SIDE_FORMS = ("集团", "有限合伙", "普通合伙", "控股", "中国", "国际")
_NUMBERS = frozenset("0123456789一二三四五六七八九十百")
MOST_TRADES = 3


@dataclass(frozen=True, slots=True)
class Parts:
    """A name taken apart. `core` is the firm's own word with its trade, `sound` the same as it is spoken, `gaps` the
    core with one character left out at each place: two cores that differ by one character share one of them."""

    place: str
    word: str
    trade: str
    branch: str

    @property
    def core(self) -> str:
        return self.word + self.trade

    @property
    def sound(self) -> str:
        return "".join(syllables(self.word)) + "·" + self.trade

    @property
    def gaps(self) -> list[str]:
        """Short cores have too few characters to spare one, and a number is never a slip: 一店 is not 二店."""
        word = self.word
        if len(self.core) < 4 or len(word) < 2:
            return []
        left_out = {
            f"{word[:i]}{word[i + 1 :]}*{self.trade}" for i, c in enumerate(word) if c not in _NUMBERS
        }
        return sorted({*left_out, f"{word}*{self.trade}"})


def parts(name: str) -> Parts:
    """The parts of a name, whatever its script, width and brackets.

    >>> parts("江苏省蘇州市華瑞商貿有限公司")
    Parts(place='3205', word='华瑞', trade='贸易', branch='')
    >>> parts("华瑞（苏州）商贸有限公司无锡分公司")
    Parts(place='3205', word='华瑞', trade='贸易', branch='无锡分公司')
    """
    text, place, branch = _without_brackets(folded(name))
    text = _MARKS.sub("", text)
    if not branch:
        text, branch = _without_branch(text)
    text = _without_form(text)
    code, end = leading_places(text)
    word, trade = _word_and_trade(text[end:])
    if end and (len(word) < 2 or word in TRADES):  # 东方商贸 is called 东方, and not after a city of Hainan
        code, (word, trade) = "", _word_and_trade(text)
    return Parts(place or code, word, trade, branch)


def _without_brackets(text: str) -> tuple[str, str, str]:
    """The text without what stands in brackets, and the place or the branch that stood there."""
    place = branch = ""
    for inside in _BRACKETS.findall(text):
        bare = _MARKS.sub("", inside)
        if bare.endswith((*BRANCHES, "店")):
            branch = bare
        elif bare not in _SIDE_FORMS:
            place = place or place_named(bare)
    return _BRACKETS.sub("", text), place, branch


def _without_branch(text: str) -> tuple[str, str]:
    if not text.endswith((*BRANCHES, "店", "厂")):
        return text, ""
    for pattern in (_BRANCH_AFTER_FORM, _SHOP, _BRANCH_ALONE):
        found = pattern.match(text)
        if found:
            return found[1], found[2]
    return text, ""


def _without_form(text: str) -> str:
    """Also twice: 集团有限公司."""
    for _again in range(2):
        found = _FORM.search(text)
        if not found or found.start() < 2:
            break
        text = text[: found.start()]
    return text


@lru_cache(maxsize=100_000)
def _word_and_trade(text: str) -> tuple[str, str]:
    """The firm's own word, and its trade in the one writing that stands for all of the same sense."""
    trades: list[str] = []
    while len(trades) < MOST_TRADES:
        for length in range(min(LONGEST_TRADE, len(text) - 2), 0, -1):
            trade = TRADES.get(text[-length:])
            if trade:
                trades.insert(0, trade)
                text = text[:-length]
                break
        else:
            break
    return text, "".join(dict.fromkeys(trades))

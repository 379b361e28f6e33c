"""A formula cut into words: numbers, names of measures, functions, signs, brackets. Places stay those of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kemai.value.formulas.errors import FormulaError
from kemai.value.formulas.names import Name

LONGEST = 500
FOLDED = str.maketrans(
    "（）＋－×÷／＊，、＜＞＝％！－．−；０１２３４５６７８９", "()+-*//*,,<>=%!-.-;0123456789"
)
FUNCTIONS = {
    "if": "if", "如果": "if", "case": "case", "分情况": "case", "coalesce": "coalesce", "没有就用": "coalesce",
    "min": "min", "least": "min", "最小": "min", "max": "max", "greatest": "max", "最大": "max", "abs": "abs", "绝对值": "abs",
    "round": "round", "四舍五入": "round", "ln": "ln", "对数": "ln", "sqrt": "sqrt", "开方": "sqrt", "share": "share", "占比": "share",
    "分情況": "case", "沒有就用": "coalesce", "絕對值": "abs", "四捨五入": "round", "對數": "ln", "開方": "sqrt", "佔比": "share",
}  # fmt: skip
WORDS = {"and": "and", "且": "and", "or": "or", "或": "or", "not": "not", "非": "not"}
SIGNS = {"==": "=", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">="}
SIGN = re.compile(r"<=|>=|==|!=|<>|[≤≥≠<>=+\-*/(),%]")
NUMBER = re.compile(r"(?:\d{1,15}(?:\.\d{0,9})?|\.\d{1,9})(?![\w.])|\d{1,15}(?=[且或])")
WORD = re.compile(r"[^\W\d]\w*")
SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, name, function, word, sign or end; `text` its plain form (a name's key)."""

    kind: str
    text: str
    at: int
    length: int


def tokens(text: str, known: Iterable[Name]) -> list[Token]:
    """The words of a formula, an end at last. Raises FormulaError for what is none."""
    if len(text) > LONGEST:
        raise FormulaError(f"公式太长，最多 {LONGEST} 个字", code="too_long", at=LONGEST)
    return [*_cut(text.translate(FOLDED), _Names(known)), Token("end", "", len(text), 0)]


class _Names:
    """Measures by key and by Chinese name; spaces within a name do not matter, the longest name wins."""

    def __init__(self, known: Iterable[Name]) -> None:
        self.keys: dict[str, str] = {}
        labels: dict[str, str] = {}
        for name in known:
            self.keys[name.key.casefold()] = name.key
            for label in (*name.also, name.label):
                labels["".join(label.translate(FOLDED).casefold().split())] = name.key
        self.labels = labels
        longest = sorted(labels, key=len, reverse=True)
        parts = [r"\s*".join(map(re.escape, label)) for label in longest if label]
        self.pattern = re.compile(f"(?:{'|'.join(parts)})(?=$|\\W|[且或])", re.IGNORECASE) if parts else None

    def match(self, text: str, at: int) -> tuple[str, int] | None:
        found = self.pattern.match(text, at) if self.pattern else None
        if found is None:
            return None
        key = self.labels.get("".join(found[0].casefold().split()))
        return (key, found.end()) if key else None


def _cut(text: str, names: _Names) -> Iterator[Token]:
    at = 0
    while at < len(text):
        space = SPACE.match(text, at)
        if space:
            at = space.end()
            continue
        token = _next(text, at, names)
        yield token
        at += token.length


def _next(text: str, at: int, names: _Names) -> Token:
    named = names.match(text, at)
    if named:
        return Token("name", named[0], at, named[1] - at)
    for kind, pattern in (("number", NUMBER), ("sign", SIGN)):
        found = pattern.match(text, at)
        if found:
            return Token(kind, SIGNS.get(found[0], found[0]), at, len(found[0]))
    found = WORD.match(text, at)
    if found is None:
        raise FormulaError(f"看不懂「{text[at]}」", code="bad_character", at=at)
    return _word(found[0], at, names)


def _word(text: str, at: int, names: _Names) -> Token:
    for joint in ("且", "或", "非"):  # written without a space: 且毛利
        if text.startswith(joint):
            return Token("word", WORDS[joint], at, 1)
    plain = text.casefold()
    for kind, known in (("word", WORDS), ("function", FUNCTIONS), ("name", names.keys)):
        if plain in known:
            return Token(kind, known[plain], at, len(text))
    raise FormulaError(
        f"没有叫「{text[:30]}」的指标或函数", code="unknown_name", at=at, length=len(text), name=text[:30]
    )

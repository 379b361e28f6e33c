"""What is wrong with a formula, said in the reader's language: the library's own sentences are Chinese only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kemai.business.valuation.own.reading import unit_word
from kemai.value.formulas import FormulaError
from kemai.value.formulas.tokens import FOLDED, FUNCTIONS, LONGEST
from kemai.value.formulas.tree import ARITY, DEEPEST

SENTENCES: Mapping[str, Any] = {
    "too_long": gettext_lazy("公式太长，最多 %(longest)s 个字"),
    "bad_character": gettext_lazy("看不懂「%(piece)s」"),
    "unknown_name": gettext_lazy("没有叫「%(name)s」的指标或函数"),
    "empty": gettext_lazy("还没写公式"),
    "unfinished": gettext_lazy("话没说完"),
    "unexpected": gettext_lazy("这里不该是「%(piece)s」"),
    "expected": gettext_lazy("这里少了「%(sign)s」"),
    "too_deep": gettext_lazy("套得太深，最多 %(deepest)s 层"),
    "bad_unit": gettext_lazy("乘除出来的单位没有人用，换个写法"),
    "not_a_number": gettext_lazy("这里要一个数，给的是一个条件"),
    "not_a_condition": gettext_lazy("这里要一个条件（比如 12 月销售 > 0），给的是一个数"),
    "bad_root": gettext_lazy("这个单位不能开方"),
    "bad_places": gettext_lazy("小数位数写 0 到 6 的一个数"),
    "circle": "%(said)s",
}
TOGETHER = {
    "+": gettext_lazy("%(a)s和%(b)s不能相加"),
    "-": gettext_lazy("%(a)s和%(b)s不能相减"),
    "min": gettext_lazy("%(a)s和%(b)s不能比大小"),
    "max": gettext_lazy("%(a)s和%(b)s不能比大小"),
    "share": gettext_lazy("%(a)s和%(b)s不能算占比"),
    "if": gettext_lazy("%(a)s和%(b)s不能一起当结果"),
    "case": gettext_lazy("%(a)s和%(b)s不能一起当结果"),
}


def problem_of(wrong: FormulaError, text: str) -> str:
    """The place and the sentence, 第 6 个字：元和天不能相加; `text` is the formula that the error speaks of."""
    piece = text[wrong.at : wrong.at + max(wrong.length, 1)]
    return _("第 %(n)s 个字：%(what)s") % {"n": wrong.at + 1, "what": _what(wrong, piece)}


def _what(wrong: FormulaError, piece: str) -> str:
    if wrong.code == "units_differ":
        return _units_differ(wrong, piece)
    if wrong.code == "wrong_number":
        return _wrong_number(piece)
    told = {"longest": LONGEST, "deepest": DEEPEST, "piece": piece, **wrong.params}
    return str(SENTENCES[wrong.code]) % told


def _units_differ(wrong: FormulaError, piece: str) -> str:
    said = TOGETHER.get(_plain(piece), gettext_lazy("%(a)s和%(b)s不能放在一起"))
    first, second = (unit_word(wrong.params[name]) or pgettext("unit", "倍") for name in ("first", "second"))
    return str(said) % {"a": first, "b": second}


def _wrong_number(piece: str) -> str:
    kind = _plain(piece)
    fewest, most = ARITY[kind]
    if kind == "case":
        return _("%(name)s 里条件和结果成对，最后一个是其余") % {"name": piece}
    if fewest == most:
        return _("%(name)s 要 %(n)s 项") % {"name": piece, "n": fewest}
    return _("%(name)s 要 %(n)s 到 %(m)s 项") % {"name": piece, "n": fewest, "m": most}


def _plain(piece: str) -> str:
    """A sign or a function as the library calls it."""
    said = piece.translate(FOLDED).casefold()
    return FUNCTIONS.get(said, said)

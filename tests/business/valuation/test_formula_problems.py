"""What is wrong with a formula is said in the reader's language, at the place where it is wrong."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from kemai.business.valuation.own.nameable import nameables
from kemai.business.valuation.own.problems import problem_of
from kemai.value.formulas import FormulaError, parse

WRONG = {
    "": "too_long",
    "12 月销售 ？": "bad_character",
    "12 月利润": "unknown_name",
    " ": "empty",
    "12 月销售 +": "unfinished",
    "12 月销售 )": "unexpected",
    "(12 月销售 + 1": "expected",
    "(" * 40 + "1" + ")" * 40: "too_deep",
    "12 月销售 * 12 月毛利": "bad_unit",
    "12 月销售 + (12 月毛利 > 0)": "not_a_number",
    "如果(12 月销售, 1, 2)": "not_a_condition",
    "开方(12 月销售)": "bad_root",
    "四舍五入(12 月销售, 9)": "bad_places",
    "如果(12 月销售 > 0, 1)": "wrong_number",
    "分情况(12 月销售 > 0, 1)": "wrong_number",
    "四舍五入(1, 2, 3)": "wrong_number",
    "12 月销售 + 12 月工时": "units_differ",
    "最大(12 月销售, 12 月工时)": "units_differ",
    "占比(12 月销售, 12 月工时)": "units_differ",
    "如果(1 > 0, 12 月销售, 12 月工时)": "units_differ",
    "12 月销售 > 12 月工时": "units_differ",
}


def wrong_of(text: str) -> FormulaError:
    """What the library says of a formula."""
    with pytest.raises(FormulaError) as refused:
        parse(text, [each.name for each in nameables().values()])
    return refused.value


@pytest.mark.parametrize(("text", "code"), WRONG.items())
def test_every_mistake_is_told_in_chinese_and_in_english(text: str, code: str) -> None:
    text = text or "1 + " * 200 + "1"
    wrong = wrong_of(text)
    assert wrong.code == code
    with override("zh-hans"):
        assert problem_of(wrong, text).startswith(f"第 {wrong.at + 1} 个字：")
    with override("en"):
        said = problem_of(wrong, text)
    written = text[wrong.at : wrong.at + max(wrong.length, 1)]
    assert said.startswith(f"Character {wrong.at + 1}: ")
    assert not re.search("[\u3000-\u9fff\uff00-\uffef]", said.replace(written, ""))


def test_two_units_that_do_not_go_together_are_named() -> None:
    text = "12 月销售 + 12 月工时"
    with override("en"):
        assert problem_of(wrong_of(text), text) == "Character 8: yuan and hour cannot be added"
    with override("zh-hans"):
        assert problem_of(wrong_of(text), text) == "第 8 个字：元和小时不能相加"

"""A filter expression is written and read without loss, and what can't be read gets a sentence (S0.12)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kemai.foundation.filters import BadExpression, Condition, Group, read, written
from kemai.foundation.filters.expression import WITHOUT_VALUE

words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
fields = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


@st.composite
def leaves(draw):
    operator = draw(st.sampled_from(["is", "not", "any", "has", "from", "to", "filled", "blank"]))
    if operator in WITHOUT_VALUE:
        return Condition(draw(fields), operator)
    most = 4 if operator == "any" else 1
    values = draw(st.lists(words, min_size=1, max_size=most, unique=True))
    return Condition(draw(fields), operator, tuple(values))


def _groups(inner):
    items = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.builds(Group, st.sampled_from(["and", "or"]), items)


expressions = leaves() | _groups(leaves() | _groups(leaves() | _groups(leaves())))


@given(expressions)
def test_what_is_written_is_read_back_as_it_was(expression):
    text = written(expression)
    assert read(text) == expression
    assert written(read(text)) == text


@given(st.text(max_size=60) | st.text('and(orisy:,|)"\\ab', max_size=60))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    found, sentence = read_or_sentence(text)
    assert sentence.endswith("。") or found is None or read(written(found)) == found


def read_or_sentence(text):
    try:
        return read(text), ""
    except BadExpression as refused:
        return None, str(refused)


def test_an_expression_is_readable_in_an_address():
    expression = Group("and", (Condition("region", "is", ("镇江",)), Condition("size", "any", ("大", "中"))))
    assert written(expression) == "and(region:is:镇江,size:any:大|中)"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("and(region:is:镇江", "看不懂"),
        ("region:like:镇", "没有「like」这种比法"),
        ("region:is", "要写一个值"),
        ("region:is:a|b", "要写一个值"),
        ("region:blank:a", "不带值"),
        ("and(" * 6 + "a:blank" + ")" * 6, "最多套 4 层"),
        ("and(" + ",".join(["a:blank"] * 41) + ")", "最多 40 个"),
        ("a:any:" + "|".join(map(str, range(61))), "最多 60 个值"),
        ("a:is:" + "x" * 201, "最多 200 个字"),
        ("a:is:" + "x" * 3_000, "最多 3,000 个字"),
    ],
)
def test_each_thing_that_is_wrong_has_its_sentence(text, sentence):
    with pytest.raises(BadExpression, match=sentence):
        read(text)

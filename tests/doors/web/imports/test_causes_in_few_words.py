"""The row of causes over the refused rows names each in a few words that end where a word ends."""

from __future__ import annotations

import pytest

from kemai.doors.web.pages.imports.check import few_words


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("不是数。", "不是数"),
        ("金额带了单位，不知道是元还是万元。", "金额带了单位，不知道是元…"),
        ("Not a number.", "Not a number"),
        ("A row names more than one of customer, person and unit.", "A row names more than…"),
    ],
)
def test_s1_2_a_cause_without_a_short_name_is_cut_between_words(sentence: str, said: str) -> None:
    assert few_words(sentence) == said

"""One line, three taps: what the quick text means."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kemai.business.agenda.quick_text import read_quick_text

SUNDAY = date(2026, 11, 22)


def test_the_line_of_the_mock_is_understood():
    found = read_quick_text("@华瑞 电话 12分 谈了返利，下周二回访", SUNDAY)
    assert (found.customer, found.channel, found.minutes) == ("华瑞", "call", 12)
    assert (found.note, found.next_on, found.next_title) == ("谈了返利", date(2026, 11, 24), "回访")


@pytest.mark.parametrize(
    ("text", "channel", "minutes", "note", "day", "title"),
    [
        ("@華瑞 電話 12分鐘 談了返利，下週二回訪", "call", 12, "談了返利", 24, "回訪"),
        ("@華瑞 簡訊 問到報價，後天送樣", "message", None, "問到報價", 24, "送樣"),
        ("@華瑞 拜訪 半小時 看了陳列，3天後對賬", "visit", 30, "看了陳列", 25, "對賬"),
    ],
)
def test_a_line_in_traditional_characters_is_understood_and_kept_as_written(
    text, channel, minutes, note, day, title
):
    found = read_quick_text(text, SUNDAY)
    assert (found.customer, found.channel, found.minutes, found.note) == ("華瑞", channel, minutes, note)
    assert (found.next_on, found.next_title) == (date(2026, 11, day), title)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("明天", 23), ("后天", 24), ("大后天", 25), ("3天后", 25), ("周五", 27), ("下周一", 23), ("周日", 29),
        ("11月28日", 28), ("30号", 30), ("2026-11-26", 26), ("下周三", 25),
    ],
)  # fmt: skip
def test_days_are_said_in_many_ways(said, day):
    found = read_quick_text(f"@甲 微信 聊了聊，{said}送样", SUNDAY)
    assert (found.next_on, found.next_title, found.note) == (date(2026, 11, day), "送样", "聊了聊")


def test_a_time_of_day_is_a_fixed_time():
    found = read_quick_text("@甲 拜访 半小时，明天下午3点半带合同", SUNDAY)
    assert (found.minutes, found.next_at, found.next_title) == (30, time(15, 30), "带合同")


@pytest.mark.parametrize(
    "text", ["周三发了货", "2月30日见", "说分公司要搬", "昨天退货", "12分之一的货有问题", ""]
)
def test_what_is_not_understood_stays_in_the_note(text):
    found = read_quick_text(text, SUNDAY)
    assert (found.next_on, found.minutes, found.note) == (None, None, text)


@given(st.text())
def test_no_line_is_refused(text):
    read_quick_text(text, SUNDAY)

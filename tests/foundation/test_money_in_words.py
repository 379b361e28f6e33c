"""Amounts as readers of each language expect them: 万 in Chinese, thousands and millions elsewhere."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.translation import override

from kemai.foundation import money


@pytest.mark.parametrize(
    ("fen", "chinese", "english"),
    [
        (3_600_000, "3.6 万", "¥36.0k"),
        (123_456_700, "123.5 万", "¥1.23M"),
        (-94_499_99, "−9.4 万", "−¥94.5k"),
        (40_000, "0.0 万", "¥400"),
        (99_994_999, "100.0 万", "¥999.9k"),
        (99_995_000, "100.0 万", "¥1.00M"),
        (0, "0.0 万", "¥0"),
        (-10, "0.0 万", "¥0"),
        (1_234_567_890_00, "123,456.8 万", "¥1,234.57M"),
    ],
)
def test_a_short_amount_stands_in_the_units_of_the_language(fen, chinese, english):
    with override("zh-hans"):
        assert money.short_text(fen) == chinese
        assert f"{money.figure(fen)} 万" == chinese
    with override("en"):
        assert money.short_text(fen) == english
        assert money.figure(fen) == english.replace("¥", "")


def test_what_is_said_to_be_enough_is_never_too_little():
    with override("zh-hans"):
        assert money.short_text(4_600_001, up=True) == "4.7 万"
    with override("en"):
        assert money.short_text(4_600_001, up=True) == "¥46.1k"


def test_changes_carry_their_sign_and_nothing_has_none():
    with override("en"):
        assert [money.short_text(n, sign=True) for n in (3_600_000, -3_600_000, 0)] == [
            "+¥36.0k",
            "−¥36.0k",
            "¥0",
        ]


def test_exact_and_round_amounts_follow_the_language(settings):
    with override("zh-hans"):
        assert (money.exact_text(-944_377), money.round_text(Decimal(500_000))) == ("−9,443.77 元", "50 万元")
        assert money.unit_word() == "万元"
    settings.CURRENCY = "GBP"
    with override("en"):
        assert (money.exact_text(-944_377), money.round_text(Decimal(500_000))) == ("−£9,443.77", "£500k")
        assert money.unit_word() == "£"
    settings.CURRENCY = "CHF"
    with override("en"):
        assert money.short_text(3_600_000) == "CHF 36.0k"

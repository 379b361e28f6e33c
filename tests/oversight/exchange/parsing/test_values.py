"""One value at a time: every good form gives one value, every doubtful one a named refusal."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kemai.oversight.exchange.parsing import values
from kemai.oversight.exchange.parsing.kinds import SALES
from kemai.oversight.exchange.parsing.values import ValueRefused

TODAY = date(2026, 3, 31)
FULL_WIDTH = {ord("!") + i: 0xFF01 + i for i in range(94)}


def wide(text: str) -> str:
    return text.translate(FULL_WIDTH)


def code_of(parse, text, **options):
    with pytest.raises(ValueRefused) as caught:
        parse(text, **options)
    return caught.value.code


@pytest.mark.parametrize(
    "text",
    ["2026/3/1", "2026-03-01", "2026年3月1日", "20260301", "2026.3.1", "46082", "46082.75", "２０２６／３／１",
     "2026-03-01 12:30", "2026/3/1 0:00:00", " 2026-3-1 "],
)  # fmt: skip
def test_b04_all_good_forms_of_a_day_are_equal(text):
    assert values.parse_date(text, today=TODAY) == date(2026, 3, 1)


def test_b04_a_serial_of_the_1904_calendar_is_the_same_day():
    assert values.parse_date("44620", today=TODAY, is_1904=True) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("03/04/2026", "date_ambiguous"),
        ("25/12/2026", "date_ambiguous"),
        ("21/11/26", "date_ambiguous"),
        ("2026-02-30", "no_such_day_in_month"),
        ("2026-13-01", "no_such_day"),
        ("0000-00-00", "no_such_day"),
        ("2062-11-09", "date_in_future"),
        ("1026-11-09", "date_too_early"),
        ("2026-03", "month_only"),
        ("昨天", "date_unreadable"),
        ("1e400", "date_unreadable"),
    ],
)
def test_b04_ambiguous_and_false_days_are_refused(text, code):
    assert code_of(values.parse_date, text, today=TODAY) == code


def test_b04_a_chosen_order_makes_days_first_readable():
    assert values.parse_date("03/04/2025", today=TODAY, order="dmy") == date(2025, 4, 3)
    assert values.parse_date("03/04/2025", today=TODAY, order="mdy") == date(2025, 3, 4)


@given(
    st.dates(date(1900, 1, 1), date(2028, 3, 1)),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "%Y.%m.%d"]),
    st.booleans(),
)
def test_b04_days_survive_the_round_trip(day, form, is_wide):
    text = day.strftime(form)
    assert values.parse_date(wide(text) if is_wide else text, today=TODAY) == day


@given(st.integers(-(10**16), 10**16), st.booleans(), st.booleans())
def test_b12_amounts_survive_the_round_trip_exactly(fen, has_commas, is_wide):
    text = f"{Decimal(fen) / 100:{',' if has_commas else ''}.2f}"
    assert values.parse_money(wide(text) if is_wide else text) == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("-0", 0),
        ("１２，０００．５０", 1_200_050),
        ("¥1,234.5", 123_450),
        ("￥-3", -300),
        ("8元", 800),
        ("(12.34)", -1234),
        ("（１２）", -1200),
        ("12.00-", -1200),
        ("−5", -500),
        ("+5", 500),
        (".5", 50),
        ("5.", 500),
        ("12.3400", 1234),
        ("999999999999999.99", 99_999_999_999_999_999),
    ],
)
def test_b12_amounts_are_read_as_people_write_them(text, fen):
    assert values.parse_money(text) == fen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1e400", "number_exponent"),
        ("1e1000000", "number_exponent"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("9" * 40, "number_too_large"),
        ("12.345", "money_decimals"),
        ("3万", "money_unit"),
        ("3.5万元", "money_unit"),
        ("$5", "money_unit"),
        ("1.234,56", "comma_misplaced"),
        ("12,34", "comma_misplaced"),
        ("41,026.5e", "letters_in_number"),
        ("--5", "letters_in_number"),
        ("-", "not_a_number"),
        ("", "not_a_number"),
    ],
)
def test_b12_what_is_no_amount_is_refused(text, code):
    assert code_of(values.parse_money, text) == code


def test_b12_rounding_happens_only_when_asked_for():
    assert values.parse_money("32283.185840708", is_rounding=True) == 3_228_319
    assert values.parse_money("-0.005", is_rounding=True) == -1


@given(st.text(max_size=30))
def test_b12_no_text_makes_a_parser_fail_otherwise_than_by_refusing(text):
    for parse in (values.parse_money, values.parse_quantity, values.parse_fraction, values.parse_integer,
                  values.parse_phone, values.parse_code, values.parse_period, values.parse_uscc,
                  values.parse_email, values.parse_url, values.parse_postcode, values.parse_customer):  # fmt: skip
        with suppress(ValueRefused):
            parse(text)
    with suppress(ValueRefused):
        values.parse_date(text, today=TODAY)


def test_b01_private_and_replacement_characters_are_refused_and_new_ones_are_kept():
    for text in ("甲\ue000", "甲\ufffd"):
        assert code_of(values.parse_text, text) == "unreadable_character"
        assert code_of(values.parse_customer, text) == "unreadable_character"
    for text in ("䶮㛃𠮷", "\U0002ebf0"):
        assert values.parse_text(text) == text


@pytest.mark.parametrize(
    "text",
    ["13800000000", "13800000000.0", "１３８００００００００", "+86 138-0000-0000", "8613800000000", "008613800000000",
     "138 0000 0000", "\u202d13800000000\u202c"],
)  # fmt: skip
def test_b02_all_forms_of_a_mobile_number_are_one(text):
    assert values.parse_phone(text) == "13800000000"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("0571-8888 8888-12", "0571-88888888-12"),
        ("057188888888", "0571-88888888"),
        ("(010) 8888 8888 转 2", "010-88888888-2"),
        ("+86 10 8888 8888", "010-88888888"),
        ("+86 571 8888 8888", "0571-88888888"),
        ("400-800-1234", "4008001234"),
        ("+44 20 7946 0000", "+442079460000"),
    ],
)
def test_b02_other_numbers_have_one_form_too(text, canonical):
    assert values.parse_phone(text) == canonical


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.38E+10", "digits_lost"),
        ("1380000000", "phone_length"),
        ("138000000000", "phone_length"),
        ("88888888", "phone_area_missing"),
        ("13800000000/13900000000", "two_phones"),
        ("电话保密", "phone_letters"),
    ],
)
def test_b02_wrong_numbers_are_refused(text, code):
    assert code_of(values.parse_phone, text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" ＣＫ－００１\u200b ", "CK-001"),
        ("1001.0", "1001"),
        ("V1.0", "V1.0"),
        ("00123", "00123"),
        ("客1", "客1"),
    ],
)
def test_b02_identifiers_are_folded_and_never_end_in_a_float(text, code):
    assert values.parse_code(text) == code


@pytest.mark.parametrize("text", ["1.38E+10", "9.1330000123456E+17", "1E5"])
def test_b02_identifiers_that_lost_digits_are_refused(text):
    assert code_of(values.parse_code, text) == "digits_lost"


def test_percent_and_fraction_mean_the_same_and_a_bare_thirty_neither():
    assert (
        values.parse_fraction("30%")
        == values.parse_fraction("0.3")
        == values.parse_fraction("３０％")
        == 300_000
    )
    assert code_of(values.parse_fraction, "30") == "fraction_without_percent"
    assert code_of(values.parse_fraction, "130%") == "fraction_above_one"


def test_s0_8_the_check_digit_of_a_credit_code_and_the_post_code_are_checked():
    assert values.parse_uscc("91110000600037341L") == "91110000600037341L"
    assert code_of(values.parse_uscc, "91110000600037341M") == "uscc_check"
    assert values.parse_postcode("010000") == "010000"
    assert code_of(values.parse_postcode, "10000") == "postcode"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("销售出库", "sale"),
        ("退 回", "return"),
        ("RETURN", "return"),
        ("月結", "monthly"),
        ("sale", "sale"),
        ("銷售出庫", "sale"),
    ],
)
def test_choices_are_known_in_both_languages(text, kind):
    assert values.parse_choice(text, SALES.field("kind")) == kind


@pytest.mark.parametrize(("text", "said"), [("對", True), ("農曆", True), ("無", False), ("國曆", None)])
def test_yes_and_no_are_read_in_either_script(text, said):
    if said is None:
        assert code_of(values.parse_flag, text) == "not_a_flag"
    else:
        assert values.parse_flag(text) is said


def test_an_unknown_choice_names_the_known_ones():
    with pytest.raises(ValueRefused) as caught:
        values.parse_choice("赠送", SALES.field("kind"))
    assert caught.value.params["choices"].startswith("销售、退货")


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2026", "2026"),
        ("2026年", "2026"),
        ("2026-Q1", "2026-Q1"),
        ("2026年第四季度", "2026-Q4"),
        ("202601", "2026-01"),
        ("2026年1月", "2026-01"),
    ],
)
def test_periods_have_one_form(text, period):
    assert values.parse_period(text) == period

"""Guessing columns: sure by name, asked where two fit, and kept by header."""

import pytest

from kemai.oversight.exchange.parsing.columns import guess_mapping
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.parsing.mapping import (
    MappingRefused,
    header_signature,
    mapping_from_names,
    mapping_from_toml,
)

HEADER = [
    "出库单号",
    "序号",
    "出库日期",
    "往来单位",
    "存货编码",
    "规格",
    "数量",
    "价税合计",
    "不含税",
    "成本",
    "业务类型",
    "业务员",
]
HEAD = [
    ["CK1", "1", "2026/11/1", "常州锦棹酒业有限公司", "NX52-500", "500ml×6", "60", "36,480.00", "32,283.19", "24900", "销售", "周砚"],
    ["CK1", "2", "2026/11/1", "常州锦棹酒业有限公司", "HJ05-1L", "1L×12", "40", "14,520.00", "12,849.56", "11360", "销售", "周砚"],
    ["CK2", "1", "2026-11-01", "泊山副食", "NX52-500", "500ml×6", "24", "14,592.00", "12,913.27", "9960", "退回", "周砚"],
]  # fmt: skip


def guessed(header=HEADER, head=HEAD, kind="sales", **options):
    return guess_mapping(header, head, kind, **options)


def by_name(guess):
    return {column.name: (column.field, column.confidence) for column in guess.columns}


def test_a_real_ledger_is_mapped_as_in_the_picture():
    guess = guessed()
    assert by_name(guess) == {
        "出库单号": ("order_no", "sure"),
        "序号": ("line_no", "sure"),
        "出库日期": ("day", "sure"),
        "往来单位": ("customer", "confirm"),
        "存货编码": ("product_code", "sure"),
        "规格": (None, "ignored"),
        "数量": ("quantity", "sure"),
        "价税合计": (None, "confirm"),
        "不含税": ("amount", "confirm"),
        "成本": ("cost", "sure"),
        "业务类型": ("kind", "sure"),
        "业务员": ("owner", "sure"),
    }
    assert guess.columns[1].why == "单号内从 1 递增"
    assert guess.missing == ()


def test_b05_two_columns_for_the_amount_are_a_question():
    guess = guessed()
    (question,) = guess.questions
    assert (question.field, set(question.places), question.chosen) == ("amount", {7, 8}, 8)
    assert guess.is_ambiguous


def test_b05_two_columns_of_one_name_are_a_question():
    guess = guessed(["日期", "客户", "金额", "金额"], [["2026-1-1", "甲", "1", "2"]])
    assert guess.is_ambiguous
    assert [column.name for column in guess.columns] == ["日期", "客户", "金额", "金额#2"]


def test_a_running_number_is_not_taken_for_a_line_number():
    head = [["A", "1"], ["A", "2"], ["B", "3"], ["C", "4"]]
    assert by_name(guessed(["单号", "序号"], head))["序号"] == (None, "ignored")


def test_b05_columns_without_a_header_are_guessed_by_content():
    guess = guessed(
        ["", "", ""], [["2026-1-1", "华瑞商贸有限公司", "12.50"], ["2026-1-2", "泊山副食店", "8.00"]]
    )
    assert [column.field for column in guess.columns] == ["day", "customer", "amount"]
    assert {column.confidence for column in guess.columns} == {"confirm"}


def test_a_date_header_over_something_else_is_to_be_confirmed():
    assert by_name(guessed(["日期", "客户", "金额"], [["甲", "乙", "1"]]))["日期"] == ("day", "confirm")


def test_what_is_needed_and_not_there_is_named():
    assert guessed(["单号"], [["A"]]).missing == ("day", "amount", "customer")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_the_headers_of_the_templates_and_the_english_names_are_sure(kind):
    fields = KINDS[kind].fields
    for header in ([one.heading for one in fields], [one.key for one in fields]):
        guess = guess_mapping(header, [], kind)
        assert [column.field for column in guess.columns] == [one.key for one in fields]
        assert not guess.questions


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("＊金額（元）", "amount"),
        ("Order_No.", "order_no"),
        (" 客 户 ", "customer"),
        ("客戶編號", "customer_code"),
        ("單號", "order_no"),
        ("產品編號", "product_code"),
    ],
)
def test_width_case_script_and_units_do_not_matter(heading, field):
    assert guessed([heading], []).columns[0].field == field


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("聯絡電話", "phone"),
        ("郵遞區號", "postcode"),
        ("開戶行帳號", "bank_account"),
        ("註冊資本", "registered_capital"),
        ("信用額度", "credit_limit"),
    ],
)
def test_headings_in_the_words_of_taiwan_are_known(heading, field):
    assert guess_mapping([heading, "客戶名稱"], [], "customers").columns[0].field == field


def test_a_mapping_survives_toml():
    mapping = guessed().mapping(fill_down=["order_no"], date_order="dmy")
    assert mapping_from_toml(mapping.to_toml(), HEADER) == mapping


def test_a_mapping_that_does_not_fit_is_refused():
    for text in (
        "kind = 'x'",
        "nonsense",
        "kind = 'sales'\n[columns]\n'没有' = 'amount'",
        "kind = 'sales'\n[columns]\n'数量' = 'x'",
    ):
        with pytest.raises(MappingRefused):
            mapping_from_toml(text, HEADER)
    with pytest.raises(MappingRefused):
        mapping_from_names("sales", {"成本": "amount", "不含税": "amount"}, HEADER)


def test_a_remembered_mapping_answers_the_question():
    chosen = mapping_from_names(
        "sales", {"价税合计": "amount", "出库日期": "day", "往来单位": "customer"}, HEADER
    )
    guess = guessed(remembered=chosen)
    assert by_name(guess)["价税合计"] == ("amount", "sure")
    assert not guess.is_ambiguous
    assert guess.columns[7].why == "上次也这样"


def test_the_signature_ignores_order_and_knows_the_kind():
    assert header_signature("sales", HEADER) == header_signature("sales", HEADER[::-1])
    assert header_signature("sales", HEADER) != header_signature("stock", HEADER)
    assert header_signature("sales", HEADER) != header_signature("sales", HEADER[1:])

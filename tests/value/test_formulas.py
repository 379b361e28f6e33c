"""Formulas of the company's own: what they mean, what they refuse, and that no text ever does anything else."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kemai.value.formulas import FormulaError, Name, parse

NAMES = (
    Name("profit_12m", "12 月毛利", "yuan", 100), Name("sales_12m", "12 月销售", "yuan", 100), Name("hours_12m", "12 月工时", "hour", 60),
    Name("recency_days", "距上次订单的天数", "day"), Name("probability", "把握", "percent", 100), Name("score", "质量分", "score", 100),
)  # fmt: skip


def worked(text, **columns):
    formula = parse(text, NAMES)
    table = pa.table({key: pa.array([value], pa.int64()) for key, value in columns.items()} or {"x": [1]})
    values, reasons = formula.worked(table)
    return values[0].as_py(), reasons[0].as_py(), formula.unit.key


@pytest.mark.parametrize(
    ("text", "columns", "value", "unit"),
    [
        ("12 月毛利 / 12 月工时", {"profit_12m": 1_000_000, "hours_12m": 120}, 500_000, "yuan/hour"),
        ("profit_12m ÷ hours_12m", {"profit_12m": 1_000_000, "hours_12m": 120}, 500_000, "yuan/hour"),
        ("占比（12月毛利，12月销售）", {"profit_12m": 20, "sales_12m": 100}, 2_000, "percent"),
        ("30% × 12月销售", {"sales_12m": 5_000_000}, 1_500_000, "yuan"),
        ("把握 * 12月销售", {"probability": 5_000, "sales_12m": 100}, 50, "yuan"),
        ("如果(12月销售 >= 100 且 非 12月毛利 < 0, 1, 2)", {"sales_12m": 10_000, "profit_12m": 0}, 1_000, "plain"),
        ("case(recency_days < 30, 3, recency_days < 90, 2, 1)", {"recency_days": 45}, 2_000, "plain"),
        ("最大(12月毛利, 12月销售) - 最小(12月毛利, 12月销售)", {"profit_12m": 3, "sales_12m": 10}, 7, "yuan"),
        ("绝对值(-12月毛利) + 1", {"profit_12m": 100}, 200, "yuan"),
        ("四舍五入(12月毛利 / 3, 1)", {"profit_12m": 1_000}, 330, "yuan"),
        ("round(2.5) + round(-2.5)", {}, 0, "plain"),
        ("ln(12月销售)", {"sales_12m": 100}, 0, "plain"),
        ("sqrt(12月毛利 / 12月销售)", {"profit_12m": 4, "sales_12m": 1}, 2_000, "plain"),
        ("１２月销售 ＋ １", {"sales_12m": 0}, 100, "yuan"),
        ("0.5 * 质量分 + 0.5 * 60", {"score": 8_000}, 70_000, "score"),
        ("1 - 2 - 3 * 4 / 2", {}, -7_000, "plain"),
    ],
)  # fmt: skip
def test_a_formula_means_what_people_write(text, columns, value, unit):
    assert worked(text, **columns) == (value, None, unit)


@pytest.mark.parametrize(
    ("text", "columns", "reason"),
    [
        ("12月毛利 / 12月工时", {"profit_12m": 1, "hours_12m": 0}, "divided_by_zero"),
        ("12月毛利 / 12月工时", {"profit_12m": None, "hours_12m": 0}, "missing:profit_12m"),
        ("占比(12月毛利, 12月销售)", {"profit_12m": 1, "sales_12m": 0}, "divided_by_zero"),
        ("ln(12月毛利)", {"profit_12m": 0}, "not_defined"),
        ("sqrt(12月毛利 / 12月销售)", {"profit_12m": -1, "sales_12m": 1}, "not_defined"),
        ("max(12月毛利, 12月销售)", {"profit_12m": None, "sales_12m": 1}, "missing:profit_12m"),
        ("if(12月毛利 > 0, 1, 2)", {"profit_12m": None}, "missing:profit_12m"),
        ("coalesce(12月毛利, 12月销售)", {"profit_12m": None, "sales_12m": None}, "missing:sales_12m"),
        ("999999999 * 999999999 * 12月销售", {"sales_12m": 100}, "not_a_number"),
    ],
)  # fmt: skip
def test_what_has_no_value_is_null_with_a_reason_and_never_nothing(text, columns, reason):
    assert worked(text, **columns)[:2] == (None, reason)


def test_the_reason_of_a_missing_measure_is_told_with_it():
    table = pa.table({"profit_12m": pa.array([None, 5], pa.int64()), "why": ["no_cost", None]})
    _values, reasons = parse("12月毛利 + 1", NAMES).worked(table, {"profit_12m": "why"})
    assert reasons.to_pylist() == ["missing:profit_12m:no_cost", None]


def test_what_is_known_by_one_side_alone_is_known():
    assert worked("if(12月销售 > 0 或 12月毛利 > 0, 1, 2)", sales_12m=1, profit_12m=None)[:2] == (1_000, None)
    assert worked("if(12月销售 > 0 且 12月毛利 > 0, 1, 2)", sales_12m=0, profit_12m=None)[:2] == (2_000, None)
    assert worked("coalesce(12月毛利, 0)", profit_12m=None)[:2] == (0, None)


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("12月毛利 + recency_days", "units_differ", 6), ("12月销售 > 距上次订单的天数", "units_differ", 6),
        ("12月毛利 * 12月毛利", "bad_unit", 6), ("sqrt(12月毛利)", "bad_root", 0), ("", "empty", 0), ("1 +", "unfinished", 3),
        ("(1", "expected", 2), ("1 2", "unexpected", 2), ("毛利率", "unknown_name", 0), ("if(1, 2, 3)", "not_a_condition", 3),
        ("1 + (2 > 1)", "not_a_number", 7), ("min(1)", "wrong_number", 0), ("case(1>0,1,2,3)", "wrong_number", 0), ("1 < 2 < 3", "unexpected", 6),
        ("round(1, 9)", "bad_places", 9), ("1e3", "bad_character", 0), ("2 ** 3", "unexpected", 3), ("1 -- 注释", "unknown_name", 5),
        ("__import__('os').system('x')", "unknown_name", 0), ("read_csv('/etc/passwd')", "unknown_name", 0), ("1; DROP TABLE x", "bad_character", 1),
        ("(SELECT 1)", "unknown_name", 1), ("lambda: 1", "unknown_name", 0), ("sum(12月销售)", "unknown_name", 0), ("7 % 2", "unexpected", 4),
    ],
)  # fmt: skip
def test_a_refusal_names_the_place(text, code, at):
    with pytest.raises(FormulaError) as refused:
        parse(text, NAMES)
    assert (refused.value.code, refused.value.at) == (code, at)
    assert str(refused.value).startswith(f"第 {at + 1} 个字")


def test_length_and_depth_are_capped_before_anything_is_read():
    for text, code in (
        ("1" + " + 1" * 200, "too_long"),
        ("(" * 40 + "1" + ")" * 40, "too_deep"),
        ("-" * 300 + "1", "too_deep"),
        ("非 " * 150 + "1>0", "too_deep"),
    ):
        with pytest.raises(FormulaError) as refused:
            parse(text, NAMES)
        assert refused.value.code == code


def test_the_deepest_formula_is_worked_out_in_a_moment():
    deep = "min(" * 28 + "ln(sales_12m)" + ",1)" * 28
    assert worked(deep, sales_12m=100)[0] == 0
    nested = "if(" * 14 + "sales_12m>1" + ",1,2)>1" * 13 + ",1,2)"
    assert worked(nested, sales_12m=500)[1] is None


def test_pieces_put_together_are_the_text():
    formula = parse("如果(12 月毛利 > 0, 12月毛利 / hours_12m, 0)", NAMES)
    assert "".join(piece.text for piece in formula.pieces()) == formula.text
    assert formula.uses == ("profit_12m", "hours_12m")


HOSTILE = st.text(
    alphabet=st.sampled_from("12月毛利销售工时 ()（）+-*/×÷<>=!%,，;'\"\\.eE_a非且或if如果lnsqrt\x00\n💥"),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(HOSTILE | st.text(max_size=40))
def test_hostile_text_is_either_a_formula_or_a_refusal_with_a_place(text):
    try:
        formula = parse(text, NAMES)
    except FormulaError as refused:
        refusal = refused
    else:
        refusal = None
    if refusal is not None:
        assert 0 <= refusal.at <= max(len(text), 1)
        return
    table = pa.table({name.key: pa.array([None, 0, -5, 10**15], pa.int64()) for name in NAMES})
    values, reasons = formula.worked(table)
    assert [v is None for v in values.to_pylist()] == [r is not None for r in reasons.to_pylist()]


NUMBER = st.integers(-(10**9), 10**9)


@settings(max_examples=100, deadline=None)
@given(NUMBER, NUMBER, NUMBER)
def test_sums_of_money_are_exact_to_the_fen(a, b, c):
    assert worked("12月毛利 + 12月销售 - 12月毛利", profit_12m=a, sales_12m=b)[0] == b
    assert worked(f"12月毛利 + {abs(c) / 100:.2f}", profit_12m=a)[0] == a + abs(c)


@settings(max_examples=100, deadline=None)
@given(NUMBER, NUMBER)
def test_a_quotient_is_that_of_arithmetic(a, b):
    value, reason, _unit = worked("12月毛利 / 12月销售", profit_12m=a, sales_12m=b)
    assert reason == ("divided_by_zero" if b == 0 else None)
    if b:
        assert math.isclose(value, a / b * 1_000, abs_tol=0.5 + abs(a / b) * 1e-9)

"""Whole batches: the quick way gives what the parsers give, and every refusal names its cell."""

from datetime import date

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kemai.oversight.exchange.parsing import fast, values
from kemai.oversight.exchange.parsing.convert import Converter, ConvertOptions, convert_batch
from kemai.oversight.exchange.parsing.fields import Field
from kemai.oversight.exchange.parsing.mapping import Mapping
from kemai.oversight.exchange.parsing.problems import SENTENCES, each_problem
from kemai.oversight.exchange.parsing.values import ValueRefused
from kemai.oversight.exchange.planning.content_keys import content_keys
from kemai.oversight.exchange.reading import CellKind

TODAY = date(2026, 3, 31)
KEYS = ("order_no", "line_no", "day", "customer", "quantity", "amount", "kind")
GOOD = ("A1", "1", "2026-03-01", "甲", "2", "12.50", "销售")


def batch_of(rows, kinds=None, first=2):
    width = len(rows[0])
    columns = {
        "row": pa.array(range(first, first + len(rows)), pa.int64()),
        "cells": pa.array([width] * len(rows), pa.int16()),
    }
    columns |= {f"c{i}": pa.array([row[i] for row in rows], pa.string()) for i in range(width)}
    if kinds is not None:
        columns |= {f"k{i}": pa.array([row[i] for row in kinds], pa.uint8()) for i in range(width)}
    return pa.record_batch(columns)


def mapping_of(keys, kind="sales"):
    return Mapping(kind, {key: place for place, key in enumerate(keys)}, tuple(keys))


def converted(*rows, keys=KEYS, kind="sales", kinds=None, **options):
    return convert_batch(
        batch_of(rows, kinds), mapping_of(keys, kind), kind, ConvertOptions(today=TODAY, **options)
    )


def changed(**cells):
    return tuple(cells.get(key, value) for key, value in zip(KEYS, GOOD, strict=True))


def codes(result):
    return [(one.row, one.field, one.code) for one in each_problem(result.problems)]


def test_b12_a_good_row_becomes_integers_and_dates():
    (row,) = converted(GOOD).table.to_dicts()
    assert row["amount_fen"] == 1250
    assert row["quantity_milli"] == 2000
    assert row["day"] == date(2026, 3, 1)
    assert (row["kind"], row["status"], row["row"]) == ("sale", "delivered", 2)


def test_a_refused_row_leaves_the_good_ones_and_names_each_bad_cell():
    result = converted(GOOD, changed(day="2026-02-30", amount="1e400"), GOOD)
    assert result.table["row"].to_list() == [2, 4]
    assert codes(result) == [(3, "day", "no_such_day_in_month"), (3, "amount", "number_exponent")]
    problem = next(each_problem(result.problems))
    assert problem.problem == "2026 年 2 月没有 30 日。"
    assert (problem.raw, result.refused, result.rows) == ("2026-02-30", 1, 3)


def test_an_empty_needed_cell_is_refused_and_an_empty_customer_is_anonymous():
    result = converted(changed(day=" "), changed(customer=None))
    assert codes(result) == [(2, "day", "missing")]
    assert result.table["customer"].to_list() == [None]


def test_other_kinds_need_a_customer():
    result = converted((None, "1"), ("甲", "2"), keys=("customer_name", "mp"), kind="potentials")
    assert codes(result) == [(2, "customer", "missing_customer")]
    assert result.table["customer"].to_list() == ["甲"]


def test_the_code_goes_before_the_name_and_both_are_kept():
    result = converted(
        ("甲", "C1", "1"), ("乙", None, "1"), keys=("customer_name", "customer_code", "mp"), kind="potentials"
    )
    assert result.table.select("customer", "customer_name").rows() == [("C1", "甲"), ("乙", "乙")]


def test_s4_1_returns_are_negative_whichever_way_they_are_written():
    result = converted(
        changed(kind="退货"), changed(amount="-12.50"), changed(kind="退货", amount="-12.50", quantity="-2")
    )
    assert (
        result.table.select("amount_fen", "quantity_milli", "kind").rows() == [(-1250, -2000, "return")] * 3
    )
    assert codes(result) == [(2, "amount", "return_made_negative"), (3, "amount", "negative_is_return")]
    assert [one.raw for one in each_problem(result.problems)] == ["12.50", "-12.50"]
    assert result.problems["is_warning"].all()


def test_a_zero_amount_is_allowed():
    assert converted(changed(amount="0")).table["amount_fen"].to_list() == [0]


def test_s0_11_a_month_is_a_day_only_for_monthly_totals():
    result = converted(
        changed(day="2026-01", kind="月结"), changed(day="2026-01"), changed(day="2026-01-31", kind="monthly")
    )
    assert codes(result) == [(3, "day", "month_only")]
    assert result.table["day"].to_list() == [date(2026, 1, 1), date(2026, 1, 31)]


def test_b08_lines_without_a_number_have_a_key_that_depends_on_content_only():
    first = converted(
        changed(line_no=None), changed(line_no=None, amount="１2.5"), changed(line_no=None, amount="13")
    )
    again = converted(changed(line_no=None, amount="13.00"), changed(line_no=None, day="2026年3月1日"))
    (one, same, other), (other_again, one_again) = keys(first), keys(again)
    assert one == same == one_again
    assert other == other_again != one
    assert len(one) == 32


def keys(result):
    meant = pl.lit(1, pl.Int64).alias("customer_ref"), pl.lit(None, pl.Int64).alias("product_ref")
    return content_keys(result.table.with_columns(*meant)).to_list()


def test_b05_errors_formulas_and_merged_cells_are_refused_not_guessed():
    kinds = [[0] * 7 for _ in range(4)]
    kinds[0][5], kinds[1][5], kinds[2][0], kinds[3][6] = (
        CellKind.ERROR,
        CellKind.UNCOMPUTED,
        CellKind.MERGED,
        CellKind.MERGED,
    )
    result = converted(
        changed(amount="#N/A"),
        changed(amount="=1+1"),
        changed(order_no=None),
        changed(kind=None),
        kinds=kinds,
    )
    assert codes(result) == [
        (2, "amount", "cell_error"),
        (3, "amount", "uncomputed"),
        (4, "order_no", "merged"),
        (5, "kind", "merged"),
    ]
    assert "#N/A" in next(each_problem(result.problems)).problem


def test_b05_cells_are_filled_down_only_when_asked_and_across_batches():
    converter = Converter("sales", mapping_of(KEYS), ConvertOptions(today=TODAY, fill_down=("order_no",)))
    merged = [[CellKind.MERGED, 0, 0, 0, 0, 0, 0]]
    first = converter.convert(batch_of([GOOD], [[0] * 7]))
    second = converter.convert(batch_of([changed(order_no=None, line_no="2")], merged, first=3))
    assert first.table["order_no"].to_list() + second.table["order_no"].to_list() == ["A1", "A1"]
    assert not len(second.problems)


def test_b02_a_number_too_long_for_excel_is_refused_as_an_identifier_only():
    kinds = [[CellKind.NUMBER, 0, 0, 0, 0, 0, 0], [0] * 7]
    long = changed(order_no="123456789012346000")
    result = converted(long, long, kinds=kinds)
    assert codes(result) == [(2, "order_no", "number_too_long")]
    assert result.table["order_no"].to_list() == ["123456789012346000"]


def test_b13_a_row_with_more_cells_than_the_header_is_refused():
    batch = batch_of([GOOD, GOOD])
    batch = batch.set_column(1, "cells", pa.array([7, 9], pa.int16()))
    assert codes(convert_batch(batch, mapping_of(KEYS), "sales", ConvertOptions(today=TODAY))) == [
        (3, "", "ragged")
    ]


def test_b12_rounding_to_fen_is_a_choice_and_told():
    assert codes(converted(changed(amount="12.345"))) == [(2, "amount", "money_decimals")]
    result = converted(changed(amount="12.345"), changed(amount="12.340"), round_money=True)
    assert result.table["amount_fen"].to_list() == [1235, 1234]
    assert codes(result) == [(2, "amount", "money_rounded")]


def test_s0_36_potentials_are_exact_and_never_negative():
    keys = ("customer", "mp", "es", "p", "horizon_months")
    result = converted(
        ("甲", "100,000", "30%", "0.5", "12"), ("乙", "-1", "30", "0.5", "12"), keys=keys, kind="potentials"
    )
    assert result.table.select("mp_fen", "es_ppm", "p_ppm", "horizon_months").rows() == [
        (10_000_000, 300_000, 500_000, 12)
    ]
    assert codes(result) == [(3, "mp", "below_zero"), (3, "es", "fraction_without_percent")]


@pytest.mark.django_db
def test_s0_8_customers_have_their_fields_checked():
    keys = ("code", "name", "type", "postcode", "phone")
    result = converted(
        ("C1", "华瑞（中国）商贸", "经销商", "310000", "138-0000-0000"),
        ("C2", "乙", "经销商", "31000", "1"),
        keys=keys,
        kind="customers",
    )
    (row,) = result.table.to_dicts()
    assert (row["name"], row["type"], row["phone"]) == ("华瑞（中国）商贸", "distributor", "13800000000")
    assert codes(result) == [(3, "postcode", "postcode"), (3, "phone", "phone_length")]


def test_a_whole_column_of_wrong_values_is_told_row_by_row():
    result = converted(*[changed(amount="x")] * 5000)
    assert (result.refused, len(result.problems)) == (5000, 5000)


@pytest.mark.parametrize(
    ("quick", "parse"),
    [
        (fast.money, values.parse_money),
        (fast.quantity, values.parse_quantity),
        (fast.fraction, values.parse_fraction),
        (fast.integer, values.parse_integer),
        (fast.code, values.parse_code),
        (fast.text, values.parse_text),
        (fast.customer, values.parse_customer),
        (fast.phone, values.parse_phone),
    ],
    ids=["money", "quantity", "fraction", "integer", "code", "text", "customer", "phone"],
)
@given(
    text=st.one_of(
        st.from_regex(r"\A-?[0-9]{1,16}(\.[0-9]{1,4})?\Z"),
        st.from_regex(r"\A[A-Za-z0-9_/#.eE+-]{1,12}\Z"),
        st.text(st.sampled_from("甲乙（ａ）.0eE5-\u200b\u3000\ufffdA"), min_size=1, max_size=8),
        st.text(min_size=1, max_size=8),
        st.just("13912345678"),
    )
)
def test_the_quick_way_gives_what_the_parser_gives(quick, parse, text):
    trimmed = pl.Series([text]).str.strip_chars()[0]
    if not trimmed:
        return
    (found,) = quick(pl.Series([trimmed]))
    if found is not None:
        assert parse(trimmed) == found


def test_every_refusal_of_a_value_has_its_sentences():
    import re
    from pathlib import Path

    folder = Path(values.__file__).parent.parent
    used = {
        code
        for source in folder.rglob("*.py")
        for code in re.findall(r"ValueRefused\(\s*\"(\w+)\"", source.read_text(encoding="utf-8"))
    }
    assert used
    assert (
        used | {"money_decimals", "quantity_decimals", "fraction_decimals", "not_whole"} <= SENTENCES.keys()
    )
    assert issubclass(ValueRefused, Exception)
    assert Field("amount", "金额", "money").output == "amount_fen"

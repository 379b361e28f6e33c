"""The quick way through text gives what the strict reader gives, or leaves the piece to it."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kemai.oversight.exchange.reading.header import Header, is_total
from kemai.oversight.exchange.reading.quick import quick_table, suspects
from kemai.oversight.exchange.reading.rows import Row

LIMIT = 50
PIECES = st.lists(st.sampled_from(list('ab甲\ufeff ,\n"\t;小计合TotalSUM\u2028\x0b\x85')), max_size=40).map(
    "".join
)


def strictly(text: str) -> list[list[str]] | None:
    csv.field_size_limit(LIMIT)
    try:
        return list(csv.reader(StringIO(text), strict=True))
    except csv.Error:
        return None


@settings(deadline=None)
@given(PIECES)
@example('a,"b,"c\n')
@example('"a""b",c\n')
@example('a,"b\nc"\n')
@example('"a"b,c\n')
@example(" ,\na,b\n")
@example("a\n" + "b" * 60 + "\n")
@example("\ufeffa,b\n")
def test_plain_pieces_are_cut_as_the_strict_reader_cuts_them(text):
    piece = f"{text}\n"
    table = quick_table(piece, ",", LIMIT)
    if table is not None:
        rows = [list(row) for row in zip(*(c.fill_null("").to_pylist() for c in table.columns), strict=True)]
        assert rows == strictly(piece)


@pytest.mark.parametrize("text", ["a,b\nc,d\n", '"a","b,c"\n"d","e ""f"""\n', ",\na,\n", "甲;1,乙\n丙,\n"])
def test_plain_pieces_are_really_taken(text):
    table = quick_table(text, ",", LIMIT)
    assert table is not None
    assert table.num_rows == 2 if text.count("\n") == 2 else 1


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "",
                    " ",
                    "甲",
                    "合 计",
                    "小计：",
                    "小計：",
                    "合 計",
                    "總計",
                    "製單人：張三",
                    "第 1 頁",
                    "Total",
                    "SUM",
                    "甲方合计",
                    "单号",
                    "制单人：张三",
                    "第 1 页",
                    "审计局",
                ]
            ),
            st.sampled_from(["x", ""]),
        ),
        min_size=1,
    )
)
def test_no_total_repeated_header_or_blank_row_passes_for_data(rows):
    text = "".join(f"{first},{second if first.strip() else ''}\n" for first, second in rows)
    table = quick_table(text, ",", LIMIT)
    assert table is not None
    doubtful = set(suspects(table, ["单号"], 2))
    header = Header(1, ("单号", "金额"), 0, 2)
    for place, (first, second) in enumerate(rows):
        row = Row(place, [first, second if first.strip() else ""])
        if not first.strip() or first == "单号" or is_total(row, header.named):
            assert place in doubtful


@pytest.mark.parametrize(
    "first", ["小計：", "合 計", "總計", "本頁小計", "甲方合計", "製單人：張三", "第 1 頁", "覆核：李四"]
)
def test_totals_and_feet_in_traditional_characters_are_no_data(first):
    assert is_total(Row(9, [first, "", "", "12"]), 4)
    assert not is_total(Row(9, ["審計局", "", "", "12"]), 4)

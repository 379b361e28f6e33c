"""Workbooks as people send them: titles, merges, hidden things, formulas, dates of both calendars."""

import datetime
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from kemai.oversight.exchange.reading import CellKind, SheetUnclear

from .workbooks import HEADER_ROW, NAMESPACE, row, workbook

NAMES = ["单号", "日期", "客户", "金额"]


def saved(book, tmp_path):
    path = tmp_path / "book.xlsx"
    book.save(path)
    return path


def book_with(*rows):
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(cells)
    return book


def cells_of(table, column):
    return [value for batch in table.batches() for value in batch.column(f"c{column}").to_pylist()]


def kinds_of(table, column):
    return [CellKind(value) for batch in table.batches() for value in batch.column(f"k{column}").to_pylist()]


def test_b05_the_header_is_found_below_a_merged_title(read, tmp_path):
    book = book_with(["11月出库单"], [], NAMES, ["A1", "2026/3/1", "甲", 1])
    book.active.merge_cells("A1:D1")
    table = read(saved(book, tmp_path))
    assert (table.header_row, table.header, table.rows) == (3, tuple(NAMES), 1)
    assert table.notes.titles == ((1, "11月出库单"),)


def test_b05_cells_merged_downwards_are_marked_and_not_filled(read, tmp_path):
    book = book_with(
        NAMES, ["A1", "2026/3/1", "甲", 1], [None, "2026/3/1", "甲", 2], ["A2", "2026/3/1", "甲", 3]
    )
    book.active.merge_cells("A2:A3")
    table = read(saved(book, tmp_path))
    assert cells_of(table, 0) == ["A1", None, "A2"]
    assert kinds_of(table, 0) == [CellKind.TEXT, CellKind.MERGED, CellKind.TEXT]
    assert table.notes.merged_blocks == 1


def test_b05_hidden_rows_and_columns_are_read_and_reported(read, tmp_path):
    book = book_with(NAMES, ["A1", "2026/3/1", "甲", 1], ["A2", "2026/3/1", "甲", 2])
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["D"].hidden = True
    table = read(saved(book, tmp_path))
    assert table.rows == 2
    assert (table.notes.hidden_rows, table.notes.hidden_columns) == ((3,), ("D",))


def test_b05_hidden_sheets_are_ignored_and_reported(read, tmp_path):
    book = book_with(NAMES, ["A1", "2026/3/1", "甲", 1])
    hidden = book.create_sheet("旧账")
    hidden.append(NAMES)
    hidden.append(["B1", "2026/3/1", "乙", 1])
    hidden.sheet_state = "hidden"
    table = read(saved(book, tmp_path))
    assert cells_of(table, 0) == ["A1"]
    assert table.notes.hidden_sheets == ("旧账",)


def test_b05_of_two_sheets_the_one_with_the_header_is_taken(read, tmp_path):
    book = book_with(["填表说明"], ["先填单号"])
    data = book.create_sheet("数据")
    data.append(NAMES)
    data.append(["A1", "2026/3/1", "甲", 1])
    assert read(saved(book, tmp_path)).notes.sheet == "数据"


def test_b05_two_sheets_with_the_header_are_a_question(read, refused, tmp_path):
    book = book_with(NAMES, ["A1", "2026/3/1", "甲", 1])
    book.active.title = "一月"
    book.copy_worksheet(book.active).title = "二月"
    path = saved(book, tmp_path)
    refusal = refused(path)
    assert isinstance(refusal, SheetUnclear)
    assert refusal.sheets == ["一月", "二月"]
    assert read(path, sheet="二月").notes.sheet == "二月"
    assert refused(path, sheet="三月").code == "no_such_sheet"


def test_b05_a_formula_without_a_value_is_marked_and_never_evaluated(read, tmp_path):
    table = read(saved(book_with(NAMES, ["A1", "2026/3/1", "甲", "=1+1"]), tmp_path))
    assert cells_of(table, 3) == ["=1+1"]
    assert kinds_of(table, 3) == [CellKind.UNCOMPUTED]


def test_b05_a_formula_with_a_value_gives_the_value(read, tmp_path):
    path = workbook(
        tmp_path / "f.xlsx",
        "<row r='2'><c r='A2' t='str'><f>X</f><v>A1</v></c><c r='D2'><f>1+1</f><v>2</v></c></row>",
    )
    table = read(path)
    assert (cells_of(table, 0), cells_of(table, 3)) == (["A1"], ["2"])


def test_b05_error_values_are_marked(read, tmp_path):
    path = workbook(tmp_path / "e.xlsx", "<row r='2'><c r='A2' t='e'><v>#N/A</v></c></row>")
    table = read(path)
    assert (cells_of(table, 0), kinds_of(table, 0)) == (["#N/A"], [CellKind.ERROR])


def test_b05_formatted_blank_rows_are_ignored(read, tmp_path):
    blank = "".join(
        f"<row r='{n}' s='1' customFormat='1'><c r='A{n}' s='1'/></row>" for n in range(3, 200_000)
    )
    table = read(workbook(tmp_path / "b.xlsx", row(2, "A1", "2026/3/1", "甲", "1") + blank))
    assert table.rows == 1


def test_b05_repeated_headers_and_totals_are_left_out_and_reported(read, tmp_path):
    data = ["A1", "2026/3/1", "甲", 1]
    book = book_with(NAMES, data, ["小计", None, None, 1], NAMES, data, [None, None, "合 计：", 2])
    table = read(saved(book, tmp_path))
    assert table.rows == 2
    assert [number for number, _ in table.notes.totals] == [3, 6]
    assert [number for number, _ in table.notes.repeated_headers] == [4]


def test_b05_cells_may_be_sparse_and_without_references(read, tmp_path):
    rows = "<row><c t='inlineStr'><is><r><t>A</t></r><r><t>1</t></r></is></c></row><row r='9'><c r='D9'><v>5</v></c></row>"
    table = read(workbook(tmp_path / "s.xlsx", rows))
    (batch,) = table.batches()
    assert batch.column("row").to_pylist() == [2, 9]
    assert (cells_of(table, 0), cells_of(table, 3)) == (["A1", None], [None, "5"])


def test_b05_elements_with_a_prefix_are_read(read, tmp_path):
    sheet = f"<worksheet {NAMESPACE}><sheetData>{HEADER_ROW}{row(2, 'A1', '2026/3/1', '甲', '1')}</sheetData></worksheet>"
    for name in ("worksheet", "sheetData", "row", "c", "is", "t"):
        sheet = (
            sheet.replace(f"<{name}>", f"<x:{name}>")
            .replace(f"<{name} ", f"<x:{name} ")
            .replace(f"</{name}>", f"</x:{name}>")
        )
    sheet = sheet.replace("xmlns=", "xmlns:x=")
    assert cells_of(read(workbook(tmp_path / "p.xlsx", "", whole=sheet)), 0) == ["A1"]


@pytest.mark.parametrize("is_1904", [False, True])
def test_b04_dates_of_both_calendars_are_the_same_day(read, tmp_path, is_1904):
    book = book_with()
    if is_1904:
        book.epoch = CALENDAR_MAC_1904
    book.active.append(NAMES)
    book.active.append(["A1", datetime.date(2026, 3, 1), "甲", 1])
    book.active.append(["A2", datetime.datetime(2026, 3, 1, 12, 30), "甲", 1])
    book.active["B3"].number_format = 'yyyy"年"m"月"d"日" h:mm'
    table = read(saved(book, tmp_path))
    assert cells_of(table, 1) == ["2026-03-01", "2026-03-01 12:30:00"]
    assert kinds_of(table, 1) == [CellKind.DATE, CellKind.DATE]
    assert table.notes.is_1904 is is_1904


def test_b04_a_bare_serial_number_stays_a_number(read, tmp_path):
    table = read(saved(book_with(NAMES, ["A1", 46082, "甲", 1]), tmp_path))
    assert (cells_of(table, 1), kinds_of(table, 1)) == (["46082"], [CellKind.NUMBER])


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("12.340000000000002", "12.34"),
        ("0.30000000000000004", "0.3"),
        ("1.38E+10", "13800000000"),
        ("110000000000000", "110000000000000"),
        ("-5.0", "-5.0"),
        ("1e1000000", "1e1000000"),
    ],
)
def test_b12_numbers_are_shown_as_people_see_them(read, tmp_path, stored, shown):
    table = read(workbook(tmp_path / "n.xlsx", f"<row r='2'><c r='D2'><v>{stored}</v></c></row>"))
    assert cells_of(table, 3) == [shown]


def test_texts_and_shared_texts_come_back_to_the_character(read, tmp_path):
    book = book_with(NAMES, ["00123", "2026/3/1", "䶮㛃𠮷 <商贸> & 'x'", Decimal("1.5")])
    book.active["A2"].font = Font(bold=True)
    table = read(saved(book, tmp_path))
    assert table.head() == [["00123", "2026/3/1", "䶮㛃𠮷 <商贸> & 'x'", "1.5"]]


def test_more_shared_texts_than_memory_allows_come_from_disk(tmp_path):
    from kemai.oversight.exchange.reading.workbook.strings import SharedStrings

    strings = SharedStrings(in_memory=2)
    texts = ["甲", "", "乙𠮷", "丙", ""]
    for text in texts:
        strings.append(text)
    assert [strings[i] for i in (4, 2, 0, 3, 1, 2)] == ["", "乙𠮷", "甲", "丙", "", "乙𠮷"]

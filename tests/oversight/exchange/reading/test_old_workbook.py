"""Workbooks of the old kind (.xls), which accounting programs still write, are read as the new ones are (S1.7)."""

from __future__ import annotations

from datetime import date

import pytest
from tests.oversight.exchange.reading.old_excel import old_workbook

from kemai.oversight.exchange.reading.cells import CellKind
from kemai.oversight.exchange.reading.reader import read_file
from kemai.oversight.exchange.reading.refusals import ReadRefused, SheetUnclear

HEADER = ["单号", "日期", "客户", "金额"]
ROWS = [HEADER, ["S1", date(2026, 3, 1), "华瑞商贸", 1234.5], ["S2", date(2026, 3, 2), "云栖食府", -20]]


def read(tmp_path, sheets, **more):
    path = tmp_path / "明细.xls"
    path.write_bytes(old_workbook(sheets, **more))
    return path


def test_texts_numbers_and_days_of_an_old_workbook_are_read(tmp_path):
    with read_file(read(tmp_path, {"明细": ROWS}), kind="sales") as table:
        assert (table.notes.format, table.notes.sheet, table.rows) == ("xls", "明细", 2)
        assert table.head() == [
            ["S1", "2026-03-01", "华瑞商贸", "1234.5"],
            ["S2", "2026-03-02", "云栖食府", "-20"],
        ]
        assert table.head_kinds(1) == [[CellKind.TEXT, CellKind.DATE, CellKind.TEXT, CellKind.NUMBER]]


def test_the_sheet_with_the_header_is_found_and_hidden_ones_are_named(tmp_path):
    sheets = {"说明": [["怎么填"]], "明细": [["销售明细"], [None], *ROWS], "旧": ROWS}
    with read_file(read(tmp_path, sheets, hidden=("旧",)), kind="sales") as table:
        assert (table.notes.sheet, table.rows) == ("明细", 2)
    with pytest.raises(SheetUnclear):
        read_file(read(tmp_path, {"一": ROWS, "二": ROWS}), kind="sales")


def test_what_only_looks_like_an_old_workbook_is_refused_with_a_sentence(tmp_path):
    path = tmp_path / "坏.xls"
    path.write_bytes(old_workbook({"明细": ROWS})[:700])
    with pytest.raises(ReadRefused) as refused:
        read_file(path)
    assert refused.value.code == "old_excel"

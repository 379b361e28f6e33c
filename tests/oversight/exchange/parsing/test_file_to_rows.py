"""From the bytes of a file to typed rows: the two halves together, on what people really send."""

from datetime import date

import openpyxl
import pytest

from kemai.oversight.exchange.parsing.columns import guess_mapping
from kemai.oversight.exchange.parsing.convert import Converter, ConvertOptions
from kemai.oversight.exchange.parsing.problems import each_problem
from kemai.oversight.exchange.reading import read_file

TODAY = date(2026, 3, 31)
ROWS = [
    ["CK1", 1, "2026/3/1", "华瑞商贸有限公司", 2, 12.5],
    ["CK1", 2, "2026年3月1日", "华瑞商贸有限公司", 1, 0.1 + 0.2],
    ["CK2", 1, "20260302", "泊山副食店", 3, 100],
    ["CK3", 1, "46083", "泊山副食店", 3, 7],
]
HEADER = ["单据编号", "行号", "单据日期", "往来单位", "数量", "不含税金额"]


def rows_of(path):
    with read_file(path, kind="sales") as table:
        guess = guess_mapping(table.header, table.head(), "sales")
        converter = Converter(
            "sales", guess.mapping(), ConvertOptions(today=TODAY, is_1904=table.notes.is_1904)
        )
        results = [converter.convert(batch) for batch in table.batches()]
    problems = [one for result in results for one in each_problem(result.problems)]
    keys = ("order_no", "line_no", "day", "customer", "quantity_milli", "amount_fen")
    return [row for result in results for row in result.table.select(keys).rows()], problems


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["销售出库明细"])
    for row in [HEADER, *ROWS, ["合计", None, None, None, 9, 119.8]]:
        book.active.append(row)
    path = tmp_path / "ledger.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("codec", ["utf-8-sig", "gb18030", "utf-16"])
def test_b01_b04_text_and_workbook_give_the_same_rows(workbook, tmp_path, codec):
    lines = [
        ",".join(str(cell) for cell in row) for row in [HEADER, *ROWS[:1], [*ROWS[1][:5], "0.3"], *ROWS[2:]]
    ]
    path = tmp_path / "ledger.csv"
    path.write_bytes("\n".join(["销售出库明细", *lines, "合计,,,,9,119.8"]).encode(codec))
    expected = [
        ("CK1", "1", date(2026, 3, 1), "华瑞商贸有限公司", 2000, 1250),
        ("CK1", "2", date(2026, 3, 1), "华瑞商贸有限公司", 1000, 30),
        ("CK2", "1", date(2026, 3, 2), "泊山副食店", 3000, 10000),
        ("CK3", "1", date(2026, 3, 2), "泊山副食店", 3000, 700),
    ]
    assert rows_of(workbook) == (expected, [])
    assert rows_of(path) == (expected, [])

"""Text files: encodings to the character, separators, and errors that name the place."""

import os

import pytest

from .conftest import HEADER, ROW

RARE = "A1,2026/3/1,䶮㛃𠮷商贸,12.50\n"


@pytest.mark.parametrize(
    ("codec", "expected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("gb18030", "gb18030"),
    ],
)
def test_b01_each_encoding_is_read_to_the_character(read, codec, expected):
    mark = "\ufeff" if codec.startswith("utf-16-") else ""
    table = read((mark + HEADER + RARE).encode(codec))
    assert table.notes.encoding == expected
    assert table.header == ("单号", "日期", "客户", "金额")
    assert table.head() == [["A1", "2026/3/1", "䶮㛃𠮷商贸", "12.50"]]


def test_b01_two_short_gbk_lines_are_not_taken_for_another_script(read):
    assert read("客户,金额\n联通,1\n".encode("gbk")).head() == [["联通", "1"]]


def test_b01_traditional_text_in_gb18030_is_read(read):
    text = "客戶名稱,金額\n臺灣華瑞實業股份有限公司,1\n東門聯發貿易,2\n"
    assert read(text.encode("gb18030")).head()[0] == ["臺灣華瑞實業股份有限公司", "1"]


@pytest.mark.parametrize(
    "text",
    ["客戶名稱,金額\n王大明股份有限公司,100\n", "單號,客戶,金額\nA1,臺灣華瑞實業,1\nA2,東門聯發貿易,2\n"],
)
def test_b01_big5_is_refused_with_its_name(refused, text):
    refusal = refused(text.encode("big5"))
    assert refusal.code == "big5"
    assert "Big5" in refusal.problem
    assert "UTF-8" in refusal.mend


def test_b01_big5_is_read_when_the_person_says_so(read):
    assert read("客戶,金額\n王大明,100\n".encode("big5"), encoding="cp950").head() == [["王大明", "100"]]


def test_b01_a_line_in_another_encoding_is_refused_with_its_row(refused):
    mixed = (HEADER + ROW).encode("gb18030") + "A2,2026/3/1,客户公司,1\n".encode()
    refusal = refused(mixed)
    assert (refusal.code, refusal.params["row"]) == ("mixed_encoding", 3)


def test_a_file_that_begins_as_utf8_names_the_first_row_that_is_not(refused):
    mixed = (HEADER + ROW + ROW).encode() + "A2,2026/3/1,客户公司,1\n".encode("gb18030") + ROW.encode()
    refusal = refused(mixed)
    assert (refusal.code, refusal.params["row"]) == ("mixed_encoding", 4)


def test_b01_invalid_bytes_are_refused_with_their_row(refused):
    refusal = refused(HEADER.encode("gb18030") + b"A1,\xff\xff,x,1\n")
    assert (refusal.code, refusal.params["row"]) == ("unknown_encoding", 2)


def test_b01_utf16_without_a_mark_is_named(refused):
    assert refused((HEADER + ROW * 9).encode("utf-16-le")).code == "utf16_no_mark"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_b13_each_separator_is_found(read, separator):
    table = read((HEADER + ROW * 3).replace(",", separator).encode())
    assert table.notes.separator == separator
    assert table.head()[0] == ["A1", "2026/3/1", "华瑞商贸", "12.50"]


def test_b13_thousands_commas_do_not_hide_the_tab(read):
    table = read("单号\t日期\t金额\nA1\t2026/3/1\t1,234.50\nA2\t2026/3/1\t2,345,678.00\n".encode())
    assert table.head()[1] == ["A2", "2026/3/1", "2,345,678.00"]


def test_b13_carriage_returns_alone_end_lines(read):
    assert read((HEADER + ROW * 2).replace("\n", "\r").encode()).rows == 2


def test_b13_row_numbers_are_those_of_the_file(read):
    text = "11月销售\n" + HEADER + 'A1,2026/3/1,"两\n行",1\n\n' + ROW + "合计,,,13.50\n" + ROW
    table = read(text.encode())
    (batch,) = table.batches()
    assert table.header_row == 2
    assert batch.column("row").to_pylist() == [3, 5, 7]
    assert batch.column("c2").to_pylist()[0] == "两\n行"
    assert table.notes.titles == ((1, "11月销售"),)
    assert table.notes.totals == ((6, "合计 13.50"),)
    assert table.notes.blank_rows == 1


@pytest.mark.parametrize(
    ("line", "code", "row", "column"),
    [
        (b"A2,2026/3/1,x\0y,1\n", "nul", 3, "C"),
        (b'A2,2026/3/1,"open,1\n', "open_quote", 3, "C"),
        (b'A2,2026/3/1,"open,1\n' + b"x,y,z,1\n" * 50_000, "open_quote", 3, "C"),
        (b'A2,"a"b,c,1\n', "bad_quote", 3, "B"),
        (b"A2,2026/3/1,c," + b"x" * 10_000_000 + b"\n", "cell_too_long", 3, "D"),
        (b'A2,2026/3/1,"' + b"x" * 10_000_000 + b'",1\n', "cell_too_long", 3, "C"),
    ],
    ids=["nul", "open to the end", "open over many rows", "text behind a quote", "long", "long in quotes"],
)
def test_b13_a_broken_cell_is_named_by_row_and_column(refused, line, code, row, column):
    refusal = refused((HEADER + ROW).encode() + line)
    assert (refusal.code, refusal.params["row"]) == (code, row)
    assert f"第 {row} 行 {column} 列" in refusal.problem


def test_b13_five_hundred_columns_are_read_and_one_more_is_refused(read, refused):
    def wide(columns: int) -> bytes:
        names = ",".join(f"列{i}" for i in range(columns))
        return f"{names}\n{','.join('1' * columns)}\n".encode()

    assert len(read(wide(500)).header) == 500
    assert refused(wide(501)).code == "too_many_columns"


def test_b13_a_line_without_any_end_stays_small_and_is_refused(refused):
    refusal = refused(HEADER.encode() + b"a," * 20_000_000)
    assert refusal.code in ("cell_too_long", "too_many_columns")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "image"),
        (b"%PDF-1.7\n", "pdf"),
        (b"<html><body><table></table>", "html"),
        (b'<?xml version="1.0"?><Workbook>', "xml_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\x1f\x8b\x08\0", "archive"),
        (bytes(range(256)) * 20, "binary"),
        (HEADER.encode(), "no_rows"),
    ],
)
def test_b05_what_is_no_table_is_called_by_its_name(refused, content, code):
    refusal = refused(content, "改过名.xlsx")
    assert refusal.code == code
    assert refusal.problem.endswith("。")
    assert refusal.mend.endswith("。")


def test_noise_is_refused_whatever_it_is(refused):
    assert refused(os.urandom(20_000)).problem


def test_a_row_with_more_cells_than_the_header_is_still_told(read):
    (batch,) = read((HEADER + ROW + "A2,2026/3/1,a,b,1\n").encode()).batches()
    assert batch.column("cells").to_pylist() == [4, 5]

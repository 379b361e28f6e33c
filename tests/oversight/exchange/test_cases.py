"""The B cases through the product: a file at the command line or at the import page, and what then stands in the books."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.oversight.exchange.conftest import SALES_HEADER, state
from tests.oversight.exchange.reading.workbooks import NAMESPACE, row, workbook

from kemai.business.archives.models import Customer
from kemai.business.trade.models import SaleLine
from kemai.foundation.access.models import Person
from kemai.foundation.jobs import run_job_now
from kemai.foundation.jobs.models import Job
from kemai.oversight.exchange.models import Import

pytestmark = pytest.mark.django_db
RARE = "䶮㛃𠮷商贸有限公司"
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], settings: Any, tmp_path: Path) -> Any:
    """`kemai import KIND FILE … --json`: (exit status, the JSON)."""
    from kemai.doors.cli import import_

    settings.DATA_DIR = tmp_path / "data"
    parser = argparse.ArgumentParser()
    import_.add_arguments(parser)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--as", dest="as_login")

    def run(kind: str, content: bytes | Path, *words: str) -> tuple[int, dict[str, Any]]:
        path = content if isinstance(content, Path) else tmp_path / "file.csv"
        if isinstance(content, bytes):
            path.write_bytes(content)
        status = import_.run(parser.parse_args([kind, str(path), "--json", *words]))
        return status, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def upload(client: Any, cast: Any, settings: Any, tmp_path: Path) -> Any:
    """Drops a file on the import page as the executive, lets the worker read it, and gives the page that follows."""
    settings.DATA_DIR = tmp_path / "data"
    client.force_login(Person.objects.get(login="boss"))

    def run(path: Path) -> tuple[Import, str]:
        with path.open("rb") as file:
            answer = client.post("/imports/", {"file": file, "kind": ""})
        assert answer.status_code == 302
        item = Import.objects.latest("pk")
        job = run_job_now(Job.objects.get(pk=item.job_id))
        assert job.state == "done", job.error
        item.refresh_from_db()
        return item, client.get(answer.url).content.decode()

    return run


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_b01_names_are_stored_to_the_character_whatever_the_encoding(command, codec):
    """B01: the two-line file as well, with rare characters."""
    status, told = command(
        "sales", f"日期,客户,金额\n2026-01-05,{RARE},12.50\n".encode(codec), "--create-customers"
    )
    assert (status, told["created"]) == (0, 1)
    assert Customer.objects.get().name == RARE


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("日期,客戶名稱,金額\n2026-01-05,臺灣大學餐廳,100\n2026-01-05,繁體商店,5\n".encode("big5"), "Big5"),
        (
            "日期,客户,金额\n2026-01-05,甲店,1\n".encode() + "2026-01-05,乙店,1\n".encode("gb18030"),
            "编码不同",
        ),
        ("日期,客户,金额\n".encode("gb18030") + b"2026-01-05,\xff\xfe\xfd,1\n", "第 2 行"),
    ],
)
def test_b01_what_would_become_garbled_is_refused_in_a_sentence_and_nothing_is_stored(command, content, said):
    """B01: never mojibake."""
    status, told = command("sales", content, "--create-customers")
    assert (status, told["created"], told["batch"]) == (1, 0, None)
    assert said in told["refused"]
    assert not Customer.objects.exists()


def test_b02_phones_have_one_form_and_a_wrong_one_is_an_error_row(command):
    """B02: 0 stored with .0 or E+."""
    phones = [
        "13800000000.0",
        "１３８００００００００",
        "+86 138-0000-0000",
        "0571-8888 8888-12",
        "1.38E+10",
        "138000000001",
        "1380000000",
    ]
    text = "客户编号,客户名称,电话\n" + "".join(
        f"00{n},第{n}号店,{phone}\n" for n, phone in enumerate(phones)
    )
    status, told = command("customers", text.encode())
    assert (status, told["created"], told["rejected"]) == (1, 4, 3)
    stored = dict(Customer.objects.values_list("code", "phone"))
    assert set(stored.values()) == {"13800000000", "0571-88888888-12"}
    assert set(stored) == {"000", "001", "002", "003"}


def test_b03_identifiers_keep_their_zeros_and_a_rounded_credit_code_is_refused(command, tmp_path):
    """B03 (its text is not public; read as: number cells are no identifiers): 18 digits that Excel rounded, .0, zeros."""
    path = tmp_path / "ids.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["客户编号", "客户名称", "统一社会信用代码"])
        sheet.write_string(1, 0, "007")
        sheet.write_row(1, 1, ["甲店", ""])
        sheet.write_row(2, 0, [1024, "乙店", ""])
        sheet.write_row(3, 0, ["K3", "丙店", 913300001234567890])
    status, told = command("customers", path)
    assert (status, told["created"], told["rejected"]) == (1, 2, 1)
    assert set(Customer.objects.values_list("code", flat=True)) == {"007", "1024"}
    assert "15 位" in told["problems"][0]["problem"]


@pytest.mark.parametrize("is_1904", [False, True])
def test_b04_all_good_days_are_one_day_and_false_or_ambiguous_ones_are_error_rows(command, tmp_path, is_1904):
    """B04: in a workbook of either calendar, with a date cell, a serial, and days as text."""
    from datetime import date

    path = tmp_path / "days.xlsx"
    serial = 46082 - (1462 if is_1904 else 0)
    days = [
        serial,
        "2026/3/1",
        "2026-03-01",
        "2026年3月1日",
        "20260301",
        20260301,
        "03/04/2026",
        "2026-02-30",
        "0000-00-00",
    ]
    with xlsxwriter.Workbook(path, {"date_1904": is_1904}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["单号", "行号", "日期", "客户", "金额"])
        for place, day in enumerate(days, start=1):
            sheet.write_row(place, 0, ["S1", str(place), day, "甲店", 10])
        sheet.write_row(10, 0, ["S1", "10"])
        sheet.write_datetime(10, 2, date(2026, 3, 1), book.add_format({"num_format": "yyyy/m/d"}))
        sheet.write_row(10, 3, ["甲店", 10])
    _status, told = command("sales", path, "--create-customers")
    assert (told["created"], told["rejected"]) == (7, 3)
    assert set(SaleLine.objects.landed().values_list("day", flat=True)) == {date(2026, 3, 1)}


def test_b05_an_amount_in_two_columns_is_settled_by_a_person_before_anything_is_written(command, tmp_path):
    """B05: refused at the command line until a mapping says which; at the page it is the first question."""
    text = "单号,行号,日期,购货单位,价税合计,不含税金额\nS1,1,2026-01-05,甲店,113,100\n".encode()
    status, told = command("sales", text, "--create-customers")
    assert (status, told["batch"]) == (1, None)
    assert "价税合计" in told["refused"]
    mapping = tmp_path / "map.toml"
    columns = {
        "单号": "order_no",
        "行号": "line_no",
        "日期": "day",
        "购货单位": "customer",
        "价税合计": "amount",
    }
    mapping.write_text(
        "[columns]\n" + "\n".join(f'"{k}" = "{v}"' for k, v in columns.items()), encoding="utf-8"
    )
    status, told = command("sales", text, "--create-customers", "--map", str(mapping))
    assert (status, told["created"]) == (0, 1)
    assert SaleLine.objects.get().amount_fen == 11_300


def test_b05_a_printed_workbook_of_an_accounting_program_is_read_as_it_is(command, tmp_path):
    """B05: titles, merged customers, subtotals, page heads, hidden rows and sheets, errors, formulas, a foot."""
    path = tmp_path / "printed.xlsx"
    _printed(path)
    mapping = tmp_path / "map.toml"
    mapping.write_text('[options]\nfill_down = ["customer"]\n', encoding="utf-8")
    status, told = command("sales", path, "--create-customers", "--map", str(mapping))
    assert (status, told["rows"], told["created"], told["rejected"]) == (1, 8, 6, 2)
    assert {p["row"]: p["code"] for p in told["problems"]} == {10: "cell_error", 11: "uncomputed"}
    lines = (
        SaleLine.objects.landed().order_by("order_no").values_list("order_no", "customer__name", "amount_fen")
    )
    assert list(lines) == [
        ("XS001", "杭州甲方商贸有限公司", 123_450),
        ("XS002", "杭州甲方商贸有限公司", -123_450),
        ("XS003", "杭州甲方商贸有限公司", 1_234_560),
        ("XS004", "宁波乙方食品厂", 8_000),
        ("XS005", "宁波乙方食品厂", 9_000),
        ("XS008", "宁波乙方食品厂", 100),
    ]


def _printed(path: Path) -> None:
    header = ["日期", "单据编号", "购货单位", "金额"]
    rows: list[list[Any]] = [
        [20260301, "XS001", "杭州甲方商贸有限公司", "1,234.50"],
        [20260302, "XS002", None, "(1,234.50)"],
        [20260303, "XS003", None, "12,345.6元"],
        ["小计", None, None, 12345.6],
        [20260304, "XS004", "宁波乙方食品厂", 80],
        [20260305, "XS005", None, "￥90.00"],
    ]
    with xlsxwriter.Workbook(path) as book:
        sheet, red = book.add_worksheet("出库明细"), book.add_format({"bg_color": "red"})
        sheet.merge_range(0, 0, 0, 3, "销售出库明细表")
        sheet.write_row(1, 0, header)
        for place, cells in enumerate(rows, start=2):
            sheet.write_row(place, 0, cells)
        sheet.merge_range(2, 2, 4, 2, rows[0][2])
        sheet.merge_range(6, 2, 8, 2, rows[4][2])
        sheet.write_row(8, 0, [20260306, "XS008"])
        sheet.write(8, 3, 1)
        sheet.set_row(8, None, None, {"hidden": True})
        sheet.write_row(9, 0, [20260307, "XS006", rows[4][2]])
        sheet.write_formula(9, 3, "=NA()", None, "#N/A")
        sheet.write_row(10, 0, [20260308, "XS007", rows[4][2]])
        sheet.write_formula(10, 3, "=1+1", None, "")
        sheet.write(11, 0, "销售出库明细表")
        sheet.write_row(12, 0, header)
        sheet.write_row(13, 0, ["合计", None, None, 999])
        sheet.write(14, 0, "制单人：张三　审核：李四")
        sheet.set_column(5, 5, 10, None, {"hidden": True})
        for place in range(20, 3000):
            sheet.write_blank(place, 0, None, red)
        other = book.add_worksheet("参数")
        other.hide()
        other.write_row(0, 0, header)


@pytest.mark.parametrize(
    ("header", "line", "said"),
    [
        ("单号,日期,客户,金额,金额", "S1,2026-01-05,甲店,1,2", "金额"),
        ("单号,日期,客户,客户,金额", "S1,2026-01-05,甲店,乙店,1", "客户"),
    ],
)
def test_b05_a_heading_that_stands_twice_is_settled_by_a_person(command, header, line, said):
    """B05: duplicate headers are refused before anything is written, and the sentence names the columns."""
    status, told = command("sales", f"{header}\n{line}\n".encode(), "--create-customers")
    assert (status, told["batch"]) == (1, None)
    assert f"「{said}」" in told["refused"]
    assert not Customer.objects.exists()
    assert not SaleLine.objects.exists()


def test_b05_columns_without_a_heading_are_left_out(command):
    """B05: empty headers: their cells are nobody's, and the others are read."""
    text = "单号,,日期,客户,金额,\nS1,别的,2026-01-05,甲店,10,再别的\n".encode()
    status, told = command("sales", text, "--create-customers")
    assert (status, told["created"], told["rejected"]) == (0, 1, 0)
    assert sorted(told["columns"].values()) == ["", "", "amount", "customer", "day", "order_no"]


def test_b05_of_two_sheets_with_data_a_person_chooses_one(command, tmp_path):
    """B05: the header stands in row 3 under two merged titles; which of two sheets is meant is not guessed."""
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for place, name in enumerate(("一月", "二月"), start=1):
            sheet = book.add_worksheet(name)
            sheet.merge_range(0, 0, 0, 3, "某公司销售明细")
            sheet.merge_range(1, 0, 1, 3, f"2026 年{name}")
            sheet.write_row(2, 0, ["单号", "日期", "客户", "金额"])
            sheet.write_row(3, 0, [f"S{place}", f"2026-0{place}-05", "甲店", 10 * place])
    status, told = command("sales", path, "--create-customers")
    assert (status, told["batch"]) == (1, None)
    assert "一月" in told["refused"]
    assert not SaleLine.objects.exists()
    status, told = command("sales", path, "--create-customers", "--sheet", "二月")
    assert (status, told["created"]) == (0, 1)
    assert SaleLine.objects.get().amount_fen == 2_000


def test_s1_89_a_scattered_list_of_200_rows_reports_its_12_duplicates(command):
    """S1.89: each duplicate says which row it repeats; nobody is there twice, now or after the same list again."""
    rows = [f"第{n:03d}号商贸有限公司,杭州" for n in range(188)]
    text = "客户名称,地区\n" + "\n".join([*rows, *rows[::16][:12]]) + "\n"
    status, told = command("customers", text.encode())
    assert (status, told["rows"], told["created"], told["unchanged"], told["rejected"]) == (
        0,
        200,
        188,
        12,
        0,
    )
    assert told["warnings"] == 12
    assert Customer.objects.count() == 188
    status, told = command("customers", text.encode())
    assert (told["created"], told["updated"], told["unchanged"]) == (0, 0, 200)
    assert Customer.objects.count() == 188


def test_b08_the_same_lines_again_double_click_or_resaved_add_nothing(command):
    """B08: the second time reports the first; a file saved again in another order is known by its keys."""
    lines = ["S1,1,2026-01-05,甲店,P1,1,10", ",,2026-01-06,乙店,P1,1,20", ",,2026-01-06,乙店,P1,1,20"]
    first = command("sales", "\n".join([SALES_HEADER, *lines]).encode(), "--create-customers")[1]
    before = state()
    again = command("sales", "\n".join([SALES_HEADER, *lines]).encode(), "--create-customers")[1]
    assert (again["created"], again["updated"], again["unchanged"], again["already_imported"]) == (
        0,
        0,
        3,
        first["batch"],
    )
    moved = command("sales", "\n".join([SALES_HEADER, *reversed(lines)]).encode(), "--create-customers")[1]
    assert (moved["created"], moved["updated"], moved["unchanged"]) == (0, 0, 3)
    assert state() == before


def test_b12_amounts_beyond_money_are_error_rows_and_the_rest_is_exact(command):
    """B12: Decimal only, no float in money."""
    bad = ["1e400", "NaN", "Infinity", "1" * 40, "1.005", "12万", "1,23.4"]
    good = {
        "-0": 0,
        '"１２，０００．５０"': 1_200_050,
        "9999999999999.99": 999_999_999_999_999,
        "12.00-": -1_200,
    }
    lines = [
        f"S1,{n},2026-01-05,甲店,P1,1,{amount if ',' not in amount else chr(34) + amount + chr(34)}"
        for n, amount in enumerate(bad)
    ]
    lines += [f"S2,{n},2026-01-05,甲店,P1,1,{amount}" for n, amount in enumerate(good)]
    _status, told = command("sales", "\n".join([SALES_HEADER, *lines]).encode(), "--create-customers")
    assert (told["created"], told["rejected"]) == (len(good), len(bad))
    stored = SaleLine.objects.landed().order_by("line_no").values_list("amount_fen", flat=True)
    assert list(stored) == list(good.values())
    assert all(isinstance(fen, int) for fen in stored)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"{SALES_HEADER}\nS1,1,2026-01-05,甲\0店,P1,1,10\n".encode(), "第 2 行 D 列"),
        (f"{SALES_HEADER}\nS1,1,2026-01-05,{'x' * 10_000_000},P1,1,10\n".encode(), "第 2 行 D 列"),
        (f'{SALES_HEADER}\nS1,1,2026-01-05,"甲店,P1,1,10\n'.encode(), "第 2 行 D 列"),
        ((",".join(f"列{n}" for n in range(501)) + "\n" + "1," * 500 + "1\n").encode(), "500"),
    ],
)  # fmt: skip
def test_b13_broken_text_is_refused_by_row_and_column(command, content, said):
    """B13: NULs, a cell of 10 MB, a quote that never closes, too many columns."""
    status, told = command("sales", content, "--create-customers")
    assert (status, told["batch"]) == (1, None)
    assert said in told["refused"]


@pytest.mark.parametrize(("separator", "ending"), [(",", "\r"), (";", "\n"), ("\t", "\r\n")])
def test_b13_other_separators_and_line_ends_are_read(command, separator, ending):
    """B13: CR-only lines, ; and TAB."""
    lines = [SALES_HEADER.split(","), ["S1", "1", "2026-01-05", "甲店", "P1", "1", "10"]]
    text = ending.join(separator.join(line) for line in lines) + ending
    assert command("sales", text.encode(), "--create-customers")[1]["created"] == 1


def test_b13_five_hundred_columns_are_read(command):
    """B13: as many as are allowed; one more is refused (above)."""
    header = [*SALES_HEADER.split(","), *(f"备注{n}" for n in range(493))]
    line = ["S1", "1", "2026-01-05", "甲店", "P1", "1", "10", *["x"] * 493]
    text = ",".join(header) + "\n" + ",".join(line) + "\n"
    assert command("sales", text.encode(), "--create-customers")[1]["created"] == 1


HOSTILE = {
    "zip bomb": ("压缩炸弹", lambda path: workbook(path, "", **{"xl/sharedStrings.xml": f"<sst {NAMESPACE}>" + " " * 150_000_000 + "</sst>"})),
    "entity bomb": ("实体", lambda path: workbook(path, row(2, "A1"), before=ENTITIES)),
    "deep nesting": ("重新导出", lambda path: workbook(path, "", whole=f"<worksheet {NAMESPACE}>{'<a>' * 300_000}")),
    "truncated": ("损坏", lambda path: path.write_bytes(workbook(path, row(2, "A1")).read_bytes()[:400])),
    "encrypted": ("密码", lambda path: path.write_bytes(OLE + "EncryptedPackage".encode("utf-16-le") + bytes(512))),
    "old .xls": ("旧版", lambda path: path.write_bytes(OLE + "Workbook".encode("utf-16-le") + bytes(512))),
    "image": ("图片", lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(300))),
    "no rows": ("没有数据", lambda path: workbook(path, "")),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_on_the_page_in_a_sentence_and_the_page_lives_on(
    upload, client, tmp_path, name
):
    """The limits of `reading.limits` end the child; the web process only ever sees a sentence."""
    said, make = HOSTILE[name]
    path = tmp_path / "book.xlsx"
    make(path)
    item, page = upload(path)
    assert item.step == "refused"
    assert said in item.refusal
    assert item.refusal.rstrip("。") in page.replace("&#39;", "'")
    assert client.get("/imports/").status_code == 200


@pytest.mark.parametrize("kind", ["customers", "products", "sales", "potentials"])
def test_a_template_that_was_filled_imports_and_its_export_changes_nothing(command, tmp_path, kind):
    """Template → fill → import → export → import: identical data."""
    import openpyxl
    from tests.oversight.exchange.conftest import TODAY

    from kemai.foundation.access.actor import system_actor
    from kemai.oversight.exchange.export import export_to
    from kemai.oversight.exchange.export.template import write_template

    command("customers", "客户编号,客户名称\nK1,甲店\n".encode())
    filled = {
        "customers": {
            "客户编号": "007",
            "客户名称": "乙店",
            "地区": "杭州",
            "电话": "13800000000",
            "开始合作日期": "2020-02-29",
        },
        "products": {
            "产品编号": "P1",
            "名称": "黄酒",
            "产品线": "酒",
            "档次": "中",
            "上市日期": "2024-01-01",
        },
        "sales": {
            "单号": "S1",
            "行号": "1",
            "日期": "2026-03-01",
            "客户": "K1",
            "产品编号": "P1",
            "数量": "2.5",
            "金额": "-10.05",
            "成本": "-7",
        },
        "potentials": {
            "客户": "K1",
            "需求潜力": "1000",
            "预期份额": "30%",
            "可能性": "50%",
            "产品依据": "好",
        },
    }[kind]
    path = tmp_path / f"{kind}.xlsx"
    with path.open("wb") as file:
        write_template(kind, file)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    assert set(filled) <= set(header)
    for name, text in filled.items():
        cell = sheet.cell(row=2, column=header.index(name) + 1, value=text)
        cell.number_format = "@"
    book.save(path)
    status, told = command(kind, path)
    assert (status, told["created"], told["rejected"]) == (0, 1, 0)
    out = tmp_path / f"out-{kind}.xlsx"
    count = export_to(actor=system_actor(TODAY), kind=kind, path=out)
    status, told = command(kind, out)
    assert (status, told["unchanged"], told["created"], told["updated"]) == (0, count, 0, 0)

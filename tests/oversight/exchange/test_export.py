"""Files out: they import back unchanged, hold no formula, and what is large leaves a trace."""

from __future__ import annotations

import csv
from datetime import date

import openpyxl
import pytest
from tests.oversight.exchange.conftest import TODAY

from kemai.foundation.access.actor import Refused, system_actor
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.export import export_to
from kemai.oversight.exchange.export.template import write_template
from kemai.oversight.exchange.export.writing import write_table
from kemai.oversight.exchange.parsing.kinds import KINDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(importing, cast):
    importing(
        "customers",
        "客户编号,客户名称,简称,电话,业务员,开户行账号\n007,=甲方商贸有限公司,+甲,13800000000,e_east,6222020200112233\nK2,乙厂,,,e_west,\n",
    )
    importing.sales("S1,1,2026-01-05,007,P1,2.5,10.05", "S2,1,2026-01-06,K2,P1,,-3", ",,2026-01-07,,P1,1,2")
    importing("contacts", "姓名,客户,手机,生日,农历\n=姜雯,007,13800000001,1980-02-03,是\n贺明远,K2,,,\n")
    importing("potentials", "客户,需求潜力,预期份额,可能性,产品依据\n007,1000,12.34%,80%,好\n")
    return importing


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["customers", "contacts", "products", "sales", "potentials"])
def test_our_own_export_imports_back_as_unchanged(company, kind, suffix):
    path = company.folder / f"{kind}.{suffix}"
    count = export_to(actor=system_actor(TODAY), kind=kind, path=path)
    report = company.file(kind, path).report
    assert count > 0
    assert (report.rows, report.created, report.updated, report.rejected) == (count, 0, 0, 0)
    assert report.unchanged == count


def test_no_cell_of_an_export_starts_a_formula(company):
    path = company.folder / "c.csv"
    export_to(actor=system_actor(TODAY), kind="customers", path=path)
    cells = [cell for row in csv.reader(path.open(encoding="utf-8-sig")) for cell in row]
    assert "'=甲方商贸有限公司" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "@", "+", "-"))]
    book = company.folder / "c.xlsx"
    export_to(actor=system_actor(TODAY), kind="customers", path=book)
    values = [cell for row in openpyxl.load_workbook(book).active.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in values} == {"s"}
    assert "007" in [cell.value for cell in values]


def test_an_export_holds_only_what_the_actor_may_see(company, cast):
    path = company.folder / "c.csv"
    assert export_to(actor=cast["m_east"], kind="customers", path=path) == 0 or "K2" not in path.read_text(
        "utf-8-sig"
    )
    export_to(actor=cast["custodian"], kind="customers", path=path)
    assert "6222020200112233" not in path.read_text("utf-8-sig")
    with pytest.raises(Refused):
        export_to(actor=cast["e_east"], kind="customers", path=path)


def test_p06_a_large_export_leaves_an_entry_with_columns_count_and_hash(company, monkeypatch):
    monkeypatch.setattr("kemai.oversight.exchange.export.files.TRACED_FROM", 1)
    export_to(actor=system_actor(TODAY), kind="customers", path=company.folder / "c.csv", reason="给审计")
    entry = Entry.objects.get(verb="exchange.exported")
    assert entry.reason == "给审计"
    assert {"columns", "rows", "sha256"} <= set(dict(_changes(entry)))


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_template_has_chinese_headers_and_an_example_in_a_second_sheet(kind, tmp_path):
    path = tmp_path / "t.xlsx"
    with path.open("wb") as file:
        write_template(kind, file)
    book = openpyxl.load_workbook(path)
    header = [cell.value for cell in book.worksheets[0][1]]
    needed = [field.heading for field in KINDS[kind].fields if field.needed]
    assert set(needed) <= set(header)
    assert book.worksheets[1].max_row == len(header) + 1


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_a_day_in_a_list_is_written_as_text(suffix, tmp_path):
    path = tmp_path / f"t.{suffix}"
    assert write_table(path, ["客户", "最近"], [["甲", date(2026, 11, 22)], ["乙", None]]) == 2
    if suffix == "csv":
        assert path.read_text("utf-8-sig").splitlines()[1] == "甲,2026-11-22"
    else:
        sheet = openpyxl.load_workbook(path).active
        assert [cell.value for cell in sheet["B"]] == ["最近", "2026-11-22", None]


def _changes(entry):
    import json

    changes = entry.values_row.changes
    return json.loads(changes) if isinstance(changes, str) else changes

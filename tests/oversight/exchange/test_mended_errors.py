"""Refused rows, mended in their own file, come in by the same way: no column is settled a second time."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from tests.oversight.exchange.conftest import Importer

from kemai.foundation.jobs import run_job_now
from kemai.foundation.jobs.models import Job
from kemai.oversight.exchange.actions import land_import, map_columns, start_import
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.queries import error_file

KNOWN = "客户编号,客户名称\nK1,甲方商贸\n"
FILES = {  # kind: (a file with one bad cell, the cell, what it should have been)
    "customers": ("客户编号,客户名称,电子邮件\nA1,好店,a@b.cn\nA2,坏店,a@@b\n", "a@@b", "a@b.cn"),
    "products": (
        "产品编号,名称,上市日期\nP1,老酒,2026-01-01\nP2,新酒,2026-02-30\n",
        "2026-02-30",
        "2026-02-28",
    ),
    "sales": (
        "单号,行号,日期,客户,金额\nS1,1,2026-01-05,K1,1\nS1,2,2026-13-05,K1,2\n",
        "2026-13-05",
        "2026-12-05",
    ),
    "potentials": ("客户,需求潜力,可能性\nK1,100,80%\nK2,100,80%\n", "K2", "K1b"),
}


def mended(path: Path, bad: str, good: str) -> bytes:
    """What a person does in a spreadsheet: the one cell, and save; the columns of the complaint stay."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 2
    assert bad in rows[1]
    text = "\n".join(",".join(good if cell == bad else cell for cell in row) for row in rows)
    return f"{text}\n".encode("utf-8-sig")


@pytest.mark.parametrize("kind", FILES)
def test_a_mended_file_of_each_kind_lands_without_a_word_about_its_columns(
    importing: Importer, kind: str
) -> None:
    importing("customers", KNOWN + "K1b,另一家\n")
    text, bad, good = FILES[kind]
    first = importing(kind, text)
    assert (first.report.created, first.report.rejected) == (1, 1), first.report.first
    again = importing(kind, mended(importing.errors, bad, good))
    assert (again.report.created, again.report.rejected) == (1, 0), again.report.first
    whole = importing(kind, text.replace(bad, good))
    assert (whole.report.created, whole.report.updated, whole.report.unchanged) == (0, 0, 2)


def test_columns_that_a_person_settled_are_settled_for_the_mended_file_too(
    cast: Any, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    Importer(tmp_path)("customers", KNOWN)
    text = "甲,乙,丙,丁\nS1,2026-01-05,K1,1\nS2,2026-13-05,K1,2\n"
    item = work(start_import(actor=cast["boss"], kind="sales", file_name="a.csv", chunks=[text.encode()]))
    fields = {0: "order_no", 1: "day", 2: "customer", 3: "amount"}
    item = work(map_columns(actor=cast["boss"], import_id=item.pk, fields=fields, options={}))
    item = work(land_import(actor=cast["boss"], import_id=item.pk))
    again = mended(error_file(cast["boss"], item.pk), "2026-13-05", "2026-12-05")
    for login in ("boss", "m_east"):  # who has settled it, and a colleague to whom it is offered
        item = work(start_import(actor=cast[login], kind="sales", file_name="b.csv", chunks=[again]))
        found = {c["position"]: c["field"] for c in item.layout["columns"] if c["field"]}
        assert found == fields, login
        assert item.layout["remembered_by" if login == "m_east" else "is_remembered"]


def work(item: Import) -> Import:
    job = run_job_now(Job.objects.get(pk=item.job_id))
    assert job.state == "done", job.error
    return Import.objects.get(pk=item.pk)

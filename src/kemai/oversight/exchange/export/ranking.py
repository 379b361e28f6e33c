"""The rank list as a file: numbers as numbers, names as text, no cell ever a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.valuation import queries
from kemai.business.valuation.curve import curve_of
from kemai.business.valuation.models import Run
from kemai.business.valuation.narrowing import NOTHING, Narrow
from kemai.business.valuation.places import places_after
from kemai.business.valuation.reading import RankRow, population_of
from kemai.business.valuation.wording import amount, class_word
from kemai.foundation.access.actor import Actor
from kemai.oversight.exchange.errors_file import safe_cell
from kemai.oversight.exchange.export.files import TRACED_FROM, trace

CHUNK = 5_000
Cells = Sequence[Any]


def export_ranking(*, actor: Actor, run: Run, key: str, path: Path, narrow: Narrow = NOTHING) -> int:
    """Writes the ranking that the actor sees to a .csv or .xlsx file and gives the number of rows.

    Raises Refused without the duty or for a scheme with margins he may not see. More than 1,000 rows leave an entry
    with columns, count and hash (P06).
    """
    actor.require("export", _("你的岗位不能导出。"))
    queries.may_see_scheme(actor, key)
    header, rows = ranking_header(), _rows(actor, run, key, narrow)
    count = write_table(path, header, rows)
    if count > TRACED_FROM:
        trace(actor, f"ranking:{key}", header, count, path, "")
    return count


def ranking_header() -> list[str]:
    """The names of the columns."""
    return [
        _("名次"),
        _("客户编号"),
        _("客户名称"),
        _("负责人"),
        _("值"),
        _("份额 %"),
        _("累计 %"),
        _("级别"),
    ]


def write_table(path: Path, header: Sequence[str], rows: Iterator[Cells]) -> int:
    """Rows of text, numbers and None to a .csv or .xlsx file; gives how many."""
    return (_write_csv if path.suffix.lower() == ".csv" else _write_xlsx)(path, header, rows)


def _rows(actor: Actor, run: Run, key: str, narrow: Narrow) -> Iterator[Cells]:
    curve, after = curve_of(actor, run, key, narrow), 0
    unit = queries.definition(run, key).measure_spec.unit
    by_place = population_of(run) != "all"
    while rows := places_after(actor, run, key, curve, after=after, narrow=narrow, count=CHUNK):
        yield from (_cells(row, unit) for row in rows)
        after = after + len(rows) if by_place else rows[-1].rank


def _cells(row: RankRow, unit: str) -> Cells:
    from decimal import Decimal

    number = amount(row.value, unit)
    return (
        row.rank, row.code, row.name, row.owner, None if number is None else Decimal(number), row.share, row.cumulative,
        class_word(row.label),
    )  # fmt: skip


def _write_csv(path: Path, header: Sequence[str], rows: Iterator[Cells]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row in rows:
            writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
            count += 1
    return count


def _write_xlsx(path: Path, header: Sequence[str], rows: Iterator[Cells]) -> int:
    import xlsxwriter

    count = 0
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(header) - 1, 16)
        for place, name in enumerate(header):
            sheet.write_string(0, place, name, bold)
        for count, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(count, place, cell, text)
                elif cell is not None:
                    sheet.write_number(count, place, cell)
    return count

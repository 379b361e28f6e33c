"""A table into a .csv or .xlsx file: numbers as numbers, text as text, no cell ever a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kemai.oversight.exchange.errors_file import safe_cell

Cells = Sequence[Any]


def write_table(path: Path, header: Sequence[str], rows: Iterable[Cells]) -> int:
    """Rows of text, numbers, days and None to the file; gives how many. An empty text and None are an empty cell, a day is
    text such as 2026-11-23."""
    return (_write_csv if path.suffix.lower() == ".csv" else _write_xlsx)(path, header, rows)


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Cells]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row in rows:
            writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
            count += 1
    return count


def _write_xlsx(path: Path, header: Sequence[str], rows: Iterable[Cells]) -> int:
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
                if isinstance(cell, str | date):
                    if cell:
                        sheet.write_string(count, place, str(cell), text)
                elif cell is not None:
                    sheet.write_number(count, place, cell)
    return count

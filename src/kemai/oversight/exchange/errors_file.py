"""The refused rows as CSV: their own columns, then row number, field, problem and mend.

UTF-8 with a byte order mark, so that a spreadsheet opens it right; no cell ever starts a formula; it
imports again once it is mended.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from kemai.oversight.exchange.planning.report import Report
from kemai.oversight.exchange.planning.source import ERROR_COLUMNS, Source, own_header

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]\d[\d,]*(\.\d+)?")


def write_errors(source: Source, report: Report, path: Path) -> int:
    """Writes the file and gives the number of rows; a header alone when nothing was refused."""
    told, shown = report.told_by_row(), {each["row"] for each in report.groups()}
    header = list(own_header(source.table.header))
    width = len(header) - len(ERROR_COLUMNS) if header[-4:] == [""] * 4 else len(header)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*(safe_cell(name) for name in header[:width]), *ERROR_COLUMNS])
        for batch in source.raw():
            rows = batch.column("row").to_pylist()
            places = [place for place, row in enumerate(rows) if row in report.refused]
            if not places:
                continue
            columns = [batch.column(f"c{i}").take(places).to_pylist() for i in range(width)]
            for place, cells in zip(places, zip(*columns, strict=True), strict=True):
                row = rows[place]
                writer.writerow([*(safe_cell(cell or "") for cell in cells), *told[row].cells(row)])
                if row in shown:
                    report.context[row] = _by_field(source, cells)
    return report.rejected


def _by_field(source: Source, cells: tuple[str | None, ...]) -> dict[str, str]:
    """What a refused row says, by field, for the page that shows it."""
    places = source.mapping.fields.items()
    return {key: (cells[place] or "")[:120] for key, place in places if place < len(cells)}


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; plain numbers stay numbers.

    >>> safe_cell("=1+1"), safe_cell("-12.50"), safe_cell("+86 571")
    ("'=1+1", '-12.50', "'+86 571")
    """
    if not text.startswith(_STARTS_FORMULA) or (text[0] in "+-" and _NUMBER.fullmatch(text)):
        return text
    return f"'{text}"

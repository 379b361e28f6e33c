"""An old Excel workbook (.xls), read by calamine: its sheets are small enough to be held whole."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from kemai.oversight.exchange.reading.cells import CellKind
from kemai.oversight.exchange.reading.header import LOOKED_AT
from kemai.oversight.exchange.reading.limits import ReadLimits
from kemai.oversight.exchange.reading.refusals import ReadRefused
from kemai.oversight.exchange.reading.rows import Row, Source
from kemai.oversight.exchange.reading.workbook.book import Opened, Sheet, Told, chosen, sheet_facts
from kemai.oversight.exchange.reading.workbook.numbers import number_text
from kemai.oversight.exchange.reading.workbook.sheet import SheetFacts

BLOCK = 2_000
ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")


def open_old_workbook(
    path: Path, limits: ReadLimits, told: Told, kind: str | None, sheet: str | None
) -> Source:
    """Rows of the sheet that is meant; refuses what is no workbook of this kind or can't be opened."""
    book = _book(path)
    sheets = _sheets(book)

    def opened(one: Sheet) -> Opened:
        rows = _rows(book, one.name, limits)
        told(len(rows))
        rest = (rows[at : at + BLOCK] for at in range(LOOKED_AT + 1, len(rows), BLOCK))
        return Opened(one, SheetFacts(), rows[: LOOKED_AT + 1], rest)

    found = chosen(sheets, kind, sheet, opened)
    source = Source(iter(()), sheet_facts(sheets, found.sheet) | {"is_1904": False})
    source.facts |= {"hidden_rows": [], "hidden_columns": [], "merges": []}
    source.blocks = _blocks(found)
    return source


def _blocks(found: Opened) -> Iterator[list[Row]]:
    yield found.first
    yield from found.rest


def _book(path: Path) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as locked:
        raise ReadRefused("encrypted") from locked
    except (CalamineError, OSError, ValueError) as broken:
        raise ReadRefused("old_excel") from broken


def _sheets(book: Any) -> list[Sheet]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    return [
        Sheet(one.name, one.name, one.visible != SheetVisibleEnum.Visible)
        for one in book.sheets_metadata
        if one.typ == SheetTypeEnum.WorkSheet
    ]


def _rows(book: Any, name: str, limits: ReadLimits) -> list[Row]:
    found = []
    for number, cells in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), start=1):
        read = [_read(cell) for cell in cells]
        while read and read[-1][0] is None:
            read.pop()
        if len(read) > limits.columns:
            raise ReadRefused("too_many_columns", row=number, columns=len(read), limit=limits.columns)
        if read:
            found.append(Row(number, [text for text, _kind in read], bytearray(kind for _text, kind in read)))
    return found


def _read(cell: Any) -> tuple[str | None, int]:
    if cell is None or cell == "":
        return None, CellKind.TEXT
    if isinstance(cell, bool):
        return ("TRUE" if cell else "FALSE"), CellKind.BOOLEAN
    if isinstance(cell, int | float):
        return number_text(repr(int(cell) if cell == int(cell) else cell)), CellKind.NUMBER
    if isinstance(cell, datetime):
        text = cell.isoformat(" ", "seconds").removesuffix(" 00:00:00")
        return text, CellKind.DATE
    if isinstance(cell, date):
        return cell.isoformat(), CellKind.DATE
    if isinstance(cell, time | timedelta):
        return str(cell), CellKind.DATE
    text = str(cell)
    return text, CellKind.ERROR if text in ERRORS else CellKind.TEXT

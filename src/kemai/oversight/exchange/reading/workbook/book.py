"""A workbook: which sheets it has, which one is meant, and its rows."""

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from kemai.oversight.exchange.reading.header import LOOKED_AT, filled, find_header
from kemai.oversight.exchange.reading.limits import ReadLimits
from kemai.oversight.exchange.reading.refusals import ReadRefused, SheetUnclear
from kemai.oversight.exchange.reading.rows import Row, Source
from kemai.oversight.exchange.reading.workbook.package import Package, local
from kemai.oversight.exchange.reading.workbook.sheet import Book, SheetFacts, sheet_rows
from kemai.oversight.exchange.reading.workbook.strings import shared_strings
from kemai.oversight.exchange.reading.workbook.styles import date_styles

Told = Callable[[int], None]
_WORKBOOK = "xl/workbook.xml"
_MOST_SHEETS_LOOKED_AT = 50


class Sheet(NamedTuple):
    """A sheet's name, its part in the package, and whether people can see it."""

    name: str
    part: str
    is_hidden: bool


class Opened(NamedTuple):
    """A sheet with its first rows read, and the rest still to come."""

    sheet: Sheet
    facts: SheetFacts
    first: list[Row]
    rest: Iterator[list[Row]]


def open_workbook(path: Path, limits: ReadLimits, told: Told, kind: str | None, sheet: str | None) -> Source:
    """Rows of the sheet that is meant; raises SheetUnclear when several could be."""
    package = Package(path, limits)
    sheets, is_1904 = _sheets(package)
    strings = shared_strings(package, limits, told)
    book = Book(package, strings, date_styles(package), is_1904, limits)
    opened = chosen(
        sheets, kind, sheet, lambda one: _opened(book, one, lambda rows: told(len(strings) + rows))
    )
    source = Source(iter(()), sheet_facts(sheets, opened.sheet) | {"is_1904": is_1904})
    source.blocks = _with_facts(opened, source)
    return source


def sheet_facts(sheets: list[Sheet], meant: Sheet) -> dict[str, Any]:
    """Which sheets there are, and the one that is read."""
    return {
        "sheet": meant.name,
        "sheets": [one.name for one in sheets if not one.is_hidden],
        "hidden_sheets": [one.name for one in sheets if one.is_hidden],
    }


def _with_facts(opened: Opened, source: Source) -> Iterator[list[Row]]:
    yield from chain([opened.first], opened.rest)
    source.facts["hidden_rows"] = opened.facts.hidden_rows
    source.facts["hidden_columns"] = opened.facts.hidden_columns
    source.facts["merges"] = opened.facts.merges


def _sheets(package: Package) -> tuple[list[Sheet], bool]:
    targets = {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in package.tree("xl/_rels/workbook.xml.rels")
        if relation.get("Type", "").endswith("/worksheet")
    }
    sheets, is_1904 = [], False
    for part in package.tree(_WORKBOOK):
        if local(part.tag) == "workbookPr":
            is_1904 = part.get("date1904") in ("1", "true")
        if local(part.tag) == "sheets":
            for one in part:
                relation = next((value for key, value in one.attrib.items() if local(key) == "id"), "")
                if relation in targets:
                    hidden = one.get("state", "visible") != "visible"
                    sheets.append(Sheet(one.get("name", ""), _part_path(targets[relation]), hidden))
    return sheets, is_1904


def _part_path(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def chosen(
    sheets: list[Sheet], kind: str | None, name: str | None, opened: Callable[[Sheet], Opened]
) -> Opened:
    """The sheet of this name, or the one that is likeliest meant; raises SheetUnclear when several could be."""
    if name is not None:
        wanted = next((one for one in sheets if one.name == name), None)
        if wanted is None:
            raise ReadRefused(
                "no_such_sheet", sheet=name, sheets=[one.name for one in sheets if not one.is_hidden]
            )
        return opened(wanted)
    visible = [one for one in sheets if not one.is_hidden]
    if not visible:
        raise ReadRefused("no_visible_sheet")
    return _likeliest([opened(one) for one in visible[:_MOST_SHEETS_LOOKED_AT]], kind)


def _opened(book: Book, sheet: Sheet, told: Told) -> Opened:
    """The sheet with its first rows read, enough to see its header."""
    facts = SheetFacts()
    rest = sheet_rows(book, sheet.part, facts, told)
    first: list[Row] = []
    for block in rest:
        first += block
        if len(first) > LOOKED_AT:
            break
    return Opened(sheet, facts, first, rest)


def _likeliest(opened: list[Opened], kind: str | None) -> Opened:
    """The only sheet with rows, or the only one whose header clearly fits; else the person chooses."""
    with_rows = [one for one in opened if any(filled(row) for row in one.first)]
    if len(with_rows) <= 1:
        return (with_rows or opened)[0]
    scores = []
    for one in with_rows:
        header = find_header(one.first[:LOOKED_AT], kind)
        scores.append(header.recognised if header else 0)
    best = max(scores)
    rivals = [one for one, score in zip(with_rows, scores, strict=True) if score * 2 > best]
    if best >= 2 and len(rivals) == 1:
        return rivals[0]
    raise SheetUnclear(
        "sheet_unclear", sheets=[one.sheet.name for one in (rivals if best >= 2 else with_rows)]
    )

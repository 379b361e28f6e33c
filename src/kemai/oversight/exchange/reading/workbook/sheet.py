"""One sheet as a stream of rows, cell by cell through expat, never evaluated and never held whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from kemai.oversight.exchange.reading.cells import CellKind, column_index, column_letters
from kemai.oversight.exchange.reading.limits import ReadLimits
from kemai.oversight.exchange.reading.refusals import ReadRefused
from kemai.oversight.exchange.reading.rows import Row
from kemai.oversight.exchange.reading.workbook.expat import feed, prefix_of, safe_parser, unescaped
from kemai.oversight.exchange.reading.workbook.numbers import date_text, number_text
from kemai.oversight.exchange.reading.workbook.package import Package
from kemai.oversight.exchange.reading.workbook.strings import SharedStrings

_LAST_ROW = 1_048_576
_KEPT_NOTES = 10_000
_TEXT, _NUMBER, _DATE = int(CellKind.TEXT), int(CellKind.NUMBER), int(CellKind.DATE)
_ERROR, _UNCOMPUTED, _BOOLEAN = int(CellKind.ERROR), int(CellKind.UNCOMPUTED), int(CellKind.BOOLEAN)


@dataclass(frozen=True)
class Book:
    """What every sheet of a workbook needs: its package, texts, date styles and calendar."""

    package: Package
    strings: SharedStrings
    dates: frozenset[str]
    is_1904: bool
    limits: ReadLimits


@dataclass
class SheetFacts:
    """What a sheet says beside its cells; merges come last in the file, so read this after the rows."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(
        default_factory=list
    )  # first row, column, last row, column
    row_elements: int = 0


def sheet_rows(book: Book, part: str, facts: SheetFacts, told: Callable[[int], None]) -> Iterator[list[Row]]:
    """Blocks of the rows that hold something; `told(row elements)` after each piece of the file."""
    reader = _SheetReader(book, facts)
    for block in feed(reader.parser, book.package.pieces(part), part, reader.taken):
        if block:
            yield block
        told(facts.row_elements)


class _SheetReader:
    """expat handlers over one sheet. Plain attributes and early returns: this is the hot path."""

    def __init__(self, book: Book, facts: SheetFacts) -> None:
        self._book, self._facts = book, facts
        self._rows: list[Row] = []
        self._number = 0
        self._cells: list[str | None] = []
        self._kinds = bytearray()
        self._column = -1
        self._type = self._style = ""
        self._value: str | None = None
        self._formula: str | None = None
        self._collecting: list[str] | None = None
        self._length = 0
        self._phonetic = False
        self._limit = book.limits.cell_characters
        self.parser = safe_parser()
        self.parser.StartElementHandler = self._root
        self.parser.CharacterDataHandler = self._text

    def taken(self) -> list[Row]:
        """Rows finished since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        """The first element decides the prefix; from then on names are looked up in two tables."""
        prefix = prefix_of(name)
        starts: dict[str, Callable[[dict[str, str]], None]] = {
            "c": self._start_cell, "row": self._start_row, "v": self._start_text, "f": self._start_text,
            "t": self._start_text, "rPh": self._start_phonetic, "mergeCell": self._merge, "col": self._width,
        }  # fmt: skip
        ends: dict[str, Callable[[], None]] = {
            "c": self._end_cell, "row": self._end_row, "v": self._end_value, "f": self._end_formula,
            "t": self._end_inline, "rPh": self._end_phonetic,
        }  # fmt: skip
        starting = {prefix + key: handler for key, handler in starts.items()}
        ending = {prefix + key: handler for key, handler in ends.items()}

        def start(name: str, attributes: dict[str, str]) -> None:
            handler = starting.get(name)
            if handler is not None:
                handler(attributes)

        def end(name: str) -> None:
            handler = ending.get(name)
            if handler is not None:
                handler()

        self.parser.StartElementHandler, self.parser.EndElementHandler = start, end

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._facts.row_elements += 1
        number = attributes.get("r")
        self._number = int(number) if number and number.isdigit() else self._number + 1
        if self._number > _LAST_ROW or self._facts.row_elements > _LAST_ROW:
            raise ReadRefused("too_many_rows", limit=_LAST_ROW)
        self._cells, self._kinds, self._column = [], bytearray(), -1
        if attributes.get("hidden") in ("1", "true") and len(self._facts.hidden_rows) < _KEPT_NOTES:
            self._facts.hidden_rows.append(self._number)

    def _end_row(self) -> None:
        if self._cells:
            self._rows.append(Row(self._number, self._cells, self._kinds))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._column = column_index(reference) if reference else self._column + 1
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        self._value = self._formula = None

    def _start_text(self, _attributes: dict[str, str]) -> None:
        self._collecting, self._length = [], 0

    def _text(self, text: str) -> None:
        if self._collecting is not None:
            self._length += len(text)
            if self._length > self._limit:
                place = {"row": self._number, "column": self._column_name(), "limit": self._limit}
                raise ReadRefused("cell_too_long", **place)
            self._collecting.append(text)

    def _taken_text(self) -> str:
        text = "".join(self._collecting or ())
        self._collecting = None
        return text

    def _end_value(self) -> None:
        self._value = self._taken_text()

    def _end_formula(self) -> None:
        self._formula = self._taken_text()

    def _end_inline(self) -> None:
        text = self._taken_text()
        if not self._phonetic:
            self._value = (self._value or "") + unescaped(text)

    def _start_phonetic(self, _attributes: dict[str, str]) -> None:
        self._phonetic = True

    def _end_phonetic(self) -> None:
        self._phonetic = False

    def _end_cell(self) -> None:
        if self._value is None and self._formula is None:
            return
        text, kind = self._read_cell()
        if text is None:
            return
        column, cells = self._column, self._cells
        missing = column - len(cells)
        if missing:
            self._make_room(missing)
        cells.append(text)
        self._kinds.append(kind)

    def _make_room(self, missing: int) -> None:
        if missing < 0:
            raise ReadRefused("damaged_zip")  # two cells claim one place
        if self._column >= self._book.limits.columns:
            limit = self._book.limits.columns
            raise ReadRefused("too_many_columns", row=self._number, columns=self._column + 1, limit=limit)
        self._cells.extend([None] * missing)
        self._kinds.extend(bytes(missing))

    def _read_cell(self) -> tuple[str | None, int]:
        value, kind = self._value, self._type
        if self._formula is not None and not value and kind != "str":
            return "=" + self._formula[:200], _UNCOMPUTED
        if not value:
            return None, _TEXT
        if kind == "s":
            return self._book.strings[int(value) if value.isdigit() else -1] or None, _TEXT
        if kind == "n":
            return self._read_number(value)
        if kind == "e":
            return value, _ERROR
        if kind == "b":
            return ("TRUE" if value == "1" else "FALSE"), _BOOLEAN
        if kind == "d":
            return value.replace("T", " ").removesuffix(" 00:00:00").removesuffix("Z"), _DATE
        return value, _TEXT

    def _read_number(self, value: str) -> tuple[str, int]:
        if self._style in self._book.dates:
            text = date_text(value, self._book.is_1904)
            return (text, _DATE) if text is not None else (value, _NUMBER)
        return number_text(value.strip()), _NUMBER

    def _merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        if not last or len(self._facts.merges) >= _LAST_ROW:
            return
        block = (_row_of(first), column_index(first), _row_of(last), column_index(last))
        if block[2] > block[0]:
            self._facts.merges.append(block)

    def _width(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", 0)), int(attributes.get("max", 0))
            self._facts.hidden_columns.extend(range(first - 1, min(last, self._book.limits.columns)))

    def _column_name(self) -> str:
        return f" {column_letters(max(self._column, 0))} "


def _row_of(reference: str) -> int:
    digits: Any = "".join(character for character in reference if character.isdigit())
    return int(digits or 0)

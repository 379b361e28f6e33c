"""Comma, semicolon, TAB and bar separated text: strict about quotes, exact about row numbers.

Rows are numbered as a spreadsheet would show them: a record with a quoted line break is one row.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import chain, islice
from pathlib import Path

from kemai.oversight.exchange.reading.cells import column_letters
from kemai.oversight.exchange.reading.encodings import decoded_chunks, text_encoding
from kemai.oversight.exchange.reading.limits import ReadLimits
from kemai.oversight.exchange.reading.quick import quick_table
from kemai.oversight.exchange.reading.refusals import ReadRefused
from kemai.oversight.exchange.reading.rows import Lines, Row, RowBlocks, Source

SEPARATORS = (",", "\t", ";", "|")
_BLOCK_ROWS = 10_000
_HEAD_LINES = 200
Told = Callable[[int], None]


def open_text(
    path: Path,
    limits: ReadLimits,
    told: Told,
    encoding: str | None = None,
    alive: Callable[[], None] = lambda: None,
) -> Source:
    """Rows of a text file; `told(bytes)` is called as rows are read, `alive()` while the encoding is judged."""
    codec = encoding or text_encoding(path, alive)
    separator = _separator(path, codec)
    blocks = _Records(path, codec, separator, limits, told).blocks()
    return Source(blocks, {"encoding": codec, "separator": separator}, refuse_outside=True)


class _Records:
    """The records of one file, and where exactly a broken one is broken."""

    def __init__(self, path: Path, codec: str, separator: str, limits: ReadLimits, told: Told) -> None:
        self.path, self.codec, self.separator, self.limits = path, codec, separator, limits
        self.told = told
        self._line = 0  # physical lines before the piece that is being read
        self._number = 0
        self._is_whole = True
        self._pieces: Iterator[str] = iter(())

    def blocks(self) -> RowBlocks:
        csv.field_size_limit(self.limits.cell_characters)
        number = 0
        self._pieces = self._checked_pieces()
        for piece in self._pieces:
            table = quick_table(piece, self.separator, self.limits.cell_characters) if number else None
            if table is not None:
                yield Lines(number + 1, table)
                number += table.num_rows
                self._line += table.num_rows
                continue
            for block in self._strictly(piece, number):
                number = self._number
                yield block

    def _strictly(self, piece: str, number: int) -> Iterator[list[Row]]:
        """The records of a piece, and of as many more as the last one needs to end."""
        self._number, self._is_whole = number, True
        reader = csv.reader(self._lines_from(piece), delimiter=self.separator, strict=True)
        block: list[Row] = []
        line = 0
        try:
            for cells in reader:
                self._number += 1
                line, self._is_whole = reader.line_num, True
                if not cells:
                    continue
                block.append(Row(self._number, cells))  # type: ignore[arg-type]
                if len(block) == _BLOCK_ROWS:
                    yield block
                    block = []
        except csv.Error as error:
            raise self._refusal(str(error), self._number + 1, self._line + line) from error
        except UnicodeDecodeError as error:
            raise ReadRefused("unknown_encoding", row=self._number + 1) from error
        self._line += reader.line_num
        yield block

    def _lines_from(self, piece: str | None) -> Iterator[str]:
        while piece is not None:
            for line in StringIO(piece):
                self._is_whole = False
                yield line
            piece = None if self._is_whole else next(self._pieces, None)

    def _lines(self) -> Iterator[str]:
        return chain.from_iterable(StringIO(piece) for piece in self._checked_pieces())

    def _checked_pieces(self) -> Iterator[str]:
        """Whole lines: a few first, in which the header is looked for, then some megabytes at a time."""
        lines = 0
        for chunk, done in decoded_chunks(self.path, self.codec, self.limits):
            if "\0" in chunk:
                self._refuse_nul(chunk, lines)
            head = 0 if lines else _end_of_line(chunk, _HEAD_LINES)
            lines += chunk.count("\n")
            for piece in (chunk[:head], chunk[head:]):
                if piece:
                    yield piece
            self.told(done)

    def _refuse_nul(self, chunk: str, lines: int) -> None:
        before = chunk[: chunk.index("\0")]
        start = before.rfind("\n") + 1
        column = before.count(self.separator, start)
        raise ReadRefused("nul", row=lines + before.count("\n") + 1, column=_named(column))

    def _refusal(self, message: str, row: int, line: int) -> ReadRefused:
        text = self._record_text(line)
        column, opened = _broken_cell(text, self.separator, self.limits.cell_characters)
        if "unexpected end" in message or (opened and "\n" in text):
            return ReadRefused("open_quote", row=row, column=_named(column))
        if "field limit" in message:
            limit = self.limits.cell_characters
            return ReadRefused("cell_too_long", row=row, column=_named(column), limit=limit)
        return ReadRefused("bad_quote", row=row, column=_named(column))

    def _record_text(self, line: int) -> str:
        """The text from a physical line on, as much of it as one record may have."""
        room = 2 * self.limits.cell_characters
        taken: list[str] = []
        for text in islice(self._lines(), line, None):
            taken.append(text[:room])
            room -= len(text)
            if room <= 0:
                break
        return "".join(taken)


def _end_of_line(text: str, count: int) -> int:
    """Where the line of that number ends; the end of the text if it has fewer."""
    place = -1
    for _line in range(count):
        place = text.find("\n", place + 1)
        if place < 0:
            return len(text)
    return place + 1


def _named(column: int) -> str:
    return f" {column_letters(column)} "


def _broken_cell(text: str, separator: str, limit: int) -> tuple[int, bool]:
    """Place of the first cell that is too long, badly quoted or never closed, and whether it is open."""
    column, length, inside, at_start = 0, 0, False, True
    place = 0
    while place < len(text):
        character = text[place]
        if inside:
            if character == '"':
                following = text[place + 1 : place + 2]
                if following == '"':
                    place += 1
                elif following not in (separator, "\n", ""):
                    return column, False
                else:
                    inside = False
        elif character == '"' and at_start:
            inside = True
        elif character == separator:
            column, length, at_start = column + 1, -1, True
        elif character == "\n":
            break
        at_start = character == separator and not inside
        length += 1
        place += 1
        if length > limit:
            break
    return column, inside


def _separator(path: Path, codec: str) -> str:
    """The separator that cuts the first rows most evenly."""
    text = next((chunk for chunk, _ in decoded_chunks(path, codec)), "")
    first = text[: text.find("\n")].strip().strip('"').lower()
    if first.startswith("sep=") and first[4:5] in SEPARATORS:
        return first[4]
    lines = [line for line in text[:200_000].split("\n")[:60] if line.strip()]
    return max(SEPARATORS, key=lambda separator: _evenness(lines, separator))


def _evenness(lines: list[str], separator: str) -> float:
    try:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=separator) if len(cells) > 1)
    except csv.Error:
        return 0.0
    width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return rows + min(width, 500) / 1000

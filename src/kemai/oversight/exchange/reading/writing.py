"""The child's output: rows under their header as an Arrow IPC file, batch by batch."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from kemai.oversight.exchange.reading.header import LOOKED_AT, Header, filled, find_header, is_total
from kemai.oversight.exchange.reading.limits import ReadLimits
from kemai.oversight.exchange.reading.quick import suspects
from kemai.oversight.exchange.reading.refusals import ReadRefused
from kemai.oversight.exchange.reading.rows import Lines, Row, RowBlocks, Source

_KEPT_NOTES = 10_000
_CELL_WEIGHT = 16  # what a Python string costs beside its characters, roughly


class TableWriter:
    """Sorts rows into titles, header, totals, repeated headers and data; writes the data."""

    def __init__(self, target: Path, limits: ReadLimits, kind: str | None) -> None:
        self._target, self._limits, self._kind = target, limits, kind
        self.rows = 0
        self.notes: dict[str, Any] = {
            "titles": [],
            "totals": [],
            "repeated_headers": [],
            "outside": 0,
            "blank_rows": 0,
        }
        self._titles: dict[str | None, str] = {}
        self._pending: list[Row] = []
        self._pending_weight = 0
        self._last_number = 0

    def write(self, source: Source) -> dict[str, Any]:
        """Write every data row; returns the facts the parent needs beside the Arrow file."""
        blocks = source.blocks
        first = _first_rows(blocks)
        header = find_header(first[:LOOKED_AT], self._kind)
        if header is None:
            raise ReadRefused("no_header" if any(map(filled, first)) else "no_rows")
        self._note_titles(first[: header.index])
        self._last_number = header.number
        width = self._width(header, first)
        has_kinds = first[header.index].kinds is not None
        schema = _schema(width, has_kinds)
        with pa.OSFile(str(self._target), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            for block in chain([first[header.index + 1 :]], blocks):
                if isinstance(block, Lines):
                    if block.table.num_columns <= width:
                        if self._pending:
                            writer.write_batch(self._batch(schema, width, has_kinds))
                        self._write_lines(*self._take_lines(block, header), width, writer, schema)
                        continue
                    block = _rows_of(block)
                self._take(block, header, width)
                if (
                    len(self._pending) >= self._limits.batch_rows
                    or self._pending_weight >= self._limits.batch_bytes
                ):
                    writer.write_batch(self._batch(schema, width, has_kinds))
            if self._pending:
                writer.write_batch(self._batch(schema, width, has_kinds))
        if not self.rows:
            raise ReadRefused("no_rows")
        return self._facts(source, header, width)

    def _take(self, block: list[Row], header: Header, width: int) -> None:
        for row in block:
            if not any(row.cells) or not filled(row):
                continue
            if self._is_data(row, header):
                self._keep(row, width)
            self.notes["blank_rows"] += max(row.number - self._last_number - 1, 0)
            self._last_number = row.number

    def _is_title_again(self, row: Row) -> bool:
        """The title of the sheet, printed once more at the head of a page."""
        return row.cells[0] in self._titles and _told(row) in self._titles.values()

    def _is_data(self, row: Row, header: Header) -> bool:
        """False, and noted, for totals and repeated headers."""
        first_name = header.names[0] if header.names else ""
        if is_total(row, header.named):
            self._note("totals", row)
        elif (row.cells[0] == first_name and _repeats(row, header)) or self._is_title_again(row):
            self._note("repeated_headers", row)
        else:
            return True
        return False

    def _take_lines(self, lines: Lines, header: Header) -> tuple[pa.Table, np.ndarray]:
        """The same for rows that stay columns: only those that may be something else are looked at one by one."""
        first, count = lines.first, lines.table.num_rows
        kept, seen = np.ones(count, bool), np.ones(count, bool)
        places = suspects(
            lines.table, [*header.names[:1], *(title or "" for title in self._titles)], header.named
        )
        for place, row in zip(places, _rows_of(lines, places), strict=True):
            seen[place] = filled(row) > 0
            kept[place] = seen[place] and self._is_data(row, header)
        numbers = np.flatnonzero(seen) + first
        if len(numbers):
            self.notes["blank_rows"] += max(int(numbers[-1]) - self._last_number - len(numbers), 0)
            self._last_number = int(numbers[-1])
        self._count(int(kept.sum()))
        table = lines.table.filter(pa.array(kept)) if places else lines.table
        return table, np.flatnonzero(kept) + first

    def _write_lines(
        self, table: pa.Table, numbers: np.ndarray, width: int, writer: Any, schema: pa.Schema
    ) -> None:
        reach = pa.array(np.full(len(numbers), table.num_columns, np.int16))
        missing = [pa.nulls(len(numbers), pa.string())] * (width - table.num_columns)
        arrays = [pa.array(numbers, pa.int64()), reach, *table.columns, *missing]
        whole = pa.Table.from_arrays(arrays, schema=schema)
        for batch in whole.combine_chunks().to_batches(self._limits.batch_rows):
            writer.write_batch(batch)

    def _count(self, rows: int) -> None:
        self.rows += rows
        if self.rows > self._limits.rows:
            raise ReadRefused("too_many_rows", limit=self._limits.rows)

    def _keep(self, row: Row, width: int) -> None:
        if len(row.cells) > width:
            self.notes["outside"] += sum(1 for cell in row.cells[width:] if cell)
        self._count(1)
        self._pending.append(row)
        self._pending_weight += sum(map(len, filter(None, row.cells))) + _CELL_WEIGHT * len(row.cells)

    def _batch(self, schema: pa.Schema, width: int, has_kinds: bool) -> pa.RecordBatch:
        rows, self._pending, self._pending_weight = self._pending, [], 0
        arrays = [
            pa.array([row.number for row in rows], pa.int64()),
            pa.array([_reach(row, width) for row in rows], pa.int16()),
        ]
        columns = zip(*[_fitted(row.cells, width) for row in rows], strict=True)
        arrays += [pa.array([cell or None for cell in column], pa.string()) for column in columns]
        if has_kinds:
            kinds = b"".join(bytes(row.kinds or b"")[:width].ljust(width, b"\0") for row in rows)
            arrays += [pa.array(memoryview(kinds)[i::width].tolist(), pa.uint8()) for i in range(width)]
        return pa.record_batch(arrays, schema=schema)

    def _note_titles(self, rows: list[Row]) -> None:
        for row in rows:
            if filled(row):
                self._note("titles", row)
                self._titles[row.cells[0]] = _told(row)

    def _note(self, what: str, row: Row) -> None:
        if len(self.notes[what]) < _KEPT_NOTES:
            self.notes[what].append([row.number, _told(row)])

    def _width(self, header: Header, first: list[Row]) -> int:
        widths = [_last_filled(row) for row in first[header.index + 1 :]]
        width = max([len(header.names), *widths])
        if width > self._limits.columns:
            raise ReadRefused(
                "too_many_columns", row=header.number, columns=width, limit=self._limits.columns
            )
        return width

    def _facts(self, source: Source, header: Header, width: int) -> dict[str, Any]:
        names = [*header.names, *[""] * (width - len(header.names))]
        return {
            "header": names,
            "header_row": header.number,
            "recognised": header.recognised,
            "rows": self.rows,
            "refuse_outside": source.refuse_outside,
            "notes": {**source.facts, **self.notes},
        }


def _told(row: Row) -> str:
    return " ".join(cell.strip() for cell in row.cells if cell and not cell.isspace())[:200]


def _first_rows(blocks: RowBlocks) -> list[Row]:
    first: list[Row] = []
    for block in blocks:
        first += _rows_of(block) if isinstance(block, Lines) else block
        if len(first) > LOOKED_AT:
            break
    return first


def _rows_of(lines: Lines, places: list[int] | None = None) -> list[Row]:
    """Rows of text one by one; all of them, or those at some places."""
    table = lines.table if places is None else lines.table.take(pa.array(places, pa.int64()))
    numbers = (
        range(lines.first, lines.first + table.num_rows)
        if places is None
        else [lines.first + p for p in places]
    )
    columns = [column.fill_null("").to_pylist() for column in table.columns]
    return [Row(number, list(cells)) for number, *cells in zip(numbers, *columns, strict=True)]


def _last_filled(row: Row) -> int:
    return max((i + 1 for i, cell in enumerate(row.cells) if cell and not cell.isspace()), default=0)


def _reach(row: Row, width: int) -> int:
    """Place of the last cell that counts: only filled ones count right of the header."""
    reach = len(row.cells)
    return reach if reach <= width else min(_last_filled(row), 32_767)


def _repeats(row: Row, header: Header) -> bool:
    cells: Iterator[str] = ((cell or "").strip().replace("\n", " ") for cell in row.cells)
    return tuple(cells)[: len(header.names)] == header.names


def _fitted(cells: list[str | None], width: int) -> list[str | None]:
    missing = width - len(cells)
    if missing == 0:
        return cells
    return cells + [None] * missing if missing > 0 else cells[:width]


def _schema(width: int, has_kinds: bool) -> pa.Schema:
    fields = [pa.field("row", pa.int64()), pa.field("cells", pa.int16())]
    fields += [pa.field(f"c{i}", pa.string()) for i in range(width)]
    if has_kinds:
        fields += [pa.field(f"k{i}", pa.uint8()) for i in range(width)]
    return pa.schema(fields)

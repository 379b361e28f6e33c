"""One table read from a file: text cells under a header, memory-mapped, with notes on what was skipped."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa

from kemai.oversight.exchange.reading.cells import CellKind, column_letters


@dataclass(frozen=True)
class Notes:
    """What the reader saw beside the data; row numbers are those of the file."""

    format: str  # xlsx or text
    encoding: str | None
    separator: str | None
    sheet: str | None
    sheets: tuple[str, ...]  # the visible ones
    hidden_sheets: tuple[str, ...]
    is_1904: bool
    titles: tuple[tuple[int, str], ...]  # (row, text) above the header
    totals: tuple[tuple[int, str], ...]  # (row, text) of 小计, 合计 …
    repeated_headers: tuple[tuple[int, str], ...]
    hidden_rows: tuple[int, ...]  # read all the same
    hidden_columns: tuple[str, ...]  # letters; read all the same
    merged_blocks: int
    blank_rows: int
    outside: int  # filled cells right of the last header


class RawTable:
    """The rows of one file as text. Use as a context manager: leaving it deletes the copy on disk."""

    def __init__(self, folder: Path, facts: dict[str, Any], peak_bytes: int = 0) -> None:
        self._folder = folder
        self.path = folder / "rows.arrow"
        self.header: tuple[str, ...] = tuple(facts["header"])
        self.header_row: int = facts["header_row"]
        self.recognised: int = facts["recognised"]
        self.rows: int = facts["rows"]
        self.peak_bytes = peak_bytes  # most memory the child was seen to hold
        self.notes = _notes(facts)
        self._merges = np.array(facts["notes"].get("merges") or [], dtype=np.int64).reshape(-1, 4)

    def __enter__(self) -> "RawTable":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Delete the copy on disk. Batches already taken stay valid on POSIX systems only."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def has_kinds(self) -> bool:
        """True if the cells know what they were in a workbook (`k{i}` columns)."""
        return self.notes.format in ("xlsx", "xls")

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Batches of about 16 MiB in file order, mapped from disk; merged cells are marked."""
        with pa.memory_map(str(self.path)) as source:
            reader = pa.ipc.open_file(source)
            for place in range(reader.num_record_batches):
                yield self._with_merges(reader.get_batch(place))

    def head(self, rows: int = 200) -> list[list[str | None]]:
        """The first rows as lists of text, for the mapping screen and for guessing."""
        return self._first(rows, "c")

    def head_kinds(self, rows: int = 200) -> list[list[int]] | None:
        """The kinds of the first rows' cells, or None for text files."""
        return self._first(rows, "k") if self.has_kinds else None

    def _first(self, rows: int, prefix: str) -> list[list[Any]]:
        batch = next(self.batches(), None)
        if batch is None:
            return []
        batch = batch.slice(0, rows)
        columns = [batch.column(f"{prefix}{place}").to_pylist() for place in range(len(self.header))]
        return [list(row) for row in zip(*columns, strict=True)]

    def _with_merges(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Mark the empty cells below the first one of each merged block that touches the batch."""
        if not len(self._merges):
            return batch
        numbers = batch.column("row").to_numpy()
        first, last = self._merges[:, 0], self._merges[:, 2]
        touching = self._merges[(last >= numbers[0]) & (first < numbers[-1] + 1)]
        for column in range(len(self.header)):
            blocks = touching[(touching[:, 1] <= column) & (touching[:, 3] >= column)]
            if len(blocks):
                batch = _marked(batch, column, numbers, blocks)
        return batch


def _marked(batch: pa.RecordBatch, column: int, numbers: np.ndarray, blocks: np.ndarray) -> pa.RecordBatch:
    starts = np.searchsorted(numbers, blocks[:, 0], side="right")
    ends = np.searchsorted(numbers, blocks[:, 2], side="right")
    steps = np.zeros(len(numbers) + 1, dtype=np.int64)
    np.add.at(steps, starts, 1)
    np.add.at(steps, ends, -1)
    inside = np.cumsum(steps[:-1]) > 0
    empty = batch.column(f"c{column}").is_null().to_numpy(zero_copy_only=False)
    place = batch.schema.get_field_index(f"k{column}")
    kinds = batch.column(place).to_numpy().copy()
    kinds[inside & empty] = CellKind.MERGED
    return batch.set_column(place, batch.schema.field(place), pa.array(kinds, pa.uint8()))


def _notes(facts: dict[str, Any]) -> Notes:
    seen = facts["notes"]
    return Notes(
        format=facts["format"],
        encoding=seen.get("encoding"),
        separator=seen.get("separator"),
        sheet=seen.get("sheet"),
        sheets=tuple(seen.get("sheets", ())),
        hidden_sheets=tuple(seen.get("hidden_sheets", ())),
        is_1904=seen.get("is_1904", False),
        titles=_pairs(seen["titles"]),
        totals=_pairs(seen["totals"]),
        repeated_headers=_pairs(seen["repeated_headers"]),
        hidden_rows=tuple(seen.get("hidden_rows", ())),
        hidden_columns=tuple(map(column_letters, seen.get("hidden_columns", ()))),
        merged_blocks=len(seen.get("merges") or ()),
        blank_rows=seen["blank_rows"],
        outside=seen["outside"],
    )


def _pairs(rows: list[list[Any]]) -> tuple[tuple[int, str], ...]:
    return tuple((number, text) for number, text in rows)

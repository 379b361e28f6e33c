"""The shape in which both readers hand over rows inside the child."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One row with something in it: its number in the file, its cells, and their kinds (xlsx only)."""

    number: int
    cells: list[str | None]
    kinds: bytearray | None = None


class Lines(NamedTuple):
    """Rows of text that lie next to each other, as columns; `first` is the number of the first in the file."""

    first: int
    table: Any  # pyarrow.Table of text, a column a cell


RowBlocks = Iterator[list[Row] | Lines]


@dataclass
class Source:
    """A stream of rows and what the reader learns about the file on the way (JSON-ready)."""

    blocks: RowBlocks
    facts: dict[str, Any] = field(default_factory=dict)
    refuse_outside: bool = False  # cells right of the header are an error (text) or a note (xlsx)

"""The shared strings of a workbook: the first million in memory, the rest on disk.

A sheet refers to its texts by number, in any order, so they must be at hand; a long ledger has one
order number a row, and five million of them do not fit into the promise.
"""

import tempfile
from array import array
from collections.abc import Callable
from typing import Any

from kemai.oversight.exchange.reading.limits import ReadLimits
from kemai.oversight.exchange.reading.refusals import ReadRefused
from kemai.oversight.exchange.reading.workbook.expat import feed, prefix_of, safe_parser, unescaped
from kemai.oversight.exchange.reading.workbook.package import Package

_PART = "xl/sharedStrings.xml"
_MEMORY_CHARACTERS = 64 * 1024 * 1024


class SharedStrings:
    """Texts by number; `strings[i]` raises ReadRefused where the workbook points outside."""

    def __init__(self, in_memory: int) -> None:
        self._kept: list[str] = []
        self._room = in_memory
        self._characters = _MEMORY_CHARACTERS
        self._spilled: Any = None
        self._ends = array("Q")

    def __len__(self) -> int:
        return len(self._kept) + len(self._ends)

    def append(self, text: str) -> None:
        """Add the next text, to memory while there is room."""
        if len(self._kept) < self._room and self._characters > 0:
            self._kept.append(text)
            self._characters -= len(text)
            return
        self._room = len(self._kept)
        if self._spilled is None:
            self._spilled = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._spilled.write(text.encode("utf-8", "surrogatepass"))
        self._ends.append(self._spilled.tell())

    def __getitem__(self, index: int) -> str:
        if 0 <= index < len(self._kept):
            return self._kept[index]
        place = index - len(self._kept)
        if index < 0 or place >= len(self._ends):
            raise ReadRefused("damaged_zip")
        start = self._ends[place - 1] if place else 0
        self._spilled.seek(start)
        text: bytes = self._spilled.read(self._ends[place] - start)
        return text.decode("utf-8", "surrogatepass")


def shared_strings(package: Package, limits: ReadLimits, told: Callable[[int], None]) -> SharedStrings:
    """Read the table; `told(count)` reports how many texts there are so far."""
    strings = SharedStrings(limits.shared_strings_in_memory)
    if package.has(_PART):
        reader = _StringReader(strings, limits)
        for _ in feed(reader.parser, package.pieces(_PART), _PART, lambda: None):
            told(len(strings))
    return strings


class _StringReader:
    """Collects the `t` texts of each `si`, without the phonetic guides (`rPh`)."""

    def __init__(self, strings: SharedStrings, limits: ReadLimits) -> None:
        self._strings, self._limit = strings, limits.cell_characters
        self._parts: list[str] = []
        self._length = 0
        self._reading = self._phonetic = False
        self._prefix: str | None = None
        self.parser = safe_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if self._prefix is None:
            self._prefix = prefix_of(name)
        name = name.removeprefix(self._prefix)
        if name == "t":
            self._reading = not self._phonetic
        elif name == "si":
            self._parts, self._length = [], 0
        elif name == "rPh":
            self._phonetic = True

    def _end(self, name: str) -> None:
        name = name.removeprefix(self._prefix or "")
        if name == "t":
            self._reading = False
        elif name == "si":
            self._strings.append(unescaped("".join(self._parts)))
        elif name == "rPh":
            self._phonetic = False

    def _text(self, text: str) -> None:
        if self._reading:
            self._length += len(text)
            if self._length > self._limit:
                raise ReadRefused("text_too_long", limit=self._limit)
            self._parts.append(text)

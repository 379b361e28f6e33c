"""The zip of a workbook, opened with caps: unpacked size, ratio, no entities, no encryption."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from kemai.oversight.exchange.reading.limits import ReadLimits
from kemai.oversight.exchange.reading.refusals import ReadRefused

_SMALL_PART = 64 * 1024 * 1024
_PIECE = 128 * 1024
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)


class Package:
    """The parts of one workbook. Every byte that leaves it is counted against the limits."""

    def __init__(self, path: Path, limits: ReadLimits) -> None:
        self._limits = limits
        self._unpacked = 0
        self.packed_read = 0
        try:
            self._zip = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise ReadRefused("damaged_zip") from error
        self._names = {name.lower().lstrip("/"): name for name in self._zip.namelist()}
        if any(info.flag_bits & 1 for info in self._zip.infolist()):
            raise ReadRefused("encrypted")

    def __enter__(self) -> "Package":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def has(self, name: str) -> bool:
        """True if the part exists, whatever the letter case."""
        return name.lower() in self._names

    def size(self, name: str) -> int:
        """Packed size of a part, for progress."""
        return self._zip.getinfo(self._names[name.lower()]).compress_size

    def pieces(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes of a part, checked as they come."""
        if not self.has(name):
            raise ReadRefused("damaged_zip")
        info = self._zip.getinfo(self._names[name.lower()])
        packed, grown = max(info.compress_size, 1), 0
        try:
            with self._zip.open(info) as part:
                while piece := part.read(_PIECE):
                    grown += len(piece)
                    self._count(len(piece), grown, packed)
                    yield piece
        except _BROKEN as error:
            raise ReadRefused("damaged_zip") from error
        except RuntimeError as error:  # zipfile's way of saying that a password is needed
            raise ReadRefused("encrypted") from error

    def tree(self, name: str) -> Element:
        """A small part as a tree; entities and document types are refused."""
        whole = bytearray()
        for piece in self.pieces(name):
            whole += piece
            if len(whole) > _SMALL_PART:
                raise ReadRefused("bomb")
        try:
            root: Any = fromstring(bytes(whole), forbid_dtd=True)
        except DefusedXmlException as error:
            raise ReadRefused("entities") from error
        except ParseError as error:
            raise ReadRefused("damaged_xml", part=name, line=error.position[0]) from error
        return root  # type: ignore[no-any-return]

    def _count(self, piece: int, grown: int, packed: int) -> None:
        self._unpacked += piece
        too_much = self._unpacked > self._limits.unpacked_bytes
        too_dense = grown > self._limits.ratio_free_bytes and grown > packed * self._limits.unpack_ratio
        if too_much or too_dense:
            raise ReadRefused("bomb")


def local(tag: str) -> str:
    """The name of an element without its namespace."""
    return tag.rpartition("}")[2]

"""Which type a file is, by its content alone, from a short list; whatever is not on the list is not kept.

The magic number has to stand at the very beginning, so a page or script that carries a picture further in is no picture.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from kemai.foundation.files.packages import is_zip, names_in_zip
from kemai.foundation.files.refusals import FileRefused

HEAD = 4096
BLOCK = 256 * 1024
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
MARKUP = re.compile(r"[\ufeff\s]*(<[!?/a-zA-Z]|#!|%!PS)")
OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class FileType:
    """A type that is kept: how it is called on the wire, and the endings that fit it, the usual one first."""

    media_type: str
    endings: tuple[str, ...]


PDF = FileType("application/pdf", ("pdf",))
PNG = FileType("image/png", ("png",))
JPEG = FileType("image/jpeg", ("jpg", "jpeg"))
GIF = FileType("image/gif", ("gif",))
WEBP = FileType("image/webp", ("webp",))
DOCX = FileType(f"{OFFICE}.wordprocessingml.document", ("docx",))
XLSX = FileType(f"{OFFICE}.spreadsheetml.sheet", ("xlsx",))
PPTX = FileType(f"{OFFICE}.presentationml.presentation", ("pptx",))
OFD = FileType("application/ofd", ("ofd",))
DOC = FileType("application/msword", ("doc", "wps"))
XLS = FileType("application/vnd.ms-excel", ("xls", "et"))
PPT = FileType("application/vnd.ms-powerpoint", ("ppt", "dps"))
TXT = FileType("text/plain", ("txt",))
CSV = FileType("text/csv", ("csv",))
TYPES = (PDF, PNG, JPEG, GIF, WEBP, DOCX, XLSX, PPTX, OFD, DOC, XLS, PPT, TXT, CSV)
ENDINGS = frozenset(ending for each in TYPES for ending in each.endings)

_BEGINNINGS = (
    (b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"GIF87a", GIF), (b"GIF89a", GIF),
)  # fmt: skip
_PARTS = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("ppt/presentation.xml", PPTX))
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (("WordDocument", DOC), ("Workbook", XLS), ("Book", XLS), ("PowerPoint Document", PPT))
_DIRECTORY = 1024 * 1024
_READINGS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def type_of(path: Path, ending: str) -> FileType:
    """The type of the file; the declared ending only tells a table of text from other text. Raises FileRefused."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise FileRefused(_("这个文件是空的。"))
    found = _by_beginning(head) or _by_parts(path, head) or _by_streams(path, head)
    if found is None:
        found = _as_text(path, head, ending)
    return found


def _by_beginning(head: bytes) -> FileType | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    return next((found for magic, found in _BEGINNINGS if head.startswith(magic)), None)


def _by_parts(path: Path, head: bytes) -> FileType | None:
    """Office files and OFD papers are packages: what they are stands in the names of their parts."""
    if not is_zip(head):
        return None
    names = names_in_zip(path)
    if "OFD.xml" in names:
        return OFD
    if any(name.rsplit("/", 1)[-1].lower() == "vbaproject.bin" for name in names):
        raise FileRefused(_("带宏的文件不收，请另存为不带宏的再放进来。"))
    for part, found in _PARTS:
        if part in names and "[Content_Types].xml" in names:
            return found
    raise FileRefused(_("压缩包不收，请把里面的文件一个个放进来，一次可以选几个。"))


def _by_streams(path: Path, head: bytes) -> FileType | None:
    """Office files of before 2007: the names of their streams stand in the directory, in UTF-16."""
    if not head.startswith(_COMPOUND):
        return None
    directory = _directory_of(path, head)
    for stream, found in _STREAMS:
        if f"{stream}\0".encode("utf-16-le") in directory:
            return found
    raise FileRefused(_("不认识这种文件。"))


def _directory_of(path: Path, head: bytes) -> bytes:
    """The sectors from the first of the directory on; the streams that tell the type are its first entries."""
    sector = 1 << min(int.from_bytes(head[30:32], "little"), 12)
    with path.open("rb") as file:
        file.seek((int.from_bytes(head[48:52], "little") + 1) * sector)
        return file.read(_DIRECTORY)


def _as_text(path: Path, head: bytes, ending: str) -> FileType:
    if ending not in ("", "txt", "csv") or not any(_reads(path, name) for name in _encodings(head)):
        raise FileRefused(_("不认识这种文件，或者文件坏了。能放 PDF、图片、Office 文件、OFD、文本和 CSV。"))
    return CSV if ending == "csv" else TXT


def _encodings(head: bytes) -> tuple[str, ...]:
    marked = _READINGS.get(head[:2])
    return (marked,) if marked else ("utf-8-sig", "gb18030")


def _reads(path: Path, encoding: str) -> bool:
    """Whether the whole file is plain text in this encoding; a page or a script is refused by name."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            block = file.read(BLOCK)
            if MARKUP.match(block):
                raise FileRefused(_("网页、SVG、XML 和脚本不收。"))
            while block:
                if CONTROL.search(block):
                    return False
                block = file.read(BLOCK)
    except UnicodeError:
        return False
    return True

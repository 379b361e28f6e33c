"""The names inside a zip package, read without unpacking anything and without trusting its size."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from django.utils.translation import gettext as _

from kemai.foundation.files.refusals import FileRefused

LARGEST_LIST = 2 * 1024 * 1024
_END, _END_SIZE, _COMMENT = b"PK\x05\x06", 22, 65_535
_FAR_END, _FAR_SIZE = b"PK\x06\x07", 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)


def is_zip(head: bytes) -> bool:
    """Whether the file begins as a zip does that holds something."""
    return head.startswith(b"PK\x03\x04")


def names_in_zip(path: Path) -> frozenset[str]:
    """Names of the parts. Raises FileRefused for a broken or encrypted package, and for one with a monstrous list."""
    try:
        if _list_size(path) > LARGEST_LIST:
            raise FileRefused(_("文件坏了，打不开。"))
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
    except _BROKEN as broken:
        raise FileRefused(_("文件坏了，打不开。")) from broken
    return frozenset(part.filename for part in parts)


def _list_size(path: Path) -> int:
    """Bytes of the list of parts, which is read whole: at the end as the package says, or more than is allowed."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _END_SIZE - _COMMENT - _FAR_SIZE))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE or tail[max(0, at - _FAR_SIZE) : at].startswith(_FAR_END):
        return LARGEST_LIST + 1
    return int.from_bytes(tail[at + 12 : at + 16], "little")

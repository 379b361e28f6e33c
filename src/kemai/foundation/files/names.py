"""The name of a file as it is shown and handed out: never a path, never a second meaning; and the header that carries it."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from django.utils.translation import gettext as _

from kemai.foundation.files.content import ENDINGS, FileType
from kemai.foundation.files.refusals import FileRefused

LONGEST_BYTES = 200  # file systems take 255
NAMELESS = "文件"
_SEPARATORS = re.compile(r"[/\\]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_ENDING = re.compile(r"[a-z0-9]{1,5}")
_DEVICES = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}


def ending_of(declared: str) -> str:
    """The ending of a declared name in small letters; "" where it has none that says a type."""
    _stem, dot, ending = _plain(declared).rpartition(".")
    ending = ending.lower()
    is_one = dot and _ENDING.fullmatch(ending) and not ending.isdigit()
    return ending if is_one else ""


def shown_name(declared: str, found: FileType) -> str:
    """The last part of a declared name, cleaned, with an ending that fits the content: `C:\\tmp\\a.JPG` gives `a.JPG`.

    An ending of another type on the list is put right; one that is not on the list is refused, whatever the content.
    """
    name, ending = _plain(declared), ending_of(declared)
    if ending and ending not in ENDINGS:
        raise FileRefused(_("不收 .%(ending)s 文件。") % {"ending": ending})
    stem = name[: -len(ending) - 1] if ending else name
    kept = name[len(stem) + 1 :] if ending in found.endings else found.endings[0]
    return f"{_fitting(stem, LONGEST_BYTES - len(kept) - 1)}.{kept}"


def disposition(name: str) -> str:
    """The Content-Disposition of a download: the name for everybody (RFC 5987), and in ASCII for old programs."""
    safe = "".join(c for c in name if c.isprintable()) or NAMELESS
    plain = re.sub(r"[^ !#$&+\-.0-9=@A-Z^_a-z~()\[\]{},;\']", "_", safe)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe.encode('utf-8', 'replace'), safe='')}"


def _plain(declared: str) -> str:
    """Printable characters of the last part; nothing that turns the direction of writing, hides, or leads elsewhere."""
    last = _SEPARATORS.split(unicodedata.normalize("NFC", declared))[-1]
    seen = "".join(" " if c.isspace() else c for c in last if c.isprintable() or c.isspace())
    return " ".join(_FORBIDDEN.sub("_", seen).split()).strip(". ")


def _fitting(stem: str, room: int) -> str:
    """The stem within so many bytes, whole characters only, and not a name that Windows keeps for itself."""
    stem = stem.rstrip(". ")
    stem = f"_{stem}" if stem.split(".")[0].strip().lower() in _DEVICES else stem
    cut = stem.encode("utf-8", "ignore")[:room].decode("utf-8", "ignore").rstrip(". ")
    return cut or NAMELESS

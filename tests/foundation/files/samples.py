"""Small files as tests put them in: just enough of each type to be known for it."""

from __future__ import annotations

import io
import zipfile

PDF = b"%PDF-1.7\n1 0 obj << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >> endobj\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def package(*names: str) -> bytes:
    """A zip whose parts have these names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        for name in names:
            parts.writestr(name, "<x/>")
    return made.getvalue()


def compound(stream: str) -> bytes:
    """An office file of before 2007 as far as its directory."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    head[30:32] = (9).to_bytes(2, "little")
    head[48:52] = (1).to_bytes(4, "little")
    return bytes(head) + bytes(512) + f"{stream}\0".encode("utf-16-le").ljust(512, b"\0")

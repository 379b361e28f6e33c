"""Writes a small workbook of the old kind (BIFF8 in a compound file), record by record."""

from __future__ import annotations

import struct
from datetime import date
from typing import Any

END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
SECTOR = 512
EPOCH = date(1899, 12, 30)


def old_workbook(sheets: dict[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> bytes:
    """The bytes of a workbook with these sheets: texts, numbers, days, booleans, None for nothing, "#N/A" for the error."""
    return _compound(_stream(sheets, hidden))


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _bof(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _text(text: str, length: str) -> bytes:
    return struct.pack(f"<{length}B", len(text), 1) + text.encode("utf-16-le")


def _stream(sheets: dict[str, list[list[Any]]], hidden: tuple[str, ...]) -> bytes:
    texts = sorted(
        {c for rows in sheets.values() for row in rows for c in row if isinstance(c, str) and c != "#N/A"}
    )
    places = {text: n for n, text in enumerate(texts)}
    formats = b"".join(_record(0x00E0, struct.pack("<HHHBBHIIH", 0, fmt, 0, 0, 0, 0, 0, 0, 0)[:20].ljust(20, b"\0")) for fmt in (0, 14))  # fmt: skip
    strings = struct.pack("<II", len(texts), len(texts)) + b"".join(_text(text, "H") for text in texts)
    parts = [_sheet(rows, places) for rows in sheets.values()]
    before = _bof(0x0005) + _record(0x0042, struct.pack("<H", 1200)) + formats
    heads = [struct.pack("<IBB", 0, int(name in hidden), 0) + _text(name, "B") for name in sheets]
    after = _record(0x00FC, strings) + _record(0x000A, b"")
    at = len(before) + sum(4 + len(head) for head in heads) + len(after)
    placed = b""
    for head, part in zip(heads, parts, strict=True):
        placed += _record(0x0085, struct.pack("<I", at) + head[4:])
        at += len(part)
    return before + placed + after + b"".join(parts)


def _sheet(rows: list[list[Any]], places: dict[str, int]) -> bytes:
    cells = b"".join(_cell(r, c, value, places) for r, row in enumerate(rows) for c, value in enumerate(row))
    wide = max((len(row) for row in rows), default=0)
    size = _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, wide, 0))
    return _bof(0x0010) + size + cells + _record(0x000A, b"")


def _cell(row: int, column: int, value: Any, places: dict[str, int]) -> bytes:
    if value is None:
        return b""
    if value == "#N/A":
        return _record(0x0205, struct.pack("<HHHBB", row, column, 0, 0x2A, 1))
    if isinstance(value, bool):
        return _record(0x0205, struct.pack("<HHHBB", row, column, 0, int(value), 0))
    if isinstance(value, str):
        return _record(0x00FD, struct.pack("<HHHI", row, column, 0, places[value]))
    is_day = isinstance(value, date)
    number = float((value - EPOCH).days) if is_day else float(value)
    return _record(0x0203, struct.pack("<HHHd", row, column, int(is_day), number))


def _compound(stream: bytes) -> bytes:
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    sectors = len(stream) // SECTOR
    chain = [FAT, END, *range(3, sectors + 2), END]
    table = struct.pack("<128I", *chain, *[FREE] * (128 - len(chain)))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack(
        "<109I", 0, *[FREE] * 108
    )
    folder = _entry("Root Entry", 5, 1, END, 0) + _entry("Workbook", 2, FREE, 2, len(stream)) + bytes(256)
    return header + table + folder + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    head = written.ljust(64, b"\0") + struct.pack("<HBBIII", len(written), kind, 1, FREE, FREE, child)
    return head + bytes(16 + 4 + 16) + struct.pack("<IQ", start, size)

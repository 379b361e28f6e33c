"""What a file is by its content; its name decides nothing."""

import zipfile
from pathlib import Path

from kemai.oversight.exchange.reading.refusals import ReadRefused

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"RIFF", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"%PDF", "pdf"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"{\\rtf", "document"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def table_kind(path: Path) -> str:
    """`xlsx`, `xls` or `text`; raises ReadRefused that says what the file really is."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise ReadRefused("empty")
    if head.startswith(_ZIP):
        return _zip_kind(path)
    if head.startswith(_OLE):
        if _is_encrypted(path):
            raise ReadRefused("encrypted")
        return "xls"
    for magic, code in _MAGIC:
        if head.startswith(magic):
            raise ReadRefused(code)
    _refuse_markup(head)
    _refuse_binary(head)
    return "text"


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ReadRefused("damaged_zip") from error
    if "xl/workbook.bin" in names:
        raise ReadRefused("binary_workbook")
    if "[content_types].xml" in names and any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "content.xml" in names:
        raise ReadRefused("open_document")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise ReadRefused("document")
    raise ReadRefused("archive")


def _is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        return _ENCRYPTED_STREAM in file.read(1 << 20)


def _refuse_markup(head: bytes) -> None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1024].lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta")):
        raise ReadRefused("html")
    if start.startswith(b"<?xml"):
        raise ReadRefused("html" if b"<html" in start else "xml_table")


def _refuse_binary(head: bytes) -> None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return  # UTF-16 with its mark: every second byte may well be zero
    controls = sum(1 for byte in head if byte < 9 or 13 < byte < 32)
    zeros = head.count(0)
    if controls - zeros > len(head) // 20:
        raise ReadRefused("binary")
    if len(head) >= 16 and zeros > len(head) // 5:
        raise ReadRefused("utf16_no_mark" if _zeros_alternate(head) else "binary")


def _zeros_alternate(head: bytes) -> bool:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return max(even, odd) > 4 * min(even, odd)

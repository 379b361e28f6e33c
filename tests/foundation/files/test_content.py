"""The type of a file is what its content says, from a short list; everything else is refused (B07, C03)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.foundation.files.samples import PDF, PNG, compound, package

from kemai.foundation.files import content
from kemai.foundation.files.content import type_of
from kemai.foundation.files.refusals import FileRefused

OFFICE = "[Content_Types].xml"
KEPT: dict[str, tuple[bytes, content.FileType]] = {
    "pdf": (PDF, content.PDF),
    "png": (PNG, content.PNG),
    "jpg": (b"\xff\xd8\xff\xe0" + bytes(9), content.JPEG),
    "gif": (b"GIF89a" + bytes(9), content.GIF),
    "webp": (b"RIFF\x10\0\0\0WEBPVP8 ", content.WEBP),
    "docx": (package(OFFICE, "word/document.xml"), content.DOCX),
    "xlsx": (package(OFFICE, "xl/workbook.xml"), content.XLSX),
    "pptx": (package(OFFICE, "ppt/presentation.xml"), content.PPTX),
    "ofd": (package("OFD.xml", "Doc_0/Document.xml"), content.OFD),
    "doc": (compound("WordDocument"), content.DOC),
    "xls": (compound("Workbook"), content.XLS),
    "ppt": (compound("PowerPoint Document"), content.PPT),
    "txt": ("第一行\r\n第二行\t好".encode("gb18030"), content.TXT),
    "csv": ("\ufeff名称,金额\n华瑞,12\n".encode(), content.CSV),
}
REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing at all": (b"", "空的"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "SVG"),
    "svg after a mark and spaces": ("\ufeff \n<?xml version='1.0'?><svg/>".encode(), "SVG"),
    "html": (b"<!DOCTYPE html><script>alert(1)</script>", "网页"),
    "html in utf-16": ("<html>".encode("utf-16"), "网页"),
    "a shell script": (b"#!/bin/sh\nrm -rf /\n", "脚本"),
    "php": (b"<?php system($_GET['c']);", "脚本"),
    "an executable": (b"MZ\x90\0\x03\0\0\0\x04" + bytes(200), "不认识"),
    "elf": (b"\x7fELF\x02\x01\x01" + bytes(60), "不认识"),
    "an installer in the old office form": (compound("!_StringData"), "不认识"),
    "a zip": (package("a.txt"), "压缩包"),
    "a zip that climbs out": (package("../../etc/cron.d/x"), "压缩包"),
    "office with macros": (package(OFFICE, "word/document.xml", "word/vbaProject.bin"), "宏"),
    "half a package": (package(OFFICE, "word/document.xml")[:60], "打不开"),
    "a page before a picture": (b"<html><!--" + PNG, "网页"),
    "a pdf further in": (b"\0\0%PDF-1.4", "不认识"),
}


@pytest.mark.parametrize("ending", KEPT)
def test_each_type_on_the_list_is_known_by_its_content(ending: str, tmp_path: Path) -> None:
    path, (data, expected) = tmp_path / "x", KEPT[ending]
    path.write_bytes(data)
    assert type_of(path, ending) is expected
    assert ending in expected.endings


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("ending", ["", "txt", "png"])
def test_b07_c03_what_is_not_on_the_list_is_refused_with_a_sentence(
    what: str, ending: str, tmp_path: Path
) -> None:
    path, (data, word) = tmp_path / "x", REFUSED[what]
    path.write_bytes(data)
    with pytest.raises(FileRefused) as refused:
        type_of(path, ending)
    assert word in str(refused.value) or "不认识" in str(refused.value)


def test_a_refusal_names_the_reason_where_the_ending_does_not_stand_in_the_way(tmp_path: Path) -> None:
    path = tmp_path / "x"
    for data, word in REFUSED.values():
        path.write_bytes(data)
        with pytest.raises(FileRefused, match=word):
            type_of(path, "txt")


def test_text_under_the_ending_of_another_type_is_a_broken_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"just words")
    with pytest.raises(FileRefused):
        type_of(path, "pdf")


def test_a_package_whose_list_is_monstrous_is_not_read(tmp_path: Path, monkeypatch: Any) -> None:
    from kemai.foundation.files import packages

    path = tmp_path / "x"
    path.write_bytes(package(OFFICE, "word/document.xml"))
    assert type_of(path, "docx") is content.DOCX
    monkeypatch.setattr(packages, "LARGEST_LIST", 40)
    monkeypatch.setattr(packages.zipfile, "ZipFile", None)
    with pytest.raises(FileRefused, match="打不开"):
        type_of(path, "docx")

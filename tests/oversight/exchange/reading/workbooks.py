"""Workbooks by hand: the parts of a .xlsx as text, so that any of them can be wrong."""

import zipfile
from pathlib import Path

_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
_BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="明细" sheetId="1" r:id="r1"/></sheets></workbook>'
)
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEADER_ROW = (
    "<row r='1'>"
    + "".join(
        f"<c r='{letter}1' t='inlineStr'><is><t>{name}</t></is></c>"
        for letter, name in zip("ABCD", ("单号", "日期", "客户", "金额"), strict=True)
    )
    + "</row>"
)


def workbook(path: Path, rows: str, *, before: str = "", whole: str | None = None, **parts: str) -> Path:
    """A workbook whose sheet has the header row and `rows`; `parts` adds or replaces parts by path."""
    sheet = whole or f"{before}<worksheet {NAMESPACE}><sheetData>{HEADER_ROW}{rows}</sheetData></worksheet>"
    contents = {
        "[Content_Types].xml": _TYPES,
        "xl/workbook.xml": _BOOK,
        "xl/_rels/workbook.xml.rels": _RELATIONS,
        "xl/worksheets/sheet1.xml": sheet,
        **parts,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in contents.items():
            archive.writestr(name, text)
    return path


def row(number: int, *cells: str) -> str:
    """A row of inline texts."""
    inside = "".join(f"<c t='inlineStr'><is><t>{cell}</t></is></c>" for cell in cells)
    return f"<row r='{number}'>{inside}</row>"

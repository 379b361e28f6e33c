"""Which cell styles show a number as a date."""

import re

from kemai.oversight.exchange.reading.workbook.package import Package, local

_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE_CODE = re.compile(r"[ymdhs年月日]|aaa", re.IGNORECASE)


def date_styles(package: Package) -> frozenset[str]:
    """Style indexes (as written in the `s` attribute of a cell) whose number format is a date."""
    if not package.has("xl/styles.xml"):
        return frozenset()
    formats: dict[int, bool] = {}
    found: list[str] = []
    for part in package.tree("xl/styles.xml"):
        if local(part.tag) == "numFmts":
            formats = {_number(f.get("numFmtId")): is_date_format(f.get("formatCode", "")) for f in part}
        elif local(part.tag) == "cellXfs":
            ids = [_number(style.get("numFmtId")) for style in part]
            found = [str(i) for i, key in enumerate(ids) if formats.get(key, key in _BUILT_IN_DATES)]
    return frozenset(found)


def is_date_format(code: str) -> bool:
    """True if a number format code shows a day or a time of day.

    >>> is_date_format("yyyy/m/d;@"), is_date_format('yyyy"年"m"月"'), is_date_format("0.00"), is_date_format("[h]:mm")
    (True, True, False, False)
    >>> is_date_format("[Red]0.00"), is_date_format('#,##0"days"'), is_date_format("[$-804]aaaa"), is_date_format("General")
    (False, False, True, False)
    """
    if code.lower() == "general" or _ELAPSED.search(code):
        return False
    return bool(_DATE_CODE.search(_NOT_CODE.sub("", code.split(";")[0])))


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0

"""Places in names of firms and in addresses, as codes of the administrative divisions: one that begins with another
lies inside it (320583 昆山 in 3205 苏州 in 32 江苏)."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_LINE = re.compile(r'^\s*(\d+) (?:province|county)="(?:\[\d*-(\d*)\])?([^"]+)"')
_SUFFIX = re.compile(
    r"(特别行政区|(?:[一-鿿]{1,3}族)+自治[区州县]|维吾尔自治区|自治[区州县旗]|地区|[省市区县盟旗])$"
)
_NAMELESS = frozenset(("市辖区", "县", "自治区直辖县级行政区划", "省直辖县级行政区划", "直辖县级行政区划"))
LONGEST = 11
INSIDE = "·"  # marks a short name that counts only behind a wider place


def leading_places(text: str) -> tuple[str, int]:
    """The code of the narrowest place that a text opens with, and how many characters it takes.

    >>> leading_places("江苏省苏州市华瑞商贸"), leading_places("华瑞商贸")
    (('3205', 6), ('', 0))
    """
    code, end = "", 0
    while found := _place_at(text, end, code):
        code, end = found
    return code, end


def place_named(text: str) -> str:
    """The code of a place that is the whole text, or ""."""
    code, end = leading_places(text)
    return code if end == len(text) else ""


def _place_at(text: str, start: int, inside: str) -> tuple[str, int] | None:
    known = _places()
    for length in range(min(LONGEST, len(text) - start), 1, -1):
        name = text[start : start + length]
        codes = (*known.get(name, ()), *(known.get(INSIDE + name, ()) if inside else ()))
        for code in codes:
            if code.startswith(inside) and code != inside:
                return code, start + length
        if inside and inside in codes:
            return inside, start + length
    return None


@cache
def _places() -> dict[str, tuple[str, ...]]:
    """Names, long and short, with the codes they may mean; a name that two places share counts only inside one."""
    found: dict[str, list[str]] = {}
    province = ""
    for line in (files("stdnum.cn") / "loc.dat").read_text("utf-8").splitlines():
        read = _LINE.match(line)
        if not read:
            continue
        digits, ended, name = read.groups()
        province = digits if len(digits) == 2 else province
        code = digits if len(digits) == 2 else province + re.sub(r"00$", "", digits)
        if ended or name in _NAMELESS or (len(digits) > 2 and digits == "0000"):
            continue
        short = _SUFFIX.sub("", name)
        if len(code) == 6 and not name.endswith("市"):  # 和顺正酒业 has nothing to do with 和顺县
            short = INSIDE + short
        for each in {name, short}:
            if len(each.removeprefix(INSIDE)) >= 2:
                found.setdefault(each, []).append(code)
    return {name: tuple(_widest(codes)) for name, codes in found.items()}


def _widest(codes: list[str]) -> list[str]:
    """Cities before counties, so that 南京 alone is the city."""
    return sorted(dict.fromkeys(codes), key=len)

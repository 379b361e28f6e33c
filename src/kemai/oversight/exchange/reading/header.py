"""Where the header is below title rows, and which rows under it are no data: totals, repeats, blanks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kemai.foundation.chinese import mainland
from kemai.oversight.exchange.parsing.headings import recognised
from kemai.oversight.exchange.reading.rows import Row

LOOKED_AT = 30
FOOT_BEGINS = "制审复记打经填导出主会单第製審複覆記經導匯會單 "
_TOTAL = re.compile(
    r"[\s【\[(（]*(?:本[页頁]|本日|本月|本年|本期|[当當]前|全部)?\s*"
    r"(?:小\s*[计計]|合\s*[计計]|[总總]\s*[计計]|累\s*[计計]|共\s*[计計]|[总總]\s*合\s*[计計]|sub-?\s?total|grand total|total|sum)"
    r"(?:[\s(（]*(?:大[写寫]|人民[币幣]|金[额額]|[数數]量)[)）]*)?[\s:：】\])）]*",
    re.IGNORECASE,
)
_TOTAL_ENDING = re.compile(r".{1,60}[\s\-_:：]*(?:小|合|总|總)[计計][\s:：]*", re.DOTALL)
_SIGNED = re.compile(
    r"\s*(?:(?:制单|制表|审核|复核|覆核|记账|打印|经办|填表|导出|汇出|出纳|主管|会计主管|单位负责人)(?:人|员|日期|时间)?\s*[:：].*"
    r"|第\s*\d+\s*页.*)",
    re.DOTALL,
)
_NUMERIC = re.compile(r"[-+]?[\d,.，．/\-:年月日% ]+")


@dataclass(frozen=True)
class Header:
    """The header row: its number in the file, its names (empty where blank), and its index among `rows`."""

    number: int
    names: tuple[str, ...]
    index: int
    recognised: int

    @cached_property
    def named(self) -> int:
        """How many of the names are not blank."""
        return len([name for name in self.names if name])


def find_header(rows: Sequence[Row], kind: str | None) -> Header | None:
    """The row that names most fields of the kind, else the first that looks like names over data."""
    best = max(
        range(len(rows)),
        key=lambda i: (_score(rows[i], kind), -i),
        default=None,
    )
    if best is not None and _is_enough(rows[best], _score(rows[best], kind)):
        return _header(rows, best, _score(rows[best], kind))
    for index, row in enumerate(rows):
        if _looks_like_names(row) and index + 1 < len(rows) and filled(rows[index + 1]) >= 2:
            return _header(rows, index, 0)
    return None


def filled(row: Row) -> int:
    """How many cells of a row hold something."""
    return sum(1 for cell in row.cells if cell and not cell.isspace())


def is_total(row: Row, width: int) -> bool:
    """True for 小计, 合计, 总计, subtotal, total rows, and for 制单人：… or 第 1 页 at the foot of a page."""
    seen = 0
    for cell in row.cells:
        if not cell or cell.isspace():
            continue
        if _TOTAL.fullmatch(cell):
            return True
        if (
            seen == 0
            and cell[-1] in "计計:： "
            and _TOTAL_ENDING.fullmatch(cell)
            and filled(row) * 2 <= width
        ):
            return True
        if (
            seen == 0
            and cell[0] in FOOT_BEGINS
            and _SIGNED.fullmatch(mainland(cell))
            and filled(row) * 2 <= width
        ):
            return True
        seen += 1
        if seen == 3:
            break
    return False


def _score(row: Row, kind: str | None) -> int:
    return recognised(row.cells, kind)


def _is_enough(row: Row, score: int) -> bool:
    return score >= 2 or (score == 1 and filled(row) == 1)


def _looks_like_names(row: Row) -> bool:
    cells = [cell.strip() for cell in row.cells if cell and not cell.isspace()]
    if len(cells) < 2 or len(set(cells)) * 2 < len(cells):
        return False
    return not any(_NUMERIC.fullmatch(cell) or len(cell) > 60 for cell in cells)


def _header(rows: Sequence[Row], index: int, score: int) -> Header:
    row = rows[index]
    names = [(cell or "").strip().replace("\n", " ") for cell in row.cells]
    while names and not names[-1]:
        names.pop()
    return Header(row.number, tuple(names), index, score)

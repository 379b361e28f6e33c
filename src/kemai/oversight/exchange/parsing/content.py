"""What a column looks like from its first rows: dates, amounts, names, numbers that rise."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from kemai.oversight.exchange.parsing.values import (
    ValueRefused,
    parse_customer,
    parse_date,
    parse_integer,
    parse_money,
    parse_month,
)

_ANY_DAY = date(2100, 1, 1)
_COMPANY = re.compile(r"公司|店|厂|行|部|中心|集团|商贸|酒|超市|合作社|Ltd|Inc|GmbH|Co\.", re.IGNORECASE)
_LEDGERS_FROM, _PEOPLE_FROM = 1990, 1900


def share_of_dates(cells: Sequence[str | None], is_headed: bool = False) -> float:
    """Share of the filled cells that read as a day. Under a heading that says so a month will do, and so will the day
    somebody was born; without one a number of five digits is too soon a day of the fifties."""
    since = _PEOPLE_FROM if is_headed else _LEDGERS_FROM
    return _share(cells, lambda cell: _is_day(cell, since) or (is_headed and _is_month(cell, since)))


def share_of_amounts(cells: Sequence[str | None]) -> float:
    """Share of the filled cells that read as an amount of money."""
    return _share(cells, _is_amount)


def share_of_names(cells: Sequence[str | None]) -> float:
    """Share of cells that are names rather than codes: something beyond ASCII in them."""
    return _share(cells, lambda cell: not (parse_customer(cell) or "").isascii())


def share_of_company_names(cells: Sequence[str | None]) -> float:
    """Share of cells with a word that companies and shops carry in their names."""
    return _share(cells, lambda cell: bool(_COMPANY.search(cell)))


def rises_within(pairs: Sequence[tuple[str | None, str | None]]) -> bool:
    """True if the number starts again at 1 with each new order and rises by 1, for nine rows in ten.

    >>> rises_within([("A", "1"), ("A", "2"), ("B", "1")]), rises_within([("A", "1"), ("A", "2"), ("B", "3")])
    (True, False)
    """
    order, expected, restarts, fitting, rows = None, 1, 0, 0, 0
    for this, number in pairs:
        if not this or not number:
            continue
        if this != order:
            order, expected, restarts = this, 1, restarts + 1
        rows += 1
        fitting += _integer(number) == expected
        expected += 1
    return restarts > 1 and fitting >= 0.9 * rows


def _share(cells: Sequence[str | None], test: Callable[[str], bool]) -> float:
    filled = [cell for cell in cells if cell and not cell.isspace()]
    return sum(1 for cell in filled if test(cell)) / len(filled) if filled else 0.0


def _is_day(cell: str, since: int) -> bool:
    try:
        return since <= parse_date(cell, today=_ANY_DAY, order="dmy").year <= _ANY_DAY.year
    except ValueRefused as refused:
        return refused.code.startswith("no_such_day")


def _is_month(cell: str, since: int) -> bool:
    try:
        return since <= parse_month(cell, today=_ANY_DAY).year <= _ANY_DAY.year
    except ValueRefused:
        return False


def _is_amount(cell: str) -> bool:
    try:
        parse_money(cell)
    except ValueRefused as refused:
        return refused.code == "money_decimals"
    return True


def _integer(cell: str) -> int | None:
    try:
        return parse_integer(cell)
    except ValueRefused:
        return None

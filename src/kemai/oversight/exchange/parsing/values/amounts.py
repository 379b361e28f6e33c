"""Exact amounts: text to integers of fen, thousandths or millionths, refused rather than rounded."""

import re
from decimal import ROUND_HALF_UP, Decimal

from kemai.oversight.exchange.parsing.values.refused import ValueRefused
from kemai.oversight.exchange.parsing.values.words import folded

MONEY_PLACES, QUANTITY_PLACES, FRACTION_PLACES = 2, 3, 6
_WIDEST = 15
_LARGEST = 2**63 - 1
_CURRENCY = re.compile(r"^(?:¥|rmb|cny|人民[币幣])|(?:元|圆|圓|rmb|cny|¥)整?$", re.IGNORECASE)
_UNITS = re.compile(r"[万萬千百亿億kKwW]元?$|^[$€£]|\$$")
_NUMBER = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?|\.(\d+)")
_BRACKETS = re.compile(r"\((.+)\)")
_MINUS = str.maketrans("−–—﹣", "----")
_EXPONENT = re.compile(r"[+-]?[\d.]+[eE][+-]?\d+")


def parse_money(text: str, *, is_rounding: bool = False) -> int:
    """Fen, exactly. More than two decimals are refused unless `is_rounding` (half up) was asked for.

    >>> parse_money("12,000.50"), parse_money("(１２．３４)"), parse_money("￥-0"), parse_money("8元")
    (1200050, -1234, 0, 800)
    """
    number = _CURRENCY.sub("", _CURRENCY.sub("", _bare(text)))
    if _UNITS.search(number):
        raise ValueRefused("money_unit")
    return _scaled(number, MONEY_PLACES, "money_decimals", is_rounding)


def parse_quantity(text: str) -> int:
    """Thousandths, exactly.

    >>> parse_quantity("1,200"), parse_quantity("0.125")
    (1200000, 125)
    """
    return _scaled(_bare(text), QUANTITY_PLACES, "quantity_decimals", False)


def parse_fraction(text: str) -> int:
    """Millionths of one; "30%" and 0.3 mean the same, a bare 30 is refused.

    >>> parse_fraction("30%"), parse_fraction("0.3"), parse_fraction("100%")
    (300000, 300000, 1000000)
    """
    bare = _bare(text)
    is_percent = bare.endswith("%")
    places = FRACTION_PLACES - 2 if is_percent else FRACTION_PLACES
    value = _scaled(bare.removesuffix("%"), places, "fraction_decimals", False)
    if value > 10**FRACTION_PLACES:
        raise ValueRefused("fraction_above_one" if is_percent else "fraction_without_percent")
    return value


def parse_integer(text: str) -> int:
    """A whole number; `30.0` is 30.

    >>> parse_integer("30"), parse_integer("30.0")
    (30, 30)
    """
    return _scaled(_bare(text), 0, "not_whole", False)


def _bare(text: str) -> str:
    """Folded, without blanks, with a plain minus in front where the number is negative."""
    bare = folded(text).translate(_MINUS).replace(" ", "").replace("，", ",")
    brackets = _BRACKETS.fullmatch(bare)
    if brackets and not brackets[1].startswith("-"):
        return "-" + brackets[1]
    if bare.endswith("-") and len(bare) > 1:  # SAP writes 12.00-
        return "-" + bare[:-1]
    return bare


def _scaled(bare: str, places: int, too_fine: str, is_rounding: bool) -> int:
    sign, digits = (-1, bare[1:]) if bare.startswith("-") else (1, bare.removeprefix("+"))
    digits = _CURRENCY.sub("", digits)
    found = _NUMBER.fullmatch(digits)
    if found is None:
        raise ValueRefused(_what_is_wrong(digits))
    whole = (found[1] or "0").replace(",", "").lstrip("0")
    part = (found[2] or found[3] or "").rstrip("0")
    if len(whole) > _WIDEST:
        raise ValueRefused("number_too_large")
    if len(part) > places and not is_rounding:
        raise ValueRefused(too_fine, places=places)
    value = (
        int(_rounded(whole, part, places))
        if len(part) > places
        else int(whole + part.ljust(places, "0") or "0")
    )
    if value > _LARGEST:
        raise ValueRefused("number_too_large")
    return sign * value


def _rounded(whole: str, part: str, places: int) -> Decimal:
    number = Decimal(f"{whole or '0'}.{part[:40]}").scaleb(places)
    return number.quantize(Decimal(1), rounding=ROUND_HALF_UP)


def _what_is_wrong(digits: str) -> str:
    if _EXPONENT.fullmatch(digits):
        return "number_exponent"
    if digits.casefold() in ("nan", "inf", "infinity", "-inf"):
        return "not_a_number"
    if "," in digits and not re.search(r"[^\d.,]", digits):
        return "comma_misplaced"
    return "letters_in_number" if re.search(r"\d", digits) else "not_a_number"

"""Plain numbers on their way in: what is not a number, negative or beyond its range is refused by name.

Amounts come in yuan and are counted in whole fen, so that no cent is lost between two steps.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from kemai.value.errors import FactError
from kemai.value.exact import half_up


def number(given: Any, name: str) -> Decimal:
    """A finite decimal; FactError names the argument that is none."""
    try:
        found = Decimal(str(given))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise FactError(f"{name}：不是数，给的是 {given}", code="not_a_number", column=name)
    return found


def not_negative(given: Any, name: str) -> Decimal:
    """A number of 0 or more."""
    found = number(given, name)
    if found < 0:
        raise FactError(f"{name}：不能为负，给的是 {given}", code="negative", column=name)
    return found


def between(given: Any, name: str, low: int, high: int) -> Decimal:
    """A number within both ends.

    >>> between("0.8", "retention", 0, 1)
    Decimal('0.8')
    """
    found = number(given, name)
    if not low <= found <= high:
        raise FactError(
            f"{name}：必须在 {low} 到 {high} 之间，给的是 {given}", code="out_of_range", column=name
        )
    return found


def whole_number(given: Any, name: str) -> int:
    """A count: 0 or more, without a fraction."""
    found = not_negative(given, name)
    if found != found.to_integral_value():
        raise FactError(f"{name}：必须是整数，给的是 {given}", code="not_whole", column=name)
    return int(found)


def at_least_one(given: Any, name: str) -> int:
    """A length in whole days, months or the like: nothing shorter than one."""
    found = whole_number(given, name)
    if not found:
        raise FactError(f"{name}：至少是 1", code="out_of_range", column=name)
    return found


def fen_of(given: Any, name: str) -> int:
    """Yuan as whole fen, half up.

    >>> fen_of("32.875", "limit")
    3288
    """
    return half_up(Fraction(number(given, name)) * 100)


def yuan(fen: int | Fraction) -> Decimal:
    """Fen, rounded half up, as yuan with two decimals.

    >>> yuan(250_000)
    Decimal('2500.00')
    """
    return Decimal(half_up(Fraction(fen))).scaleb(-2)


def percent(part: Any, whole: Any) -> Decimal | None:
    """A share in percent with two decimals, half up; None of nothing.

    >>> percent(8, 12)
    Decimal('66.67')
    """
    if not whole:
        return None
    return Decimal(half_up(Fraction(part) / Fraction(whole) * 10_000)).scaleb(-2)

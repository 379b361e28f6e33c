"""Exact arithmetic: rounding half up in whole numbers, shares that add up, fen in and yuan out.

The Ibis half of this module stays inside what DuckDB and Spark compute alike: no decimal products, no `//`
(Ibis floors a float quotient), and every sum brought back to int64 (DuckDB widens it to HUGEINT).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, IntegerValue, NumericValue, StringValue, Value


def half_up(number: Fraction) -> int:
    """Rounded to a whole number, halves away from zero.

    >>> [half_up(Fraction(n, 2)) for n in (1, 2, 3, -1)]
    [1, 1, 2, -1]
    """
    whole = (abs(number.numerator) * 2 + number.denominator) // (2 * number.denominator)
    return whole if number >= 0 else -whole


def largest_remainder(weights: Sequence[int], total: int = 10_000) -> list[int]:
    """Whole shares of `total` that add up to it exactly; ties go to the larger weight, then the earlier row.

    Weights are not negative. All zero gives all zero: nothing can be shared.

    >>> largest_remainder([1, 1, 1])
    [3334, 3333, 3333]
    """
    whole = sum(weights)
    if whole <= 0:
        return [0] * len(weights)
    shares = [weight * total // whole for weight in weights]
    rests = [weight * total % whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-rests[i], -weights[i], i))
    for i in order[: total - sum(shares)]:
        shares[i] += 1
    return shares


def whole(total: NumericValue) -> IntegerValue:
    """A sum of integers brought back to int64 (Ibis drops a cast to the very type it already believes in)."""
    import ibis.expr.datatypes as dt

    return total.cast(dt.Int64(nullable=False))


def sum_of(column: NumericValue, where: BooleanValue | None = None) -> IntegerValue:
    """A customer's exact sum as int64, null over nothing.

    Added up as doubles, which is exact for whole numbers while the sum stays below 2**53 (90 trillion yuan), in
    any order, and half the price of the 128-bit sum that DuckDB would make.
    """
    return column.cast("float64").sum(where=where).cast("int64")


def sum_or_zero(column: NumericValue, where: BooleanValue | None = None) -> IntegerValue:
    """`sum_of` with 0 over nothing."""
    return sum_of(column, where).fill_null(0)


def floor_div(number: IntegerValue, divisor: IntegerValue | int) -> IntegerValue:
    """The floor of a quotient, exact while it is below 2**52; the divisor is positive."""
    rest = (number % divisor + divisor) % divisor
    return ((number - rest) / divisor).round().cast("int64")


def half_up_div(number: IntegerValue, divisor: int) -> IntegerValue:
    """A quotient rounded half away from zero, exact while it is below 2**51."""
    magnitude = floor_div(number.abs() * 2 + divisor, divisor * 2)
    return (number < 0).ifelse(-magnitude, magnitude)


def share_of(number: IntegerValue, part: IntegerValue, whole_part: int) -> IntegerValue:
    """`number * part / whole_part` rounded half up without leaving int64; neither is negative."""
    quotient = floor_div(number, whole_part)
    rest = number - quotient * whole_part
    return quotient * part + half_up_div(rest * part, whole_part)


def named(conditions: Mapping[str, BooleanValue]) -> StringValue:
    """The names of the conditions that hold, joined by commas; empty where none does."""
    import ibis

    found = ibis.literal("")
    for name, holds in conditions.items():
        found = found + holds.fill_null(False).ifelse(f",{name}", "")
    return found.substr(1)


def to_yuan(fen: IntegerValue) -> Any:
    """Fen as decimal yuan with two decimals (exact: one double division of a whole number below 2**53)."""
    return (fen / 100).cast("decimal(18,2)")


def to_fen(amount: Value) -> IntegerValue:
    """Yuan as fen: integers exactly, decimals and floats rounded half up at the second decimal.

    Decimals that have no third place go through doubles, which is exact below 2**51 fen and a tenth of the price of
    wide decimals.
    """
    kind: Any = amount.type()
    if kind.is_integer():
        return amount.cast("int64") * 100
    if kind.is_decimal() and kind.scale is not None and kind.scale <= 2:
        return (amount.cast("float64") * 100).round().cast("int64")
    return (amount.cast("decimal(28,8)").round(2) * 100).cast("int64")

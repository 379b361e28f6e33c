"""What money of the past is worth on a later day: `(1 + d)**(days / 365.25)` times as much.

d is the rate of a year, as in `clv`; days count in years of 365.25 of them, as in `lifetime.lifetime_value`, which
brings money of the future back to a day by the same formula. The factor is kept to nine places: sums are exact then, and
the same in whatever order and pieces they are added up.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from math import exp, log1p
from typing import TYPE_CHECKING, Any

from kemai.value.arguments import number, whole_number
from kemai.value.errors import FactError

if TYPE_CHECKING:
    from ibis.expr.types import Column

DAYS_A_YEAR = 365.25
PLACES = 9


def compounding(days: Any, discount: Any) -> Decimal:
    """How much a yuan of `days` ago is worth now at `discount` a year (above -1), to nine places.

    >>> compounding(1461, "0.1"), compounding(0, "0.1"), compounding(500, 0)
    (Decimal('1.464100000'), Decimal('1.000000000'), Decimal('1.000000000'))
    """
    factor = exp(whole_number(days, "days") * _a_day(discount))
    return Decimal(factor).quantize(Decimal(1).scaleb(-PLACES), ROUND_HALF_EVEN)


def compounded(fen: Column, day: Column, as_of: date, discount: Any) -> Any:
    """Whole fen of a day as exact fen of the as-of date, for DuckDB: a decimal with nine places."""
    import ibis

    days = ibis.literal(as_of).delta(day, unit="day")
    factor = (days * ibis.literal(_a_day(discount))).exp()
    return fen.cast("decimal(18,0)") * factor.cast(f"decimal(18,{PLACES})")


def _a_day(discount: Any) -> float:
    """The rate of a day, for ever compounding."""
    rate = number(discount, "discount")
    if rate <= -1:
        raise FactError(f"discount：必须大于 -1，给的是 {discount}", code="out_of_range", column="discount")
    return log1p(float(rate)) / DAYS_A_YEAR

"""Stock at a customer (3.14, S1.109): what it sold out, how long the rest will last, what to order, what comes next.

Quantities are decimals in the product's own unit; nothing is rounded here but the forecast people read.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kemai.value.arguments import not_negative, number, whole_number
from kemai.value.errors import FactError

ORDER_FACTOR = Decimal("1.5")


@dataclass(frozen=True, slots=True)
class Consumption:
    """`sold_out` in `days`, `per_day`, and `cover_days`, how long the closing stock lasts.

    `source` is counts, or orders where a count is missing: then deliveries stand for sales and there is no cover
    (reason no_count). With counts but without sales there is none either (no_consumption).
    """

    sold_out: Decimal
    days: int
    per_day: Decimal
    cover_days: Decimal | None
    source: str
    reason: str | None = None


def sold_out(opening: Any, deliveries: Any, closing: Any, returns: Any = 0) -> Decimal:
    """Opening count plus deliveries less returns less closing count.

    FactError (count_error) where that is negative: one of the counts is wrong.

    >>> sold_out(100, 200, 80)
    Decimal('220')
    """
    found = not_negative(opening, "opening") + not_negative(deliveries, "deliveries")
    found -= not_negative(returns, "returns") + not_negative(closing, "closing")
    if found < 0:
        raise FactError(f"closing：盘点有误，销出为 {found}", code="count_error", column="closing")
    return found


def consumption(opening: Any, deliveries: Any, closing: Any, days: Any, returns: Any = 0) -> Consumption:
    """The rate of consumption between two counts; None for a count that wasn't taken, which is never guessed.

    >>> found = consumption(100, 200, 80, days=30)
    >>> round(found.per_day, 2), round(found.cover_days, 1), found.source
    (Decimal('7.33'), Decimal('10.9'), 'counts')
    """
    span = whole_number(days, "days")
    if span == 0:
        raise FactError("days：至少一天", code="out_of_range", column="days")
    if opening is None or closing is None:
        moved = sold_out(0, deliveries, 0, returns)
        return Consumption(moved, span, moved / span, None, "orders", "no_count")
    sold = sold_out(opening, deliveries, closing, returns)
    cover = not_negative(closing, "closing") * span / sold if sold else None
    return Consumption(sold, span, sold / span, cover, "counts", None if sold else "no_consumption")


def suggested_order(
    last_sold_out: Any, closing: Any, in_transit: Any = 0, factor: Any = ORDER_FACTOR
) -> Decimal:
    """The 1.5-fold rule: 1.5 times what was sold out in the last period, less what is there or on the way; never
    below 0.

    >>> suggested_order(220, 80), suggested_order(10, 80)
    (Decimal('250.0'), Decimal('0'))
    """
    wanted = not_negative(factor, "factor") * not_negative(last_sold_out, "last_sold_out")
    there = not_negative(closing, "closing") + not_negative(in_transit, "in_transit")
    return max(wanted - there, Decimal(0))


def consumption_forecast(found: Consumption, days: Any, seasonal: Any = 1, trend: Any = 0) -> Decimal:
    """One step ahead: rate times days times seasonal index times (1 + trend), two decimals.

    >>> consumption_forecast(consumption(100, 200, 80, days=30), 31)
    Decimal('227.33')
    """
    growth = 1 + number(trend, "trend")
    if growth < 0:
        raise FactError("trend：不能小于 -1", code="out_of_range", column="trend")
    ahead = found.sold_out * whole_number(days, "days") * not_negative(seasonal, "seasonal") * growth
    return (ahead / found.days).quantize(Decimal("0.01"), "ROUND_HALF_UP")

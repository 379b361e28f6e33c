"""Contribution minus time (3.4): what a customer earns against the hours spent on it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kemai.value.errors import FactError


def contribution_minus_time(profit: Decimal, hours: Decimal, rate: Decimal) -> Decimal:
    """Profit minus hours times the cost of an hour, all in yuan; profit may be negative, hours may not.

    >>> contribution_minus_time(Decimal(100_000), Decimal(40), Decimal(150))
    Decimal('94000')
    """
    spent, cost = _not_negative(hours, "hours"), _not_negative(rate, "rate")
    return Decimal(str(profit)) - spent * cost


def contribution_share_minus_time(
    sales_share: Decimal,
    profit_share: Decimal,
    hours_share: Decimal | None,
    sales_weight: Decimal = Decimal("0.5"),
) -> Decimal | None:
    """`D = a * sales share + (1 - a) * profit share - hours share`, in points when the shares are percent.

    The shares are those of one salesperson's customers. None when the portfolio has no hours at all.

    >>> contribution_share_minus_time(Decimal(25), Decimal(21), Decimal(10))
    Decimal('13.0')
    """
    if hours_share is None:
        return None
    contribution = sales_weight * Decimal(str(sales_share)) + (1 - sales_weight) * Decimal(str(profit_share))
    return contribution - Decimal(str(hours_share))


def time_flag(profit: Decimal, hours: Decimal) -> str | None:
    """`no_time_logged` where there is profit without a single hour, else None.

    >>> time_flag(Decimal(100), Decimal(0))
    'no_time_logged'
    """
    return "no_time_logged" if hours == 0 and profit > 0 else None


def _not_negative(number: Any, name: str) -> Decimal:
    amount = Decimal(str(number))
    if not amount.is_finite() or amount < 0:
        raise FactError(f"{name}：不能为负，给的是 {number}", code="negative", column=name)
    return amount

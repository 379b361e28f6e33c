"""Contribution minus time (3.4): what a customer earns against the hours spent on it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kemai.value.arguments import between, not_negative, number

if TYPE_CHECKING:
    from ibis.expr.types import Table


def contribution_minus_time(profit: Decimal, hours: Decimal, rate: Decimal) -> Decimal:
    """Profit minus hours times the cost of an hour, all in yuan; profit may be negative, hours may not.

    FactError names the argument that is negative or no number.

    >>> contribution_minus_time(Decimal(100_000), Decimal(40), Decimal(150))
    Decimal('94000')
    """
    return number(profit, "profit") - not_negative(hours, "hours") * not_negative(rate, "rate")


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
    weight = between(sales_weight, "sales_weight", 0, 1)
    of_sales, of_profit = number(sales_share, "sales_share"), number(profit_share, "profit_share")
    return weight * of_sales + (1 - weight) * of_profit - not_negative(hours_share, "hours_share")


def time_flag(profit: Decimal, hours: Decimal) -> str | None:
    """`no_time_logged` where there is profit without a single hour, else None.

    >>> time_flag(Decimal(100), Decimal(0))
    'no_time_logged'
    """
    return "no_time_logged" if hours == 0 and profit > 0 else None


def contributions(table: Any, rate: Decimal, sales_weight: Decimal = Decimal("0.5")) -> Table:
    """Both forms for many customers at once, shares within the customers of one owner.

    `table` has customer_id, owner, sales_fen, profit_fen and minutes (whole numbers; money may be null). The result has
    these and net_fen, points_centi (hundredths of a point), is_top (of the fifth of the owner's customers who buy most,
    half up and one at least; who never bought is no customer yet), flag (`no_time_logged`) and reason of a missing form:
    missing_profit, no_hours (nobody wrote down time for any customer of the owner), no_sales (nothing to share in).
    """
    import ibis

    cost, weight = float(not_negative(rate, "rate")) * 100 / 60, float(sales_weight)
    # By a join: a window would sort every column of everybody once more.
    all_of = table.group_by(owner_of_all="owner").aggregate(
        all_sales=table.sales_fen.sum(), all_profit=table.profit_fen.sum(), all_minutes=table.minutes.sum(),
        all_customers=table.sales_fen.count(),
    )  # fmt: skip
    order = [table.sales_fen.isnull(), table.sales_fen.fill_null(0).desc(), table.customer_id]
    rows = table.mutate(place=ibis.row_number().over(group_by=table.owner, order_by=order) + 1)
    rows = rows.join(all_of, rows.owner.identical_to(all_of.owner_of_all))
    share = weight * _part(rows.sales_fen, rows.all_sales) + (1 - weight) * _part(
        rows.profit_fen, rows.all_profit
    )
    points = (share - _part(rows.minutes, rows.all_minutes)) * 10_000
    reason = ibis.cases(
        (rows.profit_fen.isnull(), "missing_profit"),
        (rows.all_minutes <= 0, "no_hours"),
        ((rows.all_sales <= 0) | (rows.all_profit <= 0) | rows.sales_fen.isnull(), "no_sales"),
    )
    rows = rows.mutate(
        net_fen=(rows.profit_fen - (rows.minutes * cost).round()).round().cast("int64"),
        points_centi=points.round().cast("int64"),
        flag=((rows.minutes == 0) & (rows.profit_fen > 0)).ifelse("no_time_logged", ibis.null("string")),
        is_top=rows.sales_fen.notnull() & (rows.place <= ibis.greatest((rows.all_customers + 2) // 5, 1)),
        reason=reason,
    )
    return rows.drop("owner_of_all", "all_sales", "all_profit", "all_minutes", "all_customers", "place")


def _part(part: Any, whole: Any) -> Any:
    import ibis

    return (whole > 0).ifelse(part.cast("float64") / whole.nullif(0), ibis.null("float64"))

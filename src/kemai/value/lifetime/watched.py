"""What a lifetime model needs of each customer: repeat purchases, when the last one was, and how long one has watched."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.errors import FactError
from kemai.value.exact import sum_or_zero, to_yuan
from kemai.value.windows import as_date

if TYPE_CHECKING:
    from ibis.expr.types import Table


def summary(sales: Any, until: date, unit_days: float = 7) -> Table:
    """Each customer of `sales` up to and with the day `until`.

    `sales` as for `rfm`; returns and cancelled lines make no purchase, purchases of one day are one. The result has
    customer_id, frequency (repeat purchases: days bought less one), recency (first to last purchase), age (first
    purchase to `until`), both in units of `unit_days` days, and mean_value: yuan per repeat purchase, net of what came
    back on those days, with reason no_repeat_purchase where there is none. Customers without a purchase have no row.

    Source: Fader, Hardie and Lee (2005), Marketing Science 24(2), 275-284.
    """
    if not unit_days > 0:
        raise FactError("unit_days：一个时间单位要大于 0 天", code="bad_unit", column="unit_days")
    from kemai.value.tables import sale_lines

    day = as_date(until, "until")
    lines = sale_lines(sales)
    return _per_customer(_purchases(lines.filter(lines.day <= day)), day, unit_days)


def _purchases(lines: Table) -> Table:
    """One row a customer and day on which something was bought, with the net amount of the day."""
    from kemai.value.measures.rfm import is_order_line

    days = lines.group_by("customer_id", "day").aggregate(
        bought=is_order_line(lines).any(), amount_fen=sum_or_zero(lines.amount_fen)
    )
    return days.filter(days.bought)


def _per_customer(days: Table, until: date, unit_days: float) -> Table:
    import ibis

    first = days.group_by("customer_id").aggregate(first=days.day.min(), last=days.day.max())
    joined = days.join(first, "customer_id")
    sums = joined.group_by("customer_id", "first", "last").aggregate(
        frequency=(joined.count() - 1).cast("int64"),
        repeat_fen=sum_or_zero(joined.amount_fen, where=joined.day > joined["first"]),
    )
    repeats = sums.frequency > 0
    return sums.select(
        "customer_id",
        "frequency",
        recency=sums["last"].delta(sums["first"], unit="day").cast("float64") / unit_days,
        age=ibis.literal(until).delta(sums["first"], unit="day").cast("float64") / unit_days,
        mean_value=repeats.ifelse(
            to_yuan(sums.repeat_fen).cast("float64") / sums.frequency.nullif(0).cast("float64"), None
        ),
        reason=repeats.ifelse(ibis.null("string"), "no_repeat_purchase"),
    )

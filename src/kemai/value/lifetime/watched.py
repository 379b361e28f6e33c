"""What a lifetime model needs of each customer: repeat purchases, when the last one was, and how long one has watched."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.arguments import number
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
    if not number(unit_days, "unit_days") > 0:
        raise FactError("unit_days：一个时间单位要大于 0 天", code="bad_unit", column="unit_days")
    from kemai.value.tables import sale_lines

    day = as_date(until, "until")
    lines = sale_lines(sales)
    return _per_customer(_purchases(lines.filter(lines.day <= day)), day, unit_days)


def summary_twice(lines: Table, until: date, earlier: date, unit_days: float, key: str) -> Table:
    """`summary` of lines that are added up already, to one for what a customer bought on a day and one for what it gave
    back (the key, day, amount_fen, kind), without its reason; and what it would have said on an `earlier` day:
    then_frequency, then_recency, then_age, null of who had not bought yet, and `came`: the days bought on since."""
    import ibis

    days = _net(lines.filter(lines.day <= until), key)
    known = days.day <= earlier
    sums = days.group_by(key).aggregate(
        **_sums(days), then_last=days.day.max(where=known), then_days=known.cast("int64").sum()
    )
    first = sums["first"]

    def units(last: Any) -> Any:
        return last.delta(first, unit="day").cast("float64") / unit_days

    frequency, was_known = sums.days - 1, first <= earlier
    return sums.select(
        key, frequency=frequency.cast("int64"), recency=units(sums["last"]), age=units(ibis.literal(until)),
        mean_value=_mean_value(sums, frequency),
        then_frequency=was_known.ifelse(sums.then_days - 1, None).cast("int64"),
        then_recency=was_known.ifelse(units(sums.then_last), None),
        then_age=was_known.ifelse(units(ibis.literal(earlier)), None), came=(sums.days - sums.then_days).cast("int64"),
    )  # fmt: skip


def _purchases(lines: Table) -> Table:
    """One row a customer and day on which something was bought, with the net amount of the day."""
    from kemai.value.measures.rfm import is_order_line

    days = lines.group_by("customer_id", "day").aggregate(
        bought=is_order_line(lines).any(), amount_fen=sum_or_zero(lines.amount_fen)
    )
    return days.filter(days.bought)


def _net(lines: Table, key: str) -> Table:
    """The same of lines that are added up: the few returns are looked up, instead of all days grouped."""
    from kemai.value.measures.rfm import is_order_line

    is_order = is_order_line(lines)
    back = lines.filter(~is_order).select(key, "day", back_fen="amount_fen")
    days = lines.filter(is_order).select(key, "day", "amount_fen").left_join(back, [key, "day"])
    return days.select(key, "day", amount_fen=days.amount_fen + days.back_fen.fill_null(0))


def _sums(days: Table) -> dict[str, Any]:
    """First and last day, how many, what they brought and what the first one did."""
    return {
        "first": days.day.min(), "last": days.day.max(), "days": days.count(),
        "all_fen": sum_or_zero(days.amount_fen), "first_fen": days.amount_fen.argmin(days.day),
    }  # fmt: skip


def _mean_value(sums: Table, frequency: Any) -> Any:
    """Yuan per repeat purchase; null where there is none."""
    repeats = to_yuan(sums.all_fen - sums.first_fen).cast("float64") / frequency.nullif(0).cast("float64")
    return (frequency > 0).ifelse(repeats, None)


def _per_customer(days: Table, until: date, unit_days: float) -> Table:
    import ibis

    sums = days.group_by("customer_id").aggregate(**_sums(days))
    first, frequency = sums["first"], (sums.days - 1).cast("int64")
    return sums.select(
        "customer_id",
        frequency=frequency,
        recency=sums["last"].delta(first, unit="day").cast("float64") / unit_days,
        age=ibis.literal(until).delta(first, unit="day").cast("float64") / unit_days,
        mean_value=_mean_value(sums, frequency),
        reason=(frequency > 0).ifelse(ibis.null("string"), "no_repeat_purchase"),
    )

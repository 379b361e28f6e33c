"""Churn and retention of a period (2.9), by heads and by value, and what winning customers back is worth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kemai.value.arguments import between, fen_of, not_negative, percent, whole_number, yuan
from kemai.value.errors import FactError
from kemai.value.exact import sum_or_zero, to_yuan
from kemai.value.reading import on_one_backend
from kemai.value.windows import as_date, months_start

if TYPE_CHECKING:
    from ibis.expr.types import Table


def churn_rate(start: Any, lost: Any) -> Decimal | None:
    """Percent of those at the start that were lost, two decimals: customers, or their sales (value-weighted).

    None of nothing. Retention is 100 less this. FactError where more are lost than there were.

    >>> churn_rate(500, 50)
    Decimal('10.00')
    """
    there, gone = not_negative(start, "start"), not_negative(lost, "lost")
    if gone > there:
        raise FactError("lost：流失的不能多于期初的", code="too_many", column="lost")
    return percent(gone, there)


def retention_rate(start: Any, lost: Any) -> Decimal | None:
    """100 less the churn rate; None of nothing.

    >>> retention_rate(500, 50)
    Decimal('90.00')
    """
    rate = churn_rate(start, lost)
    return None if rate is None else 100 - rate


def churn_rates(sales: Any, confirmed: Any, since: date, until: date) -> Table:
    """Churn from `since` to `until` (both days counted), from sales and from those confirmed as lost.

    `confirmed` has customer_id and lost_on. At the start stands who had bought before `since` and was not lost then;
    new customers of the period are in neither number. A customer weighs its sales of the 12 months before `since`
    (never below 0). One row: customers_at_start, customers_lost, churn, retention (percent), sales_at_start, sales_lost
    (yuan), weighted_churn, weighted_retention (percent), reason (no_customers).
    """
    sales, confirmed = on_one_backend(sales, confirmed)
    return rates_from(_checked_before(sales, since, until), confirmed, since, until)


def churn_rates_by_class(sales: Any, confirmed: Any, classes: Any, since: date, until: date) -> Table:
    """The same for each class: `classes` has customer_id and class; who has none is left out. A row a class."""
    sales, confirmed, classes = on_one_backend(sales, confirmed, classes)
    return rates_from(_checked_before(sales, since, until), confirmed, since, until, classes)


def rates_from(before: Table, confirmed: Any, since: date, until: date, classes: Any = None) -> Table:
    """`churn_rates` from the rows of `before_day` for `since`, with `classes` those of each class."""
    from kemai.value.tables import one_row_each, shaped

    table = _at_start(before, confirmed, as_date(since), as_date(until))
    if classes is None:
        return _rates(table, None)
    known = one_row_each(shaped(classes, {"customer_id": "text", "class": "text"}), "customer_id")
    return _rates(table.inner_join(known, "customer_id"), "class")


def before_each(lines: Table, days: Sequence[date]) -> Table:
    """What was known of each customer before each of the days, in one pass: customer_id and for the n-th day on_n (the last
    order before it, null where there was none) and fen_n (net sales of the 12 months before it)."""
    from kemai.value.measures.rfm import is_order_line

    lines = lines.filter(lines.day < max(days)).mutate(is_order=is_order_line(lines))
    sums = {}
    for n, day in enumerate(days):
        start = months_start(day - timedelta(days=1))
        sums[f"on_{n}"] = lines.day.max(where=lines.is_order & (lines.day < day))
        sums[f"fen_{n}"] = sum_or_zero(lines.amount_fen, where=(lines.day >= start) & (lines.day < day))
    return lines.group_by("customer_id").aggregate(**sums)


def before_day(before: Table, n: int) -> Table:
    """customer_id, last_order_on and fen before the n-th day of `before_each`, of those that had ordered by then."""
    known = before.select("customer_id", last_order_on=f"on_{n}", fen=f"fen_{n}")
    return known.filter(known.last_order_on.notnull())


def _checked_before(sales: Any, since: date, until: date) -> Table:
    from kemai.value.tables import sale_lines

    first, last = as_date(since, "since"), as_date(until, "until")
    if last < first:
        raise FactError("until：不能早于 since", code="bad_period", column="until")
    return before_day(before_each(sale_lines(sales), [first]), 0)


def _at_start(before: Table, confirmed: Any, first: date, last: date) -> Table:
    """Who was a customer at the start: weight (fen) and is_lost, a row each."""
    from kemai.value.tables import one_row_each, shaped

    gone = one_row_each(shaped(confirmed, {"customer_id": "text", "lost_on": "day"}), "customer_id")
    table = before.left_join(gone, "customer_id")
    was_lost = (table.lost_on < first) & (table.last_order_on <= table.lost_on)
    table = table.filter(~was_lost.fill_null(False))
    return table.select(
        "customer_id",
        weight=(table.fen > 0).ifelse(table.fen, 0),
        is_lost=table.lost_on.between(first, last).fill_null(False),
    )


def _rates(table: Table, by: str | None) -> Table:
    groups = table.group_by(by) if by else table
    sums = groups.aggregate(
        start=table.count(), lost=table.is_lost.cast("int64").sum().fill_null(0),
        sales=sum_or_zero(table.weight), sales_gone=sum_or_zero(table.weight, where=table.is_lost),
    )  # fmt: skip
    by_head = sums.lost * 100.0 / sums.start.nullif(0)
    by_value = sums.sales_gone * 100.0 / sums.sales.nullif(0)
    return sums.select(
        *([by] if by else []),
        customers_at_start=sums.start.cast("int64"), customers_lost=sums.lost.cast("int64"), churn=by_head,
        retention=100 - by_head, sales_at_start=to_yuan(sums.sales), sales_lost=to_yuan(sums.sales_gone),
        weighted_churn=by_value, weighted_retention=100 - by_value,
        reason=(sums.start == 0).ifelse("no_customers", None),
    )  # fmt: skip


def win_back_value(lost: Any, regain_share: Any, second_lifetime_value: Any, cost_each: Any = 0) -> Decimal:
    """What trying to win a segment back brings, in yuan: those regained times SLTV, less the cost of trying them all.

    >>> win_back_value(40, "0.25", 3_000, 200)
    Decimal('22000.00')
    """
    tried = whole_number(lost, "lost")
    regained = tried * Fraction(between(regain_share, "regain_share", 0, 1))
    gain = regained * fen_of(second_lifetime_value, "second_lifetime_value")
    return yuan(gain - tried * fen_of(not_negative(cost_each, "cost_each"), "cost_each"))

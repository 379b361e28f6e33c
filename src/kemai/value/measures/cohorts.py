"""Cohorts: customers by the month or quarter of their first order, and how many of them order again (retention).

`retention(c, k) = customers of c with an order in period k after their first / customers of c`; period 0 is that of
the first order. Only complete periods count. Sales are net: returns lower the period in which they came back.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from kemai.value.errors import FactError
from kemai.value.exact import sum_or_zero, to_yuan, whole
from kemai.value.windows import as_date, months_before

if TYPE_CHECKING:
    from ibis.expr.types import Table

MONTHS = {"month": 1, "quarter": 3}
PERIODS = {"month": 24, "quarter": 12}


def cohorts(sales: Any, as_of: date, by: str = "quarter", periods: int | None = None) -> Table:
    """`sales` as for `rfm`; `by` is month or quarter; `periods` how many of the latest complete ones are cohorts.

    One row a cohort and age: cohort (first day of the period), age (0, 1 …), customers (of the cohort), active (who
    ordered in the period), retention (percent), sales (yuan, net), sales_share (percent of the sales of age 0; null
    where these are not positive). FactError for an unknown `by` or less than one period.
    """
    from kemai.value.tables import sale_lines

    months = customer_months(sale_lines(sales), as_of, by, periods)
    return cohort_rows(months, as_of, by, periods)


def customer_months(lines: Table, as_of: date, by: str = "month", periods: int | None = None) -> Table:
    """What cohorts are counted from: customer_id, cohort (first day of the month of the first order), month (first
    day), fen (net sales), orders (lines of orders), for customers that came within the window. Where the table has a
    column `lines`, a row stands for so many."""
    from ibis import _

    from kemai.value.measures.rfm import is_order_line

    start, end = window(as_of, by, periods)
    lines = lines.filter(lines.day < end)
    count = lines.lines if "lines" in lines.columns else 1
    lines = lines.mutate(orders=is_order_line(lines).cast("int64") * count, month=lines.day.truncate("M"))
    months = lines.group_by("customer_id", "month").aggregate(
        fen=sum_or_zero(lines.amount_fen), orders=sum_or_zero(lines.orders)
    )
    first = months.filter(months.orders > 0).group_by("customer_id").aggregate(cohort=_.month.min())
    rows = months.inner_join(first.filter(first.cohort >= start), "customer_id")
    rows = rows.filter(rows.month >= rows.cohort)
    return rows.select("customer_id", "cohort", "month", "fen", "orders")


def cohort_rows(months: Table, as_of: date, by: str, periods: int | None = None) -> Table:
    """The result of `cohorts` from the rows of `customer_months`, of all customers or of some."""
    start, _end = window(as_of, by, periods)
    step = MONTHS[by]
    each = months.filter(months.cohort >= start).rename(period="month")
    if by == "quarter":
        rows = each.mutate(cohort=each.cohort.truncate("Q"), period=each.period.truncate("Q"))
        each = rows.group_by(["cohort", "period", "customer_id"]).aggregate(
            fen=sum_or_zero(rows.fen), orders=sum_or_zero(rows.orders)
        )
    sums = each.group_by(["cohort", "period"]).aggregate(
        active=whole((each.orders > 0).cast("int64").sum()), fen=sum_or_zero(each.fen)
    )
    apart = (sums.period.year() - sums.cohort.year()) * 12 + sums.period.month() - sums.cohort.month()
    sums = sums.mutate(age=(apart / step).round().cast("int64"))
    born = sums.filter(sums.age == 0).select("cohort", customers="active", first_fen="fen")
    found = _complete(born, as_of, by).left_join(sums, ["cohort", "age"])
    active, fen = found.active.fill_null(0), found.fen.fill_null(0)
    return found.select(
        "cohort", "age", "customers", active=active, retention=active * 100.0 / found.customers, sales=to_yuan(fen),
        sales_share=(found.first_fen > 0).ifelse(fen * 100.0 / found.first_fen.nullif(0), None),
    )  # fmt: skip


def _complete(born: Table, as_of: date, by: str) -> Table:
    """One row a cohort and each age whose period is over, whether or not anybody ordered in it."""
    import ibis

    _start, end = window(as_of, by, None)
    step = MONTHS[by]
    ages = (end.year - born.cohort.year()) * 12 + end.month - born.cohort.month()
    last = (ages / step).round().cast("int64")
    return born.mutate(age=ibis.range(0, last).unnest().cast("int64"))


def window(as_of: date, by: str, periods: int | None = None) -> tuple[date, date]:
    """The first day of the oldest cohort, and the first day after the last complete period.

    >>> window(date(2026, 6, 29), "quarter", 2)
    (datetime.date(2025, 10, 1), datetime.date(2026, 4, 1))
    """
    if by not in MONTHS:
        raise FactError(f"by：只有 month 和 quarter，给的是 {by}", code="unknown_period", column="by")
    count = PERIODS[by] if periods is None else periods
    if count < 1:
        raise FactError("periods：至少 1 期", code="out_of_range", column="periods")
    after = (as_date(as_of) + timedelta(days=1)).replace(day=1)
    if by == "quarter":
        after = after.replace(month=(after.month - 1) // 3 * 3 + 1)
    return months_before(after, count * MONTHS[by]), after

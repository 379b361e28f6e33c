"""A customer's own cycle (2.9): the median of its last gaps between days of purchase, and how far it is overdue.

`q = days since the last purchase / cycle`. Purchases of one day are one; returns are none.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.exact import whole

if TYPE_CHECKING:
    from ibis.expr.types import Table

LAST_GAPS = 6
FEWEST_PURCHASES = 3
# A purchase within this much of the cycle is on time.
ON_TIME = 1.2


def cycles(lines: Table, as_of: date, classes: Table | None = None) -> Table:
    """Rows of customer_id, purchases (days), last_order_on, days_since, cycle_days, cycle_from, q, on_cycle.

    `lines` are sale lines up to `as_of`; `classes` has customer_id and class. With fewer than three purchases the
    cycle is the median of the class (cycle_from class), without classes that of all (all). `on_cycle` counts the last
    purchases in a row that came in time, 0 once the next is overdue.
    """
    gaps = _gaps(lines)
    kept = gaps.filter(gaps.place < LAST_GAPS)
    own = kept.group_by("customer_id").aggregate(own_days=kept.gap_days.median(), gaps=kept.count())
    bought = gaps.group_by("customer_id").aggregate(
        purchases=whole(gaps.count()), last_order_on=gaps.day.max()
    )
    table = bought.left_join(own, "customer_id").drop("customer_id_right")
    # A gap is null where nothing lies before the first purchase; medians skip it.
    enough = table.purchases >= FEWEST_PURCHASES
    table = table.mutate(own_days=enough.ifelse(table.own_days, None))
    table = _with_cycle(table, as_of, classes)
    streaks = _streaks(kept, table)
    table = table.left_join(streaks, "customer_id").drop("customer_id_right")
    on_time = (table.q <= ON_TIME).fill_null(False) & enough_purchases(table)
    return table.mutate(on_cycle=on_time.ifelse(table.streak, 0).fill_null(0).cast("int64")).drop("streak")


def enough_purchases(table: Table) -> Any:
    """Whether the customer has a cycle of its own."""
    return table.cycle_from == "own"


def _gaps(lines: Table) -> Table:
    """One row a customer and day of purchase: gap_days to the purchase before, place from the latest (0)."""
    import ibis

    from kemai.value.measures.rfm import is_order_line

    days = lines.filter(is_order_line(lines)).select("customer_id", "day").distinct()
    before = days.day.lag().over(group_by="customer_id", order_by="day")
    place = ibis.row_number().over(group_by="customer_id", order_by=ibis.desc("day"))
    return days.mutate(gap_days=days.day.delta(before, unit="day").cast("int64"), place=whole(place))


def _with_cycle(table: Table, as_of: date, classes: Table | None) -> Table:
    import ibis

    if classes is None:
        table = table.mutate(group=ibis.literal("all"))
    else:
        table = table.left_join(classes, "customer_id").drop("customer_id_right")
        table = table.rename(group="class")
    usual = table.own_days.median().over(ibis.window(group_by="group"))
    known = table.mutate(usual_days=table.group.notnull().ifelse(usual, None))
    cycle = ibis.coalesce(known.own_days, known.usual_days)
    known = known.mutate(
        cycle_days=cycle,
        cycle_from=ibis.cases(
            (known.own_days.notnull(), "own"), (cycle.notnull(), "all" if classes is None else "class")
        ),
        days_since=ibis.literal(as_of).delta(known.last_order_on, unit="day").cast("int64"),
    )
    return known.mutate(q=known.days_since / known.cycle_days).select(
        "customer_id", "purchases", "last_order_on", "days_since", "cycle_days", "cycle_from", "q"
    )


def _streaks(gaps: Table, table: Table) -> Table:
    """How many of the last purchases came in time one after the other (of the gaps that make the cycle)."""
    own = table.filter(table.cycle_from == "own").select("customer_id", "cycle_days")
    timed = gaps.filter(gaps.gap_days.notnull()).inner_join(own, "customer_id")
    late = timed.gap_days > timed.cycle_days * ON_TIME
    sums = timed.group_by("customer_id").aggregate(n=timed.count(), first_late=timed.place.min(where=late))
    return sums.select("customer_id", streak=sums.first_late.fill_null(sums.n) + 1)

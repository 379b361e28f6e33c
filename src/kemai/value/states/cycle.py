"""A customer's own cycle (2.9): the median of its last gaps between days of purchase, and how far it is overdue.

`q = days since the last purchase / cycle`. Purchases of one day are one; returns are none.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

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
    return cycles_of(own_cycles(lines), as_of, classes)


def own_cycles(lines: Table) -> Table:
    """customer_id, purchases, last_order_on, own_days (the median of the last gaps, however few), gaps and first_late: what
    each customer's own purchases say, whatever the day on which it is asked. `cycles_of` makes cycles of it."""
    gaps = _gaps(lines)
    kept = gaps.filter(gaps.place < LAST_GAPS)
    kept = kept.mutate(usual=kept.gap_days.median().over(group_by="customer_id"))
    is_late = kept.gap_days > kept.usual * ON_TIME
    return kept.group_by("customer_id").aggregate(
        purchases=whole(kept.purchases.max()), last_order_on=kept.day.max(), own_days=kept.usual.max(),
        gaps=kept.gap_days.count(), first_late=kept.place.min(where=is_late),
    )  # fmt: skip


def cycles_of(own: Table, as_of: date, classes: Table | None = None) -> Table:
    """`cycles` from the rows of `own_cycles`, of all customers or of some."""
    table = own.select("customer_id", "purchases", "last_order_on", "own_days", "gaps", "first_late")
    has_own = table.purchases >= FEWEST_PURCHASES
    table = table.mutate(own_days=has_own.ifelse(table.own_days, None))
    table = _with_cycle(table, as_of, classes)
    in_time = (table.q <= ON_TIME).fill_null(False) & (table.cycle_from == "own")
    # The purchases of the gaps that make the cycle: one more than the gaps before the first that was late.
    streak = (table.first_late.fill_null(table.gaps) + 1).cast("int64")
    return table.mutate(on_cycle=in_time.ifelse(streak, 0)).drop("gaps", "first_late")


def _gaps(lines: Table) -> Table:
    """One row a customer and day of purchase: gap_days to the one before (null for the first), place from the latest
    (0), and how many purchases there are."""
    import ibis

    from kemai.value.measures.rfm import is_order_line

    days = lines.filter(is_order_line(lines)).select("customer_id", "day").distinct()
    before = days.day.lag().over(group_by="customer_id", order_by="day")
    place = ibis.row_number().over(group_by="customer_id", order_by=ibis.desc("day"))
    return days.mutate(gap_days=days.day.delta(before, unit="day").cast("int64"), place=whole(place),
                       purchases=days.count().over(ibis.window(group_by="customer_id")))  # fmt: skip


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
        "customer_id", "purchases", "last_order_on", "days_since", "cycle_days", "cycle_from", "q", "gaps", "first_late"
    )  # fmt: skip

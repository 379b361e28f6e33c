"""A customer's own cycle (2.9): the median of its last gaps between days of purchase, and how far it is overdue.

`q = days since the last purchase / cycle`. Purchases of one day are one; returns are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.exact import whole

if TYPE_CHECKING:
    from ibis.expr.types import Table

LAST_GAPS = 6
FEWEST_PURCHASES = 3
# A purchase within this much of the cycle is on time.
ON_TIME = 1.2
# Longer than any gap: where there is none, it sorts last.
NO_GAP = 2**31


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
    return last_purchases(purchases(bought_days(lines)))


def bought_days(lines: Table) -> Table:
    """customer_id and bought_on: one row a customer and day of purchase."""
    from kemai.value.measures.rfm import is_order_line

    return lines.filter(is_order_line(lines)).select("customer_id", bought_on="day").distinct()


def purchases(bought: Table, days: Sequence[date] = ()) -> Table:
    """Each row of `bought_days` with what was known after it: next_on (the next day of purchase, null for the last),
    purchases (how many until then), gaps (the last ones, at most six), own_days (their median, however few) and
    first_late (how many of them came in time since the latest late one, null where none was late). Further columns stay.

    With `days`, oldest first, only the purchases that were the last one on one of them.
    """
    import ibis

    table = _with_those_before(bought)
    if days:
        table = table.filter(days_before(table.bought_on, days) < days_before(table.next_on, days))
    table = _sorted(_with_gaps(table, bought.columns))
    table = table.mutate(own_days=_middle(table))
    late = [(table[f"gap_{n}"] > table.own_days * ON_TIME, n) for n in range(LAST_GAPS)]
    return table.select(
        *bought.columns,
        "next_on",
        "purchases",
        "gaps",
        "own_days",
        first_late=ibis.cases(*late).cast("int64"),
    )


def days_before(on: Any, days: Sequence[date]) -> Any:
    """How many of the days, oldest first, lie before a date: all of them before one that never comes."""
    import ibis

    return ibis.cases(*((on <= day, n) for n, day in enumerate(days)), else_=len(days)).cast("int64")


def last_purchases(bought: Table) -> Table:
    """The result of `own_cycles` from the rows of `purchases`, and their further columns."""
    last = bought.filter(bought.next_on.isnull()).drop("next_on")
    return last.rename(last_order_on="bought_on")


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


def _with_those_before(bought: Table) -> Table:
    """next_on, place (from the first, 0) and the purchases before: on_0 is the purchase itself, on_1 the one before it …"""
    import ibis

    in_order = ibis.window(group_by="customer_id", order_by="bought_on")
    return bought.mutate(
        next_on=bought.bought_on.lead().over(in_order), place=whole(ibis.row_number().over(in_order)), on_0=bought.bought_on,
        **{f"on_{n}": bought.bought_on.lag(n).over(in_order) for n in range(1, LAST_GAPS + 1)},
    )  # fmt: skip


def _with_gaps(table: Table, names: Sequence[str]) -> Table:
    """The columns of the names, purchases and gaps, the last gaps in days from the latest on (gap_0 …, null where there are
    fewer), and the same to be sorted (by_0 …)."""
    import ibis

    found = {
        n: table[f"on_{n}"].delta(table[f"on_{n + 1}"], unit="day").cast("int64") for n in range(LAST_GAPS)
    }
    return table.select(
        *names, "next_on", purchases=table.place + 1, gaps=ibis.least(table.place, LAST_GAPS),
        **{f"gap_{n}": gap for n, gap in found.items()}, **{f"by_{n}": gap.fill_null(NO_GAP) for n, gap in found.items()},
    )  # fmt: skip


def _sorted(table: Table) -> Table:
    """by_0 … in ascending order, by as many rounds of swapping neighbours as there are: a fraction of the price of a
    median in a moving window."""
    import ibis

    for turn in range(LAST_GAPS):
        pairs = [(f"by_{n}", f"by_{n + 1}") for n in range(turn % 2, LAST_GAPS - 1, 2)]
        table = table.mutate(
            **{low: ibis.least(table[low], table[high]) for low, high in pairs},
            **{high: ibis.greatest(table[low], table[high]) for low, high in pairs},
        )
    return table


def _middle(table: Table) -> Any:
    """The median of the sorted gaps, null where there is none."""
    import ibis

    halves = {n: table[f"by_{(n - 1) // 2}"] + table[f"by_{n // 2}"] for n in range(1, LAST_GAPS + 1)}
    return ibis.cases(*((table.gaps == n, both / 2) for n, both in halves.items()))


def _with_cycle(table: Table, as_of: date, classes: Table | None) -> Table:
    import ibis

    if classes is None:
        known = table.cross_join(table.aggregate(usual_days=table.own_days.median()))
    else:
        table = table.left_join(classes, "customer_id").drop("customer_id_right")
        usual = table.group_by("class").aggregate(usual_days=table.own_days.median())
        known = table.left_join(usual, "class").drop("class_right")  # no class is the class of nobody
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

"""In which state of the Markov model each customer stood at each of several days (3.12, S1.9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.states.churn import state_of
from kemai.value.states.cycle import FEWEST_PURCHASES, LAST_GAPS
from kemai.value.windows import as_date, months_before

if TYPE_CHECKING:
    from ibis.expr.types import Table


def quarter_ends(as_of: date, quarters: int) -> list[date]:
    """The as-of date and the same date of every third month before it, oldest first: one more than `quarters`.

    >>> quarter_ends(date(2026, 6, 30), 2)
    [datetime.date(2025, 12, 30), datetime.date(2026, 3, 30), datetime.date(2026, 6, 30)]
    """
    return [months_before(as_date(as_of), 3 * back) for back in range(quarters, -1, -1)]


def states_at(sales: Any, days: Sequence[date], classes: Any = None, confirmed: Any = None) -> Table:
    """customer_id, day, state (active, at_risk, dormant, lost) at the end of each of the days, from what was known then.

    Arguments as for `churn`, but `confirmed` may name a customer each time that somebody called it lost: one that bought
    again is not lost any more, until it is called so again. A customer has a row from the first of the days at which its
    cycle is known.
    """
    from kemai.value.tables import sale_lines

    return states_of_lines(sale_lines(sales), days, classes, confirmed)


def states_of_lines(lines: Table, days: Sequence[date], classes: Any = None, confirmed: Any = None) -> Table:
    """The same from sale lines in whole fen: each purchase with the cycle as it was known then, and after it the days
    until the next one."""
    import ibis

    bought = _purchases(lines)
    at = bought.cross_join(days_table(days))
    at = at.filter((at.bought_on <= at.day) & (at.next_on.isnull() | (at.next_on > at.day)))
    at = _with_group(_with_losses(at, confirmed), classes)
    usual = at.own_days.median().over(ibis.window(group_by=["day", "group"]))
    cycle = at.own_days.coalesce(at.group.notnull().ifelse(usual, None))
    at = at.mutate(cycle_days=cycle, days_since=at.day.delta(at.bought_on, unit="day").cast("int64"))
    at = at.mutate(q=at.days_since / at.cycle_days)
    at = at.select("customer_id", "day", state=state_of(at))
    return at.filter(at.state.notnull())


def days_table(days: Sequence[date]) -> Table:
    """A table of one column, day, for any engine."""
    import ibis
    import pyarrow as pa

    return ibis.memtable(pa.table({"day": pa.array(list(map(as_date, days)), pa.date32())}))


def _purchases(lines: Table) -> Table:
    """One row a customer and day of purchase: bought_on, next_on, own_days (the median of its last gaps until then, null
    below the fewest purchases)."""
    import ibis

    from kemai.value.measures.rfm import is_order_line

    rows = lines.filter(is_order_line(lines)).select("customer_id", bought_on="day").distinct()
    in_order = ibis.window(group_by="customer_id", order_by="bought_on")
    before = rows.bought_on.lag().over(in_order)
    place = ibis.row_number().over(in_order)
    rows = rows.mutate(
        gap_days=rows.bought_on.delta(before, unit="day").cast("int64"), next_on=rows.bought_on.lead().over(in_order), place=place,
    )  # fmt: skip
    last = ibis.window(group_by="customer_id", order_by="bought_on", preceding=LAST_GAPS - 1, following=0)
    usual = rows.gap_days.median().over(last)
    own = (rows.place >= FEWEST_PURCHASES - 1).ifelse(usual, None)
    return rows.select("customer_id", "bought_on", "next_on", own_days=own)


def _with_losses(at: Table, confirmed: Any) -> Table:
    """is_lost: whether somebody called the customer lost between its last purchase and the day."""
    import ibis

    from kemai.value.tables import shaped

    if confirmed is None:
        return at.mutate(is_lost=ibis.literal(False))
    events = shaped(confirmed, {"customer_id": "text", "lost_on": "day"})
    said = at.inner_join(events, "customer_id")
    said = said.filter((said.lost_on <= said.day) & (said.bought_on <= said.lost_on))
    lost = said.group_by("customer_id", "day").aggregate(times=said.count())
    found = at.left_join(lost, ["customer_id", "day"]).drop("customer_id_right", "day_right")
    return found.mutate(is_lost=found.times.notnull()).drop("times")


def _with_group(at: Table, classes: Any) -> Table:
    import ibis

    from kemai.value.states.churn import keyed

    if classes is None:
        return at.mutate(group=ibis.literal("all"))
    at = at.left_join(keyed(classes, {"class": "text"}), "customer_id").drop("customer_id_right")
    return at.rename(group="class")

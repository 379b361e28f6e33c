"""In which state of the Markov model each customer stood at each of several days (3.12, S1.9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.reading import on_one_backend
from kemai.value.states.churn import state_of
from kemai.value.states.cycle import FEWEST_PURCHASES, bought_days, days_before, purchases
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

    sales, classes, confirmed = on_one_backend(sales, classes, confirmed)
    return states_of_lines(sale_lines(sales), days, classes, confirmed)


def states_of_lines(lines: Table, days: Sequence[date], classes: Any = None, confirmed: Any = None) -> Table:
    """The same from sale lines in whole fen."""
    ends = sorted(set(map(as_date, days)))
    return states_of_purchases(purchases(bought_days(lines), ends), ends, classes, confirmed)


def states_of_purchases(
    bought: Table, days: Sequence[date], classes: Any = None, confirmed: Any = None
) -> Table:
    """The same from the rows of `purchases`, of all or of those for the days: each purchase with the cycle as it was known
    then, and after it the days until the next one."""

    at = _at_each_day(_with_loss(bought, confirmed), sorted(set(map(as_date, days))))
    at, group = _with_group(at, classes)
    usual = at.group_by(group).aggregate(usual_days=at.own_days.median())
    at = at.left_join(usual, group).drop(
        *(f"{name}_right" for name in group)
    )  # no class is the class of nobody
    at = at.mutate(
        cycle_days=at.own_days.coalesce(at.usual_days), days_since=at.day.delta(at.bought_on, unit="day").cast("int64"),
        is_lost=(at.lost_on <= at.day).fill_null(False),
    )  # fmt: skip
    at = at.mutate(q=at.days_since / at.cycle_days)
    at = at.select("customer_id", "day", state=state_of(at))
    return at.filter(at.state.notnull())


def _at_each_day(bought: Table, days: Sequence[date]) -> Table:
    """The purchases, each once for every day on which it was the last one: with own_days only from the fewest purchases on."""
    import ibis

    has_own = bought.purchases >= FEWEST_PURCHASES
    at = bought.mutate(
        first=days_before(bought.bought_on, days), after=days_before(bought.next_on, days),
        own_days=has_own.ifelse(bought.own_days, None),
    )  # fmt: skip
    at = at.filter(at.first < at.after)
    at = at.mutate(place=ibis.range(at.first, at.after).unnest())
    return at.mutate(day=ibis.array([ibis.literal(day) for day in days])[at.place.cast("int32")])


def _with_loss(bought: Table, confirmed: Any) -> Table:
    """lost_on: the first day on which somebody called the customer lost after a purchase, null where nobody did."""
    import ibis

    from kemai.value.tables import shaped

    if confirmed is None:
        return bought.mutate(lost_on=ibis.null("date"))
    events = shaped(confirmed, {"customer_id": "text", "lost_on": "day"})
    said = bought.select("customer_id", "bought_on").inner_join(events, "customer_id")
    said = said.filter(said.bought_on <= said.lost_on)
    lost = said.group_by("customer_id", "bought_on").aggregate(lost_on=said.lost_on.min())
    return bought.left_join(lost, ["customer_id", "bought_on"]).drop("customer_id_right", "bought_on_right")


def _with_group(at: Table, classes: Any) -> tuple[Table, list[str]]:
    """The columns within whose equal rows the usual cycle is looked for: the day, and the class where there are classes."""
    from kemai.value.states.churn import keyed

    if classes is None:
        return at, ["day"]
    at = at.left_join(keyed(classes, {"class": "text"}), "customer_id").drop("customer_id_right")
    return at, ["day", "class"]

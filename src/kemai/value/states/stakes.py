"""What stands at stake with a customer that may be leaving (2.9): its sales of the year up to its last order.

A year that ends today would make a customer cheaper the longer it stays away; a year that ends with its last order
says what leaves with it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.exact import sum_or_zero
from kemai.value.states.churn import in_three_months, warned
from kemai.value.states.cycle import own_cycles
from kemai.value.windows import as_date

if TYPE_CHECKING:
    from ibis.expr.types import Table

YEAR_DAYS = 365
LEVELS = ("green", "yellow", "orange", "red", "lost_proposed", "lost")
AT_RISK = LEVELS[1:5]


def churn_stakes(
    sales: Any, as_of: date, signals: Any = None, classes: Any = None, confirmed: Any = None, own: Table | None = None
) -> Table:  # fmt: skip
    """`churn` with two columns more, in whole fen: year_fen, the net sales of the 365 days that end with the last order
    (never below 0), and at_risk_fen: those of who is yellow, orange, red or proposed as lost, 0 of who is green, null of
    who was confirmed as lost (already gone). Arguments as for `churn`.
    """
    from kemai.value.tables import sale_lines

    day = as_date(as_of)
    lines = sale_lines(sales)
    lines = lines.filter(lines.day <= day)
    own = own_cycles(lines) if own is None else own
    table = warned(_sums(lines, own, day), own, day, signals, classes, confirmed)
    at_risk = table.level.isin(AT_RISK).ifelse(table.year_fen, (table.level == "green").ifelse(0, None))
    return table.mutate(at_risk_fen=at_risk.cast("int64"))


def _sums(lines: Table, own: Table, day: date) -> Table:
    """Of each customer what the warning looks at and the year up to the last order, in one pass."""
    dated = lines.inner_join(own.select("customer_id", "last_order_on"), "customer_id")
    ago = dated.last_order_on.delta(dated.day, unit="day")
    year = sum_or_zero(dated.amount_fen, where=(ago >= 0) & (ago < YEAR_DAYS))
    found = dated.group_by("customer_id").aggregate(**in_three_months(dated, day), year_fen=year)
    return found.mutate(year_fen=(found.year_fen > 0).ifelse(found.year_fen, 0))

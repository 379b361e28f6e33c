"""What stands at stake with a customer that may be leaving (2.9): its sales of the year up to its last order.

A year that ends today would make a customer cheaper the longer it stays away; a year that ends with its last order
says what leaves with it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.exact import sum_or_zero
from kemai.value.states.churn import churn
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
    table = churn(sales, day, signals, classes, confirmed, own)
    lines = sale_lines(sales)
    lines = lines.filter(lines.day <= day)
    dated = lines.inner_join(table.select("customer_id", "last_order_on"), "customer_id")
    in_year = dated.day.between(dated.last_order_on.sub(_days(YEAR_DAYS - 1)), dated.last_order_on)
    year = dated.group_by("customer_id").aggregate(fen=sum_or_zero(dated.amount_fen, where=in_year))
    table = table.left_join(year, "customer_id").drop("customer_id_right")
    stake = (table.fen > 0).ifelse(table.fen, 0)
    at_risk = table.level.isin(AT_RISK).ifelse(stake, (table.level == "green").ifelse(0, None))
    return table.mutate(year_fen=stake, at_risk_fen=at_risk.cast("int64")).drop("fen")


def _days(count: int) -> Any:
    import ibis

    return ibis.interval(days=count)

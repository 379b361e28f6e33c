"""What a customer's orders amount to, in one statement for any set of customers: the input of the state machine.

An order counts when one of its lines is a sale that was not cancelled and it was not returned in full; a
customer whose returns eat up all sales has no order at all (4.0).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from kemai.foundation.batches.models import unlanded_ids

# An order on the books already makes a customer; what counts as sales is a setting of its own.
STATUSES = ("ordered", "delivered")


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One customer's orders: how many, on how many days, from when to when (None without an order)."""

    customer_id: int
    orders: int
    order_days: int
    first_order_on: date | None
    last_order_on: date | None


_SQL = """
WITH wanted AS ({wanted}),
lines AS (
    SELECT l.customer_id, CASE WHEN l.order_no = '' THEN CAST(l.day AS varchar(10)) ELSE l.order_no END AS order_key,
           l.day, l.amount_fen, CASE WHEN l.kind = 'return' OR l.amount_fen < 0 THEN 1 ELSE 0 END AS is_return
    FROM trade_saleline l
    WHERE l.customer_id IN (SELECT customer_id FROM wanted) AND l.status IN ('ordered', 'delivered') AND {visible}
),
orders AS (
    SELECT customer_id, order_key, MIN(CASE WHEN is_return = 0 THEN day END) AS day, SUM(amount_fen) AS net,
           SUM(is_return) AS returned
    FROM lines GROUP BY customer_id, order_key
),
kept AS (
    SELECT customer_id, COUNT(*) AS orders, COUNT(DISTINCT day) AS order_days, MIN(day) AS first_on, MAX(day) AS last_on
    FROM orders WHERE day IS NOT NULL AND (net > 0 OR returned = 0) GROUP BY customer_id
),
gone AS (
    SELECT customer_id FROM orders GROUP BY customer_id HAVING SUM(net) <= 0 AND SUM(returned) > 0
)
SELECT w.customer_id, COALESCE(k.orders, 0) AS orders, COALESCE(k.order_days, 0) AS order_days,
       k.first_on AS first_order_on, k.last_on AS last_order_on
FROM wanted w LEFT JOIN kept k ON k.customer_id = w.customer_id AND k.customer_id NOT IN (SELECT customer_id FROM gone)
"""


def order_facts_sql(
    *, customer_ids: Iterable[int] | None = None, batch_id: int | None = None, as_if_landed: int | None = None,
    as_if_undone: int | None = None,
) -> str:  # fmt: skip
    """A SELECT of customer_id, orders, order_days, first_order_on, last_order_on, one row a customer asked for.

    Ask by ids or by the customers that a batch touches. `as_if_landed` and `as_if_undone` show the ledger as it
    will be once that batch has landed or is undone, so that the answer can be ready before the short transaction
    that does it. All values are whole numbers and are written into the text.
    """
    hidden = sorted((set(unlanded_ids()) - {as_if_landed}) | ({as_if_undone} - {None}))  # type: ignore[type-var]
    return _SQL.format(wanted=_wanted(customer_ids, batch_id), visible=visible_sql("l", hidden))  # type: ignore[arg-type]


def order_facts_of(lines: str) -> str:
    """The same SELECT over lines that are not in the ledger yet: a table of customer_id, order_no, day, amount_fen, kind
    and status, all of them visible. It runs on DuckDB as well."""
    wanted = f"SELECT DISTINCT customer_id FROM {lines}"
    return _SQL.format(wanted=wanted, visible="1 = 1").replace("trade_saleline", lines)


def order_facts(**asked: Any) -> list[OrderFacts]:
    """The rows of `order_facts_sql`, ordered by customer."""
    with connection.cursor() as cursor:
        cursor.execute(f"{order_facts_sql(**asked)} ORDER BY w.customer_id")
        return [OrderFacts(*row[:3], _day(row[3]), _day(row[4])) for row in cursor.fetchall()]  # type: ignore[call-arg]


def visible_sql(alias: str, hidden: Sequence[int]) -> str:
    """The condition of `models.ledger.landed` as SQL text."""
    if not hidden:
        return f"{alias}.ended_by IS NULL"
    ids = ", ".join(str(int(each)) for each in hidden)
    return f"{alias}.batch_id NOT IN ({ids}) AND ({alias}.ended_by IS NULL OR {alias}.ended_by IN ({ids}))"


def _wanted(customer_ids: Iterable[int] | None, batch_id: int | None) -> str:
    if batch_id is not None:
        lines = "SELECT customer_id FROM trade_saleline WHERE customer_id IS NOT NULL AND"
        return f"{lines} batch_id = {int(batch_id)} UNION {lines} ended_by = {int(batch_id)}"
    ids = ", ".join(str(int(each)) for each in sorted(set(customer_ids or ())))
    return f"SELECT id AS customer_id FROM archives_customer WHERE id IN ({ids or 'NULL'})"


def _day(found: Any) -> date | None:
    """SQLite gives text for a day that an aggregate made."""
    return date.fromisoformat(found) if isinstance(found, str) else found

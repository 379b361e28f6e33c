"""What customers do, as scores of the loyalty index (2.7): purchases in a row in time, and months with purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ibis.expr.types import Table

FULL_REPEAT = 4


def behaviour_scores(table: Any) -> Table:
    """`table` has customer_id, on_cycle (purchases in a row in time, see `churn`) and active_ratio (0 to 1, see
    `stability`), each may be null. The result has customer_id, repeat (four in a row are 100) and persistence, 0 to 100.
    """
    import ibis

    from kemai.value.tables import one_row_each, shaped

    kinds = {"customer_id": "text", "on_cycle": "number", "active_ratio": "number"}
    rows = one_row_each(shaped(table, kinds), "customer_id")
    repeat = (
        ibis.least(rows.on_cycle, float(FULL_REPEAT)) * 100 / FULL_REPEAT
    )  # of nothing, `least` gives the other
    return rows.select(
        "customer_id", repeat=rows.on_cycle.isnull().ifelse(None, repeat), persistence=rows.active_ratio * 100
    )

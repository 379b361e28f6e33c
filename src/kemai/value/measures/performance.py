"""The performance index (3.6): actual by target, or the place among all where a customer has no target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kemai.value.targets import HIGHEST_INDEX

if TYPE_CHECKING:
    from ibis.expr.types import Table


def performance_indices(table: Any) -> Table:
    """`table` has customer_id, actual and target (yuan; no target, or one of 0, is none).

    The result has customer_id, performance (0 to 150; a percentile is the percent of customers whose actual is not
    larger), source (target, percentile) and reason: missing_actual.
    """
    import ibis

    from kemai.value.tables import one_row_each, shaped

    rows = one_row_each(
        shaped(table, {"customer_id": "text", "actual": "money", "target": "money"}), "customer_id"
    )
    known = rows.actual_fen.notnull()
    better = ibis.rank().over(order_by=rows.actual_fen.desc())
    rows = rows.mutate(better=better, n=rows.actual_fen.count().over(ibis.window()))
    percentile = (rows.n - rows.better) * 100.0 / rows.n.nullif(0)
    has_target = (rows.target_fen > 0).fill_null(False)
    by_target = ibis.greatest(
        ibis.least(rows.actual_fen * 100.0 / rows.target_fen.nullif(0), float(HIGHEST_INDEX)), 0.0
    )
    return rows.select(
        "customer_id", performance=known.ifelse(has_target.ifelse(by_target, percentile), None),
        source=known.ifelse(has_target.ifelse("target", "percentile"), None),
        reason=known.ifelse(None, "missing_actual"),
    )  # fmt: skip

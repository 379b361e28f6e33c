"""What the part `worth` says of everybody: sums of each kind, and the ten groups by lifetime value (S4.62)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

KINDS = ("historical", "current", "potential", "lifetime", "model")


def totals_of(table: pl.DataFrame) -> dict[str, dict[str, int]]:
    """{kind: {"fen", "count"}}: the sum and how many have one."""
    return {
        kind: {"fen": int(column.sum() or 0), "count": len(column) - column.null_count()}
        for kind in KINDS
        if (column := table[f"{kind}_fen"]) is not None
    }


def groups_of(table: pl.DataFrame) -> list[dict[str, Any]]:
    """Of each group, the best first: customers and the means of what tells it from the others; null over nothing."""
    import polars as pl

    columns = (
        "lifetime_fen",
        "current_fen",
        "potential_fen",
        "sales_12m_fen",
        "orders_12m",
        "alive",
        "days_since",
    )
    warned = pl.col("level").is_in(["orange", "red", "lost_proposed"]).mean().alias("warned")
    found = (
        table.filter(pl.col("worth_group").is_not_null())
        .group_by("worth_group")
        .agg(
            pl.len().alias("customers"),
            pl.col("lifetime_fen").sum().alias("total_fen"),
            warned,
            *(pl.col(c).mean() for c in columns),
        )
        .sort("worth_group")
    )
    return [{key: _plain(value) for key, value in row.items()} for row in found.iter_rows(named=True)]


def _plain(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value

"""The wide table: its columns in a fixed order with explicit types, and how it reaches the disk in one step."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kemai.value.engine.measures import missing_reason
from kemai.value.measures.quality import held_down
from kemai.value.measures.stability import priority_tag
from kemai.value.schemes.classes import Cut, class_columns, join_lines
from kemai.value.schemes.definition import SchemeDefinition
from kemai.value.schemes.methods import METHODS

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

    from kemai.value.engine.everybody import Everybody

# column of the result -> (type, column it comes from)
COLUMNS: Mapping[str, tuple[str, str]] = {
    **{name: ("int64", name) for name in ("customer_key",)},
    **{name: ("string", name) for name in ("customer_id", "population")},
    **{name: ("date", name) for name in ("first_order_on", "last_order_on")},
    **{
        name: ("int64", name)
        for name in (
            "orders_12m", "sales_12m_fen", "sales_prior_12m_fen", "sales_all_fen", "profit_12m_fen",
            "returns_12m_fen", "quantity_12m_milli", "tenure_months", "recency_days", "rfm_orders", "rfm_sales_fen",
        )
    },
    "sales_reason": ("string", "sales_missing"),
    "profit_12m_reason": ("string", "profit_reason"),
    "quantity_12m_reason": ("string", "quantity_missing"),
    **{name: ("int64", name) for name in ("r", "f", "m")},
    "rfm_code": ("string", "rfm_code"),
    "rfm_score_milli": ("int64", "rfm_score_milli"),
    "rfm_segment": ("string", "rfm_segment"),
    "ev_kind": ("string", "ev_kind"),
    **{
        name: ("int64", name)
        for name in ("ev_fen", "cb_fen", "av_fen", "p_bp", "mp_fen", "es_bp", "horizon_months")
    },
    "ev_reason": ("string", "ev_reason"),
    "quality_score_centi": ("int64", "quality_score_centi"),
    "stability_months": ("int64", "stability_months"),
    "stability_mean_fen": ("int64", "stability_mean_fen"),
    "stability_cv": ("float64", "stability_cv"),
    "stability_label": ("string", "stability_label"),
    "stability_reason": ("string", "stability_reason"),
    "active_ratio": ("float64", "active_ratio"),
    "streak": ("int64", "streak"),
    "longest_gap": ("int64", "longest_gap"),
    "slope_fen": ("float64", "slope_fen"),
    "trend_per_year": ("float64", "trend_per_year"),
    "trend_r2": ("float64", "trend_r2"),
    "trend": ("string", "trend"),
    "priority": ("string", "priority"),
}  # fmt: skip
ROW_GROUP = 122_880
SCHEME_COLUMNS: Mapping[str, str] = {
    "value": "int64",
    "rank": "int64",
    "before": "int64",
    "class": "string",
    "reason": "string",
}


def column_types(schemes: Iterable[SchemeDefinition]) -> dict[str, str]:
    """Every column of the result with its type, in order, for the given schemes."""
    fixed = {name: kind for name, (kind, _) in COLUMNS.items()}
    return fixed | {
        f"{each.key}_{part}": SCHEME_COLUMNS[part]
        for each in schemes
        for part in (*scheme_numbers(each), "class", "reason")
    }


def scheme_numbers(scheme: SchemeDefinition) -> tuple[str, ...]:
    """value and rank, and before where the scheme cuts by it."""
    return ("value", "rank", "before") if METHODS[scheme.method].needs_before else ("value", "rank")


def wide_rows(everybody: Everybody, cuts: Sequence[Cut]) -> pa.Table:
    """The result in the order of the codes."""
    joined = join_lines(everybody.table, cuts)
    return chosen_rows(everybody, joined, wide_columns(joined, cuts))


def chosen_rows(everybody: Everybody, joined: Table, columns: Mapping[str, Any]) -> pa.Table:
    """Expressions over `joined`, which is everybody with further columns: what lies there already is taken as it is,
    the rest is worked out."""
    import ibis.expr.operations as ops
    import pyarrow as pa

    lying = everybody.rows
    taken = {}
    for name, column in columns.items():
        op = column.op()
        if isinstance(op, ops.Field) and op.name in lying.column_names:
            taken[name] = lying[op.name]
    found = everybody.find(
        joined.select("seq", **{name: column for name, column in columns.items() if name not in taken})
    )
    schema: Any = joined.select(**columns).schema().to_pyarrow()
    return pa.table({name: taken[name] if name in taken else found[name] for name in columns}).cast(schema)


def wide_columns(joined: Table, cuts: Iterable[Cut]) -> dict[str, Any]:
    """The columns of the result as expressions, in their order."""
    import ibis

    made = {
        "profit_reason": ibis.coalesce(joined.profit_missing, joined.profit_note),
        "stability_reason": joined.stability_months.isnull().ifelse("no_purchase", joined.stability_reason),
        "ev_reason": ibis.coalesce(joined.ev_missing, joined.ev_note),
        "stability_mean_fen": (joined.stability_mean_fen_exact + 0.5).floor(),
        "priority": priority_tag(joined.quality_score_centi, joined.stability_cv, joined.trend),
    }
    columns: dict[str, Any] = {
        name: (made[source] if source in made else joined[source]).cast(kind)
        for name, (kind, source) in COLUMNS.items()
    }
    for each in cuts:
        columns |= scheme_columns(joined, each.scheme)
    return columns


def scheme_columns(joined: Table, scheme: SchemeDefinition) -> dict[str, Any]:
    """The columns of one scheme: value, rank, before (where it is cut by value), class, reason."""
    import ibis

    measure = scheme.measure_spec
    parts = {"value": joined[measure.column], "rank": joined[f"{measure.key}__rank"]}
    before = None
    if "before" in scheme_numbers(scheme):
        before = parts["before"] = joined[f"{measure.key}__before"]
    missing = missing_reason(joined, measure)
    held = held_down(joined[measure.reason_column]) if measure.tells_more else None
    labels = class_columns(joined, scheme, parts["value"], parts["rank"], before, missing, held)
    if measure.tells_more:
        reason = f"{scheme.key}_reason"
        labels[reason] = ibis.coalesce(labels[reason], joined[measure.reason_column])
    return {
        f"{scheme.key}_{part}": column.cast(SCHEME_COLUMNS[part]) for part, column in parts.items()
    } | labels


def write_parquet(rows: pa.Table, path: Path) -> None:
    """Write beside the path and rename, so that a reader sees a whole file or none."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        _write(rows, partial)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _write(rows: pa.Table, path: Path) -> None:
    """In pieces that each lie in one place, however the columns were put together: the same rows make the same file."""
    import pyarrow.parquet as pq

    words = [each.name for each in rows.schema if each.type == "string" and each.name != "customer_id"]
    with pq.ParquetWriter(
        path, rows.schema, compression="zstd", compression_level=1,
        use_dictionary=words,  # type: ignore[arg-type]  # amounts hardly repeat, and trying costs
    ) as out:  # fmt: skip
        for start in range(0, len(rows), ROW_GROUP):
            out.write_table(rows.slice(start, ROW_GROUP).combine_chunks(), row_group_size=ROW_GROUP)

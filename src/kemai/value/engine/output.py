"""The wide table: its columns in a fixed order with explicit types, and how it reaches the disk in one step."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kemai.value.engine.measures import missing_reason
from kemai.value.measures.stability import priority_tag
from kemai.value.schemes.classes import Cut, class_columns
from kemai.value.schemes.definition import SchemeDefinition
from kemai.value.schemes.methods import METHODS

if TYPE_CHECKING:
    from ibis.expr.types import Table

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


def wide_table(joined: Table, cuts: Iterable[Cut]) -> Table:
    """The result as an expression, in the order of `joined`."""
    import ibis

    joined = joined.mutate(
        profit_reason=ibis.coalesce(joined.profit_missing, joined.profit_note),
        stability_reason=joined.stability_months.isnull().ifelse("no_purchase", joined.stability_reason),
        ev_reason=ibis.coalesce(joined.ev_missing, joined.ev_note),
        stability_mean_fen=(joined.stability_mean_fen_exact + 0.5).floor(),
        priority=priority_tag(joined.quality_score_centi, joined.stability_cv, joined.trend),
    )
    columns: dict[str, Any] = {name: joined[source].cast(kind) for name, (kind, source) in COLUMNS.items()}
    for each in cuts:
        columns |= scheme_columns(joined, each.scheme)
    return joined.select(**columns)


def scheme_columns(joined: Table, scheme: SchemeDefinition) -> dict[str, Any]:
    """The columns of one scheme: value, rank, before (where it is cut by value), class, reason."""
    measure = scheme.measure_spec
    parts = {"value": joined[measure.column], "rank": joined[f"{measure.key}__rank"]}
    before = None
    if "before" in scheme_numbers(scheme):
        before = parts["before"] = joined[f"{measure.key}__before"]
    missing = missing_reason(joined, measure)
    labels = class_columns(joined, scheme, parts["value"], parts["rank"], before, missing)
    return {
        f"{scheme.key}_{part}": column.cast(SCHEME_COLUMNS[part]) for part, column in parts.items()
    } | labels


def write_parquet(table: Table, path: Path) -> None:
    """Write beside the path and rename, so that a reader sees a whole file or none."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        _write(table, partial)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _write(table: Table, path: Path) -> None:
    """While one piece is packed by a thread of its own, the engine works out the next."""
    import pyarrow.parquet as pq

    schema = table.schema().to_pyarrow()
    words = [field.name for field in schema if field.type == "string" and field.name != "customer_id"]
    with (
        pq.ParquetWriter(
            path, schema, compression="zstd", compression_level=1,
            use_dictionary=words,  # type: ignore[arg-type]  # amounts hardly repeat, and trying costs
        ) as out,
        ThreadPoolExecutor(1) as packer,
    ):  # fmt: skip
        before = None
        for piece in _pieces(table):
            if before is not None:
                before.result()
            before = packer.submit(out.write_table, piece, row_group_size=ROW_GROUP)
        if before is not None:
            before.result()


def _pieces(table: Table) -> Iterator[Any]:
    """The rows in pieces of one size, however the engine hands them over: the same rows make the same file."""
    import pyarrow as pa

    kept: list[Any] = []
    count = 0
    for batch in table.to_pyarrow_batches(chunk_size=ROW_GROUP):
        kept.append(batch)
        count += len(batch)
        while count >= ROW_GROUP:
            whole = pa.Table.from_batches(kept)
            yield whole.slice(0, ROW_GROUP)
            kept, count = whole.slice(ROW_GROUP).to_batches(), count - ROW_GROUP
    if count:
        yield pa.Table.from_batches(kept)

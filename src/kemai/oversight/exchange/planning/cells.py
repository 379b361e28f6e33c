"""Rows held against the records they name: which cells would change; blank cells never erase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from kemai.oversight.exchange.parsing.problems import no_problems
from kemai.oversight.exchange.planning.refusals import found
from kemai.oversight.exchange.planning.report import Report


def changed_cells(
    rows: pl.DataFrame, existing: pl.DataFrame, key: str, fields: Sequence[str], report: Report
) -> pl.DataFrame:
    """The rows that are new or differ, with `old_id` and `before_{field}`; counts go to the report.

    `existing` has the key, old_id and the fields. A cell of an existing record that is blank in the file
    keeps its value.
    """
    before = existing.rename({name: f"before_{name}" for name in fields})
    joined = rows.join(before, on=key, how="left", maintain_order="left")
    joined = joined.with_columns(pl.coalesce(name, f"before_{name}").alias(name) for name in fields)
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"before_{name}")) for name in fields)
    is_new = pl.col("old_id").is_null()
    changed = joined.filter(is_new | differs)
    created = int(changed["old_id"].null_count())
    report.created += created
    report.updated += len(changed) - created
    report.unchanged += len(joined) - len(changed)
    return changed


def not_too_long(table: pl.DataFrame, limits: Mapping[str, int]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows whose texts fit, and a refusal for each that does not."""
    problems = [no_problems()]
    for name, limit in limits.items():
        is_long = pl.col(name).str.len_chars() > limit
        long = table.filter(is_long)
        if len(long):
            problems.append(found(long, name, name, "too_long", params={"limit": limit}))
    refused = pl.concat(problems)["row"].unique()
    return table.filter(~pl.col("row").is_in(refused.implode())), pl.concat(problems)

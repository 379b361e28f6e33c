"""Ranks that come after a run: schemes over measures that were worked out from what the run found (decision 0046).

The run's wide file is written once more, with the columns of these schemes behind the others, by the same order, lines
and summary as any other scheme.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kemai.value.compiling import plainly
from kemai.value.engine import output, summary
from kemai.value.engine.columns import Columns
from kemai.value.engine.everybody import Everybody
from kemai.value.engine.settings import EngineSettings
from kemai.value.schemes.classes import Cut, cut, join_lines
from kemai.value.schemes.definition import SchemeDefinition
from kemai.value.schemes.methods import METHODS
from kemai.value.schemes.ranking import totals

if TYPE_CHECKING:
    import pyarrow as pa

MISSING = "no_measure"


def rank_late(
    path: Path,
    values: pa.Table,
    schemes: Mapping[str, SchemeDefinition],
    *,
    settings: EngineSettings,
    left_out: Collection[int] = (),
    memory_limit: str = "2GB",
    temp_directory: Path | None = None,
) -> tuple[dict[str, Any], str]:
    """Adds the schemes' columns to the wide file; gives (summaries by scheme key, the file's new sha256).

    `values` has customer_key and a column for each measure by its key, in whole units, null where there is none;
    `left_out` are the customer_key of those who are never ranked. Written beside the file and renamed in one step.
    """
    import ibis
    import pyarrow.parquet as pq

    limits: dict[str, Any] = {"threads": 2, "memory_limit": memory_limit}
    if temp_directory is not None:
        limits["temp_directory"] = str(temp_directory)
    connection = ibis.duckdb.connect(**limits)
    with closing(connection.con), plainly():
        wide = pq.read_table(path)
        everybody, cuts = _ranked(connection, wide, values, schemes, settings, frozenset(left_out))
        joined = join_lines(everybody.table, cuts)
        mine = {f"{key}_{part}" for key in schemes for part in output.SCHEME_COLUMNS}
        columns: dict[str, Any] = {name: joined[name] for name in wide.column_names if name not in mine}
        for each in cuts:
            columns |= output.scheme_columns(joined, each.scheme)
        rows = output.chosen_rows(everybody, joined, columns)
        output.write_parquet(rows, path)
        found = summary.scheme_summaries(rows, cuts)
    with path.open("rb") as file:
        return found, hashlib.file_digest(file, "sha256").hexdigest()


def _ranked(
    connection: Any,
    wide: pa.Table,
    values: pa.Table,
    schemes: Mapping[str, SchemeDefinition],
    settings: EngineSettings,
    left_out: Collection[int],
) -> tuple[Everybody, list[Cut]]:
    """Everybody with values and ranks beside the wide table, and the cuts."""
    measures = sorted({each.measure for each in schemes.values()})
    narrow = _narrow(wide, values, measures, left_out)
    everybody = Everybody(connection, wide)
    everybody.lay({name: narrow[name] for name in narrow.column_names})
    running = {each.measure for each in schemes.values() if METHODS[each.method].needs_before}
    everybody.lay(Columns(everybody.rows, settings.ranked_among).ranked(measures, running))
    table = everybody.table
    missing = {f"{key}_missing": table[f"{key}__value"].isnull().ifelse(MISSING, None) for key in measures}
    everybody.add(table.select("seq", **{key: table[f"{key}__value"] for key in measures}, **missing))
    by_measure = totals(everybody.table, {key: f"{key}__value" for key in measures})
    return everybody, [cut(scheme, by_measure[scheme.measure]) for scheme in schemes.values()]


def _narrow(wide: pa.Table, values: pa.Table, measures: list[str], left_out: Collection[int]) -> pa.Table:
    """seq, history_fen, takes_part and `<measure>__value`, null for those who are not ranked."""
    import polars as pl

    rows = pl.DataFrame(pl.from_arrow(wide.select(["customer_key", "sales_all_fen"])))
    rows = rows.with_row_index("seq").with_columns(
        pl.col("seq").cast(pl.Int64),
        pl.col("sales_all_fen").fill_null(0).alias("history_fen"),
        (~pl.col("customer_key").is_in(list(left_out))).alias("takes_part"),
    )
    given = pl.DataFrame(pl.from_arrow(values)).select("customer_key", *measures)
    rows = rows.join(given, on="customer_key", how="left", maintain_order="left")
    found = [
        pl.when("takes_part").then(pl.col(key).cast(pl.Int64)).alias(f"{key}__value") for key in measures
    ]
    return rows.select("seq", "history_fen", "takes_part", *found).to_arrow()

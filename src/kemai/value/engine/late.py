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
from kemai.value.engine.settings import EngineSettings
from kemai.value.schemes.classes import Cut, cut, join_lines
from kemai.value.schemes.definition import SchemeDefinition
from kemai.value.schemes.methods import METHODS
from kemai.value.schemes.ranking import totals

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

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

    limits: dict[str, Any] = {"threads": 2, "memory_limit": memory_limit}
    if temp_directory is not None:
        limits["temp_directory"] = str(temp_directory)
    connection = ibis.duckdb.connect(**limits)
    with closing(connection.con), plainly():
        cuts, joined = _ranked(connection, path, values, schemes, settings, frozenset(left_out))
        mine = {f"{key}_{part}" for key in schemes for part in output.SCHEME_COLUMNS}
        names = [name for name in _names(path) if name not in mine]
        columns: dict[str, Any] = {name: joined[name] for name in names}
        for each in cuts:
            columns |= output.scheme_columns(joined, each.scheme)
        output.write_parquet(joined.order_by("seq").select(**columns), path)
        found = summary.scheme_summaries(connection.read_parquet(str(path)), cuts)
    with path.open("rb") as file:
        return found, hashlib.file_digest(file, "sha256").hexdigest()


def _ranked(
    connection: Any,
    path: Path,
    values: pa.Table,
    schemes: Mapping[str, SchemeDefinition],
    settings: EngineSettings,
    left_out: Collection[int],
) -> tuple[list[Cut], Table]:
    """The cuts, and the wide table with values, ranks and lines beside it."""
    measures = sorted({each.measure for each in schemes.values()})
    narrow = _narrow(path, values, measures, left_out)
    running = {each.measure for each in schemes.values() if METHODS[each.method].needs_before}
    ranks = Columns(narrow, settings.ranked_among).ranked(measures, running)
    for name, column in ranks.items():
        if name != "seq":
            narrow = narrow.append_column(name, column)
    table = connection.create_table("narrow", narrow, temp=True)
    by_measure = totals(table, {key: f"{key}__value" for key in measures})
    cuts = [cut(scheme, by_measure[scheme.measure]) for scheme in schemes.values()]
    marks = table.drop("population", "history_fen").rename({key: f"{key}__value" for key in measures})
    marks = marks.mutate(**{f"{key}_missing": marks[key].isnull().ifelse(MISSING, None) for key in measures})
    connection.con.execute(
        "CREATE TEMP VIEW wide AS SELECT *, file_row_number AS seq FROM "
        f"read_parquet('{str(path).replace(chr(39), chr(39) * 2)}', file_row_number = true)"
    )
    wide = connection.table("wide").drop("file_row_number")
    return cuts, join_lines(wide.inner_join(marks, "seq"), cuts)


def _narrow(path: Path, values: pa.Table, measures: list[str], left_out: Collection[int]) -> pa.Table:
    """seq, population, history_fen, takes_part and `<measure>__value`, null for those who are not ranked."""
    import polars as pl

    rows = pl.read_parquet(path, columns=["customer_key", "population", "sales_all_fen"])
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
    return rows.select("seq", "population", "history_fen", "takes_part", *found).to_arrow()


def _names(path: Path) -> list[str]:
    import pyarrow.parquet as pq

    return list(pq.read_schema(path).names)

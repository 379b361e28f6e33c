"""Pairs of records with the probability that they are one, by splink on DuckDB within a limit of memory.

Pairs come from keys that records share (`Model.keys`), found here and not by splink, so that a key which thousands
share makes no millions of pairs. splink learns m and scores, some pairs at a time: between two portions the caller may
show progress or stop.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kemai.oversight.dedupe.linking.learning import learnt
from kemai.oversight.dedupe.linking.model import Key, Model
from kemai.oversight.dedupe.linking.settings import splink_settings

if TYPE_CHECKING:
    import pyarrow as pa

Progress = Callable[[int, int], None]
PORTION = 2_000_000  # pairs scored at a time
_CANDIDATES = """
CREATE OR REPLACE TABLE candidates AS
SELECT DISTINCT least(l.id, r.id) AS join_key_l, greatest(l.id, r.id) AS join_key_r, '0' AS match_key
FROM shared l JOIN shared r ON l.kind = r.kind AND l.hash = r.hash AND l.id < r.id
"""
_SHARED = """
CREATE OR REPLACE TABLE shared AS
SELECT k.kind, k.hash, k.id FROM keys k
JOIN (SELECT kind, hash FROM keys JOIN mosts USING (kind) GROUP BY kind, hash, most
      HAVING count(*) BETWEEN 2 AND most) USING (kind, hash)
"""


@dataclass(frozen=True)
class Limits:
    """What a run may take; `folder` holds what memory can't."""

    memory: str = "3GB"
    threads: int = 2
    folder: Path | None = None


@dataclass(frozen=True)
class Found:
    """Pairs at or above the threshold: left, right, probability, bits, and for each comparison its level, its bits and
    a hash of what both records say there, which changes when one of them does.

    `model` is the one that was used, with what it learnt; `compared` counts the pairs that were scored.
    """

    pairs: pa.Table
    model: Model
    records: int
    compared: int
    learnt_from: int = 0
    prior: float = field(default=0.0)


def link(
    tables: Iterable[pa.Table], model: Model, *, threshold: float, limits: Limits | None = None,
    progress: Progress = lambda done, total: None,
) -> Found:  # fmt: skip
    """The pairs of the records in `tables` (all with one schema and an integer id), the likeliest first.

    The same records in the same order give the same pairs; probabilities are rounded to six places, because sums of
    floats differ in the last ones with the number of threads.
    """
    with _opened(limits or Limits()) as database:
        records = _load(database, tables)
        if records < 2:
            return Found(_none(), model, records, 0)
        for sql in model.prepared:
            database.execute(sql)
        known, learnt_from = learnt(database, model)
        compared = _candidates(database, known)
        pairs = _scored(database, known, records, compared, threshold, progress)
    return Found(pairs, known, records, compared, learnt_from, model.prior(records))


@contextmanager
def _opened(limits: Limits) -> Iterator[Any]:
    import duckdb

    logging.getLogger("splink").setLevel(logging.ERROR)
    config = {"threads": limits.threads, "memory_limit": limits.memory, "preserve_insertion_order": "false"}
    if limits.folder is not None:
        config["temp_directory"] = str(limits.folder / "spilled")
    with duckdb.connect(config=config) as database:
        database.execute("SET enable_progress_bar = false")
        yield database


def _load(database: Any, tables: Iterable[pa.Table]) -> int:
    begun = False
    for table in tables:
        database.register("arrived", table)
        database.execute(
            "INSERT INTO records SELECT * FROM arrived" if begun else "CREATE TABLE records AS SELECT * FROM arrived"
        )  # fmt: skip
        database.unregister("arrived")
        begun = True
    return int(database.execute("SELECT count(*) FROM records").fetchone()[0]) if begun else 0


def _candidates(database: Any, model: Model) -> int:
    """Pairs worth a look, each once; gives how many."""
    database.execute("CREATE TABLE keys (kind UTINYINT, hash UBIGINT, id BIGINT)")
    database.execute("CREATE TABLE mosts (kind UTINYINT, most BIGINT)")
    for number, key in enumerate(model.keys):
        _keyed(database, number, key)
    database.execute(_SHARED)
    database.execute("DROP TABLE keys")
    database.execute(_CANDIDATES)
    database.execute("DROP TABLE shared")
    return int(database.execute("SELECT count(*) FROM candidates").fetchone()[0])


def _keyed(database: Any, number: int, key: Key) -> None:
    database.execute("INSERT INTO mosts VALUES (?, ?)", [number, key.most])
    database.execute(
        f"INSERT INTO keys SELECT DISTINCT {number}, hash(value), id FROM ({key.sql}) WHERE value IS NOT NULL"
    )


def _scored(
    database: Any, model: Model, records: int, compared: int, threshold: float, progress: Progress
) -> pa.Table:
    import pyarrow as pa

    portions = max(1, -(-compared // PORTION))
    linker, api = linker_of(database, model, records)
    found = []
    for portion in range(portions):
        progress(portion, portions)
        database.execute(
            f"CREATE TABLE portion_{portion} AS SELECT * FROM candidates WHERE hash(join_key_l) % {portions} = {portion}"
        )
        linker.table_management.register_blocked_pairs_for_predict(api.register(f"portion_{portion}"))
        scored = linker.inference.predict(threshold_match_probability=threshold, warning_mode="never")
        found.append(_read(database, model, scored.physical_name))
        scored.drop_table_from_database_and_remove_from_cache()
        database.execute(f"DROP TABLE portion_{portion}")
    progress(portions, portions)
    pairs = pa.concat_tables(found)
    return pairs.sort_by([("probability", "descending"), ("left", "ascending"), ("right", "ascending")])


def linker_of(database: Any, model: Model, records: int) -> tuple[Any, Any]:
    """splink over the table `records`, with our frequencies of values where the model has them."""
    from splink import DuckDBAPI, Linker

    api = DuckDBAPI(connection=database)
    linker = Linker(api.register("records"), splink_settings(model, records), log_level=logging.ERROR)
    for column, sql in model.frequencies.items():
        database.execute(f"CREATE OR REPLACE TABLE frequency_{column} AS {sql}")
        linker.table_management.register_term_frequency_lookup(api.register(f"frequency_{column}"), column)
    return linker, api


def _read(database: Any, model: Model, table: str) -> pa.Table:
    """The scored pairs under our names: level_<comparison> is its key, bits_<comparison> its weight."""
    columns = [
        "id_l AS left", "id_r AS right", "round(match_probability, 6) AS probability", "round(match_weight, 3) AS bits"
    ]  # fmt: skip
    had = {row[0] for row in database.execute(f"DESCRIBE {table}").fetchall()}
    for each in model.comparisons:
        name = f"gamma_{each.key}"
        top = len(each.levels) - 1
        cases = " ".join(f"WHEN {top - i} THEN '{level.key}'" for i, level in enumerate(each.levels))
        columns.append(f"CASE {table}.{name} {cases} ELSE '' END AS level_{each.key}")
        more = f" + coalesce(mw_tf_adj_{each.key}, 0)" if f"mw_tf_adj_{each.key}" in had else ""
        columns.append(f"round(mw_{each.key}{more}, 2) AS bits_{each.key}")
        said = ", ".join(f"{side}.{column}" for side in "lr" for column in each.columns)
        columns.append(
            f"md5(concat_ws('|', {said})) AS said_{each.key}" if said else f"'' AS said_{each.key}"
        )
    both = "JOIN records l ON l.id = id_l JOIN records r ON r.id = id_r"
    return database.execute(f"SELECT {', '.join(columns)} FROM {table} {both}").to_arrow_table()


def _none() -> Any:
    import pyarrow as pa

    return pa.table({"left": pa.array([], pa.int64()), "right": pa.array([], pa.int64())})

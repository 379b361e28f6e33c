"""Rows of one file that share a natural key, found on disk by DuckDB in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from kemai.oversight.exchange.planning.refusals import frame_of, one
from kemai.oversight.exchange.planning.spool import Spool


def without_twins(
    spool: Spool, key: str, content: Sequence[str], field: str
) -> tuple[Spool, pl.DataFrame, int]:
    """The spool without repeated keys, the problems, and how many rows only repeat another.

    Rows of one key with different content are all refused: which is right, only a person knows, and
    the answer must not hang on the order of the rows. Equal rows count once.
    """
    with _engine(spool.path.parent) as engine:
        twins = engine.sql(
            f"""select "{key}" as key, list(row order by row) as rows, count(distinct ({_row(content)})) as kinds
            from read_parquet('{spool.path}') where "{key}" is not null group by "{key}" having count(*) > 1"""
        ).fetchall() if spool.rows else []  # fmt: skip
        problems, dropped, equal = _judged(twins, field)
        if not dropped:
            return spool, problems, 0
        engine.register("dropped", pl.DataFrame({"row": dropped}).to_arrow())
        return _copied(engine, spool, "row not in (select row from dropped)", ""), problems, equal


def numbered_twins(spool: Spool, key: str, content_key: str, prefix: str) -> Spool:
    """Gives rows without a key one of their content and occurrence: two equal lines are two lines."""
    with _engine(spool.path.parent) as engine:
        occurrence = f'row_number() over (partition by "{content_key}" order by row)'
        filled = f'replace (coalesce("{key}", \'{prefix}\' || "{content_key}" || \'/\' || {occurrence}) as "{key}")'
        return _copied(engine, spool, "true", filled)


def _judged(twins: list[tuple[str | int, list[int], int]], field: str) -> tuple[pl.DataFrame, list[int], int]:
    problems, dropped, equal = [], [], 0
    for key, rows, kinds in twins:
        shown = key if isinstance(key, str) else ""
        if kinds == 1:
            dropped += rows[1:]
            equal += len(rows) - 1
            problems += [
                one(row, field, shown, "row_twice", is_warning=True, other=rows[0]) for row in rows[1:]
            ]
        else:
            dropped += rows
            for row in rows:
                other = rows[1] if row == rows[0] else rows[0]
                problems.append(one(row, field, shown, "key_twice", other=other))
    return frame_of(problems), dropped, equal


def _copied(engine: duckdb.DuckDBPyConnection, spool: Spool, kept: str, replaced: str) -> Spool:
    copy = Spool(spool.path.with_name(f"_{spool.path.name}"))
    engine.sql(
        f"copy (select * {replaced} from read_parquet('{spool.path}') where {kept} order by row) "
        f"to '{copy.path}' (format parquet, compression lz4_raw)"
    )
    copy.rows = engine.sql(f"select count(*) from read_parquet('{copy.path}')").fetchall()[0][0]
    return copy


def _row(content: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in content)


def _engine(folder: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        config={"memory_limit": "300MB", "threads": 1, "temp_directory": str(folder / "duck")}
    )

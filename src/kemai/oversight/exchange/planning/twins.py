"""Rows of one file that share a natural key, in bounded memory: eight bytes a row tell which are worth a look."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from kemai.oversight.exchange.planning.refusals import frame_of, one
from kemai.oversight.exchange.planning.spool import Spool, engine

KEY_PARTS = "\x1f"  # between the parts of a key; only the last of them is shown


def without_twins(
    spool: Spool,
    key: str,
    content: Sequence[str],
    field: str,
    says: tuple[str, str] = ("row_twice", "key_twice"),
) -> tuple[Spool, pl.DataFrame, int]:
    """The spool without repeated keys, the problems, and how many rows only repeat another.

    Rows of one key with different content are all refused: which is right, only a person knows, and
    the answer must not hang on the order of the rows. Equal rows count once. `says` are the problems of a
    repeated and of a contradicting row.
    """
    alike = _alike(spool, key, ("row", key, *content))
    if not alike.rows:
        return spool, frame_of([]), 0
    with engine(spool.path.parent) as duck:
        twins = duck.sql(
            f"""select "{key}" as key, list(row order by row) as rows, count(distinct ({_row(content)})) as kinds
            from read_parquet('{alike.path}') group by "{key}" having count(*) > 1"""
        ).fetchall()
    problems, dropped, equal = _judged(twins, field, says)
    if not dropped:
        return spool, problems, 0
    gone = pl.Series(dropped, dtype=pl.Int64).implode()
    copy = _copy_of(spool)
    for rows in spool.batches():
        copy.add(rows.filter(~pl.col("row").is_in(gone)))
    copy.close()
    return copy, problems, equal


def numbered_twins(spool: Spool, key: str, content_key: str, prefix: str) -> Spool:
    """Gives rows without a key one of their content and occurrence: two equal lines are two lines."""
    alike = _alike(spool, content_key, ("row", content_key))
    later = pl.DataFrame(schema={"row": pl.Int64, "nth": pl.Int64})
    if alike.rows:
        with engine(spool.path.parent) as duck:
            nth = f'row_number() over (partition by "{content_key}" order by row) as nth'
            table = duck.sql(
                f"select * from (select row, {nth} from read_parquet('{alike.path}')) where nth > 1 order by row"
            )
            later = pl.DataFrame(table.to_arrow_table())
    copy = _copy_of(spool)
    own_key = pl.concat_str(pl.lit(prefix), content_key, pl.lit("/"), pl.col("nth").fill_null(1))
    for rows in spool.batches():
        near = later.filter(pl.col("row").is_between(rows["row"].min(), rows["row"].max()))
        numbered = rows.join(near, on="row", how="left", maintain_order="left")
        copy.add(numbered.with_columns(pl.coalesce(key, own_key).alias(key)).drop("nth"))
    copy.close()
    return copy


def _alike(spool: Spool, key: str, columns: Sequence[str]) -> Spool:
    """The rows whose key has the hash of another row's key: all twins, and hardly anybody else."""
    found = Spool(spool.path.with_name(f"alike-{key}-{spool.path.name}"))
    repeated = _repeated(spool, key)
    if len(repeated):
        hashes = pl.Series(repeated).implode()
        for rows in spool.batches(columns=columns):
            found.add(rows.filter(pl.col(key).is_not_null() & pl.col(key).hash().is_in(hashes)))
    found.close()
    return found


def _repeated(spool: Spool, key: str) -> np.ndarray:
    seen = [rows[key].drop_nulls().hash().to_numpy() for rows in spool.batches(columns=[key])]
    if not seen:
        return np.array([], np.uint64)
    hashes = np.concatenate(seen)
    hashes.sort()
    return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])


def _judged(
    twins: list[tuple[str | int, list[int], int]], field: str, says: tuple[str, str]
) -> tuple[pl.DataFrame, list[int], int]:
    problems, dropped, equal = [], [], 0
    for key, rows, kinds in twins:
        is_shown = isinstance(key, str) and says[1] == "key_twice"
        shown = str(key).rpartition(KEY_PARTS)[2] if is_shown else ""
        if kinds == 1:
            dropped += rows[1:]
            equal += len(rows) - 1
            problems += [one(row, field, shown, says[0], is_warning=True, other=rows[0]) for row in rows[1:]]
        else:
            dropped += rows
            for row in rows:
                other = rows[1] if row == rows[0] else rows[0]
                problems.append(one(row, field, shown, says[1], other=other))
    return frame_of(problems), dropped, equal


def _copy_of(spool: Spool) -> Spool:
    return Spool(spool.path.with_name(f"_{spool.path.name}"))


def _row(content: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in content)

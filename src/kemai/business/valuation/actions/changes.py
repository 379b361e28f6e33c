"""Whose class differs between two runs: found in their files in one pass for all schemes, noted in the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kemai.business.valuation.models import ClassChange, Run
from kemai.foundation import jobs
from kemai.foundation.arrow.appending import append
from kemai.value.schemes.definition import OWN

if TYPE_CHECKING:
    import pyarrow as pa

PARTS = ("class", "rank", "value")


def comparable(old: Run, new: Run) -> list[str]:
    """The schemes whose classes mean the same in both runs: an own measure in place of another measure, or another in
    place of it, is no move of anybody, and may rest on what others may not see; nor is what the old run told only those
    who see more, as behind a credit gate that is taken away."""
    used = {key: (_measure(old, key), _measure(new, key)) for key in new.schemes}
    return [
        key
        for key, (a, b) in used.items()
        if (a == b or not (a.startswith(OWN) or b.startswith(OWN))) and _groups(old, key) <= _groups(new, key)
    ]


def _measure(run: Run, key: str) -> str:
    return str(run.schemes.get(key, {}).get("definition", {}).get("measure", ""))


def _groups(run: Run, key: str) -> set[str]:
    return set(run.schemes.get(key, {}).get("groups", ()))


def note_changes(run_id: int, new: Path, old: Path, keys: Sequence[str]) -> None:
    """Rows for every customer of the new run whose class differs from the old run's."""
    keys = [key for key in keys if f"{key}_class" in _columns(old)]
    if not keys:
        return
    rows = (_changes(found, run_id, key) for found in _differing(new, old, keys) for key in keys)
    append(ClassChange, rows, after_chunk=jobs.current().check_cancelled)


def _columns(file: Path) -> list[str]:
    import pyarrow.parquet as pq

    return list(pq.read_schema(file).names)


def _differing(new: Path, old: Path, keys: Sequence[str]) -> Iterator[pa.Table]:
    """customer_key and the parts of all schemes, old_ and new_, of those who differ in any; in pieces."""
    import duckdb
    import pyarrow as pa

    parts = [
        f"{side}.{key}_{part} AS {name}_{key}_{part}"
        for key in keys
        for part in PARTS
        for side, name in (("o", "old"), ("n", "new"))
    ]
    differs = " OR ".join(f"o.{key}_class IS DISTINCT FROM n.{key}_class" for key in keys)
    sql = (
        f"SELECT n.customer_key, {', '.join(parts)} FROM read_parquet(?) n LEFT JOIN read_parquet(?) o "
        f"ON o.customer_key = n.customer_key WHERE {differs} ORDER BY n.customer_key"
    )
    with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as engine:
        for batch in engine.execute(sql, [str(new), str(old)]).to_arrow_reader(100_000):
            yield pa.Table.from_batches([batch])


def _changes(found: pa.Table, run_id: int, key: str) -> pa.Table:
    """The rows of one scheme as the database has them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    old, new = (pc.fill_null(found[f"{side}_{key}_class"], "") for side in ("old", "new"))
    rows: dict[str, Any] = {
        "customer_id": found["customer_key"], "old_class": old, "new_class": new,
        "old_rank": found[f"old_{key}_rank"].cast(pa.int32()), "new_rank": found[f"new_{key}_rank"].cast(pa.int32()),
        "old_value": found[f"old_{key}_value"], "new_value": found[f"new_{key}_value"],
    }  # fmt: skip
    table = pa.table(rows).filter(pc.not_equal(old, new))
    constants = {"run_id": pa.scalar(run_id, pa.int64()), "scheme_key": pa.scalar(key)}
    for name, constant in constants.items():
        table = table.append_column(name, pa.repeat(constant, len(table)))
    return table

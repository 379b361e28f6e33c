"""Ranks the schemes over own measures, once the parts of the run have found the measures (decision 0046)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kemai import value
from kemai.business.valuation.own.part import KEY
from kemai.business.valuation.runs.files import folder
from kemai.business.valuation.runs.parts import part_file
from kemai.value.engine.late import rank_late
from kemai.value.schemes.definition import OWN

if TYPE_CHECKING:
    import pyarrow as pa

    from kemai.business.valuation.actions.inputs import Inputs
    from kemai.business.valuation.models import Run


def late_schemes(inputs: Inputs) -> dict[str, Any]:
    """The definitions that the engine leaves to `with_late_ranks`."""
    return {key: found for key, (_number, found) in inputs.schemes.items() if found.is_own}


def with_late_ranks(run: Run, inputs: Inputs, result: value.RevalueResult) -> value.RevalueResult:
    """The result with these schemes ranked, in its file and in its summary; as it is where there are none."""
    late = late_schemes(inputs)
    if not late:
        return result
    measured = {each["key"]: each["id"] for each in inputs.parameters[KEY]["measures"]}
    ids = {each.measure: measured.get(each.measure.removeprefix(OWN), 0) for each in late.values()}
    summaries, sha256 = rank_late(
        result.path, _values(part_file(run.pk, KEY), ids), late, settings=inputs.settings, left_out=_left_out(inputs),
        temp_directory=folder(),
    )  # fmt: skip
    known = {**result.schemes, **summaries}
    return replace(result, sha256=sha256, schemes={key: known[key] for key in inputs.schemes})


def _values(path: Path, ids: Mapping[str, int]) -> pa.Table:
    """customer_key and a column for each measure, from the narrow rows of the part."""
    import polars as pl

    rows = pl.read_parquet(path, columns=["customer_key", "measure_id", "value"])
    found = rows.select("customer_key").unique()
    for name, measure_id in ids.items():
        mine = rows.filter(pl.col("measure_id") == measure_id).select(
            "customer_key", pl.col("value").alias(name)
        )
        found = found.join(mine, on="customer_key", how="left")
    return found.to_arrow()


def _left_out(inputs: Inputs) -> list[int]:
    """Those who take no part in any ranking, such as our own departments."""
    import pyarrow as pa
    import pyarrow.compute as pc

    people = inputs.customers
    types = pa.array(list(inputs.settings.exclude_types), pa.string())
    mine = pc.is_in(people["type"], value_set=types)
    return people.filter(mine)["customer_key"].to_pylist()  # type: ignore[no-any-return]

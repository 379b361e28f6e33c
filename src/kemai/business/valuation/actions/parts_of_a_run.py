"""Works out the parts of a run one after the other; the rows of one go into the database beside the work on the next."""

from __future__ import annotations

import hashlib
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from kemai.business.valuation.actions.storing import store_part
from kemai.business.valuation.runs import parts
from kemai.business.valuation.runs.shelf import Shelf
from kemai.foundation import jobs
from kemai.foundation.faults import fault

ROW_GROUP = 16_384

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from kemai.business.valuation.actions.inputs import Inputs
    from kemai.business.valuation.models import Run
    from kemai.foundation.beside import Later


def work_out_parts(run: Run, inputs: Inputs, standings: Path, later: Later) -> dict[str, Any]:
    """{key: {"sha256", "parameters", "summary"}} of every part, its file written and its rows given to `later`."""
    shelf = Shelf(inputs.as_of, inputs.paths, inputs.settings.statuses, inputs.customers, inputs.order_days)
    with closing(shelf):
        return _worked_out(run, inputs, standings, shelf, later)


def _worked_out(run: Run, inputs: Inputs, standings: Path, shelf: Shelf, later: Later) -> dict[str, Any]:
    done: dict[str, pa.Table] = {}
    told: dict[str, Any] = {}
    for part in parts.parts():
        jobs.current().check_cancelled()
        parameters = inputs.parameters[part.key]
        given = parts.Given(
            as_of=inputs.as_of, sales=inputs.paths, statuses=inputs.settings.statuses, standings=standings,
            customers=inputs.customers, potentials=inputs.potentials, parameters=parameters, parts=done,
            order_days=inputs.order_days, shelf=shelf,
        )  # fmt: skip
        found = part.work(given)
        done[part.key] = found.table
        told[part.key] = {
            "sha256": _written(found.table, parts.part_file(run.pk, part.key)),
            "parameters": dict(parameters),
            "summary": dict(found.summary),
        }
        later(partial(_store, run, part, found.table))
    return told


def _store(run: Run, part: parts.Part, table: pa.Table) -> None:
    store_part(run, part.model(), table)
    fault(f"revalue.part.{part.key}")


def _written(table: pa.Table, path: Path) -> str:
    """In pieces of one size, however its columns were put together: the same rows make the same file. The pieces are
    small, so that one customer is found without reading everybody; only texts have few values enough for a dictionary."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole = table.combine_chunks()
    pieces = [whole.slice(start, ROW_GROUP) for start in range(0, len(whole), ROW_GROUP)]
    texts = [
        each.name
        for each in whole.schema
        if pa.types.is_string(each.type) or pa.types.is_large_string(each.type)
    ]
    pq.write_table(
        pa.concat_tables(pieces) if pieces else whole,
        path,
        compression="zstd",
        row_group_size=ROW_GROUP,
        use_dictionary=texts,
    )
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

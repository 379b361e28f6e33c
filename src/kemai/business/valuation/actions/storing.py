"""The rows of a run's file into the database, and out of it again: nobody reads them before the pointer moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import Max, Min

from kemai.business.valuation.actions.leading_index import ensure_leading_index
from kemai.business.valuation.models import ClassChange, Run, RunRow, Standing
from kemai.business.valuation.runs.files import folder
from kemai.business.valuation.runs.parts import part_models
from kemai.foundation import jobs
from kemai.foundation.arrow.appending import append
from kemai.foundation.beside import go_on
from kemai.foundation.faults import fault

if TYPE_CHECKING:
    import pyarrow as pa

# An index in another order than the rows is touched all over by every transaction, however small.
CHUNK = READ_AT_ONCE = 50_000
KEPT = 2
Rows = type[Standing] | type[RunRow]


def store_standings(run: Run, path: Path) -> None:
    """Every row of the file as a standing of the run."""

    def after_chunk() -> None:
        go_on()
        jobs.current().check_cancelled()
        fault("revalue.chunk")

    ensure_leading_index()
    append(Standing, _rows(run, path), chunk=CHUNK, after_chunk=after_chunk)


def _rows(run: Run, path: Path) -> Iterator[pa.Table]:
    """The file's rows, the largest sales first: indexes of standings are by rank, amount and class, and rows that lie
    near each other in all of them touch few pages in each transaction."""
    import polars as pl

    names = [str(each.column) for each in Standing._meta.concrete_fields if each.column not in ("id", "run_id", "customer_id")]  # fmt: skip
    rows = pl.read_parquet(path, columns=["customer_key", *names])
    rows = rows.sort("sales_12m_fen", "customer_key", descending=[True, False], nulls_last=True)
    rows = rows.rename({"customer_key": "customer_id"}).with_columns(run_id=pl.lit(run.pk, pl.Int64))
    return (piece.to_arrow() for piece in rows.iter_slices(READ_AT_ONCE))


def store_part(run: Run, model: type[RunRow], table: pa.Table) -> None:
    """Every row of a part of the run, in the order of customers; where the table has several further indexes in the order
    of the first of them, the largest first."""
    import polars as pl

    rows = pl.DataFrame(pl.from_arrow(table)).rename({"customer_key": "customer_id"})
    if len(model._meta.indexes) > 1:
        first = model._meta.indexes[0].fields[1]
        [column] = [str(each.column) for each in model._meta.concrete_fields if each.name == first]
        rows = rows.sort(column, "customer_id", descending=[True, False], nulls_last=True)
    rows = rows.with_columns(run_id=pl.lit(run.pk, pl.Int64))
    names = [str(each.column) for each in model._meta.concrete_fields if each.column != "id"]
    pieces = (piece.to_arrow() for piece in rows.select(names).iter_slices(READ_AT_ONCE))

    def after_chunk() -> None:
        go_on()
        jobs.current().check_cancelled()

    append(model, pieces, chunk=CHUNK, after_chunk=after_chunk)


def forget_results(run_ids: list[int]) -> None:
    """Rows and files of runs that will never be published."""
    for run_id in run_ids:
        for model in _tables():
            _drop(model, run_id)
        ClassChange.objects.filter(run_id=run_id).delete()
        for path in folder().glob(f"{run_id}.*parquet"):
            path.unlink(missing_ok=True)


def drop_old_standings() -> None:
    """Keeps the rows of the last published runs; older ones stay in their files."""
    keep = set(Run.objects.filter(status=Run.Status.DONE).order_by("-pk").values_list("pk", flat=True)[:KEPT])
    for model in _tables():
        for run_id in _stored_runs(model) - keep:
            _drop(model, run_id)


def _tables() -> list[Rows]:
    return [Standing, *part_models()]


def _stored_runs(model: Rows) -> set[int]:
    """Runs with rows, found by hopping along the index: a DISTINCT would read millions of rows."""
    found: set[int] = set()
    last = 0
    while True:
        following = (
            model._default_manager.filter(run_id__gt=last)
            .order_by("run_id")
            .values_list("run_id", flat=True)
            .first()
        )
        if following is None:
            return found
        found.add(following)
        last = following


def _drop(model: Rows, run_id: int) -> None:
    """In pieces that hold the write lock briefly, in the order in which they were written."""
    rows = model._default_manager.filter(run_id=run_id)
    span = rows.aggregate(first=Min("pk"), last=Max("pk"))
    while span["first"] is not None and span["first"] <= span["last"]:
        start, span["first"] = span["first"], span["first"] + CHUNK
        rows.filter(pk__gte=start, pk__lt=start + CHUNK).delete()

"""Arrow rows into a table of the database, in chunks that hold the write lock briefly (how they get there: `arriving`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection, models, transaction

from kemai.foundation.ahead import made_ahead
from kemai.foundation.arrow.arriving import Arriving, Rows, Staging
from kemai.foundation.leftovers import work_folder

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK = 10_000
Tables = Iterable["pa.Table"]
Step = Callable[[], None]


def append(
    model: type[models.Model], tables: Tables, *, chunk: int = CHUNK, after_chunk: Step = lambda: None
) -> None:
    """Adds the rows, whose columns carry the names of the model's columns, `chunk` of them in one transaction.

    `after_chunk` is called between transactions and may raise to stop; what was added stays then.
    """
    with _folder() as folder:
        stage = Staging(folder)

        def ready(rows: pa.Table) -> Arriving:
            import polars as pl

            return stage.ready(Rows(model._meta.db_table, pl.DataFrame(pl.from_arrow(rows))))

        for arriving in made_ahead(_chunks(tables, chunk), ready):
            with arriving.at_hand(), transaction.atomic():
                arriving.write()
            after_chunk()


def _folder() -> AbstractContextManager[Path | None]:
    """Beside SQLite's file, where there is room."""
    if connection.vendor != "sqlite":
        return nullcontext()
    return work_folder("kemai-staging-", Path(connection.settings_dict["NAME"]).parent)


def _chunks(tables: Tables, size: int) -> Iterator[pa.Table]:
    for rows in tables:
        for start in range(0, len(rows), size):
            yield rows.slice(start, size)

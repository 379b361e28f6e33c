"""Rows on disk between two passes over a file: memory stays flat at ten million lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

BATCH_ROWS = 25_000


class Spool:
    """A Parquet file written batch by batch and read back in file order."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._writer: pq.ParquetWriter | None = None

    def add(self, rows: pl.DataFrame) -> None:
        """Append rows; all batches have the same columns and types."""
        if not len(rows):
            return
        table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
        if self._writer is None:
            # Keys are all different: a dictionary of them would take twice the time of the writing itself.
            self._writer = pq.ParquetWriter(
                self.path, table.schema, compression="lz4", use_dictionary=False, write_statistics=False
            )
        self._writer.write_table(table.cast(self._writer.schema))
        self.rows += len(rows)

    def close(self) -> None:
        """Finish the file; `batches` may be called afterwards."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def batches(
        self, size: int = BATCH_ROWS, *, columns: Sequence[str] | None = None
    ) -> Iterator[pl.DataFrame]:
        """The rows in order, at most `size` at a time; nothing when nothing was added."""
        if not self.rows:
            return
        with pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(size, columns=columns):
                yield pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch])))


def engine(folder: Path) -> duckdb.DuckDBPyConnection:
    """DuckDB over spools, in bounded memory: what does not fit goes to disk beside them."""
    return duckdb.connect(
        config={
            "memory_limit": "200MB",
            "threads": 1,
            "temp_directory": str(folder / "duck"),
            "preserve_insertion_order": False,
        }
    )

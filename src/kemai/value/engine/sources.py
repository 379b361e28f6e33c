"""Where the ledger is added up: DuckDB on this machine, or a Spark cluster that reads the same files.

Both work out the same expressions; what comes back is a row a customer as Arrow, and from there on a run is the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from kemai.value.errors import EngineError, FactError

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

ENGINES = ("duckdb", "spark")


class Source(Protocol):
    """Reads Parquet files as one table, and works a table out."""

    def read(self, paths: Sequence[str]) -> Table:
        """The files as one Ibis table."""

    def fetch(self, table: Table) -> pa.Table:
        """The rows of an Ibis table, with the types that it says."""


class OnDuckDB:
    """The connection of the run itself."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def read(self, paths: Sequence[str]) -> Table:
        """The files as one Ibis table; FactError where one is not there or is no Parquet."""
        import duckdb

        try:
            return self._connection.read_parquet(list(paths))
        except duckdb.Error as error:
            raise FactError(f"sales：文件读不了：{error}", code="unreadable", column="sales") from error

    def fetch(self, table: Table) -> pa.Table:
        """The rows of an Ibis table."""
        return table.to_pyarrow()


def files_of(sales: Any) -> list[str]:
    """The paths of one file or several; FactError for anything else."""
    if isinstance(sales, str | os.PathLike):
        return [os.fspath(sales)]
    if not isinstance(sales, Sequence) or not all(isinstance(each, str | os.PathLike) for each in sales):
        raise FactError(
            f"sales：要 Parquet 文件的路径，给的是 {type(sales).__name__}；自己的表先用 value.write_sales(表, 路径) 写成文件",
            code="unreadable", column="sales",
        )  # fmt: skip
    return [os.fspath(each) for each in sales]


@contextmanager
def source_of(engine: str, url: str, connection: Any) -> Iterator[Source]:
    """The source by its name; `url` is the master of the cluster and says nothing to DuckDB. Raises EngineError."""
    if engine not in ENGINES:
        raise EngineError(f"没有引擎 {engine}；可选 {'、'.join(ENGINES)}。", code="unknown_engine")
    if engine == "duckdb":
        yield OnDuckDB(connection)
        return
    from kemai.value.engine.spark import OnSpark, spark_session

    with spark_session(url) as session:
        yield OnSpark(session)

"""Apache Spark as the place where a ledger is added up: a session at a master's address, and what is asked of it."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kemai.value.errors import EngineError

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

MASTERS = ("local", "spark://", "yarn", "k8s://")
DEFAULT = "local[2]"
PATIENCE_SECONDS = 5
# Times are dates only; sums come back whole, however many customers; a run says its steps by itself.
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.driver.maxResultSize": "0",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
_names = itertools.count()


class OnSpark:
    """A session of Spark behind the two questions of a source."""

    def __init__(self, session: Any) -> None:
        import ibis

        self._session = session
        self.connection = ibis.pyspark.connect(session)

    def read(self, paths: Sequence[str]) -> Table:
        """The files as one Ibis table; every worker has to see them under these paths."""
        name = f"kemai_ledger_{next(_names)}"
        self._session.read.parquet(*paths).createOrReplaceTempView(name)
        return self.connection.table(name)

    def fetch(self, table: Table) -> pa.Table:
        """The rows, by Arrow all the way: a detour by pandas would make doubles of whole numbers with gaps."""
        found = self._session.sql(self.connection.compile(table)).toArrow()
        schema: Any = table.schema().to_pyarrow()
        return found.cast(schema) if found.schema != schema else found


@contextmanager
def spark_session(url: str, settings: Mapping[str, str] | None = None) -> Iterator[Any]:
    """The session at a master such as local[2], local-cluster[2,1,1024], spark://host:7077, yarn, k8s://….

    `settings` of Spark come on top of ours and of those in spark-defaults.conf. A session that this process has already
    is used and left as it is; another one ends with the block. Raises EngineError where pyspark or Java is missing or the master does not answer, with what to do.
    """
    master = url or DEFAULT
    sql = _pyspark()
    if (running := sql.SparkSession.getActiveSession()) is not None:
        yield running
        return
    _check_java()
    _check_master(master)
    session = _started(sql, master, {**SETTINGS, **(settings or {})})
    try:
        yield session
    finally:
        session.stop()


def _started(sql: Any, master: str, settings: Mapping[str, str]) -> Any:
    builder = sql.SparkSession.builder.master(master).appName("kemai")
    for name, setting in settings.items():
        builder = builder.config(name, setting)
    try:
        session = builder.getOrCreate()
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise EngineError(
            f"Spark 在 {master} 起不来：{reason}。检查 KEMAI_ENGINE_URL，或改用 --engine duckdb。",
            code="not_started",
        ) from error
    session.sparkContext.setLogLevel("ERROR")
    return session


def _pyspark() -> Any:
    try:
        import pyspark.sql as sql
    except ImportError as error:
        raise EngineError(
            "没有装 pyspark：pip install 'kemai[spark]'，或改用 --engine duckdb。", code="no_pyspark"
        ) from error
    return sql


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and (Path(home) / "bin" / "java").exists()):
        raise EngineError(
            "没有 Java：装 Java 17（Debian：apt-get install openjdk-17-jre-headless），或设 JAVA_HOME。",
            code="no_java",
        )


def _check_master(master: str) -> None:
    """Spark itself would try a master that is not there for minutes."""
    if not master.startswith(MASTERS):
        raise EngineError(
            f"KEMAI_ENGINE_URL 不认识 {master}；可以是 local[2]、local-cluster[2,1,1024]、spark://主机:7077、yarn、k8s://…。",
            code="bad_master",
        )
    if not master.startswith("spark://"):
        return
    hosts = master.removeprefix("spark://").split(",")
    if not any(_answers(each) for each in hosts):
        raise EngineError(
            f"Spark 集群 {master} 没有应答：看主节点是否在运行、端口是否放行，或改用 --engine duckdb。",
            code="unreachable",
        )


def _answers(address: str) -> bool:
    host, _colon, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS):
            return True
    except (OSError, ValueError):
        return False

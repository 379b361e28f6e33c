"""The process that has a SQLite file open by ADBC: one request a line on standard input, one answer a line back.

Requests: {"sql", "to"} leaves the rows in the Arrow stream file `to`; {"sql"} only runs; {"from", "into"} appends the
rows of a stream file to a table; {"commit"} ends the transaction of a child that writes. The answer is
{"error": null} or why not. What was not committed when standard input ends is gone.
"""

from __future__ import annotations

import json
import sys
from typing import Any

BATCH = "16384"  # rows handed over at once


def main(address: str, writes: bool) -> None:
    """Answers until standard input ends, as it also does when the asking process dies.

    ADBC is used without its DB-API layer, whose import brings pandas and polars and takes longer than most answers.
    """
    import adbc_driver_sqlite
    from adbc_driver_manager import AdbcConnection

    with adbc_driver_sqlite.connect(address) as database, AdbcConnection(database) as opened:
        _run(opened, "PRAGMA busy_timeout=20000")
        opened.set_autocommit(not writes)
        for line in sys.stdin:
            print(json.dumps({"error": _answer(opened, json.loads(line))}), flush=True)


def _answer(opened: Any, asked: dict[str, Any]) -> str | None:
    try:
        if "commit" in asked:
            opened.commit()
        elif "into" in asked:
            _append(opened, asked["from"], asked["into"])
        elif "to" in asked:
            _leave(opened, asked["sql"], asked["to"])
        else:
            _run(opened, asked["sql"])
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def _leave(opened: Any, sql: str, to: str) -> None:
    import pyarrow as pa

    rows = _rows(opened, sql)
    with pa.OSFile(to, "wb") as file, pa.ipc.new_stream(file, next(rows)) as out:
        for batch in rows:
            out.write_batch(batch)


def _run(opened: Any, sql: str) -> None:
    for _batch in _rows(opened, sql):
        pass


def _rows(opened: Any, sql: str) -> Any:
    import pyarrow as pa
    from adbc_driver_manager import AdbcStatement

    with AdbcStatement(opened) as statement:
        statement.set_options(**{"adbc.sqlite.query.batch_rows": BATCH})
        statement.set_sql_query(sql)
        stream, _count = statement.execute_query()
        rows = pa.RecordBatchReader._import_from_c(stream.address)
        yield rows.schema
        yield from rows


def _append(opened: Any, path: str, table: str) -> None:
    import pyarrow as pa
    from adbc_driver_manager import AdbcStatement

    with pa.memory_map(path) as source, AdbcStatement(opened) as statement:
        statement.set_options(
            **{"adbc.ingest.target_table": table, "adbc.ingest.mode": "adbc.ingest.mode.append"}
        )
        statement.bind_stream(pa.ipc.open_stream(source))
        statement.execute_update()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:] == ["--writes"])

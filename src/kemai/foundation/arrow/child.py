"""The process that reads a SQLite file by ADBC: one request a line on standard input, one answer a line back.

A request is {"sql", "to"}; the rows go to the Arrow stream file `to`, the answer is {"error": null} or why not.
"""

from __future__ import annotations

import json
import sys
from typing import Any

BATCH = "16384"  # rows handed over at once


def main(address: str) -> None:
    """Answers until standard input ends, as it also does when the asking process dies.

    ADBC is used without its DB-API layer, whose import brings pandas and polars and takes longer than most answers.
    """
    import adbc_driver_sqlite
    from adbc_driver_manager import AdbcConnection

    with adbc_driver_sqlite.connect(address) as database, AdbcConnection(database) as opened:
        for _batch in _rows(opened, "PRAGMA busy_timeout=20000"):
            pass
        for line in sys.stdin:
            asked = json.loads(line)
            print(json.dumps({"error": _answer(opened, asked["sql"], asked["to"])}), flush=True)


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


def _answer(opened: Any, sql: str, to: str) -> str | None:
    import pyarrow as pa

    try:
        rows = _rows(opened, sql)
        with pa.OSFile(to, "wb") as file, pa.ipc.new_stream(file, next(rows)) as out:
            for batch in rows:
                out.write_batch(batch)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


if __name__ == "__main__":
    main(sys.argv[1])

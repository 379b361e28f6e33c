"""The process that reads a SQLite file by ADBC: one request a line on standard input, one answer a line back.

A request is {"sql", "to"}; the rows go to the Arrow stream file `to`, the answer is {"error": null} or why not.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main(address: str) -> None:
    """Answers until standard input ends, as it also does when the asking process dies."""
    import adbc_driver_sqlite.dbapi as sqlite

    with sqlite.connect(address) as opened, opened.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=20000")
        cursor.fetchall()
        for line in sys.stdin:
            asked = json.loads(line)
            print(json.dumps({"error": _answer(cursor, asked["sql"], asked["to"])}), flush=True)


def _answer(cursor: Any, sql: str, to: str) -> str | None:
    import pyarrow as pa

    try:
        cursor.execute(sql)
        rows = cursor.fetch_record_batch()
        with pa.OSFile(to, "wb") as file, pa.ipc.new_stream(file, rows.schema) as out:
            for batch in rows:
                out.write_batch(batch)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


if __name__ == "__main__":
    main(sys.argv[1])

"""The other side of `child`: what a process asks the one that has its SQLite file open by ADBC."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kemai.foundation.leftovers import work_folder

if TYPE_CHECKING:
    import pyarrow as pa


class Child:
    """Raises RuntimeError with the child's words where it can't do what it is asked."""

    def __init__(self, asked: IO[str], answers: IO[str], folder: Path) -> None:
        self._asked, self._answers = asked, answers
        self._path = folder / "rows.arrow"

    def read(self, sql: str) -> pa.Table:
        """The rows of a query, mapped from a file that is forgotten at once."""
        import pyarrow as pa

        self._ask(sql=sql, to=str(self._path))
        with pa.memory_map(str(self._path)) as source:
            table = pa.ipc.open_stream(source).read_all()
        self._path.unlink()
        return table

    def run(self, sql: str) -> None:
        """One statement without result."""
        self._ask(sql=sql)

    def append(self, table: str, rows: pa.Table) -> None:
        """Adds rows under the names of the table's columns."""
        import pyarrow as pa

        with pa.OSFile(str(self._path), "wb") as file, pa.ipc.new_stream(file, rows.schema) as out:
            out.write_table(rows)
        self._ask(**{"into": table, "from": str(self._path)})
        self._path.unlink()

    def commit(self) -> None:
        """Ends the transaction of a child that writes."""
        self._ask(commit=True)

    def _ask(self, **request: Any) -> None:
        self._asked.write(json.dumps(request) + "\n")
        self._asked.flush()
        answer = json.loads(self._answers.readline() or '{"error": "the process beside died"}')
        if answer["error"]:
            raise RuntimeError(answer["error"])


@contextmanager
def child(address: str, place: Path | None = None, *, writes: bool = False) -> Iterator[Child]:
    """A process for the length of the block; rows go by files in `place`, the folder of temporary files by default.

    One that writes commits when it is told to; without that nothing it did stays.
    """
    command = [sys.executable, "-m", "kemai.foundation.arrow.child"]
    command += [address, "--writes"] if writes else [f"{address}?mode=ro"]
    with (
        work_folder("kemai-arrow-", place) as folder,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Child(process.stdin, process.stdout, folder)
        finally:
            process.stdin.close()

"""The process that touches the file: `python -m kemai.oversight.exchange.reading.child`.

It takes one JSON request on standard input, limits itself, reads, writes the Arrow file, and reports
in JSON lines on standard output: progress, and at last either `done` or `refused`. It imports neither
Django nor the database, and its standard error goes nowhere.
"""

import errno
import json
import sys
import time
from pathlib import Path
from typing import Any

from kemai.oversight.exchange.reading.limits import ReadLimits
from kemai.oversight.exchange.reading.refusals import ReadRefused
from kemai.oversight.exchange.reading.rows import Source

_REPORT_SECONDS = 0.2


def main() -> int:
    """Read one request and answer it."""
    request = json.loads(sys.stdin.readline())
    limits = ReadLimits(**request["limits"])
    _limit_this_process(limits)
    try:
        facts = _read(request, limits)
        Path(request["target"], "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    except ReadRefused as refused:
        _say({"refused": {"code": refused.code, "params": refused.params}})
        return 0
    except MemoryError:
        _say({"refused": {"code": "memory", "params": {}}})
        return 0
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        _say({"refused": {"code": "disk_full", "params": {}}})  # the file is sound, our disk is not
        return 0
    _say({"done": {"rows": facts["rows"]}})
    return 0


def _read(request: dict[str, Any], limits: ReadLimits) -> dict[str, Any]:
    from kemai.oversight.exchange.reading.sniff import table_kind
    from kemai.oversight.exchange.reading.writing import TableWriter

    path = Path(request["path"])
    kind = table_kind(path)
    writer = TableWriter(Path(request["target"], "rows.arrow"), limits, request["kind"])
    source = _open(kind, path, request, limits, _Report(path.stat().st_size, writer))
    facts = writer.write(source)
    facts["format"] = kind
    return facts


def _open(kind: str, path: Path, request: dict[str, Any], limits: ReadLimits, report: "_Report") -> Source:
    if kind == "xlsx":
        from kemai.oversight.exchange.reading.workbook.book import open_workbook

        return open_workbook(path, limits, report.items, request["kind"], request["sheet"])
    if kind == "xls":
        from kemai.oversight.exchange.reading.old_workbook import open_old_workbook

        return open_old_workbook(path, limits, report.items, request["kind"], request["sheet"])
    from kemai.oversight.exchange.reading.delimited import open_text

    return open_text(path, limits, report.bytes, request["encoding"], report.alive)


class _Report:
    """Tells the parent how far reading has come, a few times a second."""

    def __init__(self, size: int, writer: Any) -> None:
        self._size, self._writer = size, writer
        self._next = 0.0
        self._beats = 0

    def bytes(self, done: int) -> None:
        self._tell({"items": done, "fraction": done / self._size if self._size else None})

    def items(self, count: int) -> None:
        self._tell({"items": count, "fraction": None})

    def alive(self) -> None:
        """A beat without a row: counts below zero, so that it is news but no progress."""
        self._beats -= 1
        self._tell({"items": self._beats, "fraction": 0.0})

    def _tell(self, message: dict[str, Any]) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _REPORT_SECONDS
            _say({"progress": {**message, "rows": self._writer.rows}})


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _limit_this_process(limits: ReadLimits) -> None:
    try:
        import resource
    except ImportError:  # Windows: the parent's watch on memory and time is all there is
        return
    resource.setrlimit(resource.RLIMIT_AS, (limits.address_bytes, limits.address_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())

"""Reading a file in a child process that may be killed without anybody noticing.

The parent never opens the file itself. It watches the child's memory, time and progress, and turns
every way of dying into a sentence of its own.
"""

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from kemai.foundation.leftovers import new_folder
from kemai.oversight.exchange.reading import readers
from kemai.oversight.exchange.reading.limits import MIB, ReadLimits
from kemai.oversight.exchange.reading.refusals import ReadCancelled, ReadRefused, refusal
from kemai.oversight.exchange.reading.table import RawTable

_LOOK_SECONDS = 0.05
_SIGXCPU = 24


@dataclass(frozen=True)
class Progress:
    """How far reading has come: data rows so far, and the share of the file where it is known."""

    rows: int
    fraction: float | None


def read_file(
    path: Path | str,
    *,
    kind: str | None = None,
    limits: ReadLimits | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    command: tuple[str, ...] = readers.CHILD,
) -> RawTable:
    """Read a .xlsx or text file into a RawTable.

    `kind` (sales, customers, …) helps to find the header and the sheet; `sheet` and `encoding`
    override the choice. Raises ReadRefused (SheetUnclear when a sheet must be chosen) with sentences,
    ReadCancelled when `cancelled()` says yes. `command` is for tests of a child that dies.
    """
    limits = limits or ReadLimits()
    path = Path(path)
    _refuse_before_reading(path, limits)
    folder = new_folder("kemai-read-")
    request = {
        "path": str(path.resolve()), "target": str(folder), "kind": kind, "sheet": sheet, "encoding": encoding,
        "limits": limits.as_json(),
    }  # fmt: skip
    try:
        watch = _Watch(command, request, limits)
        watch.run(progress, cancelled)
        facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
        return RawTable(folder, facts, watch.peak_bytes)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _refuse_before_reading(path: Path, limits: ReadLimits) -> None:
    if not path.is_file():
        raise ReadRefused("missing")
    size = path.stat().st_size
    if size == 0:
        raise ReadRefused("empty")
    if size > limits.file_bytes:
        raise ReadRefused("too_big", mib=size // MIB, limit=limits.file_bytes // MIB)


class _Watch:
    """One child under watch, from start to its last word."""

    def __init__(self, command: tuple[str, ...], request: dict[str, Any], limits: ReadLimits) -> None:
        self._limits = limits
        self.peak_bytes = 0
        self._used = 0.0
        self._messages: list[dict[str, Any]] = []
        self._process, self._asked, self._answers = readers.start(command)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._ask(request)

    def run(self, progress: Callable[[Progress], None] | None, cancelled: Callable[[], bool] | None) -> None:
        """Wait for the child to finish; raise what it or the watch has to say."""
        try:
            self._wait(progress, cancelled)
        finally:
            self._end()
        self._raise_last_word()

    def _ask(self, request: dict[str, Any]) -> None:
        with suppress(OSError):  # a child that died at once is judged by its end, not by the pipe
            self._asked.write(json.dumps(request) + "\n")
            self._asked.close()

    def _listen(self) -> None:
        with suppress(ValueError, OSError), self._answers:
            for line in self._answers:
                with suppress(ValueError):
                    self._messages.append(json.loads(line))

    def _wait(
        self, progress: Callable[[Progress], None] | None, cancelled: Callable[[], bool] | None
    ) -> None:
        started = seen = time.monotonic()
        without_news, told, items = 0.0, 0, -1
        while self._process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_LOOK_SECONDS)
            if cancelled is not None and cancelled():
                raise ReadCancelled
            now = time.monotonic()
            without_news += self._own_seconds(now - seen)
            seen = now
            while told < len(self._messages):
                news = self._messages[told].get("progress")
                told += 1
                if news and news["items"] != items:
                    items, without_news = news["items"], 0.0
                if news and progress is not None:
                    progress(Progress(news["rows"], news["fraction"]))
            self._refuse_excess(now - started, without_news)

    def _own_seconds(self, passed: float) -> float:
        """What of the time that passed the child may be blamed for: on a busy machine it waits for its turn."""
        with suppress(psutil.Error):
            child = psutil.Process(self._process.pid)
            used = sum(child.cpu_times()[:2])
            spent, self._used = used - self._used, used
            return spent if child.status() == psutil.STATUS_RUNNING else passed
        return passed

    def _refuse_excess(self, running: float, without_news: float) -> None:
        with suppress(psutil.Error):
            resident = psutil.Process(self._process.pid).memory_info().rss
            self.peak_bytes = max(self.peak_bytes, resident)
            if resident > self._limits.watched_bytes:
                raise ReadRefused("memory")
        if without_news > self._limits.stall_seconds:
            raise ReadRefused("stalled")
        if running > self._limits.wall_seconds:
            raise ReadRefused("too_slow")

    def _end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._listener.join(timeout=5)

    def _raise_last_word(self) -> None:
        last = self._messages[-1] if self._messages else {}
        if "refused" in last:
            raise refusal(last["refused"]["code"], last["refused"]["params"])
        if self._process.returncode == 0 and "done" in last:
            return
        raise ReadRefused("too_slow" if self._process.returncode == -_SIGXCPU else "damaged")

"""Starts readers: forked from the nursery where the system can, else as a process from the start."""

import atexit
import os
import select
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Protocol

import kemai

CHILD = ("-m", "kemai.oversight.exchange.reading.child")
_NURSERY = ("-m", "kemai.oversight.exchange.reading.nursery")
_CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")
_KEPT_ENVIRONMENT = (
    "PATH",
    "SYSTEMROOT",
    "WINDIR",
    "TEMP",
    "TMP",
    "TMPDIR",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
)


class Reader(Protocol):
    """A reading process as its watch sees it; `subprocess.Popen` is one too."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None:
        """Its exit code, None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code when it has ended; subprocess.TimeoutExpired when that takes longer."""

    def kill(self) -> None:
        """End it at once."""


def start(command: tuple[str, ...] = CHILD) -> tuple[Reader, TextIOWrapper, TextIOWrapper]:
    """A reader with the way in and the way out; any other command than CHILD is a process from the start."""
    if _CAN_FORK and command == CHILD:
        with suppress(OSError):
            return _forked()
    return _spawned(command)


def _spawned(command: tuple[str, ...]) -> tuple[Reader, TextIOWrapper, TextIOWrapper]:
    process = subprocess.Popen(
        [sys.executable, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        text=True,
        encoding="utf-8",
    )
    assert isinstance(process.stdin, TextIOWrapper)
    assert isinstance(process.stdout, TextIOWrapper)
    return process, process.stdin, process.stdout


def _forked() -> tuple[Reader, TextIOWrapper, TextIOWrapper]:
    asked, ask = os.pipe()
    answers, answer = os.pipe()
    end, tell = os.pipe()
    try:
        _nursery.send(asked, answer, tell)
        reader = _Forked(end)
    except OSError:
        for descriptor in (ask, answers, end):
            os.close(descriptor)
        raise
    finally:
        for descriptor in (asked, answer, tell):
            os.close(descriptor)
    return reader, TextIOWrapper(open(ask, "wb"), "utf-8"), TextIOWrapper(open(answers, "rb"), "utf-8")


class _Forked:
    """A reader whose guardian writes two lines: its number at once, its exit code at its end."""

    def __init__(self, end: int) -> None:
        self._end = end
        self._said = b""
        while b"\n" not in self._said:
            if not self._hear():
                raise OSError("the nursery has gone")
        self.pid = int(self._said.split(b"\n")[0])
        self.returncode: int | None = None

    def _hear(self) -> bool:
        heard = os.read(self._end, 64)
        self._said += heard
        return bool(heard)

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        while self.returncode is None:
            ready, _, _ = select.select([self._end], [], [], timeout)
            if not ready:
                raise subprocess.TimeoutExpired("reader", timeout or 0)
            gone = not self._hear()
            lines = self._said.split(b"\n")
            if gone or len(lines) > 2:
                self.returncode = (
                    int(lines[1]) if len(lines) > 2 else -9
                )  # a guardian that was killed tells nothing
                os.close(self._end)
        return self.returncode

    def kill(self) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, 9)


class _Nursery:
    """The nursery of this process, started with its first file; a forked process gets one of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def send(self, *descriptors: int) -> None:
        """Hand over the ends of a reader's pipes; starts the nursery where there is none, OSError where it cannot."""
        with self._lock:
            if self._control is not None and self._owner == os.getpid():
                with suppress(OSError):
                    socket.send_fds(self._control, [b"r"], descriptors)
                    return
            self._start()
            assert self._control is not None
            socket.send_fds(self._control, [b"r"], descriptors)

    def _start(self) -> None:
        self.end()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, *_NURSERY, str(theirs.fileno())],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env=_environment(), pass_fds=[theirs.fileno()],
            )  # fmt: skip
        self._owner = os.getpid()

    def end(self) -> None:
        """Let the nursery go; the next file starts another."""
        if self._control is not None:
            self._control.close()
        if self._process is not None and self._owner == os.getpid():
            self._process.kill()
            self._process.wait()
        self._control = self._process = None


_nursery = _Nursery()
atexit.register(_nursery.end)


def _environment() -> dict[str, str]:
    """Only what Python needs to start: keys and database addresses stay with the parent."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    root = str(Path(kemai.__file__).resolve().parent.parent)
    return {**kept, "PYTHONPATH": root, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1",
            "ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # fmt: skip

"""`kemai serve`: the worker is started anew, nobody outlives the parent, and a dead database is told as 503 (O08)."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux"),
]
PATIENCE = 90.0


def wait_for(what: Callable[[], Any]) -> Any:
    """What it gives as soon as it gives something; the patience only ends a hang."""
    until = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < until, "hung"
        time.sleep(0.1)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(port: int) -> tuple[int, dict[str, str]]:
    """Status and body of /healthz; (0, {}) while nobody listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)
    except OSError:
        return 0, {}


@contextmanager
def started(command: list[str], folder: Path, **given: str) -> Iterator[psutil.Process]:
    """The command with a data folder of its own; whatever it started is gone at the end."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
    environment = {**kept, "KEMAI_DATA_DIR": str(folder), "KEMAI_MODE": "demo", **given}
    parent = subprocess.Popen([sys.executable, "-m", *command], env=environment)
    family = [psutil.Process(parent.pid)]
    try:
        yield family[0]
        family += family[0].children(recursive=True) if parent.poll() is None else []
    finally:
        for process in family:
            if process.is_running():
                process.kill()
        parent.wait()


def named(family: psutil.Process, word: str) -> list[psutil.Process]:
    """Living direct children with the word in their command line."""
    return [c for c in family.children() if c.status() != psutil.STATUS_ZOMBIE and word in c.cmdline()]


def test_a_dead_worker_is_started_anew_and_all_end_with_a_killed_parent(tmp_path: Path) -> None:
    port = free_port()
    with started(["kemai", "serve", "--port", str(port), "--workers", "1"], tmp_path) as parent:
        wait_for(lambda: ask(port) == (200, {"status": "ok"}))
        (worker,) = wait_for(lambda: named(parent, "worker"))
        worker.send_signal(signal.SIGKILL)
        (another,) = wait_for(lambda: [w for w in named(parent, "worker") if w.pid != worker.pid])
        assert wait_for(another.children)
        family = parent.children(recursive=True)
        assert len(family) >= 4
        parent.kill()
        wait_for(lambda: not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in family))
        assert ask(port) == (0, {})


def test_o08_a_database_that_never_answers_is_told_as_503_without_details(tmp_path: Path) -> None:
    port = free_port()
    granian = [
        "granian",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--workers",
        "1",
        "--log-level",
        "error",
    ]
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()  # takes connections and never says a word
        address = f"postgres://kemai:secret@127.0.0.1:{silent.getsockname()[1]}/kemai"
        command = [*granian, "kemai.config.wsgi:application"]
        with started(command, tmp_path, KEMAI_DATABASE_URL=address):
            status, body = wait_for(lambda: ask(port) if ask(port)[0] else None)
    assert (status, body) == (503, {"status": "unavailable"})

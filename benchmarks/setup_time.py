"""From a fresh clone to the demo answering (aim 90 s) and the same once more, warm (aim 5 s)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from _promises import book

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 900.0


def main() -> int:
    """Prints both, 1 when a promise is broken; the clone, its environment and its data are new, the package caches are as they are."""
    with tempfile.TemporaryDirectory(prefix="kemai-setup-") as folder:
        clone = Path(folder) / "kemai"
        subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{ROOT}", str(clone)], check=True)
        book.figure("set-up, cold", until_it_answers(clone), "sqlite")
        book.figure("set-up, warm", until_it_answers(clone), "sqlite")
    return book.exit_code()


def until_it_answers(clone: Path) -> float:
    """Seconds from `make run` to a sign-in page; everything is stopped again."""
    port = _free_port()
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KEMAI_", "VIRTUAL_ENV", "DJANGO_"))
    }
    began = time.monotonic()
    run = subprocess.Popen(
        ["make", "--silent", "run", f"PORT={port}"], cwd=clone, env=kept, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not _answers(port):
            if run.poll() is not None or time.monotonic() - began > PATIENCE:
                raise SystemExit("make run did not come up")
            time.sleep(0.1)
        return time.monotonic() - began
    finally:
        os.killpg(run.pid, signal.SIGTERM)
        run.wait()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=5) as page:
            return bool(page.status == 200)
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())

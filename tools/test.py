"""Runs the whole suite on SQLite and then on PostgreSQL, browser journeys included; arguments go to pytest.

Tests without a database (the value library, file reading, parsing, architecture, templates) run once.
Files are dealt to KEMAI_TEST_WORKERS processes (one more than there are cores, since many tests wait for a browser or a
process of their own; four at most), each with a database and a data
folder of its own. `--pure` leaves PostgreSQL out. Where PostgreSQL or Chromium is missing it says so in one line and skips those tests, unless
KEMAI_NOTHING_SKIPPED=1 asks for everything.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from cluster import binaries, cluster

ROOT = Path(__file__).resolve().parent.parent
PURE = [
    "tests/value",
    "tests/oversight/exchange/reading",
    "tests/oversight/exchange/parsing",
    "tests/architecture",
    "tests/tools",
    "tests/config",
    "tests/doors/cli/test_serve.py",
]
WORKERS = os.environ.get("KEMAI_TEST_WORKERS", str(min(4, (os.cpu_count() or 1) + 1)))


def main(arguments: list[str]) -> int:
    """0 when every run is green."""
    pure = "--pure" in arguments
    arguments = [each for each in arguments if each != "--pure"]
    chromium, home = shutil.which("chromium"), None if pure else binaries()
    missing = [
        name for name, found in (("Chromium", chromium), ("PostgreSQL", home)) if not found and not pure
    ]
    if missing:
        print(f"not installed, its tests are skipped: {', '.join(missing)}", flush=True)
        if os.environ.get("KEMAI_NOTHING_SKIPPED") == "1":
            return 1
    subprocess.run([sys.executable, ROOT / "tools/messages.py"], check=True)
    results = [run("sqlite", "", arguments, bool(chromium), pure=True)]
    if home:
        with cluster() as address:
            results.append(run("postgresql", address, arguments, bool(chromium), pure=False))
    return max(results)


def run(name: str, address: str, arguments: list[str], chromium: bool, *, pure: bool) -> int:
    """One run of pytest on one database, in a data folder of its own."""
    folder = tempfile.mkdtemp(prefix=f"kemai-{name}-")
    environment = {
        **os.environ, "KEMAI_MODE": "test", "KEMAI_DATA_DIR": folder, "KEMAI_TODAY": "2026-11-22",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1", "PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT / "tools"),
    }  # fmt: skip
    environment.pop("KEMAI_DATABASE_URL", None)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # each of many short processes would compile all anew
    if address:
        environment["KEMAI_DATABASE_URL"] = address
    ignored = [] if pure else [f"--ignore={path}" for path in PURE]
    ignored += [] if chromium else ["--ignore=tests/journeys"]
    several = ["-p", "own_folder", "-n", WORKERS, "--dist", "loadfile"] if WORKERS != "1" else []
    print(f"== {name} ==", flush=True)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *several, *ignored, *arguments],
            cwd=ROOT,
            env=environment,
            check=False,
        )
        return 0 if done.returncode == 5 and arguments else done.returncode
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

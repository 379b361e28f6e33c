"""Runs every script under benchmarks/ on SQLite and then on PostgreSQL, and sums up: one line a figure, promises judged.

`python tools/bench.py small` takes small companies: minutes instead of an hour, and only what holds at any size is judged.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from cluster import binaries, cluster

ROOT = Path(__file__).resolve().parent.parent
WITHOUT_DATABASE = {
    "duplicates.py",
    "lifetime.py",
    "read_files.py",
    "rfm_abc.py",
    "scale.py",
    "setup_time.py",
}
FIGURE = ("[kept    ]", "[near    ]", "[broken  ]", "[unjudged]")
BROKEN = FIGURE[2]


def main(arguments: list[str]) -> int:
    """0 when every script ran to its end and no promise was broken by more than a fifth."""
    size = arguments[0] if arguments else "full"
    if size not in ("full", "small"):
        raise SystemExit("SIZE is full or small.")
    scripts = sorted((ROOT / "benchmarks").glob("[!_]*.py"))
    figures = [line for script in scripts for line in run(script, "sqlite", size)]
    if binaries() is None:
        print("not installed, its figures are missing: PostgreSQL", flush=True)
    else:
        for script in scripts:
            if script.name not in WITHOUT_DATABASE:
                figures += run(script, "postgresql", size)
    return summed_up(figures)


def run(script: Path, database: str, size: str) -> list[str]:
    """One script on one database, which is empty and goes afterwards; gives the lines of its figures."""
    print(f"== {script.stem}, {database} ==", flush=True)
    with cluster(durable=True) if database == "postgresql" else nullcontext("") as address:
        environment = {
            **os.environ, "KEMAI_DATABASE_URL": address, "KEMAI_BENCH_SIZE": size, "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        command = [sys.executable, str(script)]
        figures = []
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        ) as running:
            assert running.stdout is not None
            for line in running.stdout:
                print(line, end="", flush=True)
                figures += [line.rstrip()] if line.startswith(FIGURE) else []
    is_told = any(line.startswith(BROKEN) for line in figures)
    if running.returncode and not (running.returncode == 1 and is_told):
        figures.append(f"{BROKEN} {script.stem} ended with {running.returncode} ({database})")
    return figures


def summed_up(figures: list[str]) -> int:
    """Prints all figures in one place; 1 when one of them broke its promise."""
    print("== all figures ==")
    for line in figures:
        print(line)
    broken = sum(line.startswith(BROKEN) for line in figures)
    print(f"{len(figures)} figures, {broken} promises broken", flush=True)
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

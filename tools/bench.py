"""Runs every script under benchmarks/ on SQLite and then on PostgreSQL; each prints its figures itself."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from cluster import binaries, cluster

ROOT = Path(__file__).resolve().parent.parent
WITHOUT_DATABASE = {"duplicates.py", "read_files.py"}


def main() -> int:
    """0 when every script ran to its end."""
    scripts = sorted((ROOT / "benchmarks").glob("[!_]*.py"))
    results = [run(script, "sqlite") for script in scripts]
    if binaries() is None:
        print("not installed, its figures are missing: PostgreSQL", flush=True)
    else:
        results += [run(script, "postgresql") for script in scripts if script.name not in WITHOUT_DATABASE]
    return max(results)


def run(script: Path, database: str) -> int:
    """One script on one database, which is empty and goes afterwards."""
    print(f"== {script.stem}, {database} ==", flush=True)
    with cluster(durable=True) if database == "postgresql" else nullcontext("") as address:
        environment = {**os.environ, "KEMAI_DATABASE_URL": address}
        return subprocess.run(
            [sys.executable, str(script)], cwd=ROOT, env=environment, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())

"""What a valuation costs by size: seconds, processor seconds and memory of the engine, from lines and from condensed months.

Each `--sizes` is customers:lines of a made ledger, each run stands in a process of its own; with `--engine spark` the ledger is
added up by the cluster at `--url`. The figures of docs/guide/scale.md come from here.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _bench import cpu_seconds, peak_mib
from _ledger import AS_OF, people, write_ledger
from _promises import sized

SIZES = sized(["10000:100000", "100000:1000000", "1000000:10000000", "1000000:50000000"], ["2000:20000"])


def main() -> int:
    """Prints one line a run; 1 when two runs of one size find different things."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="*", default=SIZES, help="customers:lines")
    parser.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb")
    parser.add_argument("--url", default="", help="local[2], spark://host:7077")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        return one(Path(asked.one[0]), int(asked.one[1]), asked.one[2], asked.engine, asked.url)
    for size in asked.sizes:
        customers, lines = map(int, size.split(":"))
        with tempfile.TemporaryDirectory(prefix="kemai-scale-") as folder:
            compare(Path(folder), customers, lines, asked)
    return 0


def compare(folder: Path, customers: int, lines: int, asked: argparse.Namespace) -> None:
    """One size: the ledger, its condensed months, and a run from each. Raises SystemExit where they differ."""
    from kemai import value

    paths = write_ledger(folder / "sales", customers, lines)
    (folder / "days").mkdir()
    days = [folder / "days" / path.name for path in paths]
    began, cpu = time.perf_counter(), time.process_time()
    value.condense(zip(paths, days, strict=True))
    print(
        f"{customers:,} customers, {lines:,} lines: {mb(paths):,.0f} MB; condensed in {time.perf_counter() - began:.1f} s wall, "
        f"{time.process_time() - cpu:.1f} s CPU to {mb(days):,.0f} MB",
        flush=True,
    )
    for form in ("lines", "condensed"):
        command = [
            sys.executable,
            __file__,
            "--engine",
            asked.engine,
            "--url",
            asked.url,
            "--one",
            str(folder),
            str(customers),
            form,
        ]
        subprocess.run(command, check=True)
    results = {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("result.*")}
    if len(results) != 1:
        raise SystemExit("lines and condensed months find different things")


def one(folder: Path, customers: int, form: str, engine: str, url: str) -> int:
    """One run in this process."""
    from kemai import value
    from kemai.value.schemes import BUILTIN

    paths, days = (sorted((folder / name).glob("*.parquet")) for name in ("sales", "days"))
    known = people(customers)
    began, cpu = time.perf_counter(), cpu_seconds()
    value.revalue(
        paths, known, None, as_of=AS_OF, schemes=BUILTIN, settings=value.EngineSettings(),
        to=folder / f"result.{form}.parquet", temp_directory=folder, engine=engine, engine_url=url,
        order_days=days if form == "condensed" else None,
    )  # fmt: skip
    print(
        f"  {engine} from {form}: {time.perf_counter() - began:.1f} s wall, {cpu_seconds() - cpu:.1f} s CPU, peak {peak_mib():,.0f} MiB "
        f"(load {os.getloadavg()[0]:.1f})",
        flush=True,
    )
    return 0


def mb(paths: list[Path]) -> float:
    """Megabytes of files."""
    return sum(path.stat().st_size for path in paths) / 1e6


if __name__ == "__main__":
    sys.exit(main())

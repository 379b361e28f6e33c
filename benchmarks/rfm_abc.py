"""RFM and ABC of a whole ledger from Parquet, beside pandas, Polars and hand-written DuckDB SQL on the same files.

Makes a ledger of `--lines` lines and a tenth as many customers, lets each way work in a process of its own (two threads; the
better of two runs by processor seconds), checks that all results are equal row for row, and prints seconds, processor seconds,
memory and how many times a bare scan of the same columns each needs. `--peers` names the interpreter of another environment.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from _ledger import AS_OF, MONTHS, customer_codes, month_of_lines, months
from _promises import book, sized

PEERS = Path(__file__).with_name("_rfm_peers.py")
KEPT = ("customer_id", "order_no", "day", "amount", "kind")
TURNS = 2
PROMISED = {
    "sql": "rfm and abc against sql", "polars": "rfm and abc against polars", "pandas": "rfm and abc against pandas",
}  # fmt: skip
Took = dict[str, float]


def main() -> int:
    """1 when a promise is broken by more than a fifth, or when two ways do not find the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="*", default=sized_lines())
    parser.add_argument(
        "--peers", default=sys.executable, help="an interpreter that has pandas, polars and duckdb"
    )
    parser.add_argument("--ways", nargs="*", default=["sql", "polars", "pandas"])
    asked = parser.parse_args()
    for lines in asked.lines:
        with tempfile.TemporaryDirectory(prefix="kemai-rfm-") as folder:
            compare(Path(folder), lines, asked.peers, ["bare", "kemai", *asked.ways])
    return book.exit_code()


def sized_lines() -> list[int]:
    """Ten million and fifty million."""
    return sorted({sized(10_000_000, 300_000), sized(50_000_000, 300_000)})


def compare(folder: Path, lines: int, peers: str, ways: list[str]) -> None:
    """One size: the files, every way, the same results, the figures."""
    ledger = folder / "ledger"
    write(ledger, lines)
    took = {way: best(way, ledger, folder, sys.executable if way == "kemai" else peers) for way in ways}
    took = {way: each for way, each in took.items() if each}
    load = os.getloadavg()[0]
    for way, each in took.items():
        times = each["cpu"] / max(took["bare"]["cpu"], 1e-9)
        print(
            f"{lines:,} lines, {way}: {each['wall']:.2f} s wall, {each['cpu']:.2f} s CPU, {each['mib']:,.0f} MiB, "
            f"{times:.1f} bare scans by CPU (load {load:.1f})",
            flush=True,
        )
    others = [way for way in took if way not in ("bare", "kemai")]
    check_equal(folder, others)
    for way in others:
        ratio = took["kemai"]["cpu"] / took[way]["cpu"]
        book.figure(
            f"rfm and abc against {way}", ratio, "parquet", size=lines, beside="by CPU, results equal"
        )


def write(folder: Path, lines: int) -> None:
    """A file a month of the columns that an analyst has; the amounts are whole, so that every sum is exact."""
    folder.mkdir()
    codes = customer_codes(lines // 10)
    for number, first in enumerate(months()):
        table = month_of_lines(first, codes, lines // MONTHS + (number < lines % MONTHS), number)
        named = ["amount" if name == "amount_fen" else name for name in table.column_names]
        pq.write_table(
            table.rename_columns(named).select(KEPT), folder / f"{first:%Y-%m}.parquet", compression="zstd"
        )


def best(way: str, ledger: Path, folder: Path, interpreter: str) -> Took:
    """The cheaper of two runs; nothing where the interpreter does not have the library."""
    runs = []
    for _turn in range(TURNS):
        done = subprocess.run(
            [interpreter, str(PEERS), way, str(ledger), AS_OF.isoformat(), str(folder / f"{way}.parquet")],
            stdout=subprocess.PIPE, text=True, check=False, env={**os.environ, "POLARS_MAX_THREADS": "2", "OMP_NUM_THREADS": "2"},
        )  # fmt: skip
        if done.returncode:
            print(f"{way}: ended with {done.returncode}, left out", flush=True)
            return {}
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    return min(runs, key=lambda each: float(each["cpu"]))


def check_equal(folder: Path, others: list[str]) -> None:
    """Every customer's row, column by column, as kemai found it. Raises SystemExit where one differs."""
    ours = table_of(folder / "kemai.parquet")
    for way in others:
        theirs = table_of(folder / f"{way}.parquet")
        differ = [name for name in ours.column_names if not ours[name].equals(theirs[name])]
        if differ:
            raise SystemExit(f"{way} finds something else in {', '.join(differ)}")


def table_of(path: Path) -> Any:
    """The result by customer, whole numbers as int64."""
    import pyarrow as pa

    names = ["customer_id", "recency_days", "frequency", "monetary", "r", "f", "m", "class"]
    found = pq.read_table(path, columns=names).select(names).sort_by("customer_id")
    kinds = [pa.string() if name in ("customer_id", "class") else pa.int64() for name in names]
    return found.cast(pa.schema(list(zip(names, kinds, strict=True)))).combine_chunks()


if __name__ == "__main__":
    sys.exit(main())

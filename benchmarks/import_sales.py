"""Importing a sales ledger into an empty database: lines a second, peak memory, and the same file again.

    KEMAI_DATABASE_URL=… python benchmarks/import_sales.py [--lines 1000000] [--customers 100000]

One line a figure. Runs in a data folder of its own unless a database is named; the file is made first
and not counted.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

TODAY = date(2026, 11, 22)


def main() -> None:
    """Makes the file, imports it twice, prints the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, default=100_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kemai-bench-") as folder:
        set_up(folder)
        path = Path(folder) / "sales.csv"
        write_ledger(path, args.lines, args.customers)
        for name in ("sales import", "same file again"):
            outcome, seconds, cpu = timed("sales", path, create_customers=True)
            report = outcome.report
            print(
                f"{name}: {report.rows / seconds:,.0f} lines/s, {seconds:.1f} s, cpu {cpu:.1f} s, peak {peak_mib():.0f} MiB, "
                f"created {report.created:,}, unchanged {report.unchanged:,}, customers {report.new_customers:,} ({vendor()})",
                flush=True,
            )


def set_up(folder: str) -> None:
    """A fresh database, in the folder unless one is named."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kemai.config.settings")
    os.environ["KEMAI_DATA_DIR"] = folder
    os.environ.setdefault("KEMAI_MODE", "test")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def timed(kind: str, path: Path, **options: Any) -> tuple[Any, float, float]:
    """The outcome of an import with its seconds and CPU seconds, child included."""
    from kemai.foundation.access.actor import system_actor
    from kemai.oversight.exchange.actions import run_import
    from kemai.oversight.exchange.planning.request import ImportRequest

    request = ImportRequest(actor=system_actor(TODAY), kind=kind, path=path, file_name=path.name, **options)
    started, cpu = time.perf_counter(), cpu_seconds()
    outcome = run_import(request)
    return outcome, time.perf_counter() - started, cpu_seconds() - cpu


def cpu_seconds() -> float:
    """CPU of this process and of its ended children."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def peak_mib() -> float:
    """Largest resident size of this process so far."""
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def vendor() -> str:
    """Which database."""
    from django.db import connection

    return connection.vendor


def write_ledger(path: Path, lines: int, customers: int) -> None:
    """Orders of one to five lines over two and a half years, the same for the same sizes."""
    days = [(date(2024, 6, 1) + timedelta(days=n)).isoformat() for n in range(900)]
    with path.open("w", encoding="utf-8") as file:
        file.write("单号,行号,日期,客户编号,客户名称,产品编号,数量,金额,成本,类型\n")
        order = line = 0
        for n in range(lines):
            line += 1
            if line > 1 + order % 5:
                order, line = order + 1, 1
            who = order * 7919 % customers
            fen = n * 2_654_435_761 % 5_000_000 + 100
            file.write(
                f"CK{order:08d},{line},{days[order * 900 // max(lines // 3, 1) % 900]},C{who:06d},第{who:06d}号商贸有限公司,"
                f"P{n % 2000:04d},{n % 99 + 1},{fen // 100}.{fen % 100:02d},{fen // 200}.00,销售\n"
            )


if __name__ == "__main__":
    main()

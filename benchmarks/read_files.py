"""Reading and converting a million-row ledger: seconds, rows a second, peak memory of the child.

    python benchmarks/read_files.py [--rows 1000000] [--only csv|xlsx]

One line a figure. The files are made on the fly in a temporary folder; making them is not counted.
"""

import argparse
import csv
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from _promises import book, sized

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kemai.config.settings")

from kemai.oversight.exchange.parsing.columns import guess_mapping
from kemai.oversight.exchange.parsing.convert import Converter, ConvertOptions
from kemai.oversight.exchange.reading import RawTable, read_file

HEADER = ["单号", "行号", "日期", "客户编号", "产品编号", "数量", "金额", "成本", "类型"]
FIRST_DAY = date(2024, 1, 1)
TODAY = date(2026, 12, 31)


def ledger(rows: int) -> Iterator[list[object]]:
    """Rows of a ledger with orders of one to five lines, the same for the same number of rows."""
    dice = random.Random(7)
    order, line = 0, 0
    for _ in range(rows):
        line += 1
        if line > 1 + order % 5:
            order, line = order + 1, 1
        day = FIRST_DAY + timedelta(days=order * 900 // max(rows // 3, 1) % 900)
        amount = dice.randrange(100, 5_000_000) / 100
        customer, product = f"C{dice.randrange(100_000):06d}", f"P{dice.randrange(2_000):04d}"
        yield [
            f"CK{order:08d}",
            line,
            day.isoformat(),
            customer,
            product,
            dice.randrange(1, 100),
            amount,
            amount // 2,
            "销售",
        ]


def write_csv(path: Path, rows: int) -> None:
    """The ledger as UTF-8 text."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(ledger(rows))


def write_xlsx(path: Path, rows: int) -> None:
    """The ledger as a workbook with inline texts, as large exports are."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("明细")
        sheet.write_row(0, 0, HEADER)
        for number, row in enumerate(ledger(rows), start=1):
            sheet.write_row(number, 0, row)


def measure(name: str, path: Path) -> None:
    """Read and convert one file and print its figures."""
    started = time.perf_counter()
    with read_file(path, kind="sales") as table:
        seconds = time.perf_counter() - started
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"read {name}: {seconds:.1f} s, {table.rows / seconds:,.0f} rows/s")
        print(f"read {name}: {spent.ru_utime + spent.ru_stime:.1f} CPU s in all children so far")
        print(
            f"read {name}: peak {table.peak_bytes / 2**20:.0f} MiB in the child, file {path.stat().st_size / 2**20:.0f} MiB"
        )
        if name == "xlsx":
            book.figure("reading a workbook", table.rows / seconds, "sqlite", size=table.rows)
        book.figure(
            "reading a file, memory", table.peak_bytes / 2**20, "sqlite", size=table.rows, beside=name
        )
        convert(name, table)


def convert(name: str, table: RawTable) -> None:
    """Convert all batches and print the processor time."""
    guess = guess_mapping(table.header, table.head(), "sales")
    converter = Converter("sales", guess.mapping(), ConvertOptions(today=TODAY))
    started, wall = time.process_time(), time.perf_counter()
    good = sum(len(converter.convert(batch).table) for batch in table.batches())
    print(
        f"convert {name}: {time.process_time() - started:.1f} CPU s, {time.perf_counter() - wall:.1f} s, {good:,} good rows"
    )
    print(
        f"convert {name}: peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB in the parent"
    )


def main() -> int:
    """Make the files, measure them; 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=sized(1_000_000, 50_000))
    parser.add_argument("--only", choices=["csv", "xlsx"])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("csv", write_csv), ("xlsx", write_xlsx)):
            if chosen.only in (None, name):
                path = Path(folder, f"ledger.{name}")
                write(path, chosen.rows)
                measure(name, path)
    return book.exit_code()


if __name__ == "__main__":
    sys.exit(main())

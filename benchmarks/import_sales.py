"""Importing a sales ledger that creates its customers: lines a second from the file to the books, beside the engine alone,
then the same file again."""

from __future__ import annotations

import argparse
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from _bare import inserted_bare
from _bench import TODAY, Took, fresh_company, measured, vendor
from _promises import book, sized

TABLES = ("archives_customer", "archives_customersearch", "archives_statechange", "trade_product", "trail_entry",
          "trail_entryvalues", "trade_saleline")  # fmt: skip


def main() -> int:
    """Makes the file, imports it twice, prints the figures; 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=sized(1_000_000, 50_000))
    parser.add_argument("--customers", type=int, default=sized(100_000, 5_000))
    with fresh_company(parser) as (asked, folder):
        path = folder / "sales.csv"
        write_ledger(path, asked.lines, asked.customers)
        took, line = imported("sales import", "sales", path, create_customers=True)
        print(line, flush=True)
        beside = took.against(inserted_bare(TABLES))
        again, line = imported("same file again", "sales", path, create_customers=True)
        print(line, flush=True)
        book.figure("sales import", asked.lines / took.wall, vendor(), size=asked.lines, beside=beside)
        book.figure("sales import, memory", took.peak_mib, vendor(), size=asked.lines)
        book.figure("same sales again, memory", again.peak_mib, vendor(), size=asked.lines)
    return book.exit_code()


def told(name: str, kind: str, path: Path, **options: Any) -> str:
    """Imports a file and gives one line about it."""
    return imported(name, kind, path, **options)[1]


def imported(name: str, kind: str, path: Path, **options: Any) -> tuple[Took, str]:
    """Imports a file; gives what that took, and one line about it."""
    from kemai.foundation.access.actor import system_actor
    from kemai.oversight.exchange.actions import run_import
    from kemai.oversight.exchange.planning.request import ImportRequest

    request = ImportRequest(actor=system_actor(TODAY), kind=kind, path=path, file_name=path.name, **options)
    with measured() as took:
        report = run_import(request).report
    counts = f"created {report.created:,}, updated {report.updated:,}, unchanged {report.unchanged:,}"
    line = f"{name}: {took.told(report.rows, 'rows')}, {counts}, new customers {report.new_customers:,}"
    return took, line


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
    sys.exit(main())

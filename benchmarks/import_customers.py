"""Importing customers with search text and trail: rows a second, beside the engine alone, then the same file again, then
all changed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from _bare import inserted_bare
from _bench import fresh_company, vendor
from _promises import book, sized
from import_sales import imported, told

TABLES = ("archives_customer", "archives_customersearch", "trail_entry", "trail_entryvalues")


def main() -> int:
    """Makes the file, imports it, again, and with every region changed; 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=sized(100_000, 10_000))
    with fresh_company(parser) as (asked, folder):
        path = folder / "customers.csv"
        write_customers(path, asked.customers, "华东")
        took, line = imported("customer import", "customers", path)
        print(line, flush=True)
        beside = took.against(inserted_bare(TABLES))
        print(told("same file again", "customers", path), flush=True)
        write_customers(path, asked.customers, "华南")
        print(told("all changed", "customers", path), flush=True)
        book.figure(
            "customer import", asked.customers / took.wall, vendor(), size=asked.customers, beside=beside
        )
    return book.exit_code()


def write_customers(path: Path, rows: int, region: str) -> None:
    """Fifteen columns a customer."""
    names = ("华瑞", "锦棹", "泊山", "听阑", "浮玉", "望汀", "松屿", "临澜", "云栖", "椿江")
    with path.open("w", encoding="utf-8") as file:
        file.write(
            "客户编号,客户名称,简称,类型,地区,类别,规模,所有制性质,地址,邮编,电话,电子邮件,负责人,税号,开始合作日期\n"
        )
        for n in range(rows):
            name = f"{names[n % 10]}{names[n // 10 % 10]}{n:06d}商贸有限公司"
            file.write(
                f"C{n:06d},{name},{name[:4]},企业,{region},酒水,中型,民营,某市某路{n}号,{310000 + n % 9999},"
                f"138{n:08d},c{n}@example.com,张{n % 97},33010600{n:07d},2024-0{n % 9 + 1}-01\n"
            )


if __name__ == "__main__":
    sys.exit(main())

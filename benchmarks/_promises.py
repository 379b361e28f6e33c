"""The promises of speed, and what a figure comes to beside its promise.

A script says each of its figures once, by name: `figure("sales import", 61_234, database, size=1_000_000)`. The line
that is printed names the verdict first, then the figure, its aim, and what the bare engine or view did in the same run:

    [kept    ] sales import: 61,234 lines/s, aim at least 50,000 (sqlite); 2.1 times the bare engine

`kept` is at or past the aim, `near` short of it by a fifth at most, `broken` by more: the script then ends with 1.
`unjudged` is a figure below the size that the promise speaks of.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

LENIENCE = 0.2


@dataclass(frozen=True)
class Promise:
    """An aim, one for both databases or one for each; `is_least` says that more is better. It speaks of `size` and more."""

    aim: float | Mapping[str, float]
    unit: str
    is_least: bool = False
    size: int = 0

    def aim_on(self, database: str) -> float | None:
        """The aim on this database; None when nothing is promised there."""
        return self.aim.get(database) if isinstance(self.aim, Mapping) else self.aim


PROMISES = {
    "list and customer page": Promise(400, "requests/s", is_least=True),
    "failed requests": Promise(0, "requests"),
    "list, filter, sort": Promise(50, "ms"),
    "customer": Promise(300, "ms"),
    "search": Promise(500, "ms"),
    "today": Promise(1_000, "ms"),
    "slowest page": Promise(1_000, "ms", size=100_000),
    "sales import": Promise({"sqlite": 50_000, "postgresql": 25_000}, "lines/s", is_least=True, size=1_000_000),
    "sales import, memory": Promise(512, "MiB", size=1_000_000),
    "same sales again, memory": Promise(512, "MiB", size=1_000_000),
    "customer import": Promise({"sqlite": 8_000, "postgresql": 5_000}, "rows/s", is_least=True, size=100_000),
    "valuation": Promise({"sqlite": 15, "postgresql": 20}, "s", size=10_000_000),
    "valuation, memory": Promise(2_560, "MiB", size=10_000_000),
    "valuation against a bare group-by": Promise(10, "times", size=10_000_000),
    "reading a workbook": Promise(20_000, "rows/s", is_least=True, size=1_000_000),
    "reading a file, memory": Promise(512, "MiB", size=1_000_000),
    "writers refused beside an import": Promise(0, "writes"),
    "bg_nbd against a peer": Promise(20, "times", is_least=True, size=1_000_000),
    "gamma_gamma against a peer": Promise(10, "times", is_least=True, size=1_000_000),
    "pareto_nbd against a peer": Promise(5, "times", is_least=True, size=20_000),
    "rfm and abc against sql": Promise(1.2, "times", size=10_000_000),
    "rfm and abc against polars": Promise(1, "times", size=10_000_000),
    "rfm and abc against pandas": Promise(1, "times", size=10_000_000),
    "valuation, everything anew": Promise(60, "s", size=10_000_000),
    "incremental run against a full one": Promise(0.5, "times", size=10_000_000),
    "incremental run, engine": Promise(10, "s", size=10_000_000),
    "incremental run, facts read and written": Promise(2, "percent", size=10_000_000),
    "valuation with all parts": Promise(60, "s", size=10_000_000),
    "valuation with all parts, memory": Promise(4_096, "MiB", size=10_000_000),
    "nightly run with all parts": Promise(10, "s", size=10_000_000),
    "nightly run with all parts against a full one": Promise(0.5, "times", size=10_000_000),
    "nightly run with all parts, facts read and written": Promise(2, "percent", size=10_000_000),
    "set-up, cold": Promise(90, "s"),
    "set-up, warm": Promise(5, "s"),
}  # fmt: skip


def verdict(promise: Promise, value: float, database: str, size: int | None = None) -> str:
    """kept, near, broken or unjudged; `size` None means that the figure was taken at full size."""
    aim = promise.aim_on(database)
    if aim is None or (size is not None and size < promise.size):
        return "unjudged"
    kept, near = aim, aim * (1 - LENIENCE if promise.is_least else 1 + LENIENCE)
    if promise.is_least:
        return "kept" if value >= kept else "near" if value >= near else "broken"
    return "kept" if value <= kept else "near" if value <= near else "broken"


@dataclass
class Book:
    """The figures of one run of a script."""

    said: list[str] = field(default_factory=list)

    def figure(
        self, name: str, value: float, database: str, *, size: int | None = None, beside: str = ""
    ) -> str:
        """Prints the line and gives its verdict. Raises KeyError for a name without a promise."""
        promise = PROMISES[name]
        word, aim = verdict(promise, value, database, size), promise.aim_on(database)
        asked = (
            "no aim here" if aim is None else f"aim at {'least' if promise.is_least else 'most'} {told(aim)}"
        )
        where = f"{database}, {size:,}" if size is not None else database
        after = f"; {beside}" if beside else ""
        print(f"[{word:8}] {name}: {told(value)} {promise.unit}, {asked} ({where}){after}", flush=True)
        self.said.append(word)
        return word

    def exit_code(self) -> int:
        """1 when a promise was broken."""
        return int("broken" in self.said)


def told(value: float) -> str:
    """1,234 or 12.3 or 1.23: three figures are enough."""
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


book = Book()


def sized(full: int, small: int) -> int:
    """The size to take when none is asked for: `make bench SIZE=small` sets KEMAI_BENCH_SIZE."""
    return small if os.environ.get("KEMAI_BENCH_SIZE") == "small" else full

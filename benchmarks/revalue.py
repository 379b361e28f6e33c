"""How long a valuation of the whole company takes, from a current ledger to results that pages show.

Fills an empty database with the synthetic company of `--customers` and `--sales` lines (or takes a copy of the data
folder `--company`), then prints wall and CPU seconds until pages show the result, the engine's part beside DuckDB's bare
group-by over the same Parquet in the same run, and the peak memory of the valuation: for a first one, and for one with a
run before it to compare with. CPU is that of this process and of its ended children, not of a database server.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from _bench import TODAY, Took, fresh_company, measured, vendor
from _promises import book, sized

BARE = """CREATE OR REPLACE TABLE t AS SELECT customer_id, sum(amount_fen) s, max(day) d, count(*) n
FROM read_parquet(?) GROUP BY customer_id"""


def main() -> int:
    """Fills, values twice, prints; 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=sized(1_000_000, 20_000))
    parser.add_argument("--sales", type=int, default=sized(10_000_000, 200_000))
    parser.add_argument("--company", help="the data folder of a company loaded by demo-data into SQLite")
    with fresh_company(parser) as (asked, _folder):
        if not asked.company:
            fill(asked.customers, asked.sales)
        refresh()
        bare = bare_group_by()
        print(f"bare group-by: {bare.wall:.2f} s wall, {bare.cpu:.2f} s CPU", flush=True)
        for name, back in (("first valuation", 30), ("valuation with changes", 0)):
            value_everybody(name, back, bare)
    return book.exit_code()


def fill(customers: int, sales: int) -> None:
    """The synthetic company and its facts."""
    from kemai.oversight.demo.synthetic.load import load_synthetic

    with measured() as took:
        load_synthetic(
            customers=customers, sales=sales, seed=1, today=TODAY, password="lan-ting-2026", with_search=False
        )
    print(f"fill without search words: {took.told(sales, 'lines')}", flush=True)


def refresh() -> None:
    """The facts, from nothing where the company is new."""
    from kemai.business.trade.facts import refresh_facts

    with measured() as took:
        facts = refresh_facts()
    print(f"facts: {took.told(facts.rows, 'lines')}", flush=True)


def bare_group_by() -> Took:
    """The best of three runs of the least that any valuation has to do."""
    import duckdb

    from kemai.business.trade.facts import current_facts

    paths = [str(path) for path in current_facts().paths]
    runs = []
    for _ in range(3):
        with duckdb.connect(config={"threads": 2}) as engine, measured() as took:
            engine.execute(BARE, [paths])
        runs.append(took)
    return min(runs, key=lambda each: each.cpu)


def value_everybody(name: str, days_back: int, bare: Took) -> None:
    """One valuation; what happens after pages show it is told apart."""
    from kemai.business.valuation.actions import revaluing
    from kemai.foundation.access.actor import system_actor

    with timed_engine(revaluing) as engine, measured() as took:
        run = revaluing.revalue(actor=system_actor(TODAY), as_of=TODAY - timedelta(days=days_back))
    print(
        f"{name}: visible after {run.seconds:.1f} s wall, {took.wall:.1f} s wall and {took.cpu:.1f} s CPU to the end, "
        f"{run.customers:,} customers, {run.facts:,} lines, peak {run.peak_mib:,.0f} MiB ({vendor()})\n"
        f"  engine {engine.wall:.1f} s wall, {engine.cpu:.1f} s CPU: {engine.wall / bare.wall:.1f} times the bare "
        f"group-by by wall, {engine.cpu / bare.cpu:.1f} by CPU",
        flush=True,
    )
    of = {"size": run.facts}
    book.figure("valuation", run.seconds, vendor(), **of, beside=name)
    book.figure("valuation, memory", run.peak_mib, vendor(), **of, beside=name)
    book.figure(
        "valuation against a bare group-by",
        engine.cpu / max(bare.cpu, 1e-9),
        vendor(),
        **of,
        beside=f"{name}, by CPU",
    )


@contextmanager
def timed_engine(revaluing: object) -> Iterator[Took]:
    """Measures the engine's part of a valuation."""
    library = revaluing.value  # type: ignore[attr-defined]
    real, total = library.revalue, Took()

    def timed(*given: object, **named: object) -> object:
        with measured() as took:
            found = real(*given, **named)
        total.wall, total.cpu = took.wall, took.cpu
        return found

    library.revalue = timed
    try:
        yield total
    finally:
        library.revalue = real


if __name__ == "__main__":
    sys.exit(main())

"""How long a valuation of the whole company takes, from a current ledger to results that pages show.

Fills an empty database with the synthetic company of `--customers` and `--sales` lines (or takes a copy of the data
folder `--company`), then prints wall and CPU seconds until pages show the result, the engine's part beside DuckDB's bare
group-by over the same Parquet in the same run, and the peak memory of the valuation: for a first one, for one with a run
before it to compare with, for a nightly one after 1 % of the lines changed (with what it read and wrote of the facts), and
for a full one from the database, which has to find the same. CPU is that of this process and of its ended children, not of
a database server.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

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
        value_one_night(bare)
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
    """The facts and their condensed months, from nothing where the company is new."""
    from kemai.business.trade.facts import condensed_facts, refresh_facts

    with measured() as took:
        facts = refresh_facts()
    print(f"facts: {took.told(facts.rows, 'lines')}", flush=True)
    with measured() as took:
        condensed = condensed_facts(facts)
    print(
        f"condensed months: {took.told(facts.rows, 'lines')}, {mb(condensed):,.1f} MB beside {mb(facts.paths):,.1f} MB of lines",
        flush=True,
    )


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
    run, _took, engine = valued(name, bare, days_back)
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


def value_one_night(bare: Took) -> None:
    """1 % of the lines change, the newest; then the run of the night, and the same from nothing."""
    from kemai.business.trade.facts import condensed_facts, current_facts

    before = current_facts()
    changed = change_newest(before.rows // 100)
    run, night, engine = valued(f"nightly, {changed:,} lines changed", bare)
    after = current_facts()
    touched = [path for path in after.paths if path not in set(before.paths)]
    condensed = condensed_facts(after)
    written = [path for path in condensed if path.name in {each.name for each in touched}]
    percent = 100 * mb(touched) / mb(after.paths)
    print(
        f"nightly: {len(touched)} of {len(after.paths)} files, {mb(touched):,.1f} of {mb(after.paths):,.1f} MB of lines "
        f"written and read; {mb(written):,.1f} MB of condensed files written, {mb(condensed):,.1f} MB read",
        flush=True,
    )
    full_run, full, _engine = valued("full", bare, is_full=True)
    if run.result_hash != full_run.result_hash:
        raise SystemExit("the nightly run and the full run find different things")
    of = {"size": run.facts}
    ratio = (night.cpu + night.server) / (full.cpu + full.server)
    beside = f"by CPU, {night.wall / full.wall:.2f} by wall; results equal"
    book.figure("incremental run against a full one", ratio, vendor(), **of, beside=beside)
    book.figure("incremental run, engine", engine.wall, vendor(), **of, beside=f"{engine.cpu:.1f} s CPU")
    book.figure(
        "incremental run, facts read and written",
        percent,
        vendor(),
        **of,
        beside=f"{len(touched)} of {len(after.paths)} files anew",
    )
    book.figure(
        "valuation, everything anew", full_run.seconds, vendor(), **of, beside=f"{full_run.peak_mib:,.0f} MiB"
    )


def change_newest(count: int) -> int:
    """So many of the newest lines have another amount, as after an import; gives how many."""
    from django.db.models import F

    from kemai.business.trade.facts import note_dirty
    from kemai.business.trade.models import SaleLine

    newest = SaleLine.objects.order_by("-day", "-pk")
    [since] = newest.values_list("day", flat=True)[count : count + 1]
    lines = SaleLine.objects.filter(day__gt=since)
    note_dirty(lines.order_by().values_list("day", flat=True).distinct())
    return lines.update(amount_fen=F("amount_fen") + 100)


def mb(paths: Iterable[Path]) -> float:
    """Megabytes of files."""
    return sum(path.stat().st_size for path in paths) / 1e6


def valued(name: str, bare: Took, days_back: int = 0, *, is_full: bool = False) -> tuple[Any, Took, Took]:
    """The run, what it took in all, and what its engine took; printed in one paragraph."""
    from kemai.business.valuation.actions import revaluing
    from kemai.foundation.access.actor import system_actor

    as_of = TODAY - timedelta(days=days_back)
    with timed_engine(revaluing) as engine, measured() as took:
        run = revaluing.revalue(actor=system_actor(TODAY), as_of=as_of, is_full=is_full)
    print(
        f"{name}: visible after {run.seconds:.1f} s wall, {took.wall:.1f} s wall and {took.cpu:.1f} s CPU to the end, "
        f"{run.customers:,} customers, {run.facts:,} lines, peak {run.peak_mib:,.0f} MiB ({vendor()})\n"
        f"  engine {engine.wall:.1f} s wall, {engine.cpu:.1f} s CPU: {engine.wall / bare.wall:.1f} times the bare "
        f"group-by by wall, {engine.cpu / bare.cpu:.1f} by CPU; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return run, took, engine


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

"""How long a valuation of the whole company takes, from a current ledger to results that pages show.

Fills an empty test database (SQLite in a temporary folder unless KEMAI_DATABASE_URL is set) with `--customers` and
`--sales` lines, then prints wall and CPU seconds, the engine's part beside DuckDB's bare group-by over the same
Parquet in the same run, and the peak memory of the process.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

TODAY, DAYS, CHUNK = date(2026, 11, 22), 900, 200_000


def main() -> None:
    """Fills, values twice, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--sales", type=int, default=200_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            KEMAI_MODE="test", KEMAI_DATA_DIR=folder, DJANGO_SETTINGS_MODULE="kemai.config.settings"
        )
        import django

        django.setup()
        fill(asked.customers, asked.sales)
        measure()


def fill(customers: int, sales: int) -> None:
    """The same company at every run: a few customers buy most, over two and a half years."""
    from django.core.management import call_command

    from kemai.business.archives.models import Customer
    from kemai.foundation.batches.models import Batch

    call_command("migrate", verbosity=0)
    if Customer.objects.exists():
        raise SystemExit("这个库里已经有客户，换一个空的。")
    rows = (Customer(code=f"KH-{n:07d}", name=f"客户{n}", name_key=f"客户{n}") for n in range(customers))
    Customer.objects.bulk_create(rows, batch_size=2_000)
    first = Customer.objects.order_by("pk").values_list("pk", flat=True)[0]
    batch = Batch.objects.create(kind="sales", status=Batch.Status.LANDED)
    for start in range(0, sales, CHUNK):
        _lines(start, min(CHUNK, sales - start), sales, first, customers, batch.pk)


def _lines(start: int, count: int, total: int, first: int, customers: int, batch_id: int) -> None:
    import numpy as np
    import polars as pl
    from django.db import transaction

    from kemai.business.trade.models import SaleLine
    from kemai.oversight.exchange.landing import bulk

    dice, numbers = np.random.default_rng(start), np.arange(start, start + count)
    amount = (dice.lognormal(9, 1.2, count)).astype(np.int64) + 1
    days = [TODAY - timedelta(days=DAYS - 1 - int(n) * DAYS // total) for n in numbers]
    rows = pl.DataFrame(
        {
            "line_key": [f"S{n}" for n in numbers], "order_no": [f"S{n // 2}" for n in numbers],
            "line_no": ["1"] * count, "day": days, "customer_id": first + (customers * dice.random(count) ** 2).astype(np.int64),
            "product_id": pl.Series([None] * count, dtype=pl.Int64), "quantity_milli": np.full(count, 1000),
            "amount_fen": amount, "cost_fen": amount * 7 // 10, "kind": ["sale"] * count, "status": ["delivered"] * count,
        }
    )  # fmt: skip
    with transaction.atomic():
        bulk.insert(SaleLine, rows, batch_id=batch_id, ended_by=None)


def measure() -> None:
    """Facts, then a first valuation, then one with a run to compare with."""
    import duckdb

    from kemai.business.trade.facts import refresh_facts
    from kemai.business.valuation.actions import revaluing
    from kemai.foundation.access.actor import system_actor

    with timed("facts from nothing"):
        facts = refresh_facts()
    paths = [str(path) for path in facts.paths]
    bare = timed_call(
        lambda: duckdb.connect(config={"threads": 2}).execute(
            "CREATE TABLE t AS SELECT customer_id, sum(amount_fen) s, max(day) d, count(*) n "
            "FROM read_parquet(?) GROUP BY customer_id", [paths],
        )
    )  # fmt: skip
    engine: list[float] = []
    real = revaluing.value.revalue
    revaluing.value.revalue = lambda *given, **named: _noted(engine, lambda: real(*given, **named))
    for name, day in (("first valuation", TODAY - timedelta(days=30)), ("valuation with changes", TODAY)):
        with timed(name):
            run = revaluing.revalue(actor=system_actor(TODAY), as_of=day)
        print(f"  {run.customers:,} customers, {run.facts:,} lines, engine {engine[-1]:.1f} s")
    print(f"bare group-by {bare:.2f} s, engine {engine[-1] / bare:.1f} times that")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


def _noted(kept: list[float], call: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    found = call()
    kept.append(time.perf_counter() - started)
    return found


def timed_call(call: Callable[[], Any]) -> float:
    """Wall seconds of the second of two calls."""
    call()
    kept: list[float] = []
    _noted(kept, call)
    return kept[0]


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Prints wall and CPU seconds of the block."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    print(
        f"{name}: {time.perf_counter() - wall:.1f} s wall, {time.process_time() - cpu:.1f} s CPU", flush=True
    )


if __name__ == "__main__":
    main()

"""A made ledger as monthly Parquet files of `value.facts.SALES`, of any size, in little memory: one month after another.

Few customers buy most, as they do everywhere; an order has one to five lines on one day; one line in fifty is a return.
The same numbers give the same files.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kemai.value import facts
from kemai.value.windows import months_before

MONTHS = 30
AS_OF = date(2026, 11, 22)
EPOCH = date(1970, 1, 1)


def write_ledger(folder: Path, customers: int, lines: int) -> list[Path]:
    """The files in the order of their months."""
    folder.mkdir(parents=True, exist_ok=True)
    codes = customer_codes(customers)
    return [
        write_month(folder, first, codes, lines // MONTHS + (number < lines % MONTHS), seed=number)
        for number, first in enumerate(months())
    ]


def months() -> list[date]:
    """The first days of the ledger's months, the last one up to the as-of date."""
    return [months_before(AS_OF.replace(day=1), back) for back in range(MONTHS - 1, -1, -1)]


def customer_codes(customers: int) -> pa.Array:
    """K0000000 and so on."""
    return pa.array([f"K{number:07d}" for number in range(customers)])


def write_month(folder: Path, first: date, codes: pa.Array, lines: int, *, seed: int) -> Path:
    """One month's file."""
    path = folder / f"{first:%Y-%m}.parquet"
    pq.write_table(
        month_of_lines(first, codes, lines, seed), path, compression="zstd", row_group_size=122_880
    )
    return path


def month_of_lines(first: date, codes: pa.Array, lines: int, seed: int) -> pa.Table:
    """So many lines of one month as an Arrow table."""
    random = np.random.default_rng([seed, lines])
    order = np.repeat(np.arange(lines), random.integers(1, 6, lines))[:lines]  # which order a line is of
    customer = (random.random(lines) ** 2 * len(codes)).astype(np.int64)[order]
    after = min(months_before(first, -1), date.fromordinal(AS_OF.toordinal() + 1))
    day = random.integers(0, (after - first).days, lines)[order] + (first - EPOCH).days
    is_return = random.random(lines) < 0.02
    amount = np.round(random.lognormal(11, 1.2, lines)).astype(np.int64) * np.where(is_return, -1, 1)
    numbers = pa.array(order + seed * 100_000_000)
    columns: dict[str, Any] = {
        "customer_id": codes.take(pa.array(customer)),
        "order_no": numbers.cast(pa.string()),
        "day": pa.array(day.astype(np.int32)).cast(pa.date32()),
        "amount_fen": pa.array(amount),
        "cost_fen": pa.array(amount * random.integers(60, 95, lines) // 100),
        "quantity_milli": pa.array(random.integers(1, 500, lines) * 1_000),
        "product_code": pa.array(random.integers(0, 2_000, lines)).cast(pa.string()),
        "kind": pa.array(["sale", "return"]).take(pa.array(is_return.astype(np.int8))),
        "status": pa.repeat(pa.scalar("delivered"), lines),
    }
    schema: Any = facts.SALES.arrow_schema()
    return pa.table([columns[name] for name in schema.names], schema=schema)


def people(customers: int) -> pa.Table:
    """The customers as `value.facts.CUSTOMERS`."""
    schema: Any = facts.CUSTOMERS.arrow_schema()
    numbers = np.arange(customers)
    columns = {
        "customer_id": customer_codes(customers), "customer_key": pa.array(numbers + 1),
        "state": pa.repeat(pa.scalar("actual"), customers), "type": pa.repeat(pa.scalar("enterprise"), customers),
        "unit_id": pa.array(numbers % 7), "owner_id": pa.array(numbers % 200),
        "since": pa.nulls(customers, pa.date32()),
    }  # fmt: skip
    return pa.table([columns[name] for name in schema.names], schema=schema)

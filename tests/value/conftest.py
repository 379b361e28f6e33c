"""The ten customers of definitions 3.1 and 3.2, and small builders that the value tests share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

AS_OF = date(2026, 6, 30)
# code -> days since the last order, orders in the window, sales in the window (yuan)
TEN = {
    "C01": (2, 24, 480_000),
    "C02": (10, 12, 300_000),
    "C03": (29, 15, 90_000),
    "C04": (46, 6, 120_000),
    "C05": (61, 8, 60_000),
    "C06": (91, 4, 45_000),
    "C07": (140, 5, 30_000),
    "C08": (181, 2, 20_000),
    "C09": (272, 2, 8_000),
    "C10": (333, 1, 5_000),
}
DATA = Path(__file__).parents[3] / "shared" / "data"


def line(code: str | None, day: date, amount: float, order: str = "", kind: str = "sale") -> dict[str, Any]:
    return {
        "customer_id": code,
        "order_no": order or f"{code}-{day}",
        "day": day,
        "amount": amount,
        "kind": kind,
    }


@pytest.fixture(scope="session")
def as_of() -> date:
    return AS_OF


@pytest.fixture(scope="session")
def ten_sales() -> pa.Table:
    """Lines that give the ten customers exactly their recency, frequency and money."""
    rows = []
    for code, (days, orders, amount) in TEN.items():
        last = AS_OF - timedelta(days=days)
        rows += [line(code, last - timedelta(days=i), amount if i == 0 else 0) for i in range(orders)]
    return pa.Table.from_pylist(rows)


@pytest.fixture(scope="session")
def ten_values() -> pa.Table:
    return pa.table({"customer_id": list(TEN), "value": [float(amount) for _, _, amount in TEN.values()]})


@pytest.fixture(scope="session")
def rows_of() -> Callable[[Any], dict[str, dict[str, Any]]]:
    """A result as a dict of rows by customer."""
    return lambda table: {row["customer_id"]: row for row in table.to_pyarrow().to_pylist()}

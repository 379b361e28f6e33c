"""CDNOW, read where it lies: customers of the tenth sample watched until 30 September 1997, in weeks."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from kemai import value

DATA = Path(__file__).parents[4] / "shared" / "data"
UNTIL = date(1997, 9, 30)


def sales_of(rows: list[list[str]]) -> pa.Table:
    """Sale lines of (customer, day as YYYYMMDD, dollars)."""
    return pa.Table.from_pylist([
        {
            "customer_id": customer,
            "order_no": f"{customer}-{i}",
            "day": datetime.strptime(day, "%Y%m%d").date(),
            "amount": float(amount),
        }
        for i, (customer, day, amount) in enumerate(rows)
    ])  # fmt: skip


@pytest.fixture(scope="session")
def cdnow_sales():
    path = DATA / "CDNOW_sample.txt"
    if not path.exists():
        pytest.skip("CDNOW is not here")
    lines = [line.split() for line in path.read_text().splitlines() if line.strip()]
    return sales_of([[sample, day, dollars] for _master, sample, day, _cds, dollars in lines])


@pytest.fixture(scope="session")
def cdnow(cdnow_sales):
    """The summary as pandas, in the order of the customers."""
    table = value.lifetime.summary(cdnow_sales, UNTIL).to_pandas()
    return table.sort_values("customer_id").reset_index(drop=True)

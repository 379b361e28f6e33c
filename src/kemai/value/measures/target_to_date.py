"""How much of its target a customer should have reached by a day: each period counts for its days that are over.

`target = sum(amount * days of the period up to the day / days of the period)` over the periods of the year. Where a
customer has targets of several lengths, the shortest count: months before quarters before the year.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kemai.value.errors import FactError
from kemai.value.exact import to_yuan
from kemai.value.windows import as_date, months_before

if TYPE_CHECKING:
    from ibis.expr.types import Table

_PERIOD = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")


def period_days(period: str) -> tuple[date, date, int]:
    """First and last day of 2026, 2026-Q1 or 2026-01, and its months. FactError for any other text.

    >>> period_days("2026-Q1")
    (datetime.date(2026, 1, 1), datetime.date(2026, 3, 31), 3)
    """
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise FactError(f"period：看不懂 {period}", code="bad_period", column="period")
    year, quarter, month = found.groups()
    months = 3 if quarter else 1 if month else 12
    first = date(int(year), int(quarter) * 3 - 2 if quarter else int(month or 1), 1)
    return first, months_before(first, -months) - timedelta(days=1), months


def share_over(period: str, as_of: date) -> Fraction:
    """Which part of a period is over at the end of a day.

    >>> share_over("2026-Q2", date(2026, 4, 30)), share_over("2026-12", date(2026, 4, 30))
    (Fraction(30, 91), Fraction(0, 1))
    """
    first, last, _months = period_days(period)
    over = (min(as_date(as_of), last) - first).days + 1
    return Fraction(max(over, 0), (last - first).days + 1)


def target_to_date(targets: Any, as_of: date) -> Table:
    """`targets` has customer_id, period, amount (yuan). One row a customer with a target in the year of `as_of` that has
    begun: customer_id, target (yuan)."""
    import ibis
    import pyarrow as pa

    from kemai.value.reading import read
    from kemai.value.tables import shaped

    rows = shaped(targets, {"customer_id": "text", "period": "text", "amount": "money"})
    year = str(as_date(as_of).year)
    names = [
        name
        for name in rows.select("period").distinct().to_pyarrow()["period"].to_pylist()
        if name[:4] == year
    ]
    known = read(
        pa.table(
            {
                "period": pa.array(names, pa.string()),
                "months": pa.array([period_days(name)[2] for name in names], pa.int64()),
                "over": pa.array([float(share_over(name, as_of)) for name in names], pa.float64()),
            }
        )
    )
    rows = rows.inner_join(known.filter(known.over > 0), "period")
    rows = rows.mutate(shortest=rows.months.min().over(ibis.window(group_by="customer_id")))
    rows = rows.filter(rows.months == rows.shortest)
    sums = rows.group_by("customer_id").aggregate(
        fen=(rows.amount_fen * rows.over).sum().round().cast("int64")
    )
    return sums.select("customer_id", target=to_yuan(sums.fen))

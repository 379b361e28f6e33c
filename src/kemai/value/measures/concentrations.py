"""How the concentration of sales went over time: HHI and the share of the best fifth at each of several days (3.16).

At each day count the net sales of the 12 months that end there; `HHI = sum(share^2) * 10,000`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.exact import sum_of, sum_or_zero
from kemai.value.windows import as_date, months_start

if TYPE_CHECKING:
    from ibis.expr.types import Table


def concentrations(sales: Any, days: Sequence[date]) -> Table:
    """`sales` as for `rfm`. One row a day: day, n (customers with an order or return in the 12 months), total (yuan),
    hhi, top20_share (percent); both null where nothing was sold."""
    from kemai.value.tables import sale_lines

    return concentration_rows(trailing_sales(sale_lines(sales), days))


def trailing_sales(lines: Table, days: Sequence[date]) -> Table:
    """customer_id, day, fen: the net sales of the 12 months that end at each of the days, of those that have a line."""
    import ibis
    from ibis import _

    ends = sorted(set(map(as_date, days)))
    lines = lines.filter((lines.day >= min(map(months_start, ends))) & (lines.day <= ends[-1]))
    sums = trailing_sums(lines, ends)
    wide = lines.group_by("customer_id").aggregate(**sums).mutate(place=ibis.range(len(ends)).unnest())
    return wide.select(
        "customer_id",
        day=ibis.array([ibis.literal(day) for day in ends])[wide.place],
        fen=ibis.array([wide[name] for name in sums])[wide.place],
    ).filter(_.fen.notnull())


def trailing_sums(lines: Table, days: Sequence[date]) -> dict[str, Any]:
    """trailing_0, trailing_1 …: the net sales of the 12 months that end at each of the days, as sums of lines, null over
    none. One group of a customer for all the days is cheaper than one a day."""
    return {
        f"trailing_{n}": sum_of(lines.amount_fen, where=lines.day.between(months_start(day), day))
        for n, day in enumerate(days)
    }


def concentration_rows(trailing: Table) -> Table:
    """The result of `concentrations` from the rows of `trailing_sales`, of all customers or of some."""
    import ibis

    rows = trailing.select("day", positive=(trailing.fen > 0).ifelse(trailing.fen, 0))
    rows = rows.mutate(place=ibis.row_number().over(group_by="day", order_by=ibis.desc("positive")))
    counts = rows.group_by("day").aggregate(customers=rows.count())
    # Half up on whole numbers, as `pareto` rounds: a fifth of the customers, at least one.
    top = ibis.greatest(((counts.customers * 2 + 5) / 10).floor().cast("int64"), 1)
    rows = rows.inner_join(counts.select("day", top=top), "day")
    squares = (rows.positive.cast("float64") * rows.positive.cast("float64")).sum()
    sums = rows.group_by("day").aggregate(
        n=rows.count(), fen=sum_or_zero(rows.positive), squares=squares,
        best=sum_or_zero(rows.positive, where=rows.place < rows.top),
    )  # fmt: skip
    total = sums.fen.nullif(0).cast("float64")
    return sums.select(
        "day", "n", total=sums.fen / 100, hhi=sums.squares * 10_000 / (total * total), top20_share=sums.best * 100.0 / total
    )  # fmt: skip

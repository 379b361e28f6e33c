"""One order for every scheme: value falling, historical amount falling, customer code by code point.

Ranks and running sums are computed once for a measure and shared by all schemes that use it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kemai.value.exact import sum_of, whole
from kemai.value.schemes.methods import Totals

if TYPE_CHECKING:
    from ibis.expr.types import Column, IntegerColumn, Table


def rank_columns(
    population: Column, value: IntegerColumn, history: IntegerColumn, code: Column, name: str
) -> dict[str, Any]:
    """`<name>__rank` from 1 and `<name>__before`, the sum of the positive values of those ranked before.

    Rows whose value is null have neither, and stand last in the order.
    """
    import ibis

    order = [value.desc(), history.desc(), code.asc()]
    row = ibis.row_number().over(ibis.window(group_by=population, order_by=order)) + 1
    positive = ibis.greatest(value, 0)
    running = whole(
        positive.sum().over(ibis.window(group_by=population, order_by=order, preceding=None, following=0))
    )
    ranked = value.notnull()
    return {
        f"{name}__rank": ranked.ifelse(row, None).cast("int64"),
        f"{name}__before": ranked.ifelse(running - positive, None).cast("int64"),
    }


def totals(table: Table, columns: Mapping[str, str]) -> dict[str, dict[str, Totals]]:
    """For each name (its value column given) and population: how many are ranked, and their positive sum."""
    if not columns:
        return {}
    values = {name: table[column] for name, column in columns.items()}
    counts = {f"{name}__n": value.count() for name, value in values.items()}
    sums = {f"{name}__total": sum_of(value, where=value > 0) for name, value in values.items()}
    rows: Sequence[dict[str, Any]] = (
        table.group_by("population")
        .aggregate(**counts, **sums)
        .order_by("population")
        .to_pyarrow()
        .to_pylist()
    )
    return {
        name: {row["population"]: Totals(int(row[f"{name}__n"]), int(row[f"{name}__total"])) for row in rows}
        for name in columns
    }

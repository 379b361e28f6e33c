"""One order for every scheme: value falling, historical amount falling, customer code by code point.

Ranks and running sums are computed once for a measure and shared by all schemes that use it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kemai.value.exact import whole
from kemai.value.reading import few_rows
from kemai.value.schemes.methods import Totals

if TYPE_CHECKING:
    from ibis.expr.types import Column, IntegerColumn, Table


def rank_columns(
    population: Column | str | None,
    value: IntegerColumn,
    history: IntegerColumn,
    code: Column,
    name: str,
    running: bool = True,
) -> dict[str, Any]:
    """`<name>__rank` from 1 and, if `running`, `<name>__before`: the positive values of those ranked before.

    Rows whose value is null have neither, and stand last in the order. A population of None is everybody: one
    sort without partitions, which an engine can share among its threads.
    """
    import ibis

    order = [value.desc(), history.desc(), code.asc()]
    ranked = value.notnull()
    row = ibis.row_number().over(ibis.window(group_by=population, order_by=order)) + 1
    columns = {f"{name}__rank": ranked.ifelse(row, None).cast("int64")}
    if running:
        positive = ibis.greatest(value, 0)
        frame = ibis.window(group_by=population, order_by=order, preceding=None, following=0)
        before = whole(positive.sum().over(frame)) - positive
        columns[f"{name}__before"] = ranked.ifelse(before, None).cast("int64")
    return columns


def totals(table: Table, columns: Mapping[str, str]) -> dict[str, dict[str, Totals]]:
    """For each name (its value column given) and population: how many are ranked, and their positive sum."""
    if not columns:
        return {}
    values = {name: table[column] for name, column in columns.items()}
    counts = {f"{name}__n": value.count() for name, value in values.items()}
    sums = {
        f"{name}__total": whole(value.sum(where=value > 0)).fill_null(0) for name, value in values.items()
    }
    rows = few_rows(table.group_by("population").aggregate(**counts, **sums).order_by("population"))
    return {
        name: {row["population"]: Totals(int(row[f"{name}__n"]), int(row[f"{name}__total"])) for row in rows}
        for name in columns
    }

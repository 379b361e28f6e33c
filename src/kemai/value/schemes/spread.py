"""How far several ways to class a customer disagree about it (S2.13).

The place of a class is 0 for the best and 1 for the last of its scheme; the spread is the largest place less the
smallest, so that 1 says that one scheme has the customer on top and another at the bottom.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ibis.expr.types import Table


def class_spread(classes: Mapping[str, str | None], order: Mapping[str, Sequence[str]]) -> Fraction | None:
    """The spread of one customer: `classes` by scheme (None is no class), `order` the classes of each, best first.

    None where fewer than two schemes class it.

    >>> class_spread({"abc": "A", "pyramid": "small"}, {"abc": "ABC", "pyramid": ("key", "major", "ordinary", "small")})
    Fraction(1, 1)
    """
    places = [
        Fraction(list(order[key]).index(label), max(len(order[key]) - 1, 1))
        for key, label in classes.items()
        if label is not None
    ]
    return max(places) - min(places) if len(places) > 1 else None


def class_spreads(table: Any, order: Mapping[str, Sequence[str]]) -> Table:
    """The same for a table with customer_id and a column of classes a scheme: customer_id, spread (0 to 1 or null)."""
    import ibis

    from kemai.value.tables import one_row_each, shaped

    rows = shaped(table, {"customer_id": "text"}, dict.fromkeys(order, "text"))
    rows = one_row_each(rows, "customer_id")
    zero = ibis.literal(0, "int64")
    known = sum((rows[key].notnull().cast("int64") for key in order), zero)
    places = {key: _place(rows[key], order[key]) for key in order}
    lowest = ibis.least(*(place.fill_null(2.0) for place in places.values()))
    highest = ibis.greatest(*(place.fill_null(-1.0) for place in places.values()))
    return rows.select("customer_id", spread=(known > 1).ifelse(highest - lowest, None))


def _place(column: Any, order: Sequence[str]) -> Any:
    import ibis

    last = ibis.literal(
        max(len(order) - 1, 1)
    )  # divided by DuckDB: written out, a fraction is a narrow decimal
    return ibis.cases(*((column == label, ibis.literal(at) / last) for at, label in enumerate(order)))

"""How far several ways to class a customer disagree about it (S2.13).

The place of a class is the middle of the stretch that it takes among all ranked customers, best first: of 15/20/65 %
A stands at 7.5 %, B at 25 %, C at 67.5 %. The spread of a customer is its largest place less its smallest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kemai.value.reading import few_rows

if TYPE_CHECKING:
    from ibis.expr.types import Table


def class_places(counts: Mapping[str, int]) -> dict[str, Fraction]:
    """{class: place, 0 to 1} from the customers of each class, best first; nothing where nobody is classed.

    >>> {label: float(place) for label, place in class_places({"A": 15, "B": 20, "C": 65}).items()}
    {'A': 0.075, 'B': 0.25, 'C': 0.675}
    """
    total, before = sum(counts.values()), 0
    places = {}
    for label, count in counts.items():
        if total:
            places[label] = Fraction(2 * before + count, 2 * total)
        before += count
    return places


def class_spread(
    classes: Mapping[str, str | None], places: Mapping[str, Mapping[str, Fraction]]
) -> Fraction | None:
    """The spread of one customer: `classes` by scheme (None is no class), `places` of the classes by scheme.

    None where fewer than two schemes class it.

    >>> places = {"abc": class_places({"A": 15, "B": 20, "C": 65}), "tiers": class_places({"key": 20, "small": 80})}
    >>> float(class_spread({"abc": "A", "tiers": "small"}, places))
    0.525
    """
    found = [places[key][label] for key, label in classes.items() if label is not None]
    return max(found) - min(found) if len(found) > 1 else None


def class_spreads(table: Any, order: Mapping[str, Sequence[str]]) -> Table:
    """The same for a table with customer_id and a column of classes a scheme, whose classes `order` gives best first:
    customer_id, spread (0 to 1, null where fewer than two schemes class it)."""
    import ibis

    from kemai.value.tables import one_row_each, shaped

    rows = shaped(table, {"customer_id": "text"}, dict.fromkeys(order, "text"))
    rows = one_row_each(rows, "customer_id")
    places = {key: _column(rows[key], found) for key, found in _places(rows, order).items() if found}
    if len(places) < 2:
        return rows.select("customer_id", spread=ibis.null("float64"))
    zero = ibis.literal(0, "int64")
    known = sum((place.notnull().cast("int64") for place in places.values()), zero)
    lowest = ibis.least(*(place.fill_null(2.0) for place in places.values()))
    highest = ibis.greatest(*(place.fill_null(-1.0) for place in places.values()))
    return rows.select("customer_id", spread=(known > 1).ifelse(highest - lowest, None))


def _places(rows: Table, order: Mapping[str, Sequence[str]]) -> dict[str, dict[str, Fraction]]:
    """Of all schemes, by one counting."""
    named = [(key, label) for key, labels in order.items() for label in labels]
    counts = {f"n{at}": rows[key].count(where=rows[key] == label) for at, (key, label) in enumerate(named)}
    [found] = few_rows(rows.aggregate(**counts)) if counts else [{}]
    by_scheme: dict[str, dict[str, int]] = {key: {} for key in order}
    for at, (key, label) in enumerate(named):
        by_scheme[key][label] = found[f"n{at}"]
    return {key: class_places(each) for key, each in by_scheme.items()}


def _column(column: Any, places: Mapping[str, Fraction]) -> Any:
    """Divided by DuckDB: written out, a fraction is a narrow decimal there."""
    import ibis

    return ibis.cases(
        *(
            (column == label, ibis.literal(p.numerator) / ibis.literal(p.denominator))
            for label, p in places.items()
        )
    )

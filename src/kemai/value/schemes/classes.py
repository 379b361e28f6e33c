"""The class column of a scheme: lines joined by population, then one case expression for any method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kemai.value.schemes.definition import SchemeDefinition
from kemai.value.schemes.methods import METHODS, Totals

if TYPE_CHECKING:
    from ibis.expr.types import Table

Lines = Mapping[str, Sequence[int] | None]


@dataclass(frozen=True, slots=True)
class Cut:
    """A scheme with its lines in each population; a population that cannot be cut has None."""

    scheme: SchemeDefinition
    totals: Mapping[str, Totals]
    lines: Lines


def cut(scheme: SchemeDefinition, totals: Mapping[str, Totals]) -> Cut:
    """The scheme's lines for these populations."""
    method = METHODS[scheme.method]
    return Cut(scheme, totals, {name: method.lines(scheme, each) for name, each in totals.items()})


def join_lines(table: Table, cuts: Sequence[Cut]) -> Table:
    """The table with the columns `<key>__line_<i>` and `<key>__cut` (may this population be cut at all)."""
    import ibis

    found = _lines_by_population(cuts)
    if len(found["population"]) == 1:  # everybody: the same for all rows, without a join
        names = [name for name in found if name != "population"]
        return table.mutate(**{name: ibis.literal(found[name][0], type=_kind(name)) for name in names})
    lines = ibis.memtable(found, schema={name: _kind(name) for name in found})
    return table.left_join(lines, "population").drop("population_right")


def _kind(name: str) -> str:
    return "string" if name == "population" else "boolean" if name.endswith("__cut") else "int64"


def _lines_by_population(cuts: Sequence[Cut]) -> dict[str, list[Any]]:
    populations = sorted({name for each in cuts for name in each.lines})
    columns: dict[str, list[Any]] = {"population": populations}
    for each in cuts:
        found = [each.lines.get(name) for name in populations]
        columns[f"{each.scheme.key}__cut"] = [lines is not None for lines in found]
        for i in range(max((len(lines) for lines in found if lines), default=len(each.scheme.classes) - 1)):
            columns[f"{each.scheme.key}__line_{i}"] = [lines[i] if lines else None for lines in found]
    return columns


def class_columns(
    table: Table, scheme: SchemeDefinition, value: Any, rank: Any, before: Any, missing: Any, held: Any = None
) -> dict[str, Any]:
    """`<key>_class` and `<key>_reason` from columns of a table that `join_lines` has prepared.

    `missing` is the reason where the value is null. A value of 0 or less is in the last class of a share method,
    and who is `held` down (a boolean column; none where nobody is) is in the last one wherever the lines lie.
    """
    import ibis

    can_cut = table[f"{scheme.key}__cut"].fill_null(False)
    unranked = rank.isnull()
    label = (
        table[scheme.class_column] if scheme.class_column else _by_lines(table, scheme, value, rank, before)
    )
    if held is not None:
        label = held.ifelse(scheme.classes[-1], label)
    nothing = ibis.null("string")
    no_class = unranked.ifelse(missing, can_cut.ifelse(nothing, ibis.literal("no_positive_total")))
    return {
        f"{scheme.key}_class": (unranked | ~can_cut).ifelse(nothing, label),
        f"{scheme.key}_reason": no_class,
    }


def _by_lines(table: Table, scheme: SchemeDefinition, value: Any, rank: Any, before: Any) -> Any:
    import ibis

    method = METHODS[scheme.method]
    allowed = value > 0 if method.positive_only else ibis.literal(True)
    branches = [
        (allowed & method.inside(value, rank, before, table[f"{scheme.key}__line_{i}"]), name)
        for i, name in enumerate(scheme.classes[:-1])
    ]
    return ibis.cases(*branches, else_=scheme.classes[-1]) if branches else ibis.literal(scheme.classes[-1])

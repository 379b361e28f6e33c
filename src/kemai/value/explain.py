"""Why a customer stands where it stands, what would move it up, and who would move if the cuts were others.

Pure functions over one row of a run's wide table, the scheme and its summary. Amounts are whole base units (fen,
hundredths, thousandths); sentences are the door's business, these are their parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kemai.value.measures.expected import P_STEPS_BP
from kemai.value.measures.quality import is_knocked_out
from kemai.value.schemes.definition import SchemeDefinition
from kemai.value.schemes.methods import METHODS, Totals

Row = Mapping[str, Any]
# measure -> (formula, the columns that go into it)
FORMULAS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "sales_12m": ("sum(amount)", ("sales_12m_fen", "returns_12m_fen", "orders_12m")),
    "sales_all": ("sum(amount)", ("sales_all_fen",)),
    "profit_12m": ("sum(amount - cost)", ("profit_12m_fen", "sales_12m_fen")),
    "quantity_12m": ("sum(quantity)", ("quantity_12m_milli",)),
    "orders_12m": ("count(orders)", ("orders_12m",)),
    "quality_score": (
        "sum(w * 100 * min(x / benchmark, 1))",
        ("sales_12m_fen", "tenure_months", "profit_12m_fen"),
    ),
    "rfm_score": (
        "w_r * R + w_f * F + w_m * M",
        ("recency_days", "rfm_orders", "rfm_sales_fen", "r", "f", "m"),
    ),
    "expected_value:existing": ("CB + AV * P", ("cb_fen", "av_fen", "p_bp")),
    "expected_value:prospect": ("MP * ES * P", ("mp_fen", "es_bp", "p_bp")),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of a "why": the value with its formula and inputs, the place it gave, the lines around it.

    `lines` pair each class but the last with what its line is: a rank, a running sum or a value by method.
    `reason` says why there is no class, or what the value lacks. `move` is the smallest move up, if there is one.
    """

    scheme: str
    measure: str
    unit: str
    formula: str
    inputs: Mapping[str, Any]
    value: int | None
    rank: int | None
    n: int
    label: str | None
    reason: str | None
    lines: Sequence[tuple[str, int]]
    move: Move | None


@dataclass(frozen=True, slots=True)
class Move:
    """The smallest change of the value that moves a customer up to `to`.

    `needed` is the value that is enough, `more` how much that is above today's, `beats` the customer that would be
    overtaken. For expected value `p_bp` is the lowest step of P that would do by itself (None if none would).
    """

    to: str
    more: int
    needed: int
    unit: str
    beats: str | None = None
    p_bp: int | None = None


def explain(row: Row, scheme: SchemeDefinition, summary: Mapping[str, Any]) -> Explanation:
    """Why this row of the wide table has its class; `summary` is the scheme's part of `RevalueResult.schemes`."""
    key, measure = scheme.key, scheme.measure_spec
    found = population_summary(row, summary)
    kind = f"{scheme.measure}:{row['ev_kind']}" if scheme.measure == "expected_value" else scheme.measure
    formula, inputs = FORMULAS.get(kind, (scheme.measure, (measure.column,)))
    notes = {"expected_value": "ev_reason", "profit_12m": "profit_12m_reason"}
    note = row.get(notes.get(scheme.measure, ""))
    return Explanation(
        scheme=key, measure=scheme.measure, unit=measure.unit, formula=formula,
        inputs={name: row.get(name) for name in inputs}, value=row[f"{key}_value"], rank=row[f"{key}_rank"],
        n=found["n"], label=row[f"{key}_class"], reason=row[f"{key}_reason"] or note,
        lines=tuple(zip(scheme.classes, found["lines"] or (), strict=False)),
        move=smallest_move(row, scheme, summary),
    )  # fmt: skip


def population_summary(row: Row, summary: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of a scheme's summary for the population this row was ranked in."""
    empty: dict[str, Any] = {"n": 0, "total": 0, "lines": None, "edges": [], "classes": [], "unranked": {}}
    found: Mapping[str, Any] = summary["populations"].get(row["population"], empty)
    return found


def smallest_move(row: Row, scheme: SchemeDefinition, summary: Mapping[str, Any]) -> Move | None:
    """The smallest rise of the value that moves the customer up one class; None at the top, without a class and for one
    that a gate holds down, whom no rise would help.

    By count, the customer on the line has to be beaten, ties included. By value share the answer is the smaller of
    two moves that are sure to do: overtaking the last member of the class above, or growing the total until the
    sum before the customer falls inside the line.
    """
    label, lines = row[f"{scheme.key}_class"], population_summary(row, summary)["lines"]
    if (
        label is None
        or not lines
        or label not in scheme.classes[1:]
        or is_knocked_out(row.get(f"{scheme.key}_reason"))
    ):
        return None
    needed, to, beats = _nearest(row, scheme, summary, scheme.classes.index(label))
    if needed is None:
        return None
    more, p_bp = needed - row[f"{scheme.key}_value"], None
    if scheme.measure == "expected_value":
        p_bp = lowest_step(row, needed)
    return Move(to, more, needed, scheme.measure_spec.unit, beats, p_bp)


def _nearest(
    row: Row, scheme: SchemeDefinition, summary: Mapping[str, Any], place: int
) -> tuple[int | None, str, str | None]:
    """The value needed for the nearest class above that anybody can be in, its name, and whom it overtakes."""
    found = population_summary(row, summary)
    for above in range(place - 1, -1, -1):
        line, edge = found["lines"][above], found["edges"][above]
        needed, beats = NEEDED[scheme.method](row, scheme, found, line, edge)
        if needed is not None:
            return needed, scheme.classes[above], beats
    return None, scheme.classes[0], None


Needed = tuple[int | None, str | None]


def _needed_by_count(row: Row, scheme: SchemeDefinition, found: Any, line: int, edge: Any) -> Needed:
    if line < 1 or edge is None:
        return None, None
    if row[f"{scheme.key}_rank"] <= line:  # inside by rank, held down only by a value of 0 or less
        return 1, None
    enough = _beats(row, scheme, edge)
    return max(1, enough), edge["code"]


def _needed_by_value(row: Row, scheme: SchemeDefinition, found: Any, line: int, edge: Any) -> Needed:
    value, before = row[f"{scheme.key}_value"], row[f"{scheme.key}_before"]
    place = found["lines"].index(line)
    percent = scheme.cuts[place]
    counted = max(value, 0)
    # before < ceil((total + more) * cut), so (total + more) * cut > before: the least such total.
    numerator, denominator = percent.as_integer_ratio()
    total_needed = before * 100 * denominator // numerator + 1
    grown = max(1, counted + total_needed - found["total"])
    overtaken = _beats(row, scheme, edge) if edge is not None else None
    if overtaken is not None and max(1, overtaken) <= grown:
        return max(1, overtaken), edge["code"]
    return grown, None


def _needed_by_threshold(row: Row, scheme: SchemeDefinition, found: Any, line: int, edge: Any) -> Needed:
    return line, None


NEEDED = {
    "count_share": _needed_by_count,
    "value_share": _needed_by_value,
    "thresholds": _needed_by_threshold,
}


def _beats(row: Row, scheme: SchemeDefinition, edge: Mapping[str, Any]) -> int:
    """The least value that stands before `edge`: the same value if history or code decide for the customer."""
    more = edge["value"] - row[f"{scheme.key}_value"]
    history = (row.get("sales_all_fen") or 0) + (more if scheme.measure_spec.adds_to_history else 0)
    wins_tie = (-history, row["customer_id"]) < (-edge["history"], edge["code"])
    return int(edge["value"]) + (0 if wins_tie else 1)


def expected_at(row: Row, p_bp: int) -> int | None:
    """What the expected value would be at another probability; None where its other inputs are missing."""
    if row["ev_kind"] == "existing":
        if row["av_fen"] is None or row["cb_fen"] is None:
            return None
        return int(row["cb_fen"] + (row["av_fen"] * p_bp * 2 + 10_000) // 20_000)
    if row["mp_fen"] is None or row["es_bp"] is None:
        return None
    return int((row["mp_fen"] * row["es_bp"] * p_bp * 2 + 100_000_000) // 200_000_000)


def lowest_step(row: Row, needed: int, steps: Sequence[int] = P_STEPS_BP) -> int | None:
    """The lowest step of P above today's at which the expected value reaches `needed`."""
    for step in sorted(steps):
        reached = expected_at(row, step)
        if step > (row["p_bp"] or 0) and reached is not None and reached >= needed:
            return step
    return None


@dataclass(frozen=True, slots=True)
class ClassCount:
    """A class before and after: customers, and the sum of their values in base units."""

    label: str
    before: int
    after: int
    before_value: int
    after_value: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What other cuts would do: `classes` from best to last, `moves` an Arrow table of those who would move
    (customer_id, value_fen, rank, from, to; in rank order), n and total for shares, `after_total` for those afterwards."""

    n: int
    total: int
    classes: tuple[ClassCount, ...]
    moves: Any
    after_total: int


def would_move(values: Any, before: SchemeDefinition, after: SchemeDefinition) -> WhatIf:
    """Class the same customers by two definitions, with the engine's own code, and compare.

    `values` is an Arrow table (or anything Arrow can read) with customer_id, value_fen and optionally history_fen in
    base units, as in the wide table; customers with a null value are not ranked. Do the definitions rank by two
    measures, new_value_fen holds that of `after`; else they share value_fen. A boolean column `held` (new_held beside
    new_value_fen) says whom a gate of the measure holds down in the last class. Each side of a count, of a sum and of
    a total is in the units of its own measure.
    """
    from kemai.value.reading import read

    table = read(values)
    if "history_fen" not in table.columns:
        table = table.mutate(history_fen=table.value_fen * 0)
    new_value = "new_value_fen" if "new_value_fen" in table.columns else "value_fen"
    new_held = "new_held" if new_value != "value_fen" else "held"
    old, done = _side(table, before, "value_fen", "from", "held")
    new, made = _side(table, after, new_value, "to", new_held)
    new = new.rename(new_value_fen="value_fen", new_rank="rank")
    both = old.inner_join(new, "customer_id")
    rows = both.order_by(both["rank"].fill_null(both.new_rank), "customer_id").to_pyarrow()
    totals = done.totals.get("all", Totals(0, 0))
    after_total = made.totals.get("all", Totals(0, 0)).total
    return WhatIf(
        totals.n, totals.total, _counts(rows, before, after), _moved(rows).drop_columns(["new_rank"]), after_total
    )  # fmt: skip


def _side(table: Any, scheme: SchemeDefinition, column: str, name: str, held: str) -> tuple[Any, Any]:
    """customer_id, value_fen, rank and the class under a name, of all whose value is known."""
    from kemai.value.measures.classes import classed_table

    given = table.select(
        "customer_id", table[column].name("value_fen"), table.history_fen.fill_null(0).name("history_fen"),
        **({"held": table[held].fill_null(False)} if held in table.columns else {}),
    )  # fmt: skip
    found, done = classed_table(given, scheme)
    return found.select("customer_id", "value_fen", "rank", found[f"{scheme.key}_class"].name(name)), done


def _moved(rows: Any) -> Any:
    import pyarrow.compute as pc

    differs = pc.not_equal(pc.fill_null(rows["from"], ""), pc.fill_null(rows["to"], ""))
    return rows.filter(differs)


def _counts(rows: Any, before: SchemeDefinition, after: SchemeDefinition) -> tuple[ClassCount, ...]:
    old, new = _by_class(rows, "from", "value_fen"), _by_class(rows, "to", "new_value_fen")
    labels = dict.fromkeys((*before.classes, *after.classes))
    return tuple(
        ClassCount(
            label,
            old.get(label, (0, 0))[0],
            new.get(label, (0, 0))[0],
            old.get(label, (0, 0))[1],
            new.get(label, (0, 0))[1],
        )
        for label in labels
    )


def _by_class(rows: Any, column: str, values: str) -> dict[str, tuple[int, int]]:
    table = rows.group_by(column).aggregate([(values, "count"), (values, "sum")]).to_pylist()
    return {row[column]: (row[f"{values}_count"], row[f"{values}_sum"] or 0) for row in table if row[column]}


def simulate(values: Sequence[int], scheme: SchemeDefinition) -> list[str | None]:
    """Classes of values that already stand in order, by the same lines, in plain Python (for tests and small lists)."""
    method = METHODS[scheme.method]
    positive = [max(value, 0) for value in values]
    lines = method.lines(scheme, Totals(len(values), sum(positive)))
    labels: list[str | None] = []
    before = 0
    for rank, value in enumerate(values, start=1):
        labels.append(None if lines is None else _label(method, scheme, lines, value, rank, before))
        before += positive[rank - 1]
    return labels


def _label(
    method: Any, scheme: SchemeDefinition, lines: Sequence[int], value: int, rank: int, before: int
) -> str:
    for name, line in zip(scheme.classes, lines, strict=False):
        if (value > 0 or not method.positive_only) and method.inside(value, rank, before, line):
            return name
    return scheme.classes[-1]

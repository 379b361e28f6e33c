"""What a run says about each scheme as a whole: counts, totals, lines, and who stands on them.

Plain JSON values, stored with the run and read by the explanation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kemai.value.schemes.classes import Cut

if TYPE_CHECKING:
    from ibis.expr.types import Table

Rows = list[dict[str, Any]]
Members = Mapping[tuple[str, int], dict[str, Any]]


def scheme_summaries(wide: Table, cuts: Iterable[Cut]) -> dict[str, Any]:
    """For each scheme key its definition and, by population: n, total, lines, edges, classes, unranked.

    `edges` are the customers that stand on each line (the last one inside it): rank, value, history, code.
    """
    cuts = list(cuts)
    counted = {each.scheme.key: _by_population(_counted(wide, each.scheme.key)) for each in cuts}
    wanted = {each.scheme.key: _edge_ranks(each, counted[each.scheme.key]) for each in cuts}
    found = _members(wide, cuts, counted, wanted)
    return {
        key: _summary(each, counted[key], wanted[key], found[key])
        for each in cuts
        for key in [each.scheme.key]
    }


def _summary(
    done: Cut, counted: Mapping[str, Rows], wanted: Mapping[str, Sequence[int]], members: Members
) -> Any:
    populations = {}
    for name, totals in done.totals.items():
        lines, rows = done.lines[name], counted.get(name, [])
        populations[name] = {
            "n": totals.n,
            "total": totals.total,
            "lines": list(lines) if lines is not None else None,
            "edges": [members.get((name, rank)) for rank in wanted[name]],
            "classes": _in_order(done, _classes(rows), name, members),
            "unranked": {row["reason"]: row["count"] for row in rows if row["class"] is None},
        }
    return {"definition": done.scheme.to_json(), "populations": populations}


def _classes(rows: Rows) -> dict[str, dict[str, Any]]:
    return {row["class"]: row for row in rows if row["class"] is not None}


def _edge_ranks(done: Cut, counted: Mapping[str, Rows]) -> dict[str, list[int]]:
    """By population the rank that stands on each line: the line itself where it is a rank, else the last member."""
    if done.scheme.method == "count_share":
        return {name: list(done.lines[name] or []) for name in done.totals}
    ranks = {}
    for name in done.totals:
        by_class, last = _classes(counted.get(name, [])), 0
        ranks[name] = [
            last := max(last, by_class.get(label, {}).get("last_rank") or 0)
            for label, _ in zip(done.scheme.classes, done.lines[name] or [], strict=False)
        ]
    return ranks


def _in_order(done: Cut, by_name: Mapping[str, dict[str, Any]], population: str, members: Members) -> Rows:
    rows = []
    for name in done.scheme.classes:
        row = by_name.get(name, {"count": 0, "value": 0, "last_rank": 0})
        last = members.get((population, row["last_rank"]))
        rows.append({"class": name, "count": row["count"], "value": row["value"], "last": last})
    return rows


def _counted(wide: Table, key: str) -> Rows:
    """By population, class and reason (of those without a class): customers, their value, the last rank."""
    from kemai.value.exact import whole

    label = wide[f"{key}_class"]
    reason = label.isnull().ifelse(wide[f"{key}_reason"], None)
    table = wide.group_by("population", label.name("class"), reason.name("reason")).aggregate(
        count=wide.count(), value=whole(wide[f"{key}_value"].sum()), last_rank=wide[f"{key}_rank"].max()
    )
    rows: Rows = table.order_by("population", "class", "reason").to_pyarrow().to_pylist()
    return rows


def _by_population(rows: Rows) -> dict[str, Rows]:
    grouped: dict[str, Rows] = defaultdict(list)
    for row in rows:
        grouped[row["population"]].append(row)
    return dict(grouped)


def _members(
    wide: Table, cuts: Sequence[Cut], counted: Mapping[str, dict[str, Rows]], wanted: Mapping[str, dict[str, list[int]]]
) -> dict[str, Members]:  # fmt: skip
    """By scheme the customers at its lines and at the end of each class, by (population, rank): one pass for all."""
    places = {key: _places(counted[key], wanted[key]) for key in wanted}
    asked = {key: sorted({rank for _population, rank in found}) for key, found in places.items()}
    conditions = [wide[f"{key}_rank"].isin(ranks) for key, ranks in asked.items() if ranks]
    if not conditions:
        return {key: {} for key in places}
    columns = {
        f"{key}_{part}": wide[f"{key}_{part}"] for key in places for part in ("rank", "value", "class")
    }
    chosen = wide.filter(_any(conditions)).select(
        "population", history=wide.sales_all_fen.fill_null(0), code=wide.customer_id, **columns
    )
    rows: Rows = chosen.to_pyarrow().to_pylist()
    return {key: _members_of(rows, key, found) for key, found in places.items()}


def _members_of(rows: Rows, key: str, places: set[tuple[str, int]]) -> Members:
    return {
        (row["population"], row[f"{key}_rank"]): {
            "rank": row[f"{key}_rank"], "value": row[f"{key}_value"], "history": row["history"], "code": row["code"],
        }
        for row in rows
        if (row["population"], row[f"{key}_rank"]) in places and row[f"{key}_class"] is not None
    }  # fmt: skip


def _places(counted: Mapping[str, Rows], wanted: Mapping[str, Sequence[int]]) -> set[tuple[str, int]]:
    ends = {
        (name, row["last_rank"]) for name, rows in counted.items() for row in rows if row["class"] is not None
    }
    return ends | {(name, rank) for name, ranks in wanted.items() for rank in ranks if rank > 0}


def _any(conditions: Sequence[Any]) -> Any:
    found = conditions[0]
    for each in conditions[1:]:
        found = found | each
    return found

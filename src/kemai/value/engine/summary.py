"""What a run says about each scheme as a whole: counts, totals, lines, and who stands on them.

Plain JSON values, stored with the run and read by the explanation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kemai.value.schemes.classes import Cut

if TYPE_CHECKING:
    import pyarrow as pa

Rows = list[dict[str, Any]]
Members = Mapping[tuple[str, int], dict[str, Any]]


def scheme_summaries(wide: pa.Table, cuts: Iterable[Cut]) -> dict[str, Any]:
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


def _counted(wide: pa.Table, key: str) -> Rows:
    """By population, class and reason (of those without a class): customers, their value, the last rank."""
    import pyarrow as pa
    import pyarrow.compute as pc

    label = wide[f"{key}_class"]
    reason = pc.if_else(pc.is_null(label), wide[f"{key}_reason"], pa.scalar(None, pa.string()))
    by = {"population": wide["population"], "class": label, "reason": reason}
    table = pa.table({**by, "value": wide[f"{key}_value"], "rank": wide[f"{key}_rank"]})
    rows = table.group_by([*by]).aggregate([([], "count_all"), ("value", "sum"), ("rank", "max")])
    rows = rows.rename_columns([*by, "count", "value", "last_rank"])
    found: Rows = rows.sort_by([(name, "ascending") for name in by]).to_pylist()
    return found


def _by_population(rows: Rows) -> dict[str, Rows]:
    grouped: dict[str, Rows] = defaultdict(list)
    for row in rows:
        grouped[row["population"]].append(row)
    return dict(grouped)


def _members(
    wide: pa.Table, cuts: Sequence[Cut], counted: Mapping[str, dict[str, Rows]], wanted: Mapping[str, dict[str, list[int]]]
) -> dict[str, Members]:  # fmt: skip
    """By scheme the customers at its lines and at the end of each class, by (population, rank)."""
    places = {key: _places(counted[key], wanted[key]) for key in wanted}
    return {key: _members_of(_at(wide, key, found), key, found) for key, found in places.items()}


def _at(wide: pa.Table, key: str, places: set[tuple[str, int]]) -> Rows:
    """The rows whose rank is one of those asked for, in whatever population."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    asked = pa.array(sorted({rank for _population, rank in places}), pa.int64())
    rows = np.flatnonzero(pc.is_in(wide[f"{key}_rank"], value_set=asked).to_numpy())
    columns = {f"{key}_{part}": wide[f"{key}_{part}"] for part in ("rank", "value", "class")}
    columns |= {name: wide[name] for name in ("population", "sales_all_fen", "customer_id")}
    found: Rows = pa.table(columns).take(pa.array(rows)).to_pylist()
    return found


def _members_of(rows: Rows, key: str, places: set[tuple[str, int]]) -> Members:
    return {
        (row["population"], row[f"{key}_rank"]): {
            "rank": row[f"{key}_rank"], "value": row[f"{key}_value"], "history": row["sales_all_fen"] or 0,
            "code": row["customer_id"],
        }
        for row in rows
        if (row["population"], row[f"{key}_rank"]) in places and row[f"{key}_class"] is not None
    }  # fmt: skip


def _places(counted: Mapping[str, Rows], wanted: Mapping[str, Sequence[int]]) -> set[tuple[str, int]]:
    ends = {
        (name, row["last_rank"]) for name, rows in counted.items() for row in rows if row["class"] is not None
    }
    return ends | {(name, rank) for name, ranks in wanted.items() for rank in ranks if rank > 0}

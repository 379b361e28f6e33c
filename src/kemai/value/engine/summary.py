"""What a run says about each scheme as a whole: counts, totals, lines, and who stands on them.

Plain JSON values, stored with the run and read by the explanation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kemai.value.schemes.classes import Cut

if TYPE_CHECKING:
    from ibis.expr.types import Table

Rows = list[dict[str, Any]]


def scheme_summaries(wide: Table, cuts: Iterable[Cut]) -> dict[str, Any]:
    """For each scheme key its definition and, by population: n, total, lines, edges, classes, unranked.

    `edges` are the customers that stand on each line (the last one inside it): rank, value, history, code.
    """
    return {each.scheme.key: _summary(wide, each) for each in cuts}


def _summary(wide: Table, done: Cut) -> dict[str, Any]:
    key = done.scheme.key
    classes, unranked = _classes(wide, key), _unranked(wide, key)
    wanted = {
        name: _edge_ranks(done, name, {row["class"]: row["last_rank"] for row in classes.get(name, [])})
        for name in done.lines
    }
    members = _members(wide, key, wanted)
    populations = {}
    for name, totals in done.totals.items():
        lines = done.lines[name]
        populations[name] = {
            "n": totals.n,
            "total": totals.total,
            "lines": list(lines) if lines is not None else None,
            "edges": [members.get((name, rank)) for rank in wanted[name]],
            "classes": _in_order(done, classes.get(name, []), name, members),
            "unranked": unranked.get(name, {}),
        }
    return {"definition": done.scheme.to_json(), "populations": populations}


def _edge_ranks(done: Cut, population: str, last_ranks: dict[str, int]) -> list[int]:
    """The rank that stands on each line: the line itself where it is a rank, else the last member of the class."""
    lines = done.lines[population] or []
    if done.scheme.method == "count_share":
        return list(lines)
    ranks, last = [], 0
    for name, _ in zip(done.scheme.classes, lines, strict=False):
        last = max(last, last_ranks.get(name, 0))
        ranks.append(last)
    return ranks


def _in_order(done: Cut, found: Rows, population: str, members: dict[tuple[str, int], Any]) -> Rows:
    by_name = {row["class"]: row for row in found}
    rows = []
    for name in done.scheme.classes:
        row = by_name.get(name, {"count": 0, "value": 0, "last_rank": 0})
        last = members.get((population, row["last_rank"]))
        rows.append({"class": name, "count": row["count"], "value": row["value"], "last": last})
    return rows


def _classes(wide: Table, key: str) -> dict[str, Rows]:
    from kemai.value.exact import whole

    ranked = wide.filter(wide[f"{key}_class"].notnull())
    table = ranked.group_by("population", ranked[f"{key}_class"].name("class")).aggregate(
        count=ranked.count(), value=whole(ranked[f"{key}_value"].sum()), last_rank=ranked[f"{key}_rank"].max()
    )
    return _by_population(table.order_by("population", "class").to_pyarrow().to_pylist())


def _unranked(wide: Table, key: str) -> dict[str, dict[str, int]]:
    out = wide.filter(wide[f"{key}_class"].isnull())
    table = out.group_by("population", out[f"{key}_reason"].name("reason")).aggregate(count=out.count())
    rows = _by_population(table.order_by("population", "reason").to_pyarrow().to_pylist())
    return {name: {row["reason"]: row["count"] for row in found} for name, found in rows.items()}


def _by_population(rows: Rows) -> dict[str, Rows]:
    grouped: dict[str, Rows] = defaultdict(list)
    for row in rows:
        grouped[row["population"]].append(row)
    return dict(grouped)


def _members(wide: Table, key: str, edges: dict[str, list[int]]) -> dict[tuple[str, int], dict[str, Any]]:
    """The customers at the given ranks and at the end of each class, by (population, rank)."""
    ranked = wide.filter(wide[f"{key}_class"].notnull())
    last = ranked.group_by("population", ranked[f"{key}_class"].name("label")).aggregate(
        wanted=ranked[f"{key}_rank"].max()
    )
    ranks = sorted({rank for found in edges.values() for rank in found if rank > 0})
    at_end = ranked.semi_join(
        last, [ranked.population == last.population, ranked[f"{key}_rank"] == last.wanted]
    )
    chosen = (
        at_end
        if not ranks
        else at_end.union(ranked.filter(ranked[f"{key}_rank"].isin(ranks)), distinct=False)
    )
    rows = chosen.select(
        "population", rank=chosen[f"{key}_rank"], value=chosen[f"{key}_value"],
        history=chosen.sales_all_fen.fill_null(0), code=chosen.customer_id,
    ).to_pyarrow().to_pylist()  # fmt: skip
    return {(row.pop("population"), row["rank"]): row for row in rows}

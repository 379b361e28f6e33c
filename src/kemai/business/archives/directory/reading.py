"""Two ways to one page, chosen by how many customers each condition has.

*Gather* takes all customers of the narrowest condition and sorts them: exact, and bounded. *Walk* reads an index in
the order of the page and leaves out who does not fit, which is long where few fit. The shorter way is taken, by an
estimate that takes the conditions as independent; a walk that finds too few looks further, and in the end it
gathers. So the first page of a million costs what the first page of ten thousand does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from kemai.business.archives.directory.order import PAGE_SIZE, Order
from kemai.business.archives.directory.shown import columns, tables
from kemai.business.archives.directory.sql import C, Condition, Sql, joining, lent, pointer, run

GATHER = 1_000  # so few are always gathered
ROW_COST = 2  # a gathered row costs two that are walked past: its value lies elsewhere
SAMPLE = 3_000
COUNT_CAP = 10_000
PLAN_CAP = 30_000  # nobody is counted beyond it
MOST_GATHERED, MOST_WALKED = 30_000, 60_000
LEAST_WALK, STEPS = 600, (1.5, 10)  # rows of the index looked at: at least, and times the expected


@dataclass(frozen=True)
class Found:
    """Rows in the order of reading, one more than a page where there are more; how many match, at least, and how many
    exactly where they were counted to the last."""

    rows: list[tuple[Any, ...]]
    total: int
    is_capped: bool
    counted: int | None = None


def read(conditions: Sequence[Condition], order: Order) -> Found:
    """One page of the customers for whom all conditions hold."""
    driving = [c for c in conditions if c.drives]
    everybody, *sizes = _sizes(driving, conditions)
    smallest = min(range(len(sizes)), key=sizes.__getitem__)
    has_counted_scope = any(c.is_within_scope for c in driving)
    independent = [n for c, n in zip(driving, sizes, strict=False) if not (c.is_scope and has_counted_scope)]
    expected = _expected_walk(everybody, independent, order.offset + PAGE_SIZE + 1)
    if sizes[smallest] <= max(GATHER, min(expected // ROW_COST, MOST_GATHERED)):
        driver = driving[smallest] if driving else None
        return _gather(driver, conditions, order)
    rows = _walk(conditions, order, expected)
    if rows is None:
        return _gather(driving[smallest] if driving else None, conditions, order)
    if len(conditions) <= 1 or not driving:
        counted = sizes[0] if sizes[0] <= PLAN_CAP else None
        return Found(rows, min(sizes[0], COUNT_CAP), sizes[0] > COUNT_CAP, counted)
    seen = _among_the_first(driving[smallest], conditions)
    return Found(rows, max(seen, order.first - 1 + min(len(rows), PAGE_SIZE)), True)


def count_some(conditions: Sequence[Condition], cap: int) -> int:
    """How many there are, or cap + 1: the narrowest condition drives and the counting ends at the cap."""
    driving = [c for c in conditions if c.drives]
    sizes = _sizes(driving, conditions)[1:]
    driver = min(zip(sizes, range(len(sizes)), strict=True))[1]
    if len(conditions) <= 1 or not driving:
        return min(sizes[driver], cap + 1)
    drives = driving[driver].drives
    assert drives
    holds = _holding([c for c in conditions if c is not driving[driver]])
    ids = f"SELECT 1 AS one FROM ({drives.text}) d {_join()} {C} c ON c.id = d.id WHERE {holds.text} LIMIT {cap + 1}"
    return int(run(Sql(f"SELECT count(*) FROM ({ids}) k", drives.params + holds.params))[0][0])


def _expected_walk(everybody: int, sizes: Sequence[int], need: int) -> int:
    """Rows of the index that lie before the last one needed, were the conditions independent."""
    everybody = max(everybody, 1)
    fitting = float(everybody)
    for size in sizes:
        known = size if size <= PLAN_CAP else (size * everybody) ** 0.5  # somewhere between the cap and all
        fitting *= min(known / everybody, 1.0)
    return int(need * everybody / max(fitting, 1.0))


def _sizes(driving: Sequence[Condition], conditions: Sequence[Condition]) -> list[int]:
    """About how many customers there are; then how many each condition has, counted no further than is of use, or
    how many hold where no condition drives."""
    everybody = _holding([] if driving else conditions)
    drives = [c.drives for c in driving if c.drives] or [
        Sql(f"SELECT c.id FROM {C} c WHERE {everybody.text}", everybody.params)
    ]
    cap = PLAN_CAP + 1
    counts = [
        Sql(f"(SELECT count(*) FROM (SELECT 1 AS one FROM ({d.text}) d LIMIT {cap}) k)", d.params)
        for d in drives
    ]
    asked = joining([Sql(f"(SELECT COALESCE(max(id), 0) FROM {C})"), *counts], ",")
    return [int(n) for n in run(Sql(f"SELECT {asked.text}", asked.params))[0]]


def _among_the_first(driver: Condition, conditions: Sequence[Condition]) -> int:
    assert driver.drives
    holds = _holding([c for c in conditions if c is not driver])
    first = f"(SELECT d.id FROM ({driver.drives.text}) d LIMIT {SAMPLE})"
    text = f"SELECT count(*) FROM {first} d {_join()} {C} c ON c.id = d.id WHERE {holds.text}"
    return int(run(Sql(text, driver.drives.params + holds.params))[0][0])


def _gather(driver: Condition | None, conditions: Sequence[Condition], order: Order) -> Found:
    drives = driver.drives if driver and driver.drives else Sql(f"SELECT id FROM {C}")
    holds, beyond = _holding([c for c in conditions if c is not driver]), order.beyond("v", "id")
    value, alias = f"{order.column.alias}.{order.column.name}", order.column.alias
    lends = (
        ""
        if alias == "c"
        else f" LEFT JOIN {lent(alias)} {alias} ON {pointer(alias, alias)} AND {alias}.customer_id = c.id"
    )
    hits = f"SELECT c.id, {value} AS v FROM ({drives.text}) d {_join()} {C} c ON c.id = d.id{lends} WHERE {holds.text}"
    page = f"SELECT id, v FROM hits WHERE {beyond.text} ORDER BY {order.by('v', 'id')} LIMIT {PAGE_SIZE + 1} OFFSET {order.offset}"
    rows, count = _shown(hits, "hits", page, order, drives.params + holds.params + beyond.params)
    return Found(rows, min(count, COUNT_CAP), count > COUNT_CAP, count)


def _walk(conditions: Sequence[Condition], order: Order, expected: int) -> list[tuple[Any, ...]] | None:
    """The rows of the page; None where they lie too far apart."""
    leading = next((c for c in conditions if order.key in c.leads and c.branches), None)
    holding = [c for c in conditions if c is not leading]
    rows: list[tuple[Any, ...]] = []
    offset = order.offset
    for is_missing, limit in order.segments():
        need = PAGE_SIZE + 1 - len(rows)
        found = _walk_segment(is_missing, limit, leading, holding, order, offset, need, expected)
        if found is None:
            return None
        rows += found
        if len(rows) > PAGE_SIZE:
            return rows
        if offset and not is_missing:
            return None if order.can_miss else rows
    return rows


def _walk_segment(
    is_missing: bool, limit: Sql, leading: Condition | None, holding: Sequence[Condition], order: Order, offset: int, need: int,
    expected: int,
) -> list[tuple[Any, ...]] | None:  # fmt: skip
    if not holding:
        rows, _walked = _walk_once(is_missing, limit, leading, holding, order, offset, need, need + PAGE_SIZE)
        return rows
    for times in STEPS:
        size = int(min(max(LEAST_WALK, expected) * times, MOST_WALKED))
        rows, walked = _walk_once(is_missing, limit, leading, holding, order, offset, need, size)
        if len(rows) >= need or walked < size:
            return rows
    return None


def _walk_once(
    is_missing: bool, limit: Sql, leading: Condition | None, holding: Sequence[Condition], order: Order, offset: int,
    need: int, size: int,
) -> tuple[list[tuple[Any, ...]], int]:  # fmt: skip
    skip, behind = (0, offset) if holding else (offset, 0)
    walked = _in_order(is_missing, limit, leading, order, size, skip)
    holds = _holding(holding)
    by = order.within("w.v", "w.id")
    page = f"SELECT w.id, w.v FROM w {_join()} {C} c ON c.id = w.id WHERE {_one_by_one(holds.text)} ORDER BY {by} LIMIT {need} OFFSET {behind}"
    return _shown(walked.text, "w", page, order, walked.params + holds.params)


def _in_order(
    is_missing: bool, limit: Sql, leading: Condition | None, order: Order, size: int, skip: int
) -> Sql:
    """The next `size` ids of a segment as an index has them; with a leading condition, merged from its branches."""
    branches = leading.branches if leading else (Sql("1 = 1"),)
    parts = [_branch(is_missing, limit, b, order, size + skip) for b in branches]
    if len(parts) == 1 and not skip:
        return parts[0]
    united = joining(
        [Sql(f"SELECT * FROM ({p.text}) b{i}", p.params) for i, p in enumerate(parts)], "UNION ALL"
    )
    by = order.within("v", "id")
    return Sql(f"SELECT id, v FROM ({united.text}) u ORDER BY {by} LIMIT {size} OFFSET {skip}", united.params)


def _branch(is_missing: bool, limit: Sql, branch: Sql, order: Order, size: int) -> Sql:
    where, name = order.column, order.column.name
    if where.alias == "c":
        table, pk, current = f"{C} c", "c.id", "1 = 1"
        value = f"c.{name}"
    else:
        table, pk, current = f"{lent(where.alias)} x", "x.customer_id", pointer(where.alias, "x")
        value = f"x.{name}"
    within = limit.text.format(v=value, id=pk)
    there = f"{value} IS NOT NULL" if order.can_miss else "1 = 1"
    if is_missing and where.alias == "c":
        there = f"{value} IS NULL"
    elif is_missing:
        there = f"NOT EXISTS (SELECT 1 FROM {table} WHERE {current} AND x.customer_id = c.id AND {value} IS NOT NULL)"
        table, pk, current, within = f"{C} c", "c.id", "1 = 1", limit.text.format(v="", id="c.id")
        if branch.params:  # the branch speaks of the table that lends the value
            there, branch = (
                f"EXISTS (SELECT 1 FROM {lent(where.alias)} x WHERE {pointer(where.alias, 'x')} AND x.customer_id = c.id AND {branch.text}) AND {there}",
                Sql("1 = 1", branch.params),
            )
        way = "DESC" if order.down else "ASC"
        return Sql(
            f"SELECT {pk} AS id, NULL AS v FROM {table} WHERE {there} AND {within} ORDER BY {pk} {way} LIMIT {size}",
            branch.params + limit.params,
        )
    by = order.within(value, pk)
    return Sql(
        f"SELECT {pk} AS id, {value} AS v FROM {table} WHERE {current} AND {there} AND {branch.text} AND {within}"
        f" ORDER BY {by} LIMIT {size}",
        branch.params + limit.params,
    )


def _shown(
    source: str, name: str, page: str, order: Order, params: tuple[Any, ...]
) -> tuple[list[tuple[Any, ...]], int]:
    """The page's rows with all their columns, and how many rows the source has; one statement."""
    text = (
        f"WITH {name} AS MATERIALIZED ({source}), page AS ({page})"
        f" SELECT k.n, page.v, {columns()} FROM (SELECT count(*) AS n FROM {name}) k LEFT JOIN page ON 1 = 1"
        f" {tables()} ORDER BY {order.by('page.v', 'page.id')}"
    )
    found = run(Sql(text, params))
    return [row[1:] for row in found if row[2] is not None], int(found[0][0])


def _holding(conditions: Sequence[Condition]) -> Sql:
    return joining([c.holds for c in conditions], "AND") if conditions else Sql("1 = 1")


def _one_by_one(holds: str) -> str:
    """The condition, said so that SQLite asks each walked row: over `c` alone it would first read all customers to
    make a filter for a few hundred of them."""
    return f"(({holds}) OR w.id IS NULL)" if connection.vendor == "sqlite" else holds


def _join() -> str:
    """A join that SQLite does not turn round."""
    return "CROSS JOIN" if connection.vendor == "sqlite" else "JOIN"

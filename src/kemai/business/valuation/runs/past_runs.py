"""Runs whose rows have left the database, read from their files as they were (S1.8, S1.130).

Every run keeps one Parquet file. What these queries give is what the run found then; only the customer's name and
owner are today's, and only customers are shown that the actor may see today.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from kemai.business.archives.models import Customer
from kemai.business.valuation.models import Run, Standing
from kemai.business.valuation.reading import (
    ADDS_UP,
    RankRow,
    adding_shares,
    definition,
    may_see_scheme,
    percent,
    population_of,
    running_shares,
)
from kemai.business.valuation.runs.files import run_file
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import customer_scope, restrict

_PEOPLE = ("pk", "code", "name", "short_name", "owner__name")


def past_rank_rows(
    actor: Actor, run: Run, key: str, start: int = 0, count: int | None = None
) -> list[RankRow]:
    """The same rows as `queries.rank_rows` gives, from the run's file: for any finished run, old or new.

    Ranked customers from position `start` of what the actor sees, with shares over what he sees. Raises Refused for
    a scheme with margins he may not see, LookupError for an unknown scheme or where the file is gone.
    """
    may_see_scheme(actor, key, run)
    scheme = definition(run, key)
    has_shares = scheme.measure_spec.unit == "yuan"
    with opened(actor, run) as ask:
        found = ask(
            _RANKED.format(key=key, order=_order(run, key), note="ev_reason" if key == "ev_abc" else "NULL"),
            [start, count],
        )
        parts = [row["part"] for row in ask(_PARTS.format(key=key, order=_order(run, key)), [ADDS_UP + 1])]
    shares = adding_shares(parts) if has_shares and len(parts) <= ADDS_UP else []
    sums = running_shares(shares)
    names = _named([row["customer_key"] for row in found])
    return [
        _rank_row(
            row, names[row["customer_key"]], has_shares, (shares[place], sums[place]) if shares else None
        )
        for place, row in enumerate(found, start)
        if row["customer_key"] in names
    ]


def past_bands(actor: Actor, run: Run, key: str) -> list[dict[str, Any]]:
    """For each class of a scheme, best first: customers, value and share, as the run had them."""
    may_see_scheme(actor, key, run)
    scheme = definition(run, key)
    with opened(actor, run) as ask:
        found = {row["label"]: row for row in ask(_BANDS.format(key=key), [])}
    total = sum(row["value"] for row in found.values()) if scheme.measure_spec.unit == "yuan" else 0
    nothing = {"count": 0, "value": 0}
    return [
        {"key": label, "count": row["count"], "value": row["value"], "share": percent(row["value"], total)}
        for label in scheme.classes
        for row in [found.get(label, nothing)]
    ]  # fmt: skip


def past_standings(actor: Actor, run: Run, ids: Sequence[int]) -> dict[int, Standing]:
    """{customer id: its whole row, not saved} of those that the actor sees, for the why of a past class."""
    names = [
        str(each.column)
        for each in Standing._meta.concrete_fields
        if each.column not in ("id", "run_id", "customer_id")
    ]
    with opened(actor, run) as ask:
        known = {row["name"] for row in ask("SELECT name FROM parquet_schema(getvariable('file'))", [])}
        columns = ", ".join(name for name in names if name in known)
        found = ask(
            f"SELECT customer_key, {columns} FROM seen WHERE list_contains(?, customer_key)", [list(ids)]
        )
    return {row["customer_key"]: Standing(run_id=run.pk, customer_id=row.pop("customer_key"), **row) for row in map(dict, found)}  # fmt: skip


def moved_between(
    actor: Actor, old: Run, new: Run, key: str, limit: int
) -> tuple[dict[tuple[str, str], int], list[dict[str, Any]]]:
    """Between two runs: {(old class, new class): customers}, and the largest moves of rank by customer_key."""
    with opened(actor, new, old) as ask:
        pairs = ask(_PAIRS.format(key=key), [])
        movers = ask(_MOVERS.format(key=key), [limit])
    return {(row["a"], row["b"]): row["n"] for row in pairs}, movers


_RANKED = """
WITH ranked AS (SELECT *, greatest({key}_value, 0) AS part FROM seen WHERE {key}_rank IS NOT NULL)
SELECT customer_key, population, {key}_rank AS place, {key}_value AS value, {key}_class AS label,
       coalesce({key}_reason, {note}) AS reason, part,
       CAST(sum(part) OVER () AS BIGINT) AS total,
       CAST(sum(part) OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING) AS BIGINT) AS upto
FROM ranked ORDER BY {order} OFFSET ? LIMIT ?"""
_PARTS = """
SELECT greatest({key}_value, 0) AS part FROM seen WHERE {key}_rank IS NOT NULL ORDER BY {order} LIMIT ?"""
_BANDS = """
SELECT {key}_class AS label, count(*) AS count, CAST(sum(greatest({key}_value, 0)) AS BIGINT) AS value
FROM seen WHERE {key}_rank IS NOT NULL GROUP BY ALL"""
_PAIRS = """
SELECT coalesce(o.{key}_class, '') AS a, coalesce(n.{key}_class, '') AS b, count(*) AS n
FROM seen n FULL JOIN seen_before o USING (customer_key) GROUP BY ALL"""
_MOVERS = """
SELECT customer_key, o.{key}_class AS old_class, n.{key}_class AS new_class, o.{key}_rank AS old_rank,
       n.{key}_rank AS new_rank, o.{key}_value AS old_value, n.{key}_value AS new_value
FROM seen n FULL JOIN seen_before o USING (customer_key) WHERE o.{key}_rank IS DISTINCT FROM n.{key}_rank
ORDER BY abs(coalesce(o.{key}_rank, 0) - coalesce(n.{key}_rank, 0)) DESC, customer_key LIMIT ?"""


@contextmanager
def opened(actor: Actor, run: Run, before: Run | None = None) -> Iterator[Any]:
    """Asks SQL of `seen`, the file's rows that the actor may see (and `seen_before`, those of an older run)."""
    import duckdb
    import pyarrow as pa

    scope = restrict(Customer.objects.all(), actor)
    is_all = customer_scope(actor) is None
    with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as engine:
        if not is_all:
            keys = pa.table({"customer_key": pa.array(scope.values_list("pk", flat=True), pa.int64())})
            engine.register("mine", keys)
        for name, each in (("seen", run), ("seen_before", before)):
            if each is not None:
                path = str(run_file(each)).replace("'", "''")
                mine = "" if is_all else " SEMI JOIN mine USING (customer_key)"
                engine.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM read_parquet('{path}'){mine}")
        engine.execute("SET VARIABLE file = ?", [str(run_file(run))])

        def ask(sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
            return list(engine.execute(sql, list(values)).to_arrow_table().to_pylist())

        yield ask


def _order(run: Run, key: str) -> str:
    """By rank; by value where ranks belong to units or owners."""
    by_value = f"{key}_value DESC, sales_all_fen DESC NULLS LAST, customer_id"
    return by_value if population_of(run) != "all" else f"{key}_rank"


def _named(ids: Sequence[int]) -> dict[int, tuple[str, str, str, str | None]]:
    return {pk: tuple(rest) for pk, *rest in Customer.objects.filter(pk__in=ids).values_list(*_PEOPLE)}  # type: ignore[misc]


def _rank_row(
    row: dict[str, Any],
    who: tuple[str, str, str, str | None],
    has_shares: bool,
    shares: tuple[Decimal | None, Decimal | None] | None,
) -> RankRow:
    code, name, short, owner = who
    total = row["total"] if has_shares else 0
    return RankRow(
        row["place"], row["customer_key"], code, name, short, owner or "", row["value"], row["label"],
        row["reason"], *(shares or (percent(row["part"], total), percent(row["upto"], total))),
        row["population"],
    )  # fmt: skip

"""What a filter offers: the values in use, found by leaping from value to value in an index."""

from __future__ import annotations

from collections.abc import Sequence

from kemai.business.archives.directory.facets import filter_facet
from kemai.business.archives.directory.sql import C, Sql, among, joining, run
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import Term, scope_terms

LIMIT = 60
LEAPT = ("unit_id", "owner_id")  # with either in front there is an index over regions


def filter_choices(actor: Actor, keys: Sequence[str], limit: int = LIMIT) -> dict[str, list[str]]:
    """The values of text facets in order, at most `limit` of each, in one query.

    Regions are those of the customers the actor sees; other facets are lists of the company, the same for everybody.
    """
    parts = [part for key in keys for part in _parts(actor, key, limit)]
    found: dict[str, set[str]] = {key: set() for key in keys}
    if parts:
        united = joining(parts, "UNION ALL")
        for key, value in run(united):
            found[key].add(value)
    return {key: sorted(values - {""})[:limit] for key, values in found.items()}


def _parts(actor: Actor, key: str, limit: int) -> list[Sql]:
    name = filter_facet(actor, key).path
    terms = scope_terms(actor) if key == "region" else None
    if terms is None:
        return [_leaping(key, name, Sql("1 = 1"), limit)]
    leapt = [(t, v) for t in terms if t.column in LEAPT for v in t.values]
    looked = [_looking(key, name, t) for t in terms if t.column not in LEAPT]
    return [*(_leaping(key, name, _one(t, v), limit) for t, v in leapt), *looked]


def _one(term: Term, value: int) -> Sql:
    owned = " AND c.owner_id IS NOT NULL" if term.owned else ""
    return Sql(f"c.{term.column} = %s{owned}", (value,))


def _looking(key: str, name: str, term: Term) -> Sql:
    where = among(f"c.{term.column}", term.values)
    return Sql(f"SELECT DISTINCT '{key}' AS k, c.{name} AS value FROM {C} c WHERE {where.text}", where.params)


def _leaping(key: str, name: str, where: Sql, limit: int) -> Sql:
    """Distinct values by one seek each, however many customers share them."""
    least = f"SELECT min(c.{name}) FROM {C} c WHERE {where.text} AND c.{name} >"
    text = (
        f"SELECT '{key}' AS k, value FROM (WITH RECURSIVE leap(value) AS ({least} '' UNION ALL"
        f" SELECT ({least} leap.value) FROM leap WHERE leap.value IS NOT NULL)"
        f" SELECT value FROM leap WHERE value IS NOT NULL LIMIT {limit}) r"
    )
    return Sql(text, where.params * 2)

"""The cumulative curve of a ranking: how much the first so many bring, for the chart, shares and concentration.

Whoever sees the whole company reads a curve of some hundred points made once a run from its file; others get theirs
from the rows that they see.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import accumulate

from kemai.business.valuation import queries
from kemai.business.valuation.models import Run
from kemai.business.valuation.ranking.narrowing import Narrow
from kemai.business.valuation.reading import ADDS_UP, adding_shares, percent, population_of, running_shares
from kemai.business.valuation.runs.files import run_file
from kemai.business.valuation.runs.summed import seen_in
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import customer_scope

POINTS = 400


@dataclass(frozen=True)
class Curve:
    """Points in order: after `places` customers stand at `ranks`, the positive values add up to `upto` (fen).

    `for_70` and `for_80` say how many bring 70 % and 80 %, `top_fifth` what the best fifth brings (fen), `squares` is
    the sum of the squared values.
    """

    n: int
    total: int
    places: tuple[int, ...]
    ranks: tuple[int, ...]
    upto: tuple[int, ...]
    squares: float = 0.0
    for_70: int = 0
    for_80: int = 0
    top_fifth: int = 0

    def before(self, rank: int) -> tuple[int, int, int]:
        """The last known point above a rank: its rank, its place, and what is added up to it."""
        at = bisect_left(self.ranks, rank) - 1
        return (0, 0, 0) if at < 0 else (self.ranks[at], self.places[at], self.upto[at])

    def share_of(self, rank: int, amount: int | None) -> Decimal | None:
        """The share of one customer in percent; those of up to ADDS_UP customers add up to 100.00."""
        if self.total <= 0:
            return None
        if self._shares:
            return self._shares[bisect_left(self.ranks, rank)]
        return percent(max(amount or 0, 0), self.total)

    def share_upto(self, rank: int, before: int) -> Decimal | None:
        """The share of all down to this one, whose values add up to `before`: the sum of their shares where each is kept,
        so that what stands in a row adds up to what stands below it, else rounded by itself."""
        if self._shares:
            return self._sums[bisect_left(self.ranks, rank)]
        return percent(before, self.total)

    @cached_property
    def _sums(self) -> list[Decimal | None]:
        return running_shares(self._shares)

    @cached_property
    def _shares(self) -> list[Decimal | None]:
        """Every share, where every customer is a point."""
        if len(self.places) != self.n or self.n > ADDS_UP:
            return []
        return adding_shares([now - before for before, now in zip((0, *self.upto), self.upto, strict=False)])

    def shown(self, most: int = 120) -> list[list[float]]:
        """Percent of customers and percent of value, from nobody to everybody."""
        if self.total <= 0:
            return []
        step = max(len(self.places) // most, 1)
        kept = [*range(step - 1, len(self.places) - 1, step), len(self.places) - 1]
        points = [
            [round(self.places[i] * 100 / self.n, 2), round(self.upto[i] * 100 / self.total, 2)] for i in kept
        ]
        return [[0.0, 0.0], *points]

    def share_of_first(self, places: int) -> float | None:
        """Percent that the first so many bring, read between two points where it has to be."""
        if self.total <= 0 or not self.n:
            return None
        at = bisect_left(self.places, places)
        if at >= len(self.places):
            return 100.0
        low, base = (self.places[at - 1], self.upto[at - 1]) if at else (0, 0)
        part = (places - low) / (self.places[at] - low)
        return (base + (self.upto[at] - base) * part) * 100 / self.total


def curve_of(actor: Actor, run: Run, key: str, narrow: Narrow | None = None) -> Curve:
    """The curve over what the actor sees, narrowed."""
    queries.may_see_scheme(actor, key, run)
    by_place = population_of(run) != "all"
    if not narrow and not by_place:
        if customer_scope(actor) is None:
            return _whole(run.pk, run.file, run.result_hash, key)
        return _of_file(actor, run, key)
    rows = queries.ranked(actor, run, key)
    rows = narrow.apply(rows) if narrow else rows
    found = list(rows.values_list(f"{key}_rank", f"{key}_value"))
    ranks = [place if by_place else rank for place, (rank, _value) in enumerate(found, start=1)]
    return _added_up(ranks, [max(value or 0, 0) for _rank, value in found])


def _of_file(actor: Actor, run: Run, key: str) -> Curve:
    """The same from the run's file, which does not visit each row by itself."""
    import polars as pl

    rank, value = f"{key}_rank", f"{key}_value"
    rows = (
        seen_in(actor, run)
        .filter(pl.col(rank).is_not_null())
        .select(rank, pl.col(value).fill_null(0).clip(0))
        .sort(rank)
    )
    found = rows.collect()
    return _added_up(found[rank].to_list(), found[value].to_list())


def _added_up(ranks: Sequence[int], parts: Sequence[int]) -> Curve:
    upto = list(accumulate(parts))
    n, total = len(ranks), upto[-1] if upto else 0
    needed = [bisect_left(upto, -(-total * share // 100)) + 1 if total else 0 for share in (70, 80)]
    return Curve(
        n, total, tuple(range(1, n + 1)), tuple(ranks), tuple(upto), float(sum(float(part) * part for part in parts)),
        for_70=needed[0], for_80=needed[1], top_fifth=upto[_fifth(n) - 1] if n else 0,
    )  # fmt: skip


def _fifth(n: int) -> int:
    """A fifth of the customers, half up, at least one."""
    return max(1, (2 * n + 5) // 10)


@lru_cache(maxsize=64)
def _whole(run_id: int, file: str, result_hash: str, key: str) -> Curve:
    """A run never changes, so its curve is read once in a process; the hash tells it from one of another database."""
    import duckdb

    run = Run(pk=run_id, file=file)
    path = str(run_file(run)).replace("'", "''")
    with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as engine:
        engine.execute(_ADDED.format(key=key, path=path))
        rows = engine.execute(_POINTS, [ADDS_UP, POINTS]).fetchall()
        told = engine.execute(_TOLD).fetchone()
    if not rows or told is None:
        return Curve(0, 0, (), (), ())
    places, upto = (tuple(int(row[i]) for row in rows) for i in range(2))
    n, squares, for_70, for_80, top = told
    return Curve(
        int(n),
        upto[-1],
        places,
        places,
        upto,
        float(squares),
        int(for_70 or 0),
        int(for_80 or 0),
        int(top or 0),
    )


_ADDED = """
CREATE TEMP TABLE added AS
WITH ranked AS (
  SELECT {key}_rank AS place, greatest({key}_value, 0) AS part
  FROM read_parquet('{path}') WHERE {key}_rank IS NOT NULL)
SELECT place, part, CAST(sum(part) OVER (ORDER BY place) AS BIGINT) AS upto, CAST(sum(part) OVER () AS BIGINT) AS total,
       count(*) OVER () AS n
FROM ranked"""
_POINTS = "SELECT place, upto FROM added WHERE n <= ? OR place % greatest(n // ?, 1) = 0 OR place = n ORDER BY place"
_TOLD = """
SELECT max(n), sum(CAST(part AS DOUBLE) * part),
       min(place) FILTER (total > 0 AND upto::HUGEINT * 100 >= total::HUGEINT * 70),
       min(place) FILTER (total > 0 AND upto::HUGEINT * 100 >= total::HUGEINT * 80),
       max(upto) FILTER (place <= greatest(1, (2 * n + 5) // 10))
FROM added"""

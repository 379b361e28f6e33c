"""Sales by key over what an actor sees, from the ledger's files where these are up to date (decision 0050)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

from django.db.models import Q

from kemai.business.archives.keys import COLUMNS, keys_by, keys_of_codes, sees_many
from kemai.business.trade.by_key import Sums, fen_by
from kemai.business.trade.facts.settled import settled
from kemai.business.trade.models import SaleLine
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.preferences.company import company_setting


def sold_sums(actor: Actor, start: date, end: date, by: str, among: Mapping[str, Any] | None = None) -> Sums:
    """Net sales by key from `start` up to but not including `end`, as the company counts them."""
    [found] = sold_in(actor, [(start, end)], by, among)
    return found


def sold_in(
    actor: Actor, spans: Sequence[tuple[date, date]], by: str, among: Mapping[str, Any] | None = None
) -> list[Sums]:
    """`sold_sums` of several spans of days.

    Sums over very many customers are read from the files of the ledger where these are up to date, which takes a quarter of
    the time; those of a few are quicker found by index.
    """
    if among or by not in COLUMNS or not sees_many(actor):
        return [_from_ledger(actor, [span], by, among) for span in spans]
    found = [settled(*span) for span in spans]
    from_files = _from_files(actor, [paths for paths, _left in found], COLUMNS[by])
    return [
        added(sums, _from_ledger(actor, left, by))
        for sums, (_paths, left) in zip(from_files, found, strict=True)
    ]


def added(*some: Mapping[Any, int]) -> Sums:
    """Sums by key, put together."""
    found: Sums = {}
    for sums in some:
        for key, fen in sums.items():
            found[key] = found.get(key, 0) + fen
    return found


def _from_ledger(
    actor: Actor, spans: Iterable[tuple[date, date]], by: str, among: Mapping[str, Any] | None = None
) -> Sums:
    """One statement for all spans of days."""
    inside = [Q(day__gte=start, day__lt=end) for start, end in spans if start < end]
    if not inside:
        return {}
    lines = SaleLine.objects.filter(reduce(or_, inside), **(among or {}), day__lte=actor.today)
    seen = restrict(lines, actor).filter(
        status__in=company_setting("valuation.statuses"), customer__isnull=False
    )
    return dict(fen_by(seen, by))


def _from_files(actor: Actor, some: Sequence[list[Path]], column: str) -> list[Sums]:
    """Sums of each of some sets of files."""
    import polars as pl

    if not any(some):
        return [{} for _paths in some]
    people = keys_by(actor, column)
    placed = people.rows.join(keys_of_codes(), on="customer_key").lazy()
    counts = pl.col("status").is_in(list(company_setting("valuation.statuses"))) & (
        pl.col("day") <= actor.today
    )

    def summed(paths: list[Path]) -> Sums:
        lines = pl.scan_parquet(paths).filter(counts)
        sums = (
            lines.group_by("customer_id").agg(fen=pl.col("amount_fen").sum()).join(placed, on="customer_id")
        )
        by_place = sums.group_by("place").agg(fen=pl.col("fen").sum()).collect()
        return {people.groups[place]: fen for place, fen in by_place.iter_rows()}

    return [summed(paths) if paths else {} for paths in some]

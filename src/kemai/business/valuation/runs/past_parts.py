"""One customer's figures in past runs, read from the files of their parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kemai.business.archives.models import Customer
from kemai.business.valuation.models import Run
from kemai.business.valuation.runs.parts import part_file
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import sees_customer

MOST = 12


def past_figures(
    actor: Actor,
    customer: Customer,
    part: str,
    columns: Sequence[str],
    limit: int = MOST,
    *,
    group: str = "value",
) -> list[dict[str, Any]]:
    """Of the last finished runs, one a date and the newest first, with run, as_of and the columns; runs whose file is gone or
    did not find the customer are left out. Nothing for who may not see the customer or the field group."""
    if not sees_customer(actor, customer.pk) or not actor.sees(group, customer.owner_id):
        return []
    runs: dict[Any, Run] = {}
    for run in Run.objects.filter(status=Run.Status.DONE).order_by("-pk")[: limit * 3]:
        runs.setdefault(run.as_of, run)
    latest = sorted(runs.values(), key=lambda run: run.as_of, reverse=True)[:limit]
    return [row for run in latest if (row := _row(run, customer.pk, part, columns))]


def _row(run: Run, key: int, part: str, columns: Sequence[str]) -> dict[str, Any] | None:
    import polars as pl

    path = part_file(run.pk, part)
    if not path.is_file():
        return None
    rows = pl.scan_parquet(path)
    have = set(rows.collect_schema().names())
    found = (
        rows.filter(pl.col("customer_key") == key)
        .select([c for c in columns if c in have])
        .collect()
        .to_dicts()
    )
    return {"run": run.pk, "as_of": run.as_of, **dict.fromkeys(columns), **found[0]} if found else None

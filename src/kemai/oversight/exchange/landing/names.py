"""Customers and products that an import creates: pending like its other rows, numbered by the rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from kemai.business.archives.models import Customer, Ownership, StateChange
from kemai.business.archives.names import name_key
from kemai.business.trade.models import Product
from kemai.foundation import numbering, trail
from kemai.foundation.batches.models import Batch
from kemai.foundation.faults import fault
from kemai.foundation.preferences.company import company_setting
from kemai.oversight.exchange.landing import bulk
from kemai.oversight.exchange.landing.pace import Pace
from kemai.oversight.exchange.planning.customers_named import NewCustomer
from kemai.oversight.exchange.planning.request import ImportRequest

SERIES = "customer"
TOLD = (
    "code",
    "name",
    "short_name",
    "type",
    "uscc",
    "region",
    "category",
    "size",
    "ownership",
    "owner_id",
    "unit_id",
)


def create_named(request: ImportRequest, batch: Batch, new: Sequence[NewCustomer], pace: Pace) -> list[int]:
    """Creates the customers that a file only names, and gives their ids in order."""
    ids: list[int] = []
    for some in pace.slices(new):
        rows = pl.DataFrame(
            {"code": [each.code or None for each in some], "name": [each.name for each in some]},
            schema={"code": pl.String, "name": pl.String},
        )
        with pace.chunk(len(some)):
            ids += create_customers(request, batch, rows)
        fault("exchange.chunk")
    return ids


def create_customers(request: ImportRequest, batch: Batch, rows: pl.DataFrame) -> list[int]:
    """Inserts customers with owner, first state, search text and trail; gives their ids in row order.

    `rows` has code (null: numbered by the rule), name, and any further columns of the customer table.
    """
    actor = request.actor
    rows = rows.with_columns(
        pl.Series("code", _numbered(rows["code"].to_list()), pl.String),
        pl.Series("name_key", [name_key(name)[:200] for name in rows["name"]], pl.String),
    )
    rows = _with_owner(rows, None if actor.sees_all else actor.person_id, actor.home_unit_id)
    bulk.insert(Customer, rows, batch_id=batch.pk, state_since=actor.today)
    by_code = bulk.fetched_ids(Customer, "code", rows["code"].to_list())
    ids = [by_code[code] for code in rows["code"]]
    rows = rows.with_columns(pl.Series("customer_id", ids, pl.Int64))
    _open_ownership(request, rows)
    _note_states(request, batch, rows)
    index_search(ids)
    trail.record_rows(
        actor=actor, verb="archives.customer.created", subject_type="customer", batch_id=batch.pk,
        rows=[(pk, pk, told) for pk, told in zip(ids, _told(rows), strict=True)],
    )  # fmt: skip
    return ids


def create_products(batch: Batch, new: Sequence[tuple[str, str]], pace: Pace) -> list[int]:
    """Creates products by (code, name) and gives their ids in order."""
    ids: list[int] = []
    for some in pace.slices(new):
        codes = [code for code, _name in some]
        with pace.chunk(len(some)):
            bulk.insert(
                Product,
                pl.DataFrame({"code": codes, "name": [name for _code, name in some]}),
                batch_id=batch.pk,
            )
            found = bulk.fetched_ids(Product, "code", codes)
        ids += [found[code] for code in codes]
        fault("exchange.chunk")
    return ids


def index_search(ids: Sequence[int]) -> None:
    """Writes the search text of customers."""
    from kemai.business.archives.search import index_customers

    index_customers(ids)


def _numbered(codes: list[str | None]) -> list[str]:
    """Fills the missing codes by the rule, passing over numbers that somebody already uses."""
    missing = sum(code is None for code in codes)
    given = {code for code in codes if code is not None}
    rule, fresh = str(company_setting("numbering.customer")), []
    while len(fresh) < missing:
        tried = [
            numbering.format_number(rule, serial)
            for serial in numbering.reserve(SERIES, missing - len(fresh))
        ]
        taken = bulk.fetched_ids(Customer, "code", tried).keys() | given
        fresh += [code for code in tried if code not in taken]
    numbers = iter(fresh)
    return [code if code is not None else next(numbers) for code in codes]


def _with_owner(rows: pl.DataFrame, owner_id: int | None, unit_id: int | None) -> pl.DataFrame:
    """Who sees only his own must be able to see what he brought in."""
    for name, value in (("owner_id", owner_id), ("unit_id", unit_id)):
        column = pl.col(name) if name in rows.columns else pl.lit(None, pl.Int64)
        rows = rows.with_columns(pl.coalesce(column, pl.lit(value, pl.Int64)).alias(name))
    return rows


def _open_ownership(request: ImportRequest, rows: pl.DataFrame) -> None:
    owned = rows.filter(pl.col("owner_id").is_not_null())
    bulk.insert(
        Ownership, owned.select("customer_id", pl.col("owner_id").alias("person_id")),
        starts_on=request.actor.today, assigned_by=request.actor.name[:60],
    )  # fmt: skip


def _note_states(request: ImportRequest, batch: Batch, rows: pl.DataFrame) -> None:
    if "state" not in rows.columns:
        return
    given = rows.filter(pl.col("state") != "potential")
    bulk.insert(
        StateChange, given.select("customer_id", pl.col("state").alias("to_state")),
        on=request.actor.today, person_id=request.actor.person_id, person_name=request.actor.name[:60],
        batch_id=batch.pk,
    )  # fmt: skip


def _told(rows: pl.DataFrame) -> list[dict[str, list[Any]]]:
    columns = [name for name in TOLD if name in rows.columns]
    return [
        {name: [None, value] for name, value in zip(columns, row, strict=True) if value not in (None, "")}
        for row in rows.select(columns).iter_rows()
    ]

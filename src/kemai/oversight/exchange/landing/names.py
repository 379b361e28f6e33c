"""Customers and products that an import creates: pending like its other rows, numbered by the rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import polars as pl

from kemai.business.archives.models import Customer, Ownership, StateChange
from kemai.business.archives.names import name_key
from kemai.business.archives.search import index_customers
from kemai.business.trade.models import Product
from kemai.foundation import numbering, trail
from kemai.foundation.access.actor import Actor, current_assignments
from kemai.foundation.access.models import Person
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
        pl.Series("code", _numbered(rows), pl.String),
        pl.Series("name_key", [name_key(name)[:200] for name in rows["name"]], pl.String),
    )
    rows = _with_owner(request, rows)
    bulk.insert(Customer, rows, batch_id=batch.pk, state_since=actor.today)
    by_code = bulk.fetched_ids(Customer, "code", rows["code"].to_list())
    ids = [by_code[code] for code in rows["code"]]
    rows = rows.with_columns(pl.Series("customer_id", ids, pl.Int64))
    _open_ownership(request, rows)
    _note_states(request, batch, rows)
    index_customers(ids)
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


def _numbered(rows: pl.DataFrame) -> list[str]:
    """Fills the missing codes by the rule; {region} and {type} make a series of their own (S4.86)."""
    codes: list[str] = rows["code"].to_list()
    rule = str(company_setting("numbering.customer"))
    places: dict[tuple[tuple[str, str], ...], list[int]] = defaultdict(list)
    for place, row in enumerate(rows.iter_rows(named=True)):
        if row["code"] is None:
            parts = {
                "region": row.get("region") or "XX",
                "type": (row.get("type") or "enterprise")[:1].upper(),
            }
            places[tuple(parts.items()) if "{region}" in rule or "{type}" in rule else ()].append(place)
    given = {code for code in codes if code is not None}
    for found_parts, wanted in places.items():
        for place, code in zip(wanted, _free_codes(rule, dict(found_parts), len(wanted), given), strict=True):
            codes[place] = code
    return codes


def _free_codes(rule: str, parts: dict[str, str], count: int, given: set[str]) -> list[str]:
    """The next numbers of a series, passing over those that somebody already uses."""
    series = numbering.format_number(rule, 0, **parts) if parts else SERIES
    fresh: list[str] = []
    while len(fresh) < count:
        serials = numbering.reserve(series, count - len(fresh))
        tried = [numbering.format_number(rule, serial, **parts) for serial in serials]
        taken = bulk.fetched_ids(Customer, "code", tried).keys() | given
        fresh += [code for code in tried if code not in taken]
    return fresh


def _with_owner(request: ImportRequest, rows: pl.DataFrame) -> pl.DataFrame:
    """Who sees only part of the customers owns what he brings in; an owner's customers are in his unit."""
    actor = request.actor
    for name in ("owner_id", "unit_id"):
        if name not in rows.columns:
            rows = rows.with_columns(pl.lit(None, pl.Int64).alias(name))
    if not actor.sees_all:
        rows = rows.with_columns(pl.col("owner_id").fill_null(actor.person_id))
    units = units_of(rows["owner_id"].drop_nulls().unique().to_list(), actor)
    homes = pl.Series([units.get(owner) for owner in rows["owner_id"]], dtype=pl.Int64)
    return rows.with_columns(pl.coalesce("unit_id", homes).alias("unit_id"))


def units_of(owner_ids: list[int], actor: Actor) -> dict[int, int | None]:
    """The unit each owner works in today."""
    people = Person.objects.filter(pk__in=owner_ids)
    return {
        person.pk: next((a.unit_id for a in current_assignments(person, actor.today) if a.unit_id), None)
        for person in people
    }


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

"""Customers and products that an import creates: pending like its other rows, numbered by the rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import polars as pl

from kemai.business.archives.actions.orders import Move, Standing, followed, note_moves
from kemai.business.archives.indexing import write_words
from kemai.business.archives.models import Customer, Ownership, StateChange
from kemai.business.archives.names import name_key
from kemai.business.archives.words import tokens_of
from kemai.business.trade.models import Product
from kemai.business.trade.order_facts import OrderFacts
from kemai.foundation import numbering, trail
from kemai.foundation.access.actor import Actor, current_assignments
from kemai.foundation.access.models import Person
from kemai.foundation.among import Among
from kemai.foundation.batches.models import Batch
from kemai.foundation.bulk import new_ids
from kemai.foundation.faults import fault
from kemai.foundation.preferences.company import company_setting
from kemai.oversight.exchange.landing import bulk
from kemai.oversight.exchange.landing.pace import Pace
from kemai.oversight.exchange.planning.request import ImportRequest

SERIES = "customer"
_ORDERS = ("orders", "order_days", "first_order_on", "last_order_on")
_STANDING = {"state": pl.String, "stage": pl.String, "state_since": pl.Date, "state_before_order": pl.String,
             "first_order_on": pl.Date, "last_order_on": pl.Date}  # fmt: skip
_SEARCHED = ("name", "short_name", "principal", "code", "uscc", "phone")
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


def create_named(request: ImportRequest, batch: Batch, new: pl.DataFrame, pace: Pace) -> pl.Series:
    """Creates the customers that a file only names, and gives their ids in order."""
    ids = pl.Series("customer_id", [], pl.Int64)
    while len(ids) < len(new):
        request.check_cancelled()
        ids.extend(create_customers(request, batch, new.slice(len(ids), pace.rows), pace))
        fault("exchange.chunk")
        request.progress(len(ids), len(new), "customers")
    return ids


def create_customers(request: ImportRequest, batch: Batch, rows: pl.DataFrame, pace: Pace) -> pl.Series:
    """Inserts customers with owner, first state, search text and trail in one short transaction; gives their ids.

    `rows` has code (null: numbered by the rule), name, and any further columns of the customer table. What can be
    worked out beforehand is, so that the lock is held for the writing only.
    """
    rows = _with_owner(request, rows).with_columns(
        pl.Series("code", _numbered(rows), pl.String),
        pl.Series("name_key", [name_key(name)[:200] for name in rows["name"]], pl.String),
    )
    rows, moves = _following_orders(request, rows)
    words, told = _words(rows), _told(rows)
    with pace.chunk(len(rows)):
        ids = new_ids(Customer._meta.db_table, len(rows))
        rows = rows.with_columns(pl.Series("id", ids, pl.Int64))
        bulk.insert(Customer, rows, batch_id=batch.pk)
        _open_ownership(request, rows)
        _note_states(request, batch, rows)
        moved = [(ids[place], before, after) for place, before, after in moves]
        note_moves(actor=request.actor, moves=moved, batch_id=batch.pk)
        write_words(list(zip(ids, words, strict=True)))
        trail.record_rows(
            actor=request.actor, verb="archives.customer.created", subject_type="customer", batch_id=batch.pk,
            rows=zip(ids, ids, told, strict=True),
        )  # fmt: skip
    return rows["id"]


def create_products(batch: Batch, new: Sequence[tuple[str, str]], pace: Pace) -> pl.Series:
    """Creates products by (code, name) and gives their ids in order."""
    rows = pl.DataFrame(new, schema={"code": pl.String, "name": pl.String}, orient="row")
    made = pl.Series("id", [], pl.Int64)
    while len(made) < len(rows):
        some = rows.slice(len(made), pace.rows)
        with pace.chunk(len(some)):
            ids = pl.Series("id", new_ids(Product._meta.db_table, len(some)), pl.Int64)
            bulk.insert(Product, some.with_columns(ids), batch_id=batch.pk)
        made.extend(ids)
        fault("exchange.chunk")
    return made


def _following_orders(request: ImportRequest, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Move]]:
    """Who comes with orders is born in the state they put him in, and has a move for it; gives (place, before, after)."""
    today = request.actor.today
    if "order_days" not in rows.columns:
        return rows.with_columns(pl.lit(today).alias("state_since")), []
    born = Standing(state_since=today)
    facts = (OrderFacts(0, *row) for row in rows.select(_ORDERS).fill_null(0).iter_rows())
    after = [followed(born, fact, today) for fact in facts]
    standing = pl.DataFrame(
        [(str(each.state), each.stage, *each[2:]) for each in after], schema=_STANDING, orient="row"
    )
    moves = [(place, born, each) for place, each in enumerate(after) if each != born]
    return pl.concat([rows.drop(_ORDERS), standing], how="horizontal"), moves


def _words(rows: pl.DataFrame) -> list[str]:
    """The search words of each new customer; contacts it has none yet."""
    columns = [rows[name] if name in rows.columns else [None] * len(rows) for name in _SEARCHED]
    return [
        tokens_of([name, short or "", principal or ""], [code, uscc or ""], [phone or ""])
        for name, short, principal, code, uscc, phone in zip(*columns, strict=True)
    ]


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
        taken = given.union(Customer.objects.filter(Among("code", tried)).values_list("code", flat=True))
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
        Ownership, owned.select(pl.col("id").alias("customer_id"), pl.col("owner_id").alias("person_id")),
        starts_on=request.actor.today, assigned_by=request.actor.name[:60],
    )  # fmt: skip


def _note_states(request: ImportRequest, batch: Batch, rows: pl.DataFrame) -> None:
    """States that the file gives; those that orders give are moves."""
    if "state" not in rows.columns or "stage" in rows.columns:
        return
    given = rows.filter(pl.col("state") != "potential")
    bulk.insert(
        StateChange, given.select(pl.col("id").alias("customer_id"), pl.col("state").alias("to_state")),
        on=request.actor.today, person_id=request.actor.person_id, person_name=request.actor.name[:60],
        batch_id=batch.pk,
    )  # fmt: skip


def _told(rows: pl.DataFrame) -> list[dict[str, list[Any]]]:
    columns = [name for name in TOLD if name in rows.columns]
    return [
        {name: [None, value] for name, value in zip(columns, row, strict=True) if value not in (None, "")}
        for row in rows.select(columns).iter_rows()
    ]

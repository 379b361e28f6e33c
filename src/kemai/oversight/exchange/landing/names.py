"""Customers and products that an import creates: pending like its other rows, numbered by the rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import polars as pl

from kemai.business.archives.actions.orders import MOVE, Move, Standing, dated_moves, followed
from kemai.business.archives.indexing import index_new
from kemai.business.archives.models import Customer, CustomerSearch, Ownership, StateChange
from kemai.business.archives.names import name_key
from kemai.business.archives.words import tokens_of
from kemai.business.trade.models import Product
from kemai.business.trade.order_facts import OrderFacts
from kemai.foundation import numbering, trail
from kemai.foundation.access.actor import Actor, current_assignments
from kemai.foundation.access.models import Person
from kemai.foundation.ahead import made_ahead
from kemai.foundation.among import Among
from kemai.foundation.arrow.arriving import Arriving, Rows, Staging
from kemai.foundation.batches.models import Batch
from kemai.foundation.bulk import new_ids
from kemai.foundation.faults import fault
from kemai.foundation.preferences.company import company_setting
from kemai.foundation.trail import digests
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.landing import bulk
from kemai.oversight.exchange.landing.layers import columns_in, rows_of_layers
from kemai.oversight.exchange.landing.pace import Pace
from kemai.oversight.exchange.planning.request import ImportRequest

SERIES = "customer"
_ENTRY = "entry_id"
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
    for made in create_customers(request, batch, pace.parts(new), pace):
        ids.extend(made)
        fault("exchange.chunk")
        request.progress(len(ids), len(new), "customers")
    return ids


def create_customers(
    request: ImportRequest, batch: Batch, parts: Iterable[pl.DataFrame], pace: Pace
) -> Iterator[pl.Series]:
    """Inserts customers with owner, first state, search text and trail, each part in a short transaction; gives the
    parts' ids.

    `parts` have code (null: numbered by the rule), name, and any further columns of the customer table. What can be
    worked out beforehand is, so that the lock is held for the writing only.
    """
    known = (_known(request, part) for part in parts)
    for ids, arriving in made_ahead(known, partial(_ready, request, batch, pace.stage)):
        request.check_cancelled()
        with arriving.at_hand(), pace.chunk(len(ids)):
            arriving.write()
            index_new(int(ids[0]), int(ids[-1]))
        yield ids


def _known(request: ImportRequest, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with all that the database has to be asked for: owner, code, their own ids and those of their entries."""
    return _with_owner(request, rows).with_columns(
        pl.Series("code", _numbered(rows), pl.String),
        pl.Series("id", new_ids(Customer._meta.db_table, len(rows)), pl.Int64),
        pl.Series(_ENTRY, new_ids(Entry._meta.db_table, len(rows)), pl.Int64),
    )


def _ready(
    request: ImportRequest, batch: Batch, stage: Staging, rows: pl.DataFrame
) -> tuple[pl.Series, Arriving]:
    """The rows of all tables; asks no database."""
    ids, entries = rows["id"], rows[_ENTRY].to_list()
    rows = rows.drop(_ENTRY).with_columns(
        pl.Series("name_key", [name_key(name)[:200] for name in rows["name"]], pl.String)
    )
    rows, moves = _following_orders(request, rows)
    noted = trail.Alike(request.actor, "archives.customer.created", "customer", batch.pk)
    told = digests.created_texts(rows.select(name for name in TOLD if name in rows.columns))
    return ids, stage.ready(
        bulk.rows_of(Customer, rows.drop(columns_in(rows)), batch_id=batch.pk),
        *rows_of_layers(rows),
        _ownerships(request, rows),
        _states(request, batch, rows) if moves is None else _moved(request, batch, moves),
        bulk.rows_of(CustomerSearch, pl.DataFrame({"id": ids, "tokens": _words(rows)})),
        *noted.tables(entries, ids.to_list(), ids.to_list(), told),
    )


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


def _following_orders(request: ImportRequest, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Move] | None]:
    """Who comes with orders is born in the state they put him in, and has a move for it; None without orders."""
    today = request.actor.today
    if "order_days" not in rows.columns:
        return rows.with_columns(pl.lit(today).alias("state_since")), None
    born = Standing(state_since=today)
    facts = (OrderFacts(0, *row) for row in rows.select(_ORDERS).fill_null(0).iter_rows())
    after = [followed(born, fact, today) for fact in facts]
    standing = pl.DataFrame(
        [(str(each.state), each.stage, *each[2:]) for each in after], schema=_STANDING, orient="row"
    )
    moves = [(pk, born, each) for pk, each in zip(rows["id"], after, strict=True) if each != born]
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
    for row in rows.with_row_index("place").filter(pl.col("code").is_null()).iter_rows(named=True):
        parts = {
            "region": row.get("region") or "XX",
            "type": (row.get("type") or "enterprise")[:1].upper(),
        }
        places[tuple(parts.items()) if "{region}" in rule or "{type}" in rule else ()].append(row["place"])
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


def _ownerships(request: ImportRequest, rows: pl.DataFrame) -> Rows:
    owned = rows.filter(pl.col("owner_id").is_not_null())
    return bulk.rows_of(
        Ownership, owned.select(pl.col("id").alias("customer_id"), pl.col("owner_id").alias("person_id")),
        starts_on=request.actor.today, assigned_by=request.actor.name[:60],
    )  # fmt: skip


def _states(request: ImportRequest, batch: Batch, rows: pl.DataFrame) -> Rows:
    """States that the file gives; those that orders give are moves."""
    state = rows["state"] if "state" in rows.columns else pl.lit("potential").alias("state")
    given = rows.select("id", state).filter(pl.col("state") != "potential")
    return bulk.rows_of(
        StateChange, given.select(pl.col("id").alias("customer_id"), pl.col("state").alias("to_state")),
        on=request.actor.today, person_id=request.actor.person_id, person_name=request.actor.name[:60],
        batch_id=batch.pk,
    )  # fmt: skip


def _moved(request: ImportRequest, batch: Batch, moves: list[Move]) -> Rows:
    schema = {**dict.fromkeys(MOVE, pl.String), "customer_id": pl.Int64, "on": pl.Date, "from_since": pl.Date}
    rows = pl.DataFrame(dated_moves(request.actor, moves), schema=schema, orient="row")
    return bulk.rows_of(StateChange, rows, batch_id=batch.pk)

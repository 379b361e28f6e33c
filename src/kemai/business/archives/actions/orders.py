"""States follow sales: the ledger's facts move customers in bulk, forward and back (4.0, S4.6, S4.7, S4.11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Protocol

from django.db import connection, transaction

from kemai.business.archives.models import Customer, Stage, State, StateChange
from kemai.foundation.access.actor import Actor

LOYAL_FROM = 4
LET_GO = (State.LOST, State.NON)
CHUNK = 5_000
FIELDS = ("state", "stage", "state_since", "state_before_order", "first_order_on", "last_order_on")


class Facts(Protocol):
    """What the ledger knows of a customer's orders."""

    customer_id: int
    order_days: int
    first_order_on: date | None
    last_order_on: date | None


def refresh_states(*, actor: Actor, facts: Iterable[Any], batch_id: int | None = None) -> int:
    """Brings state, stage and order dates up to the ledger; gives how many customers changed.

    A first order makes any customer actual; when all its orders are gone it goes back to where it came from.
    A move carries the day of the order that brought it, so that imported history lies where it happened.
    """
    by_id = {f.customer_id: f for f in facts}
    ids, moved = sorted(by_id), 0
    with transaction.atomic():
        for start in range(0, len(ids), CHUNK):
            moved += _refresh(actor, [by_id[pk] for pk in ids[start : start + CHUNK]], batch_id)
    return moved


def _refresh(actor: Actor, facts: Sequence[Facts], batch_id: int | None) -> int:
    customers = Customer.objects.in_bulk([f.customer_id for f in facts])
    changed, moves = [], []
    for fact in facts:
        customer = customers.get(fact.customer_id)
        if customer is None:
            continue
        before = tuple(getattr(customer, name) for name in FIELDS)
        was = (customer.state, customer.stage)
        _follow(customer, fact, actor.today)
        if before != tuple(getattr(customer, name) for name in FIELDS):
            changed.append(customer)
        if was != (customer.state, customer.stage):
            moves.append(_move(actor.today, customer, was, batch_id))
    _store(changed)
    StateChange.objects.bulk_create(moves, batch_size=1_000)
    return len(changed)


def _store(changed: Sequence[Customer]) -> None:
    """One prepared statement a customer: an import holds the write lock here, and CASE lists take 30 times as long."""
    columns = [column for column in Customer._meta.concrete_fields if column.name in FIELDS]
    assignments = ", ".join(f"{column.column} = %s" for column in columns)
    rows = [
        (*(column.get_db_prep_save(getattr(each, column.attname), connection) for column in columns), each.pk)
        for each in changed
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {Customer._meta.db_table} SET {assignments} WHERE id = %s", rows)


def _follow(customer: Customer, fact: Facts, today: date) -> None:
    customer.first_order_on, customer.last_order_on = fact.first_order_on, fact.last_order_on
    if fact.order_days and _counts(customer, fact):
        if customer.state != State.ACTUAL:
            since = fact.last_order_on if customer.state in LET_GO else fact.first_order_on
            customer.state_before_order, customer.state_since = customer.state, since or today
        customer.state, customer.stage = State.ACTUAL, stage_of(fact.order_days)
    elif not fact.order_days and customer.state == State.ACTUAL:
        customer.state, customer.stage = customer.state_before_order or State.POTENTIAL, ""
        customer.state_before_order, customer.state_since = "", today


def _counts(customer: Customer, fact: Facts) -> bool:
    """Who was let go comes back by a later order only, not by old ones that are imported or corrected."""
    if customer.state not in LET_GO or not customer.state_since or not fact.last_order_on:
        return True
    return fact.last_order_on >= customer.state_since


def stage_of(order_days: int) -> str:
    """First-time, repeat from a second day on, loyal from the fourth."""
    return Stage.LOYAL if order_days >= LOYAL_FROM else Stage.REPEAT if order_days > 1 else Stage.FIRST


def _move(today: date, customer: Customer, was: tuple[str, str], batch_id: int | None) -> StateChange:
    won_back = was[0] == State.LOST and customer.state == State.ACTUAL
    if was[0] != customer.state:
        on = customer.state_since
    else:
        on = customer.last_order_on  # a further order in the same state
    return StateChange(
        customer=customer, from_state=was[0], from_stage=was[1], to_state=customer.state, to_stage=customer.stage,
        on=on or today, reason="won_back" if won_back else "order", person_name="", batch_id=batch_id,
    )  # fmt: skip

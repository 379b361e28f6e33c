"""States follow sales: the ledger's facts move customers in bulk, forward and back (4.0, S4.6, S4.7, S4.11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

from django.db import connection, transaction
from django.utils import timezone

from kemai.business.archives.models import Customer, Stage, State, StateChange
from kemai.foundation.access.actor import Actor
from kemai.foundation.among import Among
from kemai.foundation.bulk import insert_rows, update_rows

LOYAL_FROM = 4
LET_GO = (State.LOST, State.NON)
CHUNK = 5_000
_BACK = ("state", "stage", "state_since", "state_before_order")


class Facts(Protocol):
    """What the ledger knows of a customer's orders."""

    @property
    def customer_id(self) -> int: ...
    @property
    def order_days(self) -> int: ...
    @property
    def first_order_on(self) -> date | None: ...
    @property
    def last_order_on(self) -> date | None: ...


class Standing(NamedTuple):
    """What orders change of a customer, by column."""

    state: str = State.POTENTIAL
    stage: str = ""
    state_since: date | None = None
    state_before_order: str = ""
    first_order_on: date | None = None
    last_order_on: date | None = None


Move = tuple[int, Standing, Standing]
MOVE = ("customer_id", "from_state", "to_state", "from_stage", "to_stage", "on", "reason", "from_since",
        "from_before_order")  # fmt: skip


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


def take_back_moves(*, batch_id: int, customer_ids: Sequence[int]) -> int:
    """Puts customers back to where they stood before a batch moved them, unless something moved them since; gives how
    many. Their orders are another matter: `refresh_states` afterwards."""
    mine = StateChange.objects.filter(Among("customer_id", list(customer_ids)), batch_id=batch_id)
    first: dict[int, StateChange] = {}
    last: dict[int, StateChange] = {}
    for move in mine.order_by("pk"):
        first.setdefault(move.customer_id, move)
        last[move.customer_id] = move
    free = _not_moved_since(last)
    back = [
        (first[pk].from_state, first[pk].from_stage, _plain(first[pk].from_since), first[pk].from_before_order, pk)
        for pk in free
    ]  # fmt: skip
    update_rows(Customer._meta.db_table, _BACK, back)
    mine.filter(Among("customer_id", free)).delete()
    return len(free)


def _not_moved_since(last: dict[int, StateChange]) -> list[int]:
    """Those whose last move of all is this one, and who still stand where it put them."""
    moves = StateChange.objects.filter(Among("customer_id", list(last)), status="done").values_list(
        "customer_id", "pk"
    )
    moved = {pk for pk, change in moves if change > last[pk].pk}
    standing = Customer.objects.filter(Among("id", list(last))).values_list("pk", "state", "stage")
    return [
        pk for pk, state, stage in standing
        if pk not in moved and (state, stage) == (last[pk].to_state, last[pk].to_stage)
    ]  # fmt: skip


def followed(standing: Standing, fact: Facts, today: date) -> Standing:
    """Where a customer stands once the ledger says this of its orders."""
    now = standing._replace(first_order_on=fact.first_order_on, last_order_on=fact.last_order_on)
    if fact.order_days and _counts(standing, fact):
        if now.state != State.ACTUAL:
            since = fact.last_order_on if now.state in LET_GO else fact.first_order_on
            now = now._replace(state_before_order=now.state, state_since=since or today)
        return now._replace(state=State.ACTUAL, stage=stage_of(fact.order_days))
    if not fact.order_days and now.state == State.ACTUAL:
        back = now.state_before_order or State.POTENTIAL
        return now._replace(state=back, stage="", state_before_order="", state_since=today)
    return now


def dated_moves(actor: Actor, moves: Sequence[Move]) -> list[tuple[Any, ...]]:
    """Rows of MOVE for (customer id, before, after) where state or stage differ."""
    return [
        (pk, before.state, after.state, before.stage, after.stage, _moved_on(before, after, actor.today),
         "won_back" if before.state == State.LOST and after.state == State.ACTUAL else "order",
         before.state_since, before.state_before_order)
        for pk, before, after in moves
        if (before.state, before.stage) != (after.state, after.stage)
    ]  # fmt: skip


def _note_moves(actor: Actor, moves: Sequence[Move], batch_id: int | None) -> None:
    now = timezone.now()
    at = now if connection.vendor == "postgresql" else connection.ops.adapt_datetimefield_value(now)
    rows = [(*map(_plain, row), "done", "", batch_id, at) for row in dated_moves(actor, moves)]
    columns = (*MOVE, "status", "person_name", "batch_id", "created_at")
    if rows:
        insert_rows(StateChange._meta.db_table, columns, rows)


def _moved_on(before: Standing, after: Standing, today: date) -> date:
    """The day of the move; a further order in the same state has its own."""
    return (after.last_order_on if before.state == after.state else after.state_since) or today


def _counts(standing: Standing, fact: Facts) -> bool:
    """Who was let go comes back by a later order only, not by old ones that are imported or corrected."""
    if standing.state not in LET_GO or not standing.state_since or not fact.last_order_on:
        return True
    return fact.last_order_on >= standing.state_since


def stage_of(order_days: int) -> str:
    """First-time, repeat from a second day on, loyal from the fourth."""
    return Stage.LOYAL if order_days >= LOYAL_FROM else Stage.REPEAT if order_days > 1 else Stage.FIRST


def _refresh(actor: Actor, facts: Sequence[Facts], batch_id: int | None) -> int:
    rows = Customer.objects.filter(Among("id", [f.customer_id for f in facts]))
    standing = {pk: Standing(*rest) for pk, *rest in rows.values_list("pk", *Standing._fields)}
    moves: list[Move] = []
    for fact in facts:
        before = standing.get(fact.customer_id)
        if before is not None:
            after = followed(before, fact, actor.today)
            if after != before:
                moves.append((fact.customer_id, before, after))
    _store(moves)
    _note_moves(actor, moves, batch_id)
    return len(moves)


def _store(moves: Sequence[Move]) -> None:
    rows = [(*map(_plain, after), pk) for pk, _before, after in moves]
    if rows:
        update_rows(Customer._meta.db_table, Standing._fields, rows)


def _plain(value: Any) -> Any:
    """Days as text, which both databases take; states without their class."""
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, int) else str(value)

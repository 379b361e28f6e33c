"""The archive as it stood at the end of a day: basics, credit and operations, the state and the owner (S1.114).

Fields are worked out backwards from the trail; states and owners have dates of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.business.archives import fields, layers, persons
from kemai.business.archives.layers import CREDIT, OPERATIONS, Layer
from kemai.business.archives.models import (
    CompetingProduct,
    Customer,
    CustomerType,
    DeliveryAddress,
    Individual,
    Ownership,
    StateChange,
)
from kemai.business.archives.queries import (
    competing_products,
    delivery_addresses,
    own_card_of,
    ownership_history,
    state_history,
)
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused

CREATED = "archives.customer.created"
CHANGED = tuple(f"archives.customer.{what}" for what in ("changed", "restored", "merged", "unmerged"))
ROWS: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "delivery_address": (DeliveryAddress, ("address", "receiver")),
    "competing_product": (CompetingProduct, ("brand", "price_fen", "share_bp")),
}
FILLED = "archives.person.changed"
_TOLD = ("added", "changed", "removed", "restored")
VERBS = (
    CREATED, *CHANGED, FILLED, *(f"archives.{layer.key}.{what}" for layer in layers.LAYERS for what in ("changed", "restored")),
    *(f"archives.{kind}.{what}" for kind in ROWS for what in _TOLD),
)  # fmt: skip


class DayRefused(Refused):
    """A day for which there is no archive yet."""

    status = 422


@dataclass(frozen=True)
class FieldThen:
    """A field on that day and now; `why` says why it is not known: "erased", or "sealed" where no old value is kept."""

    key: str
    value: Any
    now: Any
    why: str = ""

    @property
    def has_changed(self) -> bool:
        """Whether it is known to have held something else."""
        return not self.why and self.value != self.now


@dataclass(frozen=True)
class ArchiveThen:
    """The archive at the end of a day; `credit` is None where it is not for the actor's eyes.

    Before `begun_on` the customer was not in the archive: then there is nothing else.
    """

    on: date
    begun_on: date
    existed: bool
    state: StateChange | None = None
    owner: Ownership | None = None
    basics: tuple[FieldThen, ...] = ()
    credit: tuple[FieldThen, ...] | None = None
    operations: tuple[FieldThen, ...] = ()
    delivery_addresses: tuple[tuple[FieldThen, ...], ...] = ()
    competing_products: tuple[tuple[FieldThen, ...], ...] = ()
    person: tuple[FieldThen, ...] = ()  # of a retail customer, where a form was begun


def archive_as_of(actor: Actor, customer: Customer, on: date) -> ArchiveThen:
    """The customer's archive at the end of the day `on`. Raises DayRefused for a day that is still to come."""
    if on > latest_day(actor):
        raise DayRefused(_("这一天还没到，选今天或以前的日子。"))
    lines = trail.history_of_customer(actor, customer.pk, VERBS)
    begun = next((line.at for line in lines if line.verb == CREATED), customer.created_at)
    until, begun_on = _end_of(on), timezone.localtime(begun).date()
    if begun >= until:
        return ArchiveThen(on, begun_on, existed=False)
    sees_credit = actor.sees("credit", customer.owner_id)
    return ArchiveThen(
        on, begun_on, existed=True, state=_state(actor, customer, on), owner=_owner(actor, customer, on),
        basics=_basics(actor, customer, lines, until), credit=_layer(customer, CREDIT, lines, until) if sees_credit else None,
        operations=_layer(customer, OPERATIONS, lines, until),
        delivery_addresses=_rows("delivery_address", delivery_addresses(actor, customer), lines, until),
        competing_products=_rows("competing_product", competing_products(actor, customer), lines, until),
        person=_person(actor, customer, lines, until),
    )  # fmt: skip


def latest_day(actor: Actor) -> date:
    """Today; where tests and demos fix the business day, the trail keeps real time all the same."""
    return max(actor.today, timezone.localdate())


def _end_of(on: date) -> datetime:
    """The first instant of the next day in the company's time zone."""
    return timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))


def _state(actor: Actor, customer: Customer, on: date) -> StateChange | None:
    found = state_history(actor, customer).filter(on__lte=on, status="done")
    return found.order_by("-on", "-pk").first()


def _owner(actor: Actor, customer: Customer, on: date) -> Ownership | None:
    """The last spell that had begun; none where it had ended."""
    spell = ownership_history(actor, customer).filter(starts_on__lte=on).order_by("-starts_on", "-pk").first()
    return None if spell is None or (spell.ends_on and spell.ends_on <= on) else spell


def _basics(
    actor: Actor, customer: Customer, lines: list[trail.TrailLine], until: datetime
) -> tuple[FieldThen, ...]:
    keys = [key for key, _label, _text in fields.visible_fields(actor, customer)]
    now = {key: getattr(customer, key) for key in keys if key != "bank_account"}
    found = {f.key: f for f in _then(Customer, now, _steps(lines, (CREATED, *CHANGED)), until)}
    return tuple(found.get(key) or FieldThen(key, None, None, "sealed") for key in keys)


def _layer(
    customer: Customer, layer: Layer, lines: list[trail.TrailLine], until: datetime
) -> tuple[FieldThen, ...]:
    record = layers.record_of(layer, customer)
    now = {field.key: getattr(record, field.key) for field in layer.fields}
    return _then(
        layer.model,
        now,
        _steps(lines, (f"archives.{layer.key}.changed", f"archives.{layer.key}.restored")),
        until,
    )


def _person(
    actor: Actor, customer: Customer, lines: list[trail.TrailLine], until: datetime
) -> tuple[FieldThen, ...]:
    """What a retail customer's own form held; family, personal life and the identity number leave nothing in the trail."""
    if customer.type != CustomerType.RETAIL or not actor.sees("contacts", customer.owner_id):
        return ()
    card = own_card_of(actor, customer)
    if card.individual is None:
        return ()
    plain = [
        f
        for f in persons.FIELDS.values()
        if not (f.on_card or f.kind == "sealed" or f.key in persons.PRIVATE_KEYS)
    ]
    now = {field.key: getattr(card.individual, field.key) for field in plain}
    mine = [line for line in lines if line.subject_id == card.pk]
    return _then(Individual, now, _steps(mine, (FILLED,)), until)


def _rows(
    kind: str, rows: Iterable[Any], lines: list[trail.TrailLine], until: datetime
) -> tuple[tuple[FieldThen, ...], ...]:
    """The rows that were in use; one that was added later was not there."""
    model, names = ROWS[kind]
    found = []
    for row in rows:
        mine = [line for line in lines if (line.subject_type, line.subject_id) == (kind, row.pk)]
        if any(line.verb.endswith(".added") and line.at >= until for line in mine):
            continue
        now = {name: getattr(row, name) for name in (*names, "is_active")}
        *shown, in_use = _then(model, now, [trail.Step(line.at, line.changes) for line in mine], until)
        if in_use.why or in_use.value:
            found.append(tuple(shown))
    return tuple(found)


def _steps(lines: list[trail.TrailLine], verbs: tuple[str, ...]) -> list[trail.Step]:
    return [trail.Step(line.at, line.changes) for line in lines if line.verb in verbs]


def _then(
    model: type[Model], now: Mapping[str, Any], steps: list[trail.Step], until: datetime
) -> tuple[FieldThen, ...]:
    stood = trail.as_it_stood(now, steps, until)
    return tuple(
        FieldThen(key, _typed(model, key, stood[key].value), value, "" if stood[key].is_known else "erased")
        for key, value in now.items()
    )


def _typed(model: type[Model], key: str, value: Any) -> Any:
    """A value of the trail as its column holds it: days are days again, nothing is what the column calls nothing."""
    column: Any = model._meta.get_field(key)
    if value is None:
        return None if column.null else "" if column.empty_strings_allowed else value
    return column.to_python(value)

"""Setting targets of a period: of customers, persons and units, as new versions that land together (S1.110)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.trade.actions.posting import own_batch
from kemai.business.trade.models import StaffTarget, Target
from kemai.business.trade.periods import Period
from kemai.business.trade.queries.targets import led_units, staff
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict
from kemai.foundation.batches.models import Batch

VERB = "trade.targets.set"
MOST_FEN = 900_000_000_000_000
CHUNK = 5_000
Amounts = Mapping[int, int | None]


class InvalidTarget(ValueError):
    """A target that makes no sense; the message is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Targets:
    """Amounts in fen by id; None takes a target away. Who isn't named keeps what he has."""

    customers: Amounts = field(default_factory=dict)
    persons: Amounts = field(default_factory=dict)
    units: Amounts = field(default_factory=dict)


def set_targets(*, actor: Actor, period: Period, targets: Targets, reason: str = "") -> int:
    """Stores what differs from what is there as new versions and gives how many; needs the duty import.targets.

    A manager sets them for the customers, people and units he leads, who sees all for everybody; another's is a
    refusal that changes nothing. Raises InvalidTarget for an amount below 0 or beyond all sense.
    """
    actor.require("import.targets", _("目标由主管或领导来定。"))
    _check(targets)
    with transaction.atomic():
        _lock(actor, targets)
        batch = own_batch(actor, VERB)
        staffed = {
            **_written(StaffTarget, "person_id", targets.persons, period, batch),
            **_written(StaffTarget, "unit_id", targets.units, period, batch),
        }
        customers = _written(Target, "customer_id", targets.customers, period, batch)
        if not staffed and not customers:
            transaction.set_rollback(True)
            return 0
        _told(actor, period, staffed, customers, batch, reason)
    return len(staffed) + len(customers)


def _check(targets: Targets) -> None:
    for amounts in (targets.customers, targets.persons, targets.units):
        for fen in amounts.values():
            if fen is not None and fen < 0:
                raise InvalidTarget(_("目标不能是负数。"))
            if fen is not None and fen > MOST_FEN:
                raise InvalidTarget(_("目标太大了，请看看是不是多写了零。"))


def _lock(actor: Actor, targets: Targets) -> None:
    """The rows that the targets are of, so that two who set them come one after the other; all must be the actor's."""
    mine: tuple[tuple[Any, Amounts, str], ...] = (
        (restrict(Customer.objects.all(), actor), targets.customers, _("有客户不归你管，什么都没有改。")),
        (staff(actor), targets.persons, _("有人不归你管，什么都没有改。")),
        (led_units(actor), targets.units, _("有单位不归你管，什么都没有改。")),
    )
    for rows, amounts, sentence in mine:
        ids = sorted(amounts)
        seen = 0
        for at in range(0, len(ids), CHUNK):
            wanted = rows.model._default_manager.filter(pk__in=ids[at : at + CHUNK]).order_by("pk")
            list(wanted.select_for_update(of=("self",)).values_list("pk"))
            seen += len(set(rows.filter(pk__in=ids[at : at + CHUNK]).values_list("pk", flat=True)))
        if seen != len(ids):
            raise Refused(sentence)


def _written(
    model: type[Model], key: str, amounts: Amounts, period: Period, batch: Batch
) -> dict[str, list[int | None]]:
    """Ends the versions that differ and writes the new ones; {"person:7": [old, new]} of what changed."""
    changed: dict[str, list[int | None]] = {}
    ids = sorted(amounts)
    for at in range(0, len(ids), CHUNK):
        some = ids[at : at + CHUNK]
        rows = model._default_manager.landed().filter(period=period.text, **{f"{key}__in": some})  # type: ignore[attr-defined]
        old = dict(rows.values_list(key, "amount_fen"))
        different = [pk for pk in some if old.get(pk) != amounts[pk]]
        rows.filter(**{f"{key}__in": different}).update(ended_by=batch.pk)
        model._default_manager.bulk_create(
            model(**{key: pk}, period=period.text, amount_fen=amounts[pk], batch_id=batch.pk)
            for pk in different
            if amounts[pk] is not None
        )
        name = key.removesuffix("_id")
        changed |= {f"{name}:{pk}": [old.get(pk), amounts[pk]] for pk in different}
    return changed


def _told(
    actor: Actor, period: Period, staffed: dict[str, list[Any]], customers: dict[str, list[Any]], batch: Batch, reason: str
) -> None:  # fmt: skip
    """A line in each customer's own trail, and one entry that seals them and names the persons and units."""
    rows = [
        (pk, pk, {"target_period": [None, period.text], "amount_fen": change})
        for pk, change in ((int(name.split(":")[1]), change) for name, change in customers.items())
    ]
    if rows:
        trail.record_rows(actor=actor, verb=VERB, subject_type="customer", batch_id=batch.pk, rows=rows)
        trail.seal_batch(actor=actor, batch_id=batch.pk, verb=f"{VERB}.sealed", reason=reason)
    if staffed:
        trail.record(
            actor=actor, verb=VERB, subject_type="targets", changes={"period": [None, period.text], **staffed},
            reason=reason, batch_id=batch.pk,
        )  # fmt: skip

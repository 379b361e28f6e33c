"""The switch: one transaction in which a whole import is gone for every reader, and what comes before and after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.foundation import outbox, trail
from kemai.foundation.batches.models import Batch
from kemai.foundation.faults import fault
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.landing.recovery import discard
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.planning.request import ImportRefused
from kemai.oversight.exchange.undoing.kinds import PARTS
from kemai.oversight.exchange.undoing.plan import KIND, MOST, Conflict, Undo, voided

SALES = "trade.saleline"  # that a customer has later sales is said once: by the lines they have replaced


class UndoConflicts(ImportRefused):
    """Somebody has worked on rows of the import since; nothing was undone. `conflicts` are all of them."""

    def __init__(self, sentence: str, conflicts: Sequence[Conflict]) -> None:
        super().__init__(sentence)
        self.conflicts = tuple(conflicts)


class Touched(Exception):
    """Somebody has just worked on one of the customers: the conflicts must be looked for again."""


def conflicts_of(undo: Undo) -> list[Conflict]:
    """What was changed since the import, as the parts name it; at most MOST."""
    undo.void = voided(undo.batch)
    found: list[Conflict] = []
    for part in PARTS[undo.batch.kind]:
        for each in part.conflicts(undo):
            found.append(each)
            if len(found) >= MOST:
                return found
    named = {(each.customer_id, each.later) for each in found if each.field and each.customer_id}
    return [c for c in found if c.kind != SALES or (c.customer_id, c.later) not in named]


def begin(undo: Undo) -> None:
    """The undo's own batch, which nobody counts yet."""
    undo.carrier = Batch.objects.create(
        kind=f"{KIND}{undo.batch.kind}", person_id=undo.actor.person_id, person_name=undo.actor.name[:60],
        source=undo.reason[:255], counts={"undoes": undo.batch.pk},
    )  # fmt: skip
    undo.made = {"done": 0, "total": _rows(undo.batch)}


def prepare(undo: Undo) -> None:
    """All that can be done before the lock is held."""
    for part in PARTS[undo.batch.kind]:
        part.prepare(undo)


def switch(undo: Undo, seen: int) -> None:
    """Hides the import from everybody at once. Raises Touched when somebody worked on its customers after the entry
    `seen` of the trail, and ImportRefused when it is no longer landed; then nothing has happened."""
    tally = trail.tallied(undo.carrier_id)
    fault("exchange.before_undo")
    with transaction.atomic():
        _mark(undo)
        for part in PARTS[undo.batch.kind]:
            part.switch(undo)
        _refuse_if_touched(undo, seen)  # after the writing: by now nobody else can be in the middle of it
        undo.batch.counts = {**undo.batch.counts, "undo": _noted(undo)}
        undo.batch.save(update_fields=["counts"])
        Import.objects.filter(batch=undo.batch, step__in=(Import.Step.LANDED, Import.Step.UNDOING)).update(
            step=Import.Step.UNDONE, refusal=""
        )
        trail.seal_batch(
            actor=undo.actor, batch_id=undo.carrier_id, verb=f"exchange.{undo.batch.kind}.undone", reason=undo.reason,
            tally=tally, subject_id=undo.batch.pk,
        )  # fmt: skip
        outbox.announce(
            "exchange.batch.undone", batch_id=undo.batch.pk, undo_id=undo.carrier_id, kind=undo.batch.kind,
            months=[f"{month:%Y-%m}" for month in undo.made.get("months", ())], customers=undo.made.get("customers", 0),
            revalues=KINDS.fixed(undo.batch.kind).is_valued or bool(undo.batch.counts.get("new_customers")),
        )  # fmt: skip
        fault("exchange.in_undo")
    fault("exchange.after_undo")


def settle_undone(batch: Batch) -> None:
    """Moves the rows of an undone batch out of the way, so that no read has to leave it out any more."""
    batch.refresh_from_db()
    for part in reversed(PARTS[batch.kind]):
        part.settle(batch)
    Batch.objects.filter(pk=batch.pk, status=Batch.Status.UNDONE).update(is_settled=True)


def drop(undo: Undo) -> None:
    """Forgets an undo that did not come to its switch."""
    if undo.carrier is not None and not transaction.get_connection().in_atomic_block:
        discard(undo.carrier)


def last_entry() -> int:
    """The end of the trail as it stands."""
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _mark(undo: Undo) -> None:
    landed = Batch.objects.filter(pk=undo.batch.pk, status=Batch.Status.LANDED, is_settled=True)
    if not landed.update(status=Batch.Status.UNDONE, is_settled=False, undone_by=undo.carrier_id):
        raise ImportRefused(_("这一批已经撤销过了。"))
    Batch.objects.filter(pk=undo.carrier_id).update(
        status=Batch.Status.LANDED, landed_at=timezone.now(),
        counts={"undoes": undo.batch.pk, "kept": {part: len(ids) for part, ids in undo.kept.items() if ids}},
    )  # fmt: skip


def _refuse_if_touched(undo: Undo, seen: int) -> None:
    entries = Entry.objects.filter(pk__gt=seen, customer_id__isnull=False).exclude(batch_id=undo.carrier_id)
    ids = sorted({pk for pk in entries.values_list("customer_id", flat=True) if pk})
    if ids and any(part.touched(undo, ids) for part in PARTS[undo.batch.kind]):
        raise Touched


def _noted(undo: Undo) -> dict[str, Any]:
    flags = ("index_later", "states_later")
    return {"kept": sum(map(len, undo.kept.values())), **{flag: bool(undo.made.get(flag)) for flag in flags}}


def _rows(batch: Batch) -> int:
    names = ("created", "updated", "new_customers")
    return max(sum(int(batch.counts.get(name, 0)) for name in names), 1)


def kept_rows(conflicts: Iterable[Conflict]) -> dict[str, set[int]]:
    """Ids of the rows that conflicts name, by part."""
    kept: dict[str, set[int]] = {}
    for each in conflicts:
        kept.setdefault(each.part, set()).add(each.row)
    return kept

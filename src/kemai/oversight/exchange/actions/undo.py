"""Undoing a landed import: all of it, or nothing while somebody's later work stands in its way (B10)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.foundation import jobs
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.batches.models import Batch
from kemai.foundation.jobs.models import Job
from kemai.oversight.exchange.actions.steps import UNDO, Step, enqueue
from kemai.oversight.exchange.landing import lease
from kemai.oversight.exchange.landing.pace import SMALL, Pace
from kemai.oversight.exchange.landing.recovery import recover_pending
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.planning.request import KINDS_NOW, ImportRefused, never, no_progress
from kemai.oversight.exchange.queries import import_by_id, why_not_undo
from kemai.oversight.exchange.undoing.plan import MOST, Conflict, Undo, token
from kemai.oversight.exchange.undoing.switch import (
    Touched,
    UndoConflicts,
    begin,
    conflicts_of,
    drop,
    kept_rows,
    last_entry,
    prepare,
    settle_undone,
    switch,
)

WAIT_SECONDS = 30.0
TRIES = 5
ANY = "any"
LONGEST_REASON = 200


@dataclass(frozen=True)
class Undone:
    """What became of an undo: its own batch, and the later work that was kept."""

    batch_id: int
    undo_id: int
    kept: tuple[Conflict, ...]
    seconds: float


def undo_import(
    *,
    actor: Actor,
    batch_id: int,
    reason: str,
    keep: str = "",
    progress: Callable[[int, int, str], None] = no_progress,
    check_cancelled: Callable[[], None] = never,
) -> Undone:
    """Takes a landed import back: its rows go, what it changed is as it was before, exactly.

    Rows that somebody has worked on since are conflicts: nothing happens then (UndoConflicts names them), unless
    `keep` is the token of exactly these conflicts, or ANY: then these rows stay as they are and all others go back.
    Raises Refused or LookupError without the right, ImportRefused for what makes no sense.
    """
    started = time.monotonic()
    undo = Undo(actor, landed_batch(actor, batch_id), checked_reason(reason))
    undo.check_cancelled = check_cancelled
    with _nobody_imports(check_cancelled) as leases:
        undo.progress = _renewing(progress, leases)
        for kind in KINDS_NOW:
            recover_pending(kind)
        undo.batch.refresh_from_db()
        kept = _done(undo, keep)
    return Undone(batch_id, undo.carrier_id, tuple(kept), time.monotonic() - started)


def start_undo(*, actor: Actor, import_id: int, reason: str, keep: str = "") -> Import:
    """From the page of an import: a small one at once, a large one as work in the background.

    `keep` is the token of the conflicts that the page has shown; a page can't keep what nobody has seen.
    """
    keep = "" if keep == ANY else keep
    item = import_by_id(actor, import_id)
    if item.batch_id is None or item.step != Step.LANDED:
        raise ImportRefused(_("只有已入账的导入能撤销。"))
    batch, text = landed_batch(actor, item.batch_id), checked_reason(reason)
    if is_small(batch):
        undo_import(actor=actor, batch_id=batch.pk, reason=text, keep=keep)
        item.refresh_from_db()
        return item
    with transaction.atomic():
        if not Import.objects.filter(pk=item.pk, step=Step.LANDED).update(step=Step.UNDOING, refusal=""):
            raise ImportRefused(_("这一步已经做过，或正在做。"))
        item.refresh_from_db()
        enqueue(item, UNDO, actor, by=actor.person_id, reason=text, keep=keep)
    return item


def cancel_undo(*, actor: Actor, import_id: int) -> Import:
    """Stops an undo that has not come to its switch, or takes note that it broke; then nothing has happened."""
    item = import_by_id(actor, import_id)
    if item.step == Step.UNDOING and item.job_id:
        jobs.request_cancel(item.job_id, actor)
        if Job.objects.filter(pk=item.job_id, state__in=(Job.State.CANCELLED, Job.State.FAILED)).exists():  # type: ignore[misc]
            Import.objects.filter(pk=item.pk, step=Step.UNDOING).update(step=Step.LANDED)
    item.refresh_from_db()
    return item


def landed_batch(actor: Actor, batch_id: int) -> Batch:
    """The import that the actor may undo. Raises Refused, ImportRefused, or LookupError where there is none."""
    batch = Batch.objects.filter(pk=batch_id, kind__in=KINDS_NOW).first()
    if batch is None or batch.status in (Batch.Status.PENDING, Batch.Status.DEAD):
        raise LookupError(_("没有第 %(n)s 批导入。") % {"n": batch_id})
    if why := why_not_undo(actor, batch):
        raise Refused(why)
    if batch.status == Batch.Status.UNDONE:
        raise ImportRefused(_("这一批已经撤销过了。"))
    return batch


def checked_reason(reason: str) -> str:
    """The reason, which an undo must have."""
    text = reason.strip()
    if not text:
        raise ImportRefused(_("撤销要写原因。"))
    return text[:LONGEST_REASON]


def is_small(batch: Batch) -> bool:
    """Whether one transaction takes it."""
    counts = batch.counts
    return sum(int(counts.get(n, 0)) for n in ("created", "updated", "new_customers")) <= SMALL


def _done(undo: Undo, keep: str) -> Sequence[Conflict]:
    small = is_small(undo.batch)
    for _try in range(TRIES):
        try:
            if small:
                with transaction.atomic():
                    return _once(undo, keep)
            return _once(undo, keep)
        except Touched:
            undo.kept, undo.carrier = {}, None
    raise ImportRefused(_("这些客户正有人在改，什么都没有撤销；请过一会儿再试。"))


def _once(undo: Undo, keep: str) -> Sequence[Conflict]:
    seen = last_entry()
    conflicts = conflicts_of(undo)
    _refuse_unless_kept(conflicts, keep)
    undo.kept = kept_rows(conflicts)
    begin(undo)
    try:
        undo.pace = Pace()
        prepare(undo)
        if not is_small(undo.batch):  # the trail took a while
            seen = last_entry()
            if token(conflicts_of(undo)) != token(conflicts):
                raise Touched
        switch(undo, seen)
    except BaseException:
        drop(undo)
        raise
    settle_undone(undo.batch)
    return conflicts


def _refuse_unless_kept(conflicts: Sequence[Conflict], keep: str) -> None:
    if not conflicts:
        return
    if len(conflicts) >= MOST:
        raise UndoConflicts(_("后来的改动太多了，什么都没有撤销；请先撤销后来的导入。"), conflicts)
    if keep == ANY or keep == token(conflicts):
        return
    if keep:
        raise UndoConflicts(_("又有人改了新的，什么都没有撤销；请再看一遍。"), conflicts)
    rows = len({(each.part, each.row) for each in conflicts})
    raise UndoConflicts(_("有 %(n)s 行后来又被改过，什么都没有撤销。") % {"n": f"{rows:,}"}, conflicts)


@contextmanager
def _nobody_imports(check_cancelled: Callable[[], None]) -> Iterator[list[lease.Lease]]:
    """The leases of all kinds, always in the same order: an import may put rows upon those of another kind."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(lease.held(kind, wait_seconds=WAIT_SECONDS, check_cancelled=check_cancelled))
            for kind in sorted(KINDS_NOW)
        ]


def _renewing(
    progress: Callable[[int, int, str], None], leases: Sequence[lease.Lease]
) -> Callable[[int, int, str], None]:
    def told(done: int, total: int, note: str = "") -> None:
        for each in leases:
            each.renew()
        progress(done, total, note)

    return told


__all__ = ["ANY", "Undone", "cancel_undo", "start_undo", "undo_import"]

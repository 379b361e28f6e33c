"""The flip: one transaction in which a whole import becomes visible, with all that belongs to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.business.archives.actions import follow_merges
from kemai.foundation import outbox, trail
from kemai.foundation.batches.models import Batch
from kemai.foundation.faults import fault
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.planning.report import Report
from kemai.oversight.exchange.planning.request import ImportRefused, ImportRequest

PLANNED = timedelta(days=1)  # a file was read and resolved before its batch began
Step = Callable[[], None]


@dataclass
class Flip:
    """What happens at the moment of landing: `inside` in the transaction, `payload` for those who listen.

    `settles`: some of what follows from the rows is too much for one transaction and is done in short ones after it.
    """

    inside: list[Step] = field(default_factory=list)
    payload: dict[str, Any] = field(default_factory=dict)
    settles: bool = False


def begin(request: ImportRequest) -> Batch:
    """A batch whose rows nobody sees yet."""
    return Batch.objects.create(
        kind=request.kind, person_id=request.actor.person_id, person_name=request.actor.name[:60],
        source=request.file_name[:255], content_hash=request.content_hash,
    )  # fmt: skip


def flip(request: ImportRequest, batch: Batch, report: Report, steps: Flip) -> None:
    """Shows the batch to everybody at once. Raises ImportRefused when it is no longer pending."""
    tally = trail.tallied(batch.pk)
    fault("exchange.before_flip")
    with transaction.atomic():
        landed = Batch.objects.filter(pk=batch.pk, status=Batch.Status.PENDING).update(
            status=Batch.Status.LANDED,
            landed_at=timezone.now(),
            counts=kept_counts(report),
            is_settled=not steps.settles,
        )
        if not landed:
            raise ImportRefused(_("这一批已被取消，什么都没有入账。"))
        for step in steps.inside:
            step()
        follow_merges(actor=request.actor, batch_id=batch.pk, since=batch.started_at - PLANNED)
        verb = f"exchange.{request.kind}.landed"
        trail.seal_batch(actor=request.actor, batch_id=batch.pk, verb=verb, tally=tally)
        told = {"revalues": KINDS.fixed(request.kind).is_valued, **steps.payload}
        outbox.announce("exchange.batch.landed", batch_id=batch.pk, kind=request.kind, **told)
        fault("exchange.in_flip")
    fault("exchange.after_flip")


def kept_counts(report: Report) -> dict[str, Any]:
    """What the history shows of a batch."""
    shown = report.as_json()
    return {**report.counts(), "months": shown["months"]}

"""What every step of the wizard shares: whose import it is, and the move from one step to the next.

Each step changes the import by a condition on the step before, so that a double click does it once.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.foundation import jobs
from kemai.foundation.access.actor import Actor, Refused
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.planning.request import ImportRefused
from kemai.oversight.exchange.queries import import_by_id

READ, CHECK, LAND, EFFECTS = "exchange.read", "exchange.check", "exchange.land", "exchange.effects"
UNDO = "exchange.undo"
Step = Import.Step


def own_import(actor: Actor, import_id: int) -> Import:
    """The actor's own import; others may look, not touch."""
    item = import_by_id(actor, import_id)
    if not actor.is_system and item.person_id != actor.person_id:
        raise Refused(_("只有上传的人能继续这份导入。"))
    return item


def move(item: Import, before: tuple[str, ...], step: str, work: str, actor: Actor, **fields: Any) -> Import:
    """Takes the import to its next step and puts the work of that step into the queue."""
    with transaction.atomic():
        if not Import.objects.filter(pk=item.pk, step__in=before).update(step=step, **fields):
            raise ImportRefused(_("这一步已经做过，或正在做。"))
        item.refresh_from_db()
        enqueue(item, work, actor)
    return item


def enqueue(item: Import, work: str, actor: Actor, **more: Any) -> None:
    """Queues a step's work once and notes whose progress to show."""
    job = jobs.enqueue(
        work,
        unique_key=f"{work}:{item.pk}",
        priority=10,
        person_id=actor.person_id,
        import_id=item.pk,
        **more,
    )
    Import.objects.filter(pk=item.pk).update(job_id=job.pk)
    item.job_id = job.pk

"""The last step: into the books, or not at all."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.foundation import jobs, trail
from kemai.foundation.access.actor import Actor
from kemai.oversight.exchange.actions.steps import LAND, Step, move, own_import
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.planning.request import ImportRefused
from kemai.oversight.exchange.queries import errors_path, plan_path, stored_path

BOOKED = (Step.LANDED, Step.UNDOING, Step.UNDONE)


def land_import(*, actor: Actor, import_id: int) -> Import:
    """Starts the landing of a checked import; twice is refused."""
    item = own_import(actor, import_id)
    if item.options.get("strict") and item.preview.get("rejected"):
        raise ImportRefused(_("有拒绝的行，按你的选择一行都不入。"))
    return move(item, (Step.CHECKED,), Step.LANDING, LAND, actor)


def cancel_import(*, actor: Actor, import_id: int) -> Import:
    """Stops the work if it runs and forgets the upload. What has landed stays."""
    item = own_import(actor, import_id)
    if item.step in (*BOOKED, Step.CANCELLED):
        raise ImportRefused(_("已经入账或取消了。"))
    if item.job_id:
        jobs.request_cancel(item.job_id, actor)
    if item.step == Step.LANDING:
        return item  # the job itself says whether it came in time
    with transaction.atomic():
        Import.objects.filter(pk=item.pk).exclude(step__in=(Step.LANDING, *BOOKED)).update(
            step=Step.CANCELLED
        )
        trail.record(actor=actor, verb="exchange.import.cancelled", subject_type="import", subject_id=item.pk)
    for path in (stored_path(item), errors_path(item), plan_path(item)):
        path.unlink(missing_ok=True)
    item.refresh_from_db()
    return item

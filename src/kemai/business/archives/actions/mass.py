"""Changing all customers that a question finds: asked for, prepared, put in force in one step, cancelled, taken back."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kemai.business.archives.actions.bulk import BulkRefused
from kemai.business.archives.directory import ListQuery, filter_customers
from kemai.business.archives.massing.kinds import Ready, ready
from kemai.business.archives.massing.preparing import Stopped, as_data, clear, prepare
from kemai.business.archives.massing.undoing import ready_back
from kemai.business.archives.models import MassChange
from kemai.foundation import jobs, trail
from kemai.foundation.access.actor import Actor, Refused, actor_of
from kemai.foundation.access.models import Person
from kemai.foundation.batches.models import Batch
from kemai.foundation.clock import business_today
from kemai.foundation.notifications import notify

JOB = "archives.mass"
# SQLite has one writer: others wait for the step that puts a change in force.
MOST_MATCHING = {"sqlite": 50_000, "postgresql": 200_000}
Status = MassChange.Status


def start_mass(
    *, actor: Actor, what: str, query: ListQuery, expected: int, given: dict[str, Any], told: str = "", address: str = ""
) -> MassChange:  # fmt: skip
    """Asks for a change of all that match; what was seen is `expected`. Raises Refused or BulkRefused, nothing changed.

    The change itself runs in the background with the rights that the person has then.
    """
    ready(actor, what, given)
    found = filter_customers(actor, query).count()
    if found != expected or not found:
        said = _("看的时候符合的是 %(then)s 家，现在是 %(now)s 家，一家都没改。请再看一遍。")
        raise BulkRefused(said % {"then": f"{expected:,}", "now": f"{found:,}"}, expected, found)
    if found > (most := MOST_MATCHING[connection.vendor]):
        said = _("一次最多改 %(n)s 家，请加一个条件分几次。") % {"n": f"{most:,}"}
        raise BulkRefused(said, found, 0)
    with transaction.atomic():
        change = MassChange.objects.create(
            what=what, question=as_data(query), given=given, told=told[:500], address=address[:4000], expected=expected,
            person_id=actor.person_id, person_name=actor.name[:60],
        )  # fmt: skip
        return _queued(actor, change)


def undo_mass(*, actor: Actor, change: MassChange) -> MassChange:
    """Asks for the way back of an edit; what somebody changed since stays as it is."""
    if change.what != "edit" or change.undoes_id:
        raise Refused(_("只有改一项能撤销。"))
    with transaction.atomic():
        now = MassChange.objects.select_for_update().get(pk=change.pk)
        waiting = MassChange.objects.filter(undoes=now, status__in=(Status.PREPARING, Status.DONE))
        if now.status != Status.DONE or waiting.exists():
            raise Refused(_("已经撤销过了。"))
        ready_back(actor, now)
        back = MassChange.objects.create(
            what="undo", question={}, given=now.given, told=now.told, address=now.address, undoes=now,
            expected=now.changed, person_id=actor.person_id, person_name=actor.name[:60],
        )  # fmt: skip
        return _queued(actor, back)


def cancel_mass(*, actor: Actor, change: MassChange) -> None:
    """Stops a change that is not in force yet; nothing has changed then."""
    if change.status != Status.PREPARING or change.job_id is None:
        raise Refused(_("已经做完了，停不下来了。"))
    jobs.request_cancel(change.job_id, actor)
    MassChange.objects.filter(pk=change.pk, status=Status.PREPARING).update(
        status=Status.CANCELLED, ended_at=timezone.now()
    )


def _queued(actor: Actor, change: MassChange) -> MassChange:
    job = jobs.enqueue(JOB, priority=5, person_id=actor.person_id, change_id=change.pk)
    change.job_id = job.pk
    change.save(update_fields=["job_id"])
    return change


def run_mass(*, change_id: int) -> dict[str, Any]:
    """Prepares a change and puts it in force; begun again after a kill it starts from nothing."""
    change = MassChange.objects.get(pk=change_id)
    person = Person.objects.get(pk=change.person_id or 0)
    actor = actor_of(person, business_today())
    with override(person.language):
        _anew(actor, change)
        try:
            kind = (
                ready_back(actor, change.undoes) if change.undoes else ready(actor, change.what, change.given)
            )
            count = prepare(actor, change, kind)
            _land(actor, change, kind, count)
        except (Stopped, Refused) as refused:
            _ended(change, Status.REFUSED, str(refused))
        except jobs.JobCancelled:
            _ended(change, Status.CANCELLED, "")
            raise
        change.refresh_from_db()
        _tell(change)
    return {"status": change.status, "changed": change.changed}


def _anew(actor: Actor, change: MassChange) -> None:
    if change.status != Status.PREPARING:
        raise jobs.JobCancelled
    if change.batch_id:
        Batch.objects.filter(pk=change.batch_id or 0).update(status=Batch.Status.DEAD)
        clear(change)
    batch = Batch.objects.create(kind="mass", person_id=actor.person_id, person_name=actor.name[:60])
    change.batch_id = batch.pk
    change.save(update_fields=["batch_id"])


def _land(actor: Actor, change: MassChange, kind: Ready, count: int) -> None:
    """The one step: every customer as it was looked at, or none at all."""
    assert change.batch_id
    tally = trail.tallied(change.batch_id)
    with transaction.atomic():
        mine = MassChange.objects.filter(pk=change.pk, status=Status.PREPARING)
        if not mine.update(status=Status.DONE, changed=count, ended_at=timezone.now()):
            raise jobs.JobCancelled
        fresh = kind.land(change)
        if fresh != count:
            raise Stopped(
                _("有 %(n)s 家刚被别人改过，一家都没改。请再看一遍。") % {"n": f"{count - fresh:,}"}
            )
        if change.undoes_id:
            MassChange.objects.filter(pk=change.undoes_id).update(status=Status.UNDONE)
        trail.seal_batch(
            actor=actor, batch_id=change.batch_id, verb=f"archives.mass.{change.what}", tally=tally,
            reason=str(change.given.get("reason", "")), subject_id=change.pk,
        )  # fmt: skip
        Batch.objects.filter(pk=change.batch_id or 0).update(
            status=Batch.Status.LANDED, landed_at=timezone.now()
        )


def _ended(change: MassChange, status: str, problem: str) -> None:
    MassChange.objects.filter(pk=change.pk).update(
        status=status, problem=problem[:500], ended_at=timezone.now()
    )
    Batch.objects.filter(pk=change.batch_id or 0).update(status=Batch.Status.DEAD)
    clear(change)


def _tell(change: MassChange) -> None:
    """News for who asked, once."""
    if change.person_id is None:
        return
    title = (
        _("%(n)s 家改好了") % {"n": f"{change.changed:,}"}
        if change.status == Status.DONE
        else _("一家都没改")
    )
    notify(
        person_id=change.person_id, key=f"archives.mass:{change.pk}", title=title, body=change.problem or change.told,
        link=f"/customers/changes/{change.pk}/", kind="customer",
    )  # fmt: skip

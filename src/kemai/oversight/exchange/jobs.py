"""The wizard's work in the background: reading the upload, the full dry run, the landing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from functools import wraps
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from kemai.business.valuation.ranking.trial import TrialTooLarge
from kemai.foundation import jobs
from kemai.foundation.access.actor import Actor, Refused, actor_of, system_actor
from kemai.foundation.access.models import Person
from kemai.foundation.clock import business_today
from kemai.foundation.jobs.models import Job
from kemai.foundation.notifications import notify
from kemai.oversight.exchange.actions.importing import run_import
from kemai.oversight.exchange.actions.list_export import JOB, clear_old_exports, write_list_export
from kemai.oversight.exchange.actions.steps import CHECK, EFFECTS, LAND, READ, UNDO
from kemai.oversight.exchange.actions.undo import undo_import
from kemai.oversight.exchange.effects import effects_of, keep_plan
from kemai.oversight.exchange.landing.recovery import recover_pending, settle_undos
from kemai.oversight.exchange.layout import layout_of
from kemai.oversight.exchange.models import Import, ListExport
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.planning.request import ImportRefused, ImportRequest
from kemai.oversight.exchange.queries import errors_path, plan_path, stored_path
from kemai.oversight.exchange.reading import ReadRefused

Step = Import.Step
_READING_OPTIONS = ("fill_down", "date_order", "round_money")


def to_the_uploader(work: Callable[..., Any]) -> Callable[..., Any]:
    """What the work says, it says in the language of whoever brought the file in."""

    @wraps(work)
    def told(*, import_id: int) -> Any:
        person = Person.objects.filter(pk__in=Import.objects.filter(pk=import_id).values("person_id")).first()
        with override(person.language if person else None):
            return work(import_id=import_id)

    return told


@jobs.job(READ, max_attempts=3)
@to_the_uploader
def read_upload(*, import_id: int) -> None:
    """Reads the layout of an upload: sheets, header, columns, sample rows, guesses."""
    item = Import.objects.get(pk=import_id)
    if item.step != Step.READING:
        return
    try:
        layout = layout_of(item, _actor(item))
    except ReadRefused as refusal:
        _moved(item, Step.READING, Step.REFUSED, refusal=str(refusal)[:500])
        _tell(item, "refused", str(refusal))
    else:
        _moved(
            item, Step.READING, Step.MAPPING, layout=layout, sheet=layout.get("sheet") or "", kind=layout["kind"],
            mapping={}, options={**layout.get("remembered_options", {}), **item.options}, refusal="",
        )  # fmt: skip


@jobs.job(CHECK, max_attempts=3)
@to_the_uploader
def check_upload(*, import_id: int) -> None:
    """The whole dry run, kept as the preview."""
    item = Import.objects.get(pk=import_id)
    if item.step != Step.CHECKING:
        return
    try:
        outcome = run_import(
            _request(item),
            dry_run=True,
            errors_to=errors_path(item),
            show_plan=lambda plan: keep_plan(item, plan),
        )
    except ReadRefused as refusal:
        _moved(item, Step.CHECKING, Step.REFUSED, refusal=str(refusal)[:500])
        _tell(item, "refused", str(refusal))
    except (ImportRefused, Refused) as refusal:  # the columns can be mended
        _moved(item, Step.CHECKING, Step.MAPPING, refusal=str(refusal)[:500])
        _tell(item, "refused", str(refusal))
    except jobs.JobCancelled:
        _cancelled(item, Step.CHECKING)
        raise
    else:
        preview = {**outcome.report.as_json(), "already": outcome.already}
        with transaction.atomic():
            effects = _effects_begun(item)
            _moved(item, Step.CHECKING, Step.CHECKED, preview=preview, refusal="", effects=effects)


@jobs.job(EFFECTS, max_attempts=2)
def work_out_effects(*, import_id: int) -> None:
    """Who would change class; only the latest check of an import may say so."""
    item = Import.objects.get(pk=import_id)
    if item.step != Step.CHECKED or item.effects.get("job") != jobs.current().job_id:
        return
    try:
        found = effects_of(item, _actor(item), jobs.current().progress)
    except TrialTooLarge:
        found = {"state": "skipped"}
    Import.objects.filter(pk=item.pk, step=Step.CHECKED, effects__job=item.effects["job"]).update(
        effects=found
    )


@jobs.job(LAND, max_attempts=5)
@to_the_uploader
def land_upload(*, import_id: int) -> dict[str, Any] | None:
    """The landing; run again after a crash it finds its rows landed and says so."""
    item = Import.objects.get(pk=import_id)
    if item.step != Step.LANDING:
        return None
    try:
        outcome = run_import(_request(item), errors_to=errors_path(item))
    except (ReadRefused, ImportRefused, Refused) as refusal:
        _moved(item, Step.LANDING, Step.CHECKED, refusal=str(refusal)[:500])
        _tell(item, f"not_landed:{jobs.current().job_id}", str(refusal))
        return None
    except jobs.JobCancelled:
        _cancelled(item, Step.LANDING)
        raise
    batch_id = outcome.batch_id or outcome.already
    counts = outcome.report.counts() if outcome.batch_id else {}
    _moved(item, Step.LANDING, Step.LANDED, batch_id=batch_id, preview={**item.preview, **counts}, refusal="")
    plan_path(item).unlink(missing_ok=True)
    _tell(item, "landed", _landed_rows(item.kind, counts))
    return outcome.report.counts()


@jobs.job(UNDO, max_attempts=5)
def undo_upload(*, import_id: int, by: int | None, reason: str, keep: str) -> dict[str, Any] | None:
    """The undo of a large import; run again after a crash it finds it done, or starts anew."""
    item = Import.objects.select_related("batch").get(pk=import_id)
    if item.step != Step.UNDOING or item.batch is None:
        settle_undos()  # killed after the switch
        return None
    handle, person = jobs.current(), Person.objects.filter(pk=by).first() if by else None
    actor = system_actor(business_today()) if person is None else actor_of(person, business_today())
    with override(actor.language):
        try:
            done = undo_import(
                actor=actor, batch_id=item.batch.pk, reason=reason, keep=keep, progress=handle.progress,
                check_cancelled=handle.check_cancelled,
            )  # fmt: skip
        except (ImportRefused, Refused) as refusal:
            _moved(item, Step.UNDOING, Step.LANDED, refusal=str(refusal)[:500])
            _news(person, item, _("%(file)s 没有撤销"), f"not_undone:{handle.job_id}", str(refusal), "undo/")
            return None
        except jobs.JobCancelled:
            if _was_cancelled():
                _moved(item, Step.UNDOING, Step.LANDED)
            raise
        _news(person, item, _("%(file)s 已撤销"), "undone")
    return {"undo": done.undo_id, "kept": len(done.kept)}


@jobs.job("exchange.recover", max_attempts=3)
def recover(**_when: str) -> int:
    """Clears what killed imports left behind."""
    return recover_pending()


jobs.timetable("exchange.recover", time(2, 30))


@jobs.job(JOB, max_attempts=3)
def list_export(*, export_id: int) -> None:
    """Writes a long list for who asked, in his language and with his rights of this moment."""
    person = Person.objects.get(pk=ListExport.objects.values_list("person_id", flat=True).get(pk=export_id))
    with override(person.language):
        write_list_export(actor=actor_of(person, business_today()), export_id=export_id)


@jobs.job("exchange.clear_exports")
def clear_exports() -> int:
    """Clears away lists that nobody will fetch any more."""
    return clear_old_exports()


jobs.timetable("exchange.clear_exports", time(3, 0))


def _request(item: Import) -> ImportRequest:
    handle, options = jobs.current(), item.options
    return ImportRequest(
        actor=_actor(item), kind=item.kind, path=stored_path(item), file_name=item.file_name, columns=item.mapping or None,
        sheet=item.sheet or None, reading={k: options[k] for k in _READING_OPTIONS if options.get(k)},
        create_customers=bool(options.get("create_customers")), strict=bool(options.get("strict")),
        aliases=options.get("aliases", {}), repairs=options.get("repairs", {}), content_hash=item.content_hash, progress=handle.progress,
        check_cancelled=handle.check_cancelled,
    )  # fmt: skip


def _actor(item: Import) -> Actor:
    """The uploader with the rights of this moment, not of the upload's."""
    if item.person_id is None:
        return system_actor(business_today())
    return actor_of(Person.objects.get(pk=item.person_id), business_today())


def _landed_rows(kind: str, counts: dict[str, Any]) -> str:
    """发票 12 行入账; nothing where all was there before."""
    rows = counts.get("created", 0) + counts.get("updated", 0)
    return _("%(kind)s %(n)s 行入账") % {"kind": KINDS.fixed(kind).label, "n": f"{rows:,}"} if rows else ""


def _tell(item: Import, what: str, why: str = "") -> None:
    """News for the uploader: how his import ended."""
    person = Person.objects.filter(pk=item.person_id).first() if item.person_id else None
    if person is None:
        return
    with override(person.language):
        said = _("%(file)s 已入账") if what == "landed" else _("%(file)s 没导成")
    _news(person, item, said, what, why)


def _news(person: Person | None, item: Import, said: str, what: str, why: str = "", page: str = "") -> None:
    if person is not None:
        notify(
            person_id=person.pk, key=f"exchange.{what}:{item.pk}", title=said % {"file": item.file_name}, body=why,
            link=f"/imports/{item.pk}/{page}", kind="import",
        )  # fmt: skip


def _effects_begun(item: Import) -> dict[str, Any]:
    """Queues the trial of a sales file that writes something."""
    if not plan_path(item).exists():
        return {}
    job = jobs.enqueue(
        EFFECTS, unique_key=f"{EFFECTS}:{item.pk}", priority=8, person_id=item.person_id, import_id=item.pk
    )
    return {"state": "working", "job": job.pk}


def _moved(item: Import, before: str, step: str, **fields: Any) -> None:
    Import.objects.filter(pk=item.pk, step=before).update(step=step, **fields)


def _cancelled(item: Import, before: str) -> None:
    if _was_cancelled():
        _moved(item, before, Step.CANCELLED)


def _was_cancelled() -> bool:
    """Cancelled by the person, not handed over to another worker."""
    return Job.objects.filter(pk=jobs.current().job_id, cancel_requested=True).exists()  # type: ignore[misc]

"""Imports as their uploader, and those who lead him, see them; for anybody else they do not exist."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.valuation.models import Run
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import Assignment
from kemai.foundation.access.scopes import restrict
from kemai.foundation.batches.models import Batch
from kemai.foundation.jobs.models import Job
from kemai.oversight.exchange.models import Import, ListExport
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.planning.request import KINDS_NOW
from kemai.oversight.exchange.reading.limits import ReadLimits

BUSY = (Import.Step.READING, Import.Step.CHECKING, Import.Step.LANDING, Import.Step.UNDOING)


@dataclass(frozen=True)
class ImportDetail:
    """One import with how far its work is; `fields` are (key, heading, needed) to map columns to."""

    item: Import
    fields: tuple[tuple[str, str, bool], ...]
    is_busy: bool
    done: int
    total: int
    note: str
    error: str
    can_land: bool
    is_mine: bool
    is_stuck: bool  # the running step's work broke

    @property
    def percent(self) -> int:
        """How far the running step is, 0 to 100."""
        return min(100, 100 * self.done // self.total) if self.total else 0


def imports(actor: Actor) -> QuerySet[Import]:
    """Uploads the actor may see, newest first."""
    if actor.is_system or (actor.sees_all and actor.may("team.view")):
        return Import.objects.all()
    seen = Q(person_id=actor.person_id)
    if actor.units and actor.may("team.view"):
        below = Assignment.objects.filter(unit_id__in=actor.units).values_list("person_id", flat=True)
        seen |= Q(person_id__in=list(below))
    return Import.objects.filter(seen)


def imports_like(actor: Actor, *, kind: str = "", person: str = "", step: str = "") -> QuerySet[Import]:
    """The history by kind, by who uploaded, and by how far it came; an unknown word finds nothing."""
    found = imports(actor).select_related("batch").order_by("-pk")
    if kind:
        found = found.filter(kind=kind)
    if person:
        found = found.filter(person_name=person)
    return found.filter(step__in=STATES.get(step, (step,))) if step else found


STATES: dict[str, tuple[str, ...]] = {
    "open": (Import.Step.MAPPING, Import.Step.CHECKED, *BUSY),
    "landed": (Import.Step.LANDED,),
    "undone": (Import.Step.UNDONE,),
    "refused": (Import.Step.REFUSED,),
    "cancelled": (Import.Step.CANCELLED,),
}


def uploaders(actor: Actor) -> list[str]:
    """Names of those whose imports the actor may see."""
    return sorted(set(imports(actor).order_by().values_list("person_name", flat=True).distinct()[:200]))


def import_by_id(actor: Actor, import_id: int) -> Import:
    """The import, or LookupError when it does not exist for the actor."""
    found = imports(actor).filter(pk=import_id).first()
    if found is None:
        raise LookupError(f"import {import_id}")
    return found


def import_detail(actor: Actor, import_id: int) -> ImportDetail:
    """Everything the wizard's page of an import shows. Raises LookupError."""
    item = import_by_id(actor, import_id)
    job = Job.objects.filter(pk=item.job_id).first() if item.job_id else None
    counts = item.preview
    writes = counts.get("created", 0) + counts.get("updated", 0)
    strict_stop = item.options.get("strict") and counts.get("rejected", 0)
    return ImportDetail(
        item=item,
        fields=tuple((f.key, f.label, f.needed) for f in KINDS[item.kind].fields) if item.kind else (),
        is_busy=item.step in BUSY,
        done=job.progress_done if job else 0,
        total=job.progress_total if job else 0,
        note=job.progress_note if job else "",
        error=_sentence(job),
        can_land=item.step == Import.Step.CHECKED and bool(writes) and not strict_stop,
        is_stuck=item.step in BUSY and job is not None and job.state == Job.State.FAILED,
        is_mine=actor.is_system or item.person_id == actor.person_id,
    )


def kinds_for(actor: Actor) -> list[tuple[str, str]]:
    """(key, heading) of the kinds that exist now and that the actor may import."""
    return [(key, KINDS.fixed(key).label) for key in KINDS_NOW if actor.may(f"import.{key}")]


def error_file(actor: Actor, import_id: int) -> Path:
    """The CSV of refused rows. Raises LookupError where there is none."""
    path = errors_path(import_by_id(actor, import_id))
    if not path.exists():
        raise LookupError(f"errors of import {import_id}")
    return path


def has_errors(item: Import) -> bool:
    """Whether the refused rows can be fetched: those of a file that was not uploaded went where its importer asked."""
    return bool(item.preview.get("rejected")) and errors_path(item).exists()


def created_customers(actor: Actor, item: Import) -> QuerySet[Customer]:
    """Customers that came with this import, as far as the actor may see them, by code."""
    if item.batch_id is None:
        return Customer.objects.none()
    return restrict(Customer.objects.filter(batch_id=item.batch_id), actor).order_by("code")


def customers_called(actor: Actor, codes: list[str], names: list[str]) -> list[tuple[str, str]]:
    """(code, name) of visible customers with these codes or exact names: whom a refused row may mean."""
    found = restrict(Customer.objects.filter(Q(code__in=codes) | Q(name__in=names)), actor)
    return list(found.order_by("code").values_list("code", "name")[:50])


def is_valued(actor: Actor, item: Import) -> bool:
    """True once a valuation that began after the landing, or the undo, is done: the ranking then holds it."""
    carrier = undo_of(actor, item)
    batch = carrier or item.batch
    if batch is None or batch.landed_at is None:
        return False
    return Run.objects.filter(status=Run.Status.DONE, started_at__gte=batch.landed_at).exists()


def undo_of(actor: Actor, item: Import) -> Batch | None:
    """The undo of an import that the actor sees: its batch says who, when and (as its source) why. None if there is none."""
    if item.batch is None or item.batch.status != Batch.Status.UNDONE:
        return None
    return Batch.objects.filter(pk__in=[item.batch.undone_by or 0]).first()


def undone_by(actor: Actor, items: list[Import]) -> dict[int | None, str]:
    """Who took back which of the imports that the actor sees, and why, by batch."""
    batches = {item.batch.undone_by: item.batch_id for item in items if item.batch and item.batch.undone_by}
    rows = Batch.objects.filter(pk__in=batches) if batches else ()
    return {batches[b.pk]: f"{b.person_name} {localtime(b.landed_at):%m-%d %H:%M}：{b.source}" for b in rows}


def may_undo(actor: Actor, item: Import) -> bool:
    """Whether the import has written something that the actor may take back."""
    from kemai.oversight.exchange.undoing.kinds import PARTS

    wrote = item.preview.get("created", 0) + item.preview.get("updated", 0)
    if item.step != Import.Step.LANDED or item.batch is None or item.kind not in PARTS or not wrote:
        return False
    return item.batch.status == Batch.Status.LANDED and not why_not_undo(actor, item.batch)


def why_not_undo(actor: Actor, batch: Batch) -> str:
    """The sentence for who may not undo the import; "" for who may: the duty, and either one's own or full sight."""
    if not actor.may(f"import.{batch.kind}"):
        return str(_("你没有导入这类数据的权限。"))
    if not (actor.sees_all or (actor.person_id is not None and actor.person_id == batch.person_id)):
        return str(_("只有导入的人，或看得到全部客户的人，能撤销这次导入。"))
    return ""


def upload_limit() -> int:
    """The largest file that is taken, in bytes."""
    return ReadLimits().file_bytes


def plan_path(item: Import) -> Path:
    """Where the planned lines of the last check lie, beside the upload."""
    return stored_path(item).with_suffix(".plan.parquet")


def stored_path(item: Import) -> Path:
    """Where the upload lies: a random name inside the data folder."""
    return Path(settings.DATA_DIR) / "uploads" / item.stored_name


def errors_path(item: Import) -> Path:
    """Where the refused rows lie, beside the upload."""
    return stored_path(item).with_suffix(".errors.csv")


def _sentence(job: Any) -> str:
    """What a failed job said, for people: only sentences, never a traceback."""
    if job is None or job.state != Job.State.FAILED:
        return ""
    return str(job.error) if "\n" not in job.error else ""


def list_export_by_id(actor: Actor, pk: int) -> ListExport:
    """A long list that the actor asked for himself. Raises LookupError for anybody else's."""
    found = ListExport.objects.filter(pk=pk, person_id=actor.person_id or 0).first()
    if found is None:
        raise LookupError(pk)
    return found

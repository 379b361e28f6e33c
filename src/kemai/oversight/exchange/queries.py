"""Imports as their uploader, and those who lead him, see them; for anybody else they do not exist."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import Assignment
from kemai.foundation.jobs.models import Job
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.planning.request import KINDS_NOW

BUSY = (Import.Step.READING, Import.Step.CHECKING, Import.Step.LANDING)


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
        fields=tuple((f.key, f.heading, f.needed) for f in KINDS[item.kind].fields),
        is_busy=item.step in BUSY,
        done=job.progress_done if job else 0,
        total=job.progress_total if job else 0,
        note=job.progress_note if job else "",
        error=_sentence(job),
        can_land=item.step == Import.Step.CHECKED and bool(writes) and not strict_stop,
    )


def kinds_for(actor: Actor) -> list[tuple[str, str]]:
    """(key, heading) of the kinds that exist now and that the actor may import."""
    return [(key, KINDS[key].heading) for key in KINDS_NOW if actor.may(f"import.{key}")]


def error_file(actor: Actor, import_id: int) -> Path:
    """The CSV of refused rows. Raises LookupError where there is none."""
    path = errors_path(import_by_id(actor, import_id))
    if not path.exists():
        raise LookupError(f"errors of import {import_id}")
    return path


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

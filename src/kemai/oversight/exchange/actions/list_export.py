"""A list too long to wait for: asked for, written in the background, stopped, cleared away after a few days."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.business.archives.directory import ListQuery
from kemai.business.archives.massing.preparing import as_data, question_of
from kemai.foundation import jobs
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.notifications import notify
from kemai.oversight.exchange.export.lists import check_export, count_of, write_list
from kemai.oversight.exchange.models import ListExport

JOB = "exchange.list_export"
BACKGROUND_FROM = 5_000
KEPT_DAYS = 3
FORMATS = ("csv", "xlsx")
Status = ListExport.Status


def start_list_export(
    *, actor: Actor, query: ListQuery, columns: list[str], told: str, format: str, reason: str, address: str
) -> ListExport:
    """Puts the list into the queue. Refused as `write_list` refuses, before anything is begun."""
    if actor.person_id is None or format not in FORMATS:
        raise LookupError(format)
    count = count_of(actor, query)
    check_export(actor, count, reason)
    with transaction.atomic():
        made = ListExport.objects.create(
            question={**as_data(query), "sort": query.sort}, columns=columns, told=told[:500], format=format,
            reason=reason.strip()[:500], address=address[:2000], expected=count, person_id=actor.person_id,
            stored_name=f"{secrets.token_hex(16)}.{format}",
        )  # fmt: skip
        made.job_id = jobs.enqueue(JOB, priority=3, person_id=actor.person_id, export_id=made.pk).pk
        made.save(update_fields=["job_id"])
    return made


def write_list_export(*, actor: Actor, export_id: int) -> None:
    """The file, with the rights of this moment; the same call again writes it anew."""
    made = ListExport.objects.get(pk=export_id)
    if made.status != Status.WRITING:
        return
    handle = jobs.current()

    def progress(done: int) -> None:
        handle.progress(done, max(made.expected, done), _("写了 %(n)s 家") % {"n": f"{done:,}"})
        handle.check_cancelled()

    try:
        rows = write_list(
            actor=actor, query=_question(made.question), columns=made.columns, told=made.told, path=stored_path(made),
            reason=made.reason, progress=progress,
        )  # fmt: skip
    except Refused as refusal:
        _end(made, Status.REFUSED, problem=str(refusal)[:300])
    except jobs.JobCancelled:
        _end(made, Status.CANCELLED)
        raise
    else:
        _end(made, Status.DONE, rows=rows)


def cancel_list_export(*, actor: Actor, export: ListExport) -> None:
    """Stops one that is being written. Refused once it is not."""
    if export.status != Status.WRITING or export.job_id is None:
        raise Refused(_("已经写完了，停不下来了。"))
    jobs.request_cancel(export.job_id, actor)
    _end(export, Status.CANCELLED)


def clear_old_exports() -> int:
    """Files older than some days go; what was exported stays in the trail."""
    old = ListExport.objects.filter(created_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))
    due = list(old.exclude(status=Status.GONE))
    for made in due:
        stored_path(made).unlink(missing_ok=True)
    return ListExport.objects.filter(pk__in=[made.pk for made in due]).update(status=Status.GONE)


def stored_path(made: ListExport) -> Path:
    """Where the file lies."""
    folder = Path(settings.DATA_DIR) / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / made.stored_name


def _question(data: dict[str, Any]) -> ListQuery:
    return replace(question_of(data), sort=data["sort"])


def _end(made: ListExport, status: str, **values: Any) -> None:
    changed = ListExport.objects.filter(pk=made.pk, status=Status.WRITING).update(status=status, **values)
    if status != Status.DONE:
        stored_path(made).unlink(missing_ok=True)
    if not changed or status == Status.CANCELLED:
        return
    title = _("名单写好了，可以下载") if status == Status.DONE else _("名单没有写成")
    notify(
        person_id=made.person_id, key=f"{JOB}:{made.pk}", title=title, body=values.get("problem") or made.told,
        link=f"/customers/exports/{made.pk}/", kind="customer",
    )  # fmt: skip

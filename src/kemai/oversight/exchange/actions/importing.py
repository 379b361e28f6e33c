"""One file into the books: plan it under the lease of its kind, write it invisibly, flip it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from kemai.foundation.access.actor import Refused
from kemai.foundation.arrow.arriving import Staging
from kemai.foundation.batches.models import Batch
from kemai.foundation.leftovers import work_folder
from kemai.oversight.exchange.errors_file import write_errors
from kemai.oversight.exchange.landing import lease
from kemai.oversight.exchange.landing.flip import Flip, begin, flip
from kemai.oversight.exchange.landing.kinds import KINDS, planned, settle
from kemai.oversight.exchange.landing.pace import SMALL, Pace
from kemai.oversight.exchange.landing.recovery import discard, recover_pending
from kemai.oversight.exchange.lean import lean, tidy
from kemai.oversight.exchange.planning.report import Report
from kemai.oversight.exchange.planning.request import ImportRefused, ImportRequest
from kemai.oversight.exchange.planning.source import Source, file_hash, opened

WAIT_SECONDS = 30.0


@dataclass(frozen=True)
class Outcome:
    """What became of a file: the batch that landed (None: nothing to write), the report, the columns used."""

    batch_id: int | None
    already: int | None  # an earlier batch with the very same file
    report: Report
    columns: dict[str, str]
    seconds: float
    landed: bool


def run_import(
    request: ImportRequest,
    *,
    dry_run: bool = False,
    errors_to: Path | None = None,
    show_plan: Callable[[Any], None] = lambda plan: None,
) -> Outcome:
    """Plans a file and, unless it is a dry run, lands its good rows together.

    `show_plan` gets the finished plan while its rows still lie on disk. Raises Refused without the duty, ImportRefused or ReadRefused (sentences) when nothing of the file can
    land. With `strict` one refused row refuses all: the outcome says so with `landed` false.
    """
    refuse_without_duty(request)
    started = time.monotonic()
    request = replace(request, content_hash=request.content_hash or file_hash(request.path))
    guard = nullcontext() if dry_run else lease.held(
        request.kind, wait_seconds=WAIT_SECONDS, check_cancelled=request.check_cancelled
    )  # fmt: skip
    with guard as held, lean(), _work_folder() as folder, opened(request) as source:
        if held is not None:
            recover_pending(request.kind)
            request = _renewing(request, held)
        plan = planned(request, source, folder)
        tidy()
        plan.report.notes = notes_of(source)
        if errors_to is not None:
            write_errors(source, plan.report, errors_to)
        show_plan(plan)
        batch_id, landed = (None, False) if dry_run else _land(request, plan, folder)
    return Outcome(
        batch_id,
        _earlier(request, batch_id),
        plan.report,
        columns_of(source),
        time.monotonic() - started,
        landed,
    )


def refuse_without_duty(request: ImportRequest) -> None:
    """Raises Refused unless the actor may import this kind; kinds to come are refused with a sentence."""
    if request.kind not in KINDS:
        raise ImportRefused(
            _("还没有「%(kind)s」的导入；现在能导客户、联系人、渠道关系、产品、销售和潜力。")
            % {"kind": request.kind}
        )
    if not request.actor.may(f"import.{request.kind}"):
        raise Refused(_("你没有导入这类数据的权限。"))


def columns_of(source: Source) -> dict[str, str]:
    """Name of each column and the field it was taken for; "" where it was not imported."""
    from kemai.oversight.exchange.parsing.mapping import unique_names

    by_place = {place: key for key, place in source.mapping.fields.items()}
    return {name: by_place.get(place, "") for place, name in enumerate(unique_names(source.mapping.header))}


def notes_of(source: Source) -> dict[str, Any]:
    """What was skipped or is hidden in the file, for the preview."""
    notes = source.table.notes
    return {
        "sheet": notes.sheet, "encoding": notes.encoding, "header_row": source.table.header_row,
        "titles": list(notes.titles)[:20], "totals": list(notes.totals)[:20], "totals_count": len(notes.totals),
        "repeated_headers": len(notes.repeated_headers), "hidden_rows": len(notes.hidden_rows),
        "hidden_columns": list(notes.hidden_columns), "blank_rows": notes.blank_rows,
    }  # fmt: skip


def _land(request: ImportRequest, plan: Any, folder: Path) -> tuple[int | None, bool]:
    if request.strict and plan.report.rejected:
        return None, False
    if not plan.rows.rows:
        return None, True
    is_small = plan.rows.rows <= SMALL
    # A small file is one transaction: it never exists by halves.
    with transaction.atomic() if is_small else nullcontext():
        batch = begin(request)
        try:
            steps: Flip = KINDS[request.kind].write(request, plan, batch, Pace(Staging(folder)))
            flip(request, batch, plan.report, steps)
        except BaseException:
            _clean_up(batch)
            raise
    if steps.settles:
        settle(batch)
    _refresh_statistics(plan.rows.rows)
    return batch.pk, True


def _refresh_statistics(rows: int) -> None:
    """PostgreSQL plans by statistics that a large import has just made wrong: look-ups would scan the ledger."""
    if rows > SMALL and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE trade_saleline")
            cursor.execute("ANALYZE archives_customer")


def _clean_up(batch: Batch) -> None:
    """After a cancel or an error; what this cannot reach, the next import's recovery does."""
    if transaction.get_connection().in_atomic_block:
        return
    with suppress(Exception):
        discard(batch)


def _renewing(request: ImportRequest, held: lease.Lease) -> ImportRequest:
    def progress(done: int, total: int, note: str) -> None:
        held.renew()
        request.progress(done, total, note)

    return replace(request, progress=progress)


def _earlier(request: ImportRequest, batch_id: int | None) -> int | None:
    same = Batch.objects.filter(  # type: ignore[misc]
        kind=request.kind, content_hash=request.content_hash, status=Batch.Status.LANDED
    ).exclude(pk=batch_id)
    return same.order_by("pk").values_list("pk", flat=True).first()


def _work_folder() -> AbstractContextManager[Path]:
    """Beside the database, where there is room for a large ledger."""
    place = settings.DATA_DIR / "importing"
    place.mkdir(parents=True, exist_ok=True)
    return work_folder("plan-", place)

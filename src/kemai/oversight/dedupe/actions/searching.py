"""A search: the archive is read, linked beside the database, and the pairs are laid where people look through them."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.foundation import jobs, trail
from kemai.foundation.access.actor import Actor
from kemai.foundation.disk import is_full
from kemai.foundation.faults import fault
from kemai.foundation.leftovers import work_folder
from kemai.foundation.locks import only_one
from kemai.foundation.memory import forget_peak, peak_mib
from kemai.oversight.dedupe.actions.reading import read_archive
from kemai.oversight.dedupe.actions.storing import store_pairs
from kemai.oversight.dedupe.models import Search

STEPS = 100
LINKED = 80  # of the steps; the rest is writing
MEMORY = "3GB"


def find_duplicates(*, actor: Actor, trigger: str = "person", person_name: str = "") -> Search:
    """Looks through the whole base and renews the list of pairs. Needs the duty customer.merge.

    One at a time: a second call waits for the first. Stopped or killed at any moment, what people decided stays, and
    the next search finishes the list. The same base gives the same pairs.
    """
    actor.require("customer.merge", _("查重由主管、领导或档案专员来做。"))
    with only_one(_folder() / ".lock"):
        dead = Search.objects.filter(status=Search.Status.RUNNING)
        dead.update(
            status=Search.Status.FAILED, error=_("中断了，由后一次重查。"), finished_at=timezone.now()
        )
        search = Search.objects.create(trigger=trigger, person_name=(person_name or actor.name)[:60])
        try:
            _search(actor, search)
        except Exception as error:
            _end_badly(search, error)
            raise
    return search


def _search(actor: Actor, search: Search) -> None:
    from kemai.oversight.dedupe.linking import Limits, link
    from kemai.oversight.dedupe.linking.companies import COMPANIES, THRESHOLD

    began, handle = time.monotonic(), jobs.current()
    forget_peak()
    handle.progress(1, STEPS, _("读档案"))
    with work_folder("kemai-duplicates-", _folder()) as folder:
        found = link(
            read_archive(), COMPANIES, threshold=THRESHOLD, limits=Limits(memory=MEMORY, folder=folder),
            progress=lambda done, total: handle.progress(10 + (LINKED - 10) * done // total, STEPS, _("一对一对比")),
        )  # fmt: skip
    fault("duplicates.linked")
    search.threshold, search.customers, search.compared = THRESHOLD, found.records, found.compared
    search.pairs, search.learnt_from, search.weights = len(found.pairs), found.learnt_from, _weights(found)
    search.save()
    store_pairs(
        search,
        found,
        lambda part: handle.progress(LINKED + int(part * (STEPS - LINKED - 1)), STEPS, _("写入名单")),
    )
    _finish(actor, search, began)


def _finish(actor: Actor, search: Search, began: float) -> None:
    search.status, search.finished_at = Search.Status.DONE, timezone.now()
    search.seconds, search.peak_mib = round(time.monotonic() - began, 3), round(peak_mib(), 1)
    with transaction.atomic():
        search.save()
        trail.record(
            actor=actor, verb="dedupe.search.finished", subject_type="duplicate_search", subject_id=search.pk,
            changes={"pairs": [None, search.pairs]},
        )  # fmt: skip


def _end_badly(search: Search, error: Exception) -> None:
    stopped = isinstance(error, jobs.JobCancelled)
    search.status = Search.Status.CANCELLED if stopped else Search.Status.FAILED
    search.error = (
        _("磁盘满了，腾出空间再查一次。") if is_full(error) else "" if stopped else str(error)[:500]
    )
    search.finished_at = timezone.now()
    search.save()


def _weights(found: Any) -> dict[str, Any]:
    """What the numbers were, so that a pair can still say why after the base has taught others."""
    known: dict[str, Any] = {
        each.key: {level.key: round(level.bits, 2) for level in each.levels} for each in found.model.comparisons
    }  # fmt: skip
    return {**known, "prior": round(math.log2(found.prior / (1 - found.prior)), 2) if found.prior else 0}


def _folder() -> Path:
    path = Path(settings.DATA_DIR) / "duplicates"
    path.mkdir(parents=True, exist_ok=True)
    return path

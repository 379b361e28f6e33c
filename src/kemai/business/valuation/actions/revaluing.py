"""A run: fresh facts, the engine, the file, the standings, then one pointer that switches every page at once."""

from __future__ import annotations

import time
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai import value
from kemai.business.trade.facts import rebuild_facts, refresh_facts
from kemai.business.valuation.actions.changes import comparable, note_changes
from kemai.business.valuation.actions.inputs import Inputs, read_inputs
from kemai.business.valuation.actions.parts_of_a_run import work_out_parts
from kemai.business.valuation.actions.ranking_late import late_schemes, with_late_ranks
from kemai.business.valuation.actions.storing import drop_old_standings, forget_results, store_standings
from kemai.business.valuation.models import PublishedRun, Run
from kemai.business.valuation.runs.files import folder
from kemai.foundation import jobs, outbox, trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.arrow.reading import one_reader
from kemai.foundation.beside import beside
from kemai.foundation.faults import fault
from kemai.foundation.locks import only_one
from kemai.foundation.memory import forget_peak, peak_mib
from kemai.foundation.traditional import in_script

STEPS = 8


def revalue(
    *, actor: Actor, as_of: date, trigger: str = "person", person_name: str = "", engine: str = "", is_full: bool = False
) -> Run:  # fmt: skip
    """Values everybody as of a date and publishes the result. Needs the duty revalue.

    One at a time: a second call waits for the first. Killed at any moment, readers keep the run before; the next
    run finishes the work and clears what was left. Raises Refused where the facts cannot be ranked together, such
    as estimates for different horizons (S0.40), or where the engine cannot be had.

    `engine` is duckdb or spark, by default the one of KEMAI_ENGINE_URL. A full run reads every month from the database
    again and adds up lines; it finds what any other run finds.
    """
    actor.require("revalue", _("估值要主管或领导来发起。"))
    with only_one(folder() / ".lock"):
        _clear_unfinished()
        run = Run(
            as_of=as_of, trigger=trigger, person_name=person_name or actor.name, engine=engine or engine_set()
        )
        return _revalue(actor, run, is_full)


def engine_set() -> str:
    """The engine of KEMAI_ENGINE_URL: duckdb, or spark for any address of a cluster."""
    return "duckdb" if settings.ENGINE_URL.startswith("duckdb:") else "spark"


def _revalue(actor: Actor, run: Run, is_full: bool) -> Run:
    began = time.monotonic()
    forget_peak()
    run.save()
    try:
        with one_reader():
            _steps(actor, run, began, is_full)
    except Exception as error:
        _end_badly(run, error)
        if isinstance(error, value.FactError | value.SchemeError | value.EngineError):
            raise Refused(in_script(str(error))) from error
        raise
    fault("revalue.published")
    drop_old_standings()
    return run


def _steps(actor: Actor, run: Run, began: float, is_full: bool) -> None:
    handle = jobs.current()
    handle.progress(1, STEPS, _("整理台账"))
    facts = rebuild_facts() if is_full else refresh_facts()
    fault("revalue.facts")
    inputs = read_inputs(run.as_of, facts, from_lines=is_full)
    result = _engine(run, inputs)
    fault("revalue.engine")
    handle.progress(5, STEPS, _("算其余指标"))
    with beside("rows of a run") as later:
        is_ranked = not late_schemes(inputs)
        if is_ranked:
            later(partial(store_standings, run, result.path))
        told = work_out_parts(run, inputs, result.path, later)
        result = with_late_ranks(run, inputs, result)
        run.summary = {**result.to_json(), "parts": told}
        handle.progress(6, STEPS, _("写入结果"))
        if not is_ranked:
            later(partial(store_standings, run, result.path))
    fault("revalue.loaded")
    handle.progress(7, STEPS, _("比较级别"))
    previous = _previous()
    if previous is not None and (folder() / previous.file).is_file():
        note_changes(run.pk, result.path, folder() / previous.file, comparable(previous, run))
    _publish(actor, run, previous, result, began)


def _engine(run: Run, inputs: Inputs) -> value.RevalueResult:
    run.input_hash, run.schemes = inputs.digest, inputs.schemes_to_json()
    run.settings = inputs.settings.to_json()
    run.save()
    return value.revalue(
        inputs.paths, inputs.customers, inputs.potentials, as_of=inputs.as_of,
        schemes={key: found for key, (_n, found) in inputs.schemes.items() if not found.is_own}, settings=inputs.settings,
        to=folder() / f"{run.pk}.parquet", temp_directory=folder(),
        progress=lambda step: jobs.current().check_cancelled(), order_days=inputs.order_days, engine=run.engine,
        engine_url="" if settings.ENGINE_URL.startswith("duckdb:") else settings.ENGINE_URL,
    )  # fmt: skip


def _previous() -> Run | None:
    known = PublishedRun.objects.select_related("run").filter(pk=1).first()
    return known.run if known else None


def _publish(actor: Actor, run: Run, previous: Run | None, result: Any, began: float) -> None:
    """The one step after which every page reads this run."""
    run.status, run.file, run.result_hash = Run.Status.DONE, result.path.name, result.sha256
    run.customers, run.facts = result.customers, int(result.facts["lines"])
    run.seconds, run.finished_at = round(time.monotonic() - began, 3), timezone.now()
    run.peak_mib = round(peak_mib(), 1)
    with transaction.atomic():
        run.save()
        PublishedRun.objects.update_or_create(pk=1, defaults={"run": run, "previous": previous})
        outbox.announce("valuation.run.published", run=run.pk)
        trail.record(
            actor=actor, verb="valuation.run.published", subject_type="run", subject_id=run.pk,
            changes={"as_of": [None, run.as_of], "result": [None, run.result_hash]},
        )  # fmt: skip


def _end_badly(run: Run, error: Exception) -> None:
    """The run failed or was cancelled: nothing of it stays but its row, which says why."""
    forget_results([run.pk])
    run.status = Run.Status.CANCELLED if isinstance(error, jobs.JobCancelled) else Run.Status.FAILED
    run.error, run.finished_at = str(error)[:500], timezone.now()
    run.save()


def _clear_unfinished() -> None:
    """Rows of runs that died before they were published."""
    dead = Run.objects.filter(status=Run.Status.RUNNING)
    ids = list(dead.values_list("pk", flat=True))
    if ids:
        forget_results(ids)
        dead.update(status=Run.Status.FAILED, error=_("中断了，由后一次重算。"), finished_at=timezone.now())

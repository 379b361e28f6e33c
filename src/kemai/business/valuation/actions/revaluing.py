"""A run: fresh facts, the engine, the file, the standings, then one pointer that switches every page at once."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai import value
from kemai.business.archives.models import Customer
from kemai.business.prospects.models import Potential
from kemai.business.trade.facts import refresh_facts
from kemai.business.valuation.models import ClassChange, PublishedRun, Run, Standing
from kemai.business.valuation.parameters import engine_settings
from kemai.business.valuation.schemes import in_force
from kemai.foundation import jobs, outbox, trail
from kemai.foundation.access.actor import Actor
from kemai.foundation.batches.models import unlanded_ids
from kemai.foundation.faults import fault
from kemai.foundation.locks import only_one

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK = 10_000
KEPT = 2
COMPARED = (
    "ev_abc",
    "sales_abc_count",
    "sales_abc_value",
    "profit_abc",
    "pyramid",
    "rfm",
    "quality",
    "value_level",
)
STEPS = 8


def revalue(*, actor: Actor, as_of: date, trigger: str = "person", person_name: str = "") -> Run:
    """Values everybody as of a date and publishes the result. Needs the duty revalue.

    One at a time: a second call waits for the first. Killed at any moment, readers keep the run before; the next
    run finishes the work and clears what was left.
    """
    actor.require("revalue", _("估值要主管或领导来发起。"))
    with only_one(folder() / ".lock"):
        _clear_unfinished()
        return _revalue(actor, as_of, trigger, person_name or actor.name)


def _revalue(actor: Actor, as_of: date, trigger: str, person_name: str) -> Run:
    began, handle = time.monotonic(), jobs.current()
    run = Run.objects.create(as_of=as_of, trigger=trigger, person_name=person_name)
    try:
        handle.progress(1, STEPS, _("整理台账"))
        facts = refresh_facts()
        fault("revalue.facts")
        result = _engine(run, as_of, [str(p) for p in facts.paths], facts.digest)
        fault("revalue.engine")
        handle.progress(5, STEPS, _("写入结果"))
        _load(run, result.path)
        fault("revalue.loaded")
        handle.progress(7, STEPS, _("比较级别"))
        _publish(actor, run, result, began)
    except Exception as error:
        _forget_results([run.pk])
        cancelled = isinstance(error, jobs.JobCancelled)
        run.status = Run.Status.CANCELLED if cancelled else Run.Status.FAILED
        run.error, run.finished_at = str(error)[:500], timezone.now()
        run.save()
        raise
    fault("revalue.published")
    _drop_old()
    return run


def _engine(run: Run, as_of: date, paths: list[str], facts_hash: str) -> Any:
    schemes = in_force()
    chosen = engine_settings()
    customers, potentials = _customers(), _potentials()
    inputs = [facts_hash, _digest(customers), _digest(potentials), as_of.isoformat(), chosen.to_json()]
    inputs.append({k: d.to_json() for k, (_n, d) in schemes.items()})
    run.input_hash = hashlib.sha256(json.dumps(inputs, sort_keys=True, default=str).encode()).hexdigest()
    run.schemes = {k: {"version": n, "definition": d.to_json()} for k, (n, d) in schemes.items()}
    run.settings = chosen.to_json()
    run.save()
    return value.revalue(
        paths or [str(_empty_sales())], customers, potentials, as_of=as_of,
        schemes={k: d for k, (_n, d) in schemes.items()}, settings=chosen, to=folder() / f"{run.pk}.parquet",
        temp_directory=folder(), progress=lambda step: jobs.current().check_cancelled(),
    )  # fmt: skip


def folder() -> Path:
    """Where the files of runs lie."""
    path = Path(settings.DATA_DIR) / "runs"
    path.mkdir(parents=True, exist_ok=True)
    return path


def _empty_sales() -> Path:
    import pyarrow.parquet as pq

    path = folder() / "no-sales.parquet"
    pq.write_table(value.facts.SALES.arrow_schema().empty_table(), path)  # type: ignore[attr-defined]
    return path


def _customers() -> pa.Table:
    import pyarrow as pa

    waiting = unlanded_ids()
    rows = Customer.objects.exclude(batch_id__in=waiting) if waiting else Customer.objects.all()
    names = ("code", "id", "state", "type", "unit_id", "owner_id", "since")
    found = list(rows.order_by("code").values_list(*names).iterator(chunk_size=50_000))
    columns = list(zip(*found, strict=True)) if found else [()] * len(names)
    schema = value.facts.CUSTOMERS.arrow_schema()
    return pa.Table.from_arrays(
        [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)],  # type: ignore[call-overload]
        schema=schema,  # type: ignore[call-overload]
    )  # type: ignore[call-overload]


def _potentials() -> pa.Table:
    import pyarrow as pa

    waiting = unlanded_ids()
    rows = Potential.objects.filter(is_current=True).exclude(batch_id__in=waiting).order_by("customer__code")
    names = ("customer__code", "mp_fen", "es_bp", "p_bp", "av_fen", "horizon_months")
    found = list(rows.values_list(*names))
    columns = list(zip(*found, strict=True)) if found else [()] * len(names)
    schema = value.facts.POTENTIALS.arrow_schema()
    return pa.Table.from_arrays(
        [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)],  # type: ignore[call-overload]
        schema=schema,  # type: ignore[call-overload]
    )  # type: ignore[call-overload]


def _digest(table: pa.Table) -> str:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


def _columns() -> list[str]:
    return [f.column for f in Standing._meta.fields if f.column not in ("id", "run_id", "customer_id")]  # type: ignore[misc]


def _load(run: Run, path: Path) -> None:
    """Rows of the file into the standings, in chunks that hold the write lock briefly; nobody reads them yet."""
    import pyarrow.parquet as pq

    names = _columns()
    for batch in pq.ParquetFile(path).iter_batches(batch_size=CHUNK, columns=["customer_key", *names]):
        by_name = {name: batch.column(name).to_pylist() for name in ["customer_key", *names]}
        rows = zip(*([by_name["customer_key"]] + [by_name[n] for n in names]), strict=True)
        with transaction.atomic():
            _insert(run.pk, names, rows)
        jobs.current().check_cancelled()
        fault("revalue.chunk")


def _insert(run_id: int, names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    columns = ", ".join(["run_id", "customer_id", *names])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY valuation_standing ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row((run_id, *row))
        else:
            marks = ", ".join(["%s"] * (len(names) + 2))
            cursor.executemany(
                f"INSERT INTO valuation_standing ({columns}) VALUES ({marks})", [(run_id, *r) for r in rows]
            )


def _publish(actor: Actor, run: Run, result: Any, began: float) -> None:
    known = PublishedRun.objects.filter(pk=1).first()
    previous = known.run if known else None
    if previous is not None:
        _note_changes(run.pk, previous.pk)
    run.status, run.file, run.result_hash = Run.Status.DONE, result.path.name, result.sha256
    run.summary, run.customers, run.facts = (
        result.to_json(),
        result.customers,
        int(result.facts.get("lines", 0)),
    )
    run.seconds, run.finished_at = round(time.monotonic() - began, 3), timezone.now()
    run.peak_mib = round(psutil.Process().memory_info().rss / 2**20, 1)
    with transaction.atomic():
        run.save()
        PublishedRun.objects.update_or_create(pk=1, defaults={"run": run, "previous": previous})
        outbox.announce("valuation.run.published", run=run.pk)
        trail.record(
            actor=actor, verb="valuation.run.published", subject_type="run", subject_id=run.pk,
            changes={"as_of": [None, run.as_of], "result": [None, run.result_hash]},
        )  # fmt: skip


def _note_changes(new: int, old: int) -> None:
    """Rows for every customer whose class differs between two runs, in chunks that hold the write lock briefly."""
    span = Standing.objects.filter(run_id=new).aggregate(first=Min("customer_id"), last=Max("customer_id"))
    if span["first"] is None:
        return
    for start in range(span["first"], span["last"] + 1, CHUNK):
        with transaction.atomic(), connection.cursor() as cursor:
            for key in COMPARED:
                cursor.execute(_CHANGES.format(key=key), [key, old, new, start, start + CHUNK])
        jobs.current().check_cancelled()


_CHANGES = """INSERT INTO valuation_classchange
    (run_id, scheme_key, customer_id, old_class, new_class, old_rank, new_rank, old_value, new_value)
SELECT n.run_id, %s, n.customer_id, COALESCE(o.{key}_class, ''), COALESCE(n.{key}_class, ''),
       o.{key}_rank, n.{key}_rank, o.{key}_value, n.{key}_value
FROM valuation_standing n LEFT JOIN valuation_standing o ON o.run_id = %s AND o.customer_id = n.customer_id
WHERE n.run_id = %s AND n.customer_id >= %s AND n.customer_id < %s
  AND COALESCE(n.{key}_class, '') <> COALESCE(o.{key}_class, '')"""


def _clear_unfinished() -> None:
    """Rows of runs that died before they were published."""
    dead = Run.objects.filter(status=Run.Status.RUNNING)
    ids = list(dead.values_list("pk", flat=True))
    if ids:
        _forget_results(ids)
        dead.update(status=Run.Status.FAILED, error=_("中断了，由后一次重算。"), finished_at=timezone.now())


def _forget_results(run_ids: list[int]) -> None:
    """Rows and files of runs that will never be published."""
    Standing.objects.filter(run_id__in=run_ids).delete()
    ClassChange.objects.filter(run_id__in=run_ids).delete()
    for run_id in run_ids:
        (folder() / f"{run_id}.parquet").unlink(missing_ok=True)


def _drop_old() -> None:
    """Keeps the standings of the last published runs; older ones stay in their files."""
    keep = set(Run.objects.filter(status=Run.Status.DONE).order_by("-pk").values_list("pk", flat=True)[:KEPT])
    old = set(Standing.objects.order_by().values_list("run_id", flat=True).distinct()) - keep
    for run_id in old:
        while True:
            ids = list(Standing.objects.filter(run_id=run_id).values_list("pk", flat=True)[:CHUNK])
            if not ids:
                break
            Standing.objects.filter(pk__in=ids).delete()

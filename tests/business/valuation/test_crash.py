"""G03: killed at any point of a valuation, readers keep the run before, and the next run ends like an unbroken one."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from kemai.business.archives.models import Customer
from kemai.business.trade.facts import note_dirty
from kemai.business.trade.models import DirtyDay, SaleLine
from kemai.business.valuation import queries
from kemai.business.valuation.models import ChurnRow, ClassChange, Run, Standing
from kemai.foundation.access.actor import system_actor
from kemai.foundation.batches.models import Batch

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CHILD = Path(__file__).with_name("crash_child.py")
BEFORE, AFTER = "2026-05-31", "2026-06-30"
POINTS = [
    "facts.month", "facts.before_swap", "facts.after_swap", "revalue.facts", "revalue.engine", "revalue.chunk:1",
    "revalue.chunk:3", "revalue.loaded", "revalue.part.churn",
]  # fmt: skip


@pytest.fixture
def ledger(tmp_path, settings):
    """Eight customers, the order of whose sales turns round in June."""
    settings.DATA_DIR = tmp_path
    batch = Batch.objects.create(kind="sales", status=Batch.Status.LANDED)
    for n in range(8):
        customer = Customer.objects.create(code=f"K-{n}", name=f"客户{n}", name_key=f"客户{n}")
        for month, amount in ((5, 100 + n), (6, 1000 - 100 * n)):
            SaleLine.objects.create(
                line_key=f"{n}/{month}", order_no=f"{n}/{month}", day=date(2026, month, 9), customer=customer,
                amount_fen=amount, batch_id=batch.pk,
            )  # fmt: skip
    note_dirty([date(2026, 5, 1), date(2026, 6, 1)])
    return tmp_path


def address() -> str:
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return f"postgres://{known['USER']}@/{known['NAME']}?host={known['HOST']}&port={known['PORT']}"


def revalue(folder: Path, as_of: str, fault: str = "") -> tuple[int, str]:
    """Exit status and result hash of a valuation in a process of its own."""
    environment = {
        **os.environ, "KEMAI_FAULTS": fault, "KEMAI_DATABASE_URL": address(), "KEMAI_DATA_DIR": str(folder),
        "KEMAI_MODE": "test",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(CHILD), as_of],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode not in (0, 137):
        raise AssertionError(done.stderr[-3000:])
    return done.returncode, done.stdout.strip()


def ranking() -> list[tuple[int, str, int | None]]:
    """What a reader sees."""
    rows = queries.rank_rows(system_actor(date(2026, 7, 1)), queries.published_run(), "ev_abc")
    return [(row.rank, row.code, row.value) for row in rows]


def dirty_again() -> None:
    """So that every run has facts to write."""
    note_dirty([date(2026, 6, 1)])


def test_g03_killed_at_each_point_keeps_the_old_run_and_ends_bit_equal(ledger):
    assert revalue(ledger, BEFORE)[0] == 0
    old = ranking()
    for point in POINTS:
        dirty_again()
        assert revalue(ledger, AFTER, point)[0] == 137, point
        assert ranking() == old, point
        assert not ClassChange.objects.exists(), point
    status, resumed = revalue(ledger, AFTER)
    assert status == 0
    new = ranking()
    assert [code for _rank, code, _value in new] == [f"K-{n}" for n in range(8)]
    assert revalue(ledger, AFTER) == (0, resumed), "an unbroken run gives the same bytes"
    assert ranking() == new
    kept = Run.objects.filter(status=Run.Status.DONE).values_list("pk", flat=True)[:2]
    assert set(ChurnRow.objects.values_list("run_id", flat=True)) == set(kept)
    assert not DirtyDay.objects.exists()
    assert not Run.objects.filter(status=Run.Status.RUNNING).exists()


def test_g03_killed_after_publishing_shows_the_new_run_and_the_next_one_sweeps(ledger):
    for _ in range(3):
        revalue(ledger, BEFORE)
    assert revalue(ledger, AFTER, "revalue.published")[0] == 137
    assert queries.published_run().as_of == date(2026, 6, 30)
    assert Standing.objects.values("run_id").distinct().count() == 3
    assert revalue(ledger, AFTER)[0] == 0
    counts = [Standing.objects.filter(run_id=run.pk).count() for run in Run.objects.all()[:2]]
    assert counts == [8, 8], "no customer is valued twice"
    assert Standing.objects.count() == 16


def test_files_of_runs_that_died_are_swept(ledger):
    revalue(ledger, AFTER, "revalue.loaded")
    assert len(list((ledger / "runs").glob("[0-9]*.parquet"))) == 2, "the standings and the part"
    revalue(ledger, AFTER)
    run = queries.published_run()
    left = {path.name for path in (ledger / "runs").glob("[0-9]*.parquet")}
    assert left == {run.file, f"{run.pk}.churn.parquet"}

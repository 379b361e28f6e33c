"""Killed at any moment of an undo, readers see the import whole or not at all, and running it again ends it (B10, G01)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.oversight.exchange.conftest import SALES_HEADER, Importer, state
from tests.oversight.exchange.test_crash import _address, counted, finish

from kemai.business.archives.models import Customer
from kemai.business.trade.models import SaleLine
from kemai.foundation import trail
from kemai.foundation.batches.models import Batch, unlanded_ids
from kemai.oversight.exchange.landing.recovery import recover_pending

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CHILD = Path(__file__).with_name("undo_child.py")
BEFORE = ["S1,1,2026-01-05,老客户,P1,1,10", "S2,1,2026-01-05,老客户,P1,1,10"]
SEEN_BEFORE = ["exchange.undo_chunk:1", "exchange.undo_chunk:2", "exchange.before_undo", "exchange.in_undo"]
SEEN_AFTER = [
    "exchange.after_undo",
    "exchange.undo_settling:1",
    "exchange.undo_settling:4",
    "exchange.undo_settling:8",
]


def child(batch_id: int, point: str = "", small: int = 0) -> int:
    environment = {**os.environ, "KEMAI_FAULTS": point, "KEMAI_DATABASE_URL": _address()}
    return finish(
        subprocess.Popen(
            [sys.executable, str(CHILD), str(batch_id), str(small)],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
    )  # fmt: skip


@pytest.fixture
def ledger(tmp_path):
    """200 lines for 50 new customers and one changed line, landed upon two; what readers saw before and after."""
    importing = Importer(tmp_path)
    importing.sales(*BEFORE, create_customers=True)
    before = state()
    lines = [f"N{n},1,2026-{n % 9 + 1:02d}-05,客户{n % 50:03d}厂,P{n % 7},1,{n}.50" for n in range(200)]
    path = tmp_path / "s.csv"
    path.write_text("\n".join([SALES_HEADER, "S2,1,2026-01-06,老客户,P1,1,12", *lines]) + "\n")
    outcome = importing.file("sales", path, create_customers=True)
    return outcome.batch_id, path, before, state()


def test_b10_killed_before_the_switch_nothing_has_happened_and_after_it_everything(ledger, tmp_path):
    batch_id, path, before, landed = ledger
    for point in SEEN_BEFORE:
        assert child(batch_id, point) == 137, point
        assert state() == landed, point
        recover_pending("sales")
        assert trail.verify() == [], point
        assert not Batch.objects.filter(status=Batch.Status.PENDING).exists()
    for point in SEEN_AFTER:
        assert child(batch_id, point) == 137, point
        assert state() == before, point
        assert unlanded_ids() != []
        recover_pending("customers")  # the next import of any kind ends it
        assert state() == before, point
        assert not {batch_id} & set(unlanded_ids())
        assert trail.verify() == [], point
        assert Customer.objects.count() == 1
        batch_id = Importer(tmp_path).file("sales", path, create_customers=True).batch_id
        assert counted(state()) == counted(landed)  # the numbers it had given are not given twice
        landed = state()
    assert child(batch_id) == 0
    assert state() == before
    assert SaleLine.objects.landed().count() == 2


def test_a_small_one_is_a_single_transaction(ledger):
    batch_id, _path, before, landed = ledger
    for point in ("exchange.in_undo", "exchange.undo_settling:3"):
        assert child(batch_id, point, small=10_000) == (137), point
        assert state() in (landed, before)
        if point == "exchange.in_undo":
            assert state() == landed
            assert not Batch.objects.filter(kind="undo:sales").exists()
    assert state() == landed
    assert child(batch_id, small=10_000) == 0
    assert state() == before

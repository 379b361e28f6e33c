"""Facts are a copy of the ledger at one moment, made file by file and always equal to a full rebuild."""

from __future__ import annotations

from datetime import date

import pyarrow.parquet as pq
import pytest

from kemai.business.archives.models import Customer
from kemai.business.trade import facts
from kemai.business.trade.facts import refresh
from kemai.business.trade.facts.checks import problems
from kemai.business.trade.facts.manifest import load
from kemai.business.trade.facts.refresh import rebuild_facts
from kemai.business.trade.models import DirtyDay, FactsMark, SaleLine
from kemai.foundation.batches.models import Batch

JANUARY, FEBRUARY = date(2026, 1, 5), date(2026, 2, 5)


@pytest.fixture
def data_dir(db, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    return tmp_path


def batch(status=Batch.Status.LANDED):
    return Batch.objects.create(kind="sales", status=status)


def line(made_by, day, amount_fen, key="", **fields):
    customer, _ = Customer.objects.get_or_create(code="K-1", defaults={"name": "甲", "name_key": "甲"})
    return SaleLine.objects.create(
        line_key=key or f"{day}/{amount_fen}", day=day, customer=customer, amount_fen=amount_fen,
        batch_id=made_by.pk, **fields,
    )  # fmt: skip


def land(pending):
    Batch.objects.filter(pk=pending.pk).update(status=Batch.Status.LANDED)
    facts.note_dirty_batch(pending.pk)


def sums(manifest):
    return manifest.months


@pytest.mark.django_db(transaction=True)
def test_months_are_read_side_by_side_in_the_order_of_writing_and_an_empty_ledger_has_none(
    tmp_path, settings
):
    settings.DATA_DIR = tmp_path
    assert facts.refresh_facts().months == {}
    made = batch()
    for day, fen in ((FEBRUARY, 200), (JANUARY, 100), (JANUARY.replace(day=1), 40)):
        line(made, day, fen)
    assert sums(rebuild_facts()) == {"2026-01": (2, 140), "2026-02": (1, 200)}
    [january, _february] = facts.current_facts().paths
    assert pq.read_table(january)["amount_fen"].to_pylist() == [100, 40]


def test_only_dirty_months_are_written_again_and_a_rebuild_is_equal(data_dir):
    first = batch()
    line(first, JANUARY, 100)
    line(first, FEBRUARY, 200)
    old = facts.refresh_facts()
    second = batch(Batch.Status.PENDING)
    line(second, FEBRUARY, 50)
    land(second)
    new = facts.refresh_facts()
    assert new.pieces["2026-01"] == old.pieces["2026-01"]
    assert sums(new) == {"2026-01": (1, 100), "2026-02": (2, 250)}
    assert not DirtyDay.objects.exists()
    assert rebuild_facts().pieces == new.pieces
    assert problems() == []


def test_a_pending_import_is_in_no_month(data_dir):
    old = line(batch(), JANUARY, 100, key="a")
    pending = batch(Batch.Status.PENDING)
    line(pending, FEBRUARY, 70, key="a")
    SaleLine.objects.filter(pk=old.pk).update(ended_by=pending.pk)
    assert sums(facts.refresh_facts()) == {"2026-01": (1, 100)}


def test_an_import_that_starts_while_months_are_read_takes_no_line_away(data_dir, monkeypatch):
    """Were it cancelled later, nothing would have noted the month as dirty."""
    old = line(batch(), JANUARY, 100, key="a")
    line(batch(), FEBRUARY, 10)
    real, started = refresh.read_codes, []

    def starts_now(read, table):
        if not started:
            started.append(batch(Batch.Status.PENDING))
            SaleLine.objects.filter(pk=old.pk).update(ended_by=started[0].pk)
        return real(read, table)

    monkeypatch.setattr(refresh, "read_codes", starts_now)
    assert sums(facts.refresh_facts()) == {"2026-01": (1, 100), "2026-02": (1, 10)}


def test_an_import_that_lands_while_months_are_read_waits_for_the_next_refresh(data_dir, monkeypatch):
    line(batch(), JANUARY, 100)
    facts.note_dirty([JANUARY])
    late = batch(Batch.Status.PENDING)
    line(late, JANUARY, 1)
    line(late, FEBRUARY, 2)
    real, landed = refresh.read_codes, []

    def lands_now(read, table):
        if not landed:
            landed.append(late)
            land(late)
        return real(read, table)

    monkeypatch.setattr(refresh, "read_codes", lands_now)
    assert sums(facts.refresh_facts()) == {"2026-01": (1, 100)}
    assert sums(facts.refresh_facts()) == {"2026-01": (2, 101), "2026-02": (1, 2)}


def test_a_month_that_becomes_empty_leaves_the_manifest(data_dir):
    only = batch()
    line(only, JANUARY, 100)
    facts.refresh_facts()
    Batch.objects.filter(pk=only.pk).update(status=Batch.Status.UNDONE)
    facts.note_dirty_batch(only.pk)
    assert facts.refresh_facts().months == {}


def test_the_doctor_finds_a_ledger_that_changed_behind_the_facts(data_dir):
    made = line(batch(), JANUARY, 100)
    facts.refresh_facts()
    SaleLine.objects.filter(pk=made.pk).update(amount_fen=101)
    [problem] = problems()
    assert "2026-01" in problem


def test_a_lost_file_makes_the_facts_whole_again_at_the_next_refresh(data_dir):
    line(batch(), JANUARY, 100)
    first = facts.refresh_facts()
    first.paths[0].unlink()
    assert load() is None
    assert facts.refresh_facts().pieces == first.pieces
    assert first.paths[0].exists()


def test_a_database_put_back_from_a_backup_gets_the_facts_it_holds(data_dir):
    only = line(batch(), JANUARY, 100)
    facts.refresh_facts()
    mark = FactsMark.objects.get().mark
    facts.note_dirty([JANUARY])
    SaleLine.objects.filter(pk=only.pk).update(amount_fen=999)
    assert sums(facts.refresh_facts()) == {"2026-01": (1, 999)}
    SaleLine.objects.filter(pk=only.pk).update(amount_fen=100)
    FactsMark.objects.update(mark=mark)
    assert sums(facts.refresh_facts()) == {"2026-01": (1, 100)}


def test_a_machine_with_a_folder_of_its_own_sees_what_another_has_refreshed(data_dir, tmp_path, settings):
    settings.DATA_DIR = tmp_path / "here"
    line(batch(), JANUARY, 100)
    assert sums(facts.refresh_facts()) == {"2026-01": (1, 100)}
    line(batch(), JANUARY, 1)
    facts.note_dirty([JANUARY])
    settings.DATA_DIR = tmp_path / "there"
    assert sums(facts.refresh_facts()) == {"2026-01": (2, 101)}
    settings.DATA_DIR = tmp_path / "here"
    assert sums(facts.refresh_facts()) == {"2026-01": (2, 101)}


@pytest.mark.django_db(transaction=True)
def test_another_connection_reads_the_same_facts(tmp_path, settings):
    """ADBC reads what is committed: empty texts, missing costs and products included."""
    import pyarrow.parquet as pq

    settings.DATA_DIR = tmp_path
    line(batch(), JANUARY, -5, kind="return", cost_fen=None)
    [path] = facts.refresh_facts().paths
    [row] = pq.read_table(path).to_pylist()
    assert (row["customer_id"], row["day"], row["amount_fen"], row["cost_fen"]) == ("K-1", JANUARY, -5, None)
    assert (row["product_code"], row["kind"], row["status"]) == (None, "return", "delivered")

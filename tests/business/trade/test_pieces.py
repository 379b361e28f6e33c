"""A large month is cut into files of a few days; the cut is the same whichever way the facts came to it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import numpy as np
import pyarrow as pa
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from kemai.business.archives.models import Customer
from kemai.business.trade import facts
from kemai.business.trade.facts import dirty, pieces, refresh
from kemai.business.trade.facts.checks import problems
from kemai.business.trade.facts.manifest import folder
from kemai.business.trade.facts.partitions import cut, write_piece
from kemai.business.trade.facts.pieces import Piece, cut_wrongly, pieces_of, to_read
from kemai.business.trade.models import DirtyDay, SaleLine
from kemai.foundation.batches.models import Batch
from kemai.value.facts import SALES

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


@pytest.fixture
def few(monkeypatch):
    """Six lines are a large month here, fifteen a larger one."""
    monkeypatch.setattr(pieces, "STEPS", ((0, 31), (6, 5), (15, 3)))


@pytest.fixture
def data_dir(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def read(monkeypatch):
    """The keys of what a refresh reads from the database, in the order in which it asks."""
    real, asked = refresh.lines_of, []

    def lines_of(read, piece, *given):
        asked.append(piece.key)
        return real(read, piece, *given)

    monkeypatch.setattr(refresh, "lines_of", lines_of)
    return asked


def sell(*days, status=Batch.Status.LANDED):
    """A landed batch with a line on each of the days."""
    customer, _ = Customer.objects.get_or_create(code="K-1", defaults={"name": "甲", "name_key": "甲"})
    batch = Batch.objects.create(kind="sales", status=status)
    SaleLine.objects.bulk_create(
        SaleLine(line_key=f"{batch.pk}/{n}", order_no=f"{n}", day=day, customer=customer, amount_fen=100 + n, batch_id=batch.pk)
        for n, day in enumerate(days)
    )  # fmt: skip
    facts.note_dirty_batch(batch.pk)
    return batch


def undo(batch):
    """Its lines are seen no more."""
    Batch.objects.filter(pk=batch.pk).update(status=Batch.Status.UNDONE)
    facts.note_dirty_batch(batch.pk)


def january(*days):
    return [date(2026, 1, day) for day in days]


def test_pieces_hold_every_day_of_a_month_once_and_their_keys_sort_as_days_do():
    for month in (date(2026, 2, 1), date(2028, 2, 1), date(2026, 4, 1), date(2026, 12, 1)):
        for lines, count in ((0, 1), (14_999, 1), (15_000, 6), (149_999, 6), (150_000, 10), (9_000_000, 10)):
            found = pieces_of(month, lines)
            assert len(found) == count
            assert found[0].start == month
            assert all(one.end == next_one.start for one, next_one in pairwise(found))
            assert found[-1].end == (month + timedelta(days=32)).replace(day=1)
            assert sorted(each.key for each in found) == [each.key for each in found]
            assert [Piece.named(each.key) for each in found] == found


def test_a_small_month_is_one_file_called_like_the_month(db, data_dir):
    sell(*january(3, 9, 31))
    [path] = facts.refresh_facts().paths
    assert path.name.split(".")[0] == "2026-01"
    assert len(path.name) == len("2026-01.0123456789abcdef.parquet")


def test_lines_give_the_same_bytes_however_they_were_read(data_dir):
    """The database answers in pieces of its own length; a page of a file must not end where one of them does."""
    rows, schema = 60_000, SALES.arrow_schema()
    texts = pa.array([f"order number {n * 7919 % rows:08}" for n in range(rows)])
    numbers, days = pa.array(np.arange(rows) * 37), pa.array([JANUARY] * rows, pa.date32())
    kinds = {"text": texts, "integer": numbers, "date": days}
    table = pa.table([kinds[column.kind] for column in SALES.columns], schema=schema)
    odd = pa.concat_tables([table.slice(0, 777), table.slice(777, 40_000), table.slice(40_777)])
    assert write_piece(odd, Piece(JANUARY)) == write_piece(table, Piece(JANUARY))


def test_a_cut_keeps_the_order_of_writing_and_gives_no_piece_without_lines():
    days = january(30, 2, 1, 31, 2, 12)
    table = pa.table({"day": pa.array(days, pa.date32()), "n": list(range(6))})
    found = {piece.key: part["n"].to_pylist() for piece, part in cut(table, pieces_of(JANUARY, 20_000))}
    assert found == {"2026-01.01-05": [1, 2, 4], "2026-01.11-15": [5], "2026-01.26-31": [0, 3]}
    assert list(cut(table.slice(0, 0), pieces_of(JANUARY, 0))) == []


def test_what_is_read_for_a_day_is_its_piece_or_a_month_that_needs_a_new_cut(few):
    known = {"2026-01.01-05": 4, "2026-01.26-31": 3, "2026-02": 9, "2026-03": 2}
    assert [each.key for each in cut_wrongly(known)] == ["2026-02"]
    days = [date(2026, 1, 31), date(2026, 1, 28), date(2026, 3, 9), date(2026, 4, 1)]
    keys = [each.key for each in to_read(known, days)]
    assert keys == ["2026-01.26-31", "2026-02", "2026-03", "2026-04"]
    whole = to_read({"2026-01.01-05": 7}, january(1, 6, 11, 16, 21, 26))
    assert [each.key for each in whole] == ["2026-01"]


def test_a_back_dated_change_reads_and_writes_its_piece_only(db, data_dir, few, read):
    sell(*january(1, 4, 7, 12, 20, 25, 31), date(2026, 2, 3))
    old = facts.refresh_facts()
    read.clear()
    sell(*january(8))
    new = facts.refresh_facts()
    assert read == ["2026-01.06-10"]
    changed = {key for key in new.pieces if new.pieces[key] != old.pieces[key]}
    assert changed == {"2026-01.06-10"}
    assert new.months == {"2026-01": (8, 821), "2026-02": (1, 107)}


def test_a_month_that_grows_past_a_step_is_cut_anew_and_one_that_shrinks_too(db, data_dir, few, read):
    sell(*january(1, 2, 3, 8))
    assert list(facts.refresh_facts().pieces) == ["2026-01"]
    more = sell(*january(4, 11))
    assert sorted(facts.refresh_facts().pieces) == ["2026-01.01-05", "2026-01.06-10", "2026-01.11-15"]
    read.clear()
    many = sell(*january(*[12] * 9))
    assert sorted(facts.refresh_facts().pieces) == ["2026-01.01-03", "2026-01.04-06", "2026-01.07-09", "2026-01.10-12"]  # fmt: skip
    assert read == ["2026-01.11-15", "2026-01"], "the piece first, which tells that the month has grown"
    for gone, count in ((many, 3), (more, 1)):
        undo(gone)
        now = facts.refresh_facts()
        assert len(now.pieces) == count
        assert facts.rebuild_facts().digest == now.digest
    assert problems() == []


def test_a_piece_that_becomes_empty_leaves_and_comes_back(db, data_dir, few, read):
    sell(*january(1, 2, 3, 4, 5, 30))
    only = sell(*january(17))
    facts.refresh_facts()
    undo(only)
    read.clear()
    assert sorted(facts.refresh_facts().pieces) == ["2026-01.01-05", "2026-01.26-31"]
    assert read == ["2026-01.16-20"]
    sell(*january(18))
    assert "2026-01.16-20" in facts.refresh_facts().pieces
    assert problems() == []


def random_change(chance, made):
    """Sells a few lines on near days, replaces old ones, or undoes an import."""
    way = chance.choice(["sell", "sell", "sell", "replace", "undo"])
    if way == "undo" and made:
        undo(made.pop(chance.randrange(len(made))))
        return
    first = chance.randrange(60)
    days = [JANUARY + timedelta(days=first + chance.randrange(9)) for _ in range(chance.randrange(1, 7))]
    if way == "replace":
        batch = sell(*days, status=Batch.Status.PENDING)
        old = list(SaleLine.objects.landed().order_by("line_key").values_list("pk", flat=True))
        some = chance.sample(old, min(len(old), 4))
        SaleLine.objects.filter(pk__in=some, ended_by=None).update(ended_by=batch.pk)
        Batch.objects.filter(pk=batch.pk).update(status=Batch.Status.LANDED)
        facts.note_dirty_batch(batch.pk)
        return
    made.append(sell(*days))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_to_the_ledger_a_refresh_gives_the_files_of_a_rebuild(db, data_dir, few, seed):
    chance, made = Random(seed), []
    for _ in range(12):
        random_change(chance, made)
        refreshed = facts.refresh_facts()
        assert problems() == []
        rebuilt = facts.rebuild_facts()
        assert (rebuilt.pieces, rebuilt.digest) == (refreshed.pieces, refreshed.digest)
        assert not DirtyDay.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_readers_of_the_database_give_the_files_of_a_rebuild(data_dir, few):
    chance, made = Random(7), []
    sell(*january(*range(31, 0, -1)))
    for _ in range(3):
        random_change(chance, made)
        assert facts.refresh_facts().pieces == facts.rebuild_facts().pieces
    assert "2026-01.28-31" in facts.current_facts().pieces


def test_a_folder_from_before_pieces_is_read_and_its_large_months_are_cut(db, data_dir, read, monkeypatch):
    sell(*january(1, 2, 3, 4, 5, 30), date(2026, 2, 3))
    old = facts.refresh_facts()
    path = folder() / "manifest.json"
    written = json.loads(path.read_text())
    path.write_text(
        json.dumps({**{k: v for k, v in written.items() if k != "pieces"}, "months": written["pieces"]})
    )
    read.clear()
    assert facts.refresh_facts() == old
    assert read == []
    monkeypatch.setattr(pieces, "STEPS", ((0, 31), (6, 5)))
    new = facts.refresh_facts()
    assert read == ["2026-01"]
    assert sorted(new.pieces) == ["2026-01.01-05", "2026-01.26-31", "2026-02"]
    assert (new.pieces["2026-02"], new.months) == (old.pieces["2026-02"], old.months)


def test_a_note_that_is_written_again_stays_and_thousands_go_at_once(db, django_assert_max_num_queries):
    days = [JANUARY + timedelta(days=n) for n in range(1_200)]
    dirty.note_dirty(days)
    seen = dirty.dirty_days()
    dirty.note_dirty(days[3:4])
    with django_assert_max_num_queries(5):
        dirty.forget(seen)
    assert list(dirty.dirty_days()) == days[3:4]


@pytest.mark.django_db(transaction=True)
def test_months_that_wait_when_the_program_is_replaced_wait_as_days(data_dir):
    sell(*january(5))
    facts.refresh_facts()
    call_command("migrate", "trade", "0006_allocations", verbosity=0)
    try:
        old = MigrationLoader(connection).project_state(("trade", "0006_allocations")).apps
        old.get_model("trade", "DirtyMonth").objects.create(month=FEBRUARY, noted_at=timezone.now())
    finally:
        call_command("migrate", "trade", verbosity=0)
    assert list(dirty.dirty_days()) == [FEBRUARY + timedelta(days=n) for n in range(28)]
    SaleLine.objects.update(day=FEBRUARY)
    assert facts.refresh_facts().months["2026-02"] == (1, 100)
    assert apps.get_model("trade", "DirtyDay") is DirtyDay

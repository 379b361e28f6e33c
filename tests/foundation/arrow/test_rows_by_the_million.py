"""Rows leave and enter the database as Arrow, whole, in short transactions, and never break SQLite's file."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from django.db import connection, transaction

from kemai.business.archives.models import Customer
from kemai.business.trade.models import DirtyDay
from kemai.business.valuation.models import Standing
from kemai.foundation.arrow import reading
from kemai.foundation.arrow.appending import append
from kemai.foundation.arrow.reading import reader

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = "SELECT id, code, name FROM archives_customer ORDER BY id"


def standings(first: int, count: int) -> pa.Table:
    """Rows of run 7 with a day, words, numbers and nothing."""
    numbers = list(range(first, first + count))
    return pa.table(
        {
            "run_id": pa.array([7] * count, pa.int64()),
            "customer_id": pa.array(numbers, pa.int64()),
            "first_order_on": pa.array([date(2026, 2, 28) if n % 2 else None for n in numbers], pa.date32()),
            "sales_12m_fen": pa.array([n * 100 for n in numbers], pa.int64()),
            "stability_cv": pa.array([n / 8 for n in numbers], pa.float64()),
            "ev_abc_class": pa.array(["A" if n < 3 else None for n in numbers], pa.string()),
        }
    )


def test_what_is_appended_is_there_once_in_as_many_transactions_as_chunks():
    steps: list[int] = []
    append(
        Standing, [standings(1, 25), standings(26, 5)], chunk=10,
        after_chunk=lambda: steps.append(Standing.objects.count()),
    )  # fmt: skip
    assert steps[0] == 10
    assert steps[-1] == Standing.objects.count() == 30
    row = Standing.objects.get(customer_id=1)
    assert (row.first_order_on, row.sales_12m_fen, row.stability_cv, row.ev_abc_class) == (
        date(2026, 2, 28), 100, 0.125, "A",
    )  # fmt: skip
    assert Standing.objects.get(customer_id=30).ev_abc_class is None


def test_one_may_stop_between_two_chunks():
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        append(Standing, [standings(1, 25)], chunk=10, after_chunk=stop)
    assert Standing.objects.count() == 10
    append(Standing, [standings(11, 15)], chunk=10)
    assert Standing.objects.count() == 25


def test_nothing_to_append_is_no_error():
    append(Standing, [])
    append(Standing, [standings(1, 0)])
    assert not Standing.objects.exists()


def test_inside_a_transaction_rows_go_with_it():
    with transaction.atomic():
        append(Standing, [standings(1, 25)], chunk=10)
        assert Standing.objects.count() == 25
        transaction.set_rollback(True)
    assert not Standing.objects.exists()


def test_reading_gives_every_row_inside_and_outside_a_transaction():
    Customer.objects.bulk_create(
        Customer(code=f"K-{n}", name=f"客户{n}", name_key=f"客户{n}") for n in range(50)
    )
    with reader() as read:
        outside = [read(NAMES), read(NAMES)]
    with transaction.atomic(), reader() as read:
        inside = read(NAMES)
    assert outside[0]["name"].to_pylist() == [f"客户{n}" for n in range(50)]
    assert outside[0].equals(outside[1])
    assert inside["code"].to_pylist() == outside[0]["code"].to_pylist()


def test_a_question_that_fails_says_why_and_the_next_one_is_answered():
    with reader() as read:
        with pytest.raises(Exception, match="nowhere"):
            read("SELECT * FROM nowhere")
        if connection.vendor == "sqlite":
            assert read("SELECT 1 AS one").to_pylist() == [{"one": 1}]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a server keeps PostgreSQL's locks")
def test_reading_and_writing_by_the_million_leave_the_file_sound_while_another_process_writes():
    other = (
        "import sqlite3, sys\n"
        "file = sqlite3.connect(sys.argv[1], timeout=20)\n"
        "for n in range(60):\n"
        "    file.execute(\"INSERT INTO trade_dirtyday (day, noted_at) VALUES (?, '2026-01-01 00:00:00')\", (f'{2000 + n}-01-01',))\n"
        "    file.commit()\n"
    )
    writing = subprocess.Popen([sys.executable, "-c", other, str(connection.settings_dict["NAME"])])
    for start in range(0, 3_000, 1_000):
        append(Standing, [standings(start, 1_000)], chunk=250)
        with reader() as read:
            assert len(read("SELECT id FROM valuation_standing")) == start + 1_000
    assert writing.wait(60) == 0
    assert (Standing.objects.count(), DirtyDay.objects.count()) == (3_000, 60)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchall() == [("ok",)]


def test_readers_of_a_block_are_one_and_of_another_thread_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    real = reading._opened

    @contextmanager
    def counted() -> Iterator[Any]:
        opened.append(threading.get_ident())
        with real() as read:
            yield read

    monkeypatch.setattr(reading, "_opened", counted)

    def asked() -> Any:
        with reading.reader() as read:
            return read("SELECT 7 AS n")["n"].to_pylist()

    with reading.one_reader():
        assert not opened
        assert [asked(), asked()] == [[7], [7]]
        assert len(opened) == 1
        with ThreadPoolExecutor(1) as thread:
            assert thread.submit(copy_context().run, asked).result() == [7]
        assert len(opened) == 2
    assert asked() == [7]
    assert len(opened) == 3

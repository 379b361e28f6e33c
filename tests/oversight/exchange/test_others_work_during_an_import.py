"""F09: four people write and four read while a ledger is imported; nobody is refused by a lock, nothing is lost."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import close_old_connections, connection
from tests.oversight.exchange.conftest import SALES_HEADER, TODAY, Importer
from tests.oversight.exchange.test_crash import child, finish

from kemai.business.archives.actions import create_customer
from kemai.business.archives.models import Customer
from kemai.business.trade.models import SaleLine
from kemai.foundation import trail
from kemai.foundation.access.actor import system_actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LINES = 4_000


class Colleague(threading.Thread):
    """Does one small thing after the other on a connection of his own until told to stop."""

    def __init__(self, once, number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.once, self.number, self.stop = once, number, stop
        self.done, self.refused = 0, []

    def run(self) -> None:
        close_old_connections()
        try:
            while not self.stop.wait(0.3):
                self.once(self.number, self.done)
                self.done += 1
        except Exception as error:
            self.refused.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()


def write(number: int, turn: int) -> None:
    create_customer(actor=system_actor(TODAY), name=f"第{number}人的第{turn}家店", code=f"W{number}-{turn}")


def read(number: int, turn: int) -> None:
    seen = SaleLine.objects.landed().count()
    assert seen in (1, LINES + 1), f"{seen} lines are neither before nor after"
    list(Customer.objects.order_by("-pk").values_list("code", "name")[: 25 + number])


def test_f09_nobody_is_refused_and_nothing_is_lost(tmp_path: Path):
    Importer(tmp_path).sales("S1,1,2026-01-05,老客户,P1,1,10", create_customers=True)
    path = tmp_path / "many.csv"
    lines = (f"N{n},1,2026-{n % 9 + 1:02d}-05,客户{n % 900:03d}厂,P{n % 7},1,{n}.50" for n in range(LINES))
    path.write_text("\n".join([SALES_HEADER, *lines]) + "\n", "utf8")
    stop = threading.Event()
    people = [Colleague(once, n, stop) for once in (write, read) for n in range(4)]
    for each in people:
        each.start()
    status = finish(child(path, chunk=1_000), seconds=600)  # nine at work on few cores
    stop.set()
    for each in people:
        each.join(timeout=60)
    assert status == 0
    assert [line for each in people for line in each.refused] == []
    assert all(each.done > 0 for each in people)
    assert Customer.objects.filter(code__startswith="W").count() == sum(each.done for each in people[:4])
    assert SaleLine.objects.landed().count() == LINES + 1
    assert trail.verify() == []

"""G01: killed at any moment of an import, the books are as before or as after, and a retry ends like an unbroken run.

The child imports into the test database itself; the parent looks at what readers would see.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from tests.oversight.exchange.conftest import SALES_HEADER, TODAY, Importer, state

from kemai.business.archives.models import Contact
from kemai.business.trade.models import SaleLine
from kemai.foundation.access.actor import system_actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.batches.models import Batch
from kemai.oversight.exchange.landing.recovery import recover_pending

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CHILD = Path(__file__).with_name("crash_child.py")
BEFORE = ["S1,1,2026-01-05,老客户,P1,1,10", "S2,1,2026-01-05,老客户,P1,1,10"]
POINTS = [
    "exchange.batch", "exchange.read", "exchange.planned", "exchange.chunk:1", "exchange.chunk:2", "exchange.chunk:3",
    "exchange.chunk:4", "exchange.chunk:5", "exchange.chunk:6", "exchange.before_flip", "exchange.in_flip",
    "exchange.after_flip",
]  # fmt: skip


@pytest.fixture
def ledger(tmp_path):
    """A file of 200 lines: new customers, new lines, one changed line."""
    lines = [f"N{n},1,2026-{n % 9 + 1:02d}-05,客户{n % 50:03d}厂,P{n % 7},1,{n}.50" for n in range(200)]
    path = tmp_path / "s.csv"
    path.write_text("\n".join([SALES_HEADER, *BEFORE[:1], "S2,1,2026-01-06,老客户,P1,1,12", *lines]) + "\n")
    Importer(tmp_path).sales(*BEFORE, create_customers=True)
    return path


def child(path: Path, fault: str = "", chunk: int = 40, kind: str = "sales") -> subprocess.Popen[str]:
    environment = {**os.environ, "KEMAI_FAULTS": fault, "KEMAI_DATABASE_URL": _address()}
    return subprocess.Popen(
        [sys.executable, str(CHILD), str(path), str(chunk), kind],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _address() -> str:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    return (
        f"postgres://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}&port={settings['PORT']}"
    )


def finish(process: subprocess.Popen[str], seconds: float = 120) -> int:
    out, err = process.communicate(timeout=seconds)
    if process.returncode not in (0, 137, -9):
        raise AssertionError(f"{out}\n{err[-3000:]}")
    return process.returncode


def counted(seen: dict) -> tuple[int, int]:
    return len(seen["lines"]), len(seen["customers"])


def test_g01_killed_at_each_fault_point_leaves_before_or_after(ledger):
    """Each kill is followed by a look; the last retry must end as one unbroken run would."""
    before = state()
    for point in POINTS:
        status = finish(child(ledger, point))
        assert status == 137, point
        seen = state()
        if point == "exchange.after_flip":
            assert counted(seen) == (202, 51)
        else:
            assert seen == before, point
    assert finish(child(ledger)) == 0
    after = state()
    assert counted(after) == (202, 51)
    assert not Batch.objects.filter(status=Batch.Status.PENDING).exists()
    assert SaleLine.objects.count() == 203
    assert [line[4] for line in after["lines"] if line[0] == "S2/1"] == [1200]


def test_g01_killed_at_many_moments_leaves_before_or_after(ledger):
    """Kills by signal, each a little later than the one before."""
    before = state()
    for moment in range(10):
        process = child(ledger)
        assert process.stdout is not None
        process.stdout.readline()
        try:
            process.wait(timeout=0.15 + moment * 0.2)
        except subprocess.TimeoutExpired:
            process.kill()
        finish(process)
        assert counted(state()) in (counted(before), (202, 51))
    assert finish(child(ledger)) == 0
    assert counted(state()) == (202, 51)
    recover_pending()
    assert SaleLine.objects.count() == 203


def test_what_a_dead_import_left_is_deleted_by_the_next(ledger):
    finish(child(ledger, "exchange.chunk:4"))
    assert Batch.objects.filter(status=Batch.Status.PENDING).count() == 1
    assert recover_pending() == 1
    assert SaleLine.objects.count() == 2
    assert SaleLine.objects.filter(ended_by__isnull=False).count() == 0


BOOKS = {
    "invoices": ("发票号,客户,开票日期,金额", "F{n},新客户{c:02d}厂,2026-03-{d:02d},{n}.5"),
    "receipts": ("收款单号,客户,日期,金额", "R{n},新客户{c:02d}厂,2026-03-{d:02d},{n}.5"),
    "targets": ("客户,期间,金额", "新客户{c:02d}厂,2026-{m:02d},{n}.5"),
    "stock": ("客户,盘点日,产品编号,数量", "新客户{c:02d}厂,2026-03-{d:02d},P{p},{n}.5"),
}


@pytest.mark.parametrize("kind", list(BOOKS))
def test_g01_a_book_whose_import_is_killed_is_as_before_until_a_retry_lands_it_whole(tmp_path, kind):
    """Killed between two chunks: neither a row nor a new customer is seen, and the replaced version still stands."""
    from kemai.business.archives.models import Customer
    from kemai.business.trade.models import Invoice, Receipt, StockCount, Target
    from kemai.foundation.batches.models import unlanded_ids

    model = {"invoices": Invoice, "receipts": Receipt, "targets": Target, "stock": StockCount}[kind]
    header, row = BOOKS[kind]
    rows = [row.format(n=n, c=n % 8, d=n % 28 + 1, m=n // 8 + 1, p=n % 11) for n in range(90)]
    importer, path = Importer(tmp_path), tmp_path / "book.csv"
    importer(kind, f"{header}\n{rows[0]}\n", create_customers=True)
    path.write_text("\n".join([header, rows[0].replace("0.5", "7"), *rows[1:]]))

    def seen() -> tuple[int, int, int]:
        customers = Customer.objects.exclude(batch_id__in=unlanded_ids()).count()
        value = "quantity_milli" if kind == "stock" else "amount_fen"
        return (
            model.objects.landed().count(),
            customers,
            sum(model.objects.landed().values_list(value, flat=True)[:1]),
        )

    before = seen()
    for point in ("exchange.chunk:2", "exchange.chunk:4", "exchange.before_flip"):
        assert finish(child(path, point, 40, kind)) == 137, point
        assert seen() == before, point
    assert finish(child(path, "", 40, kind)) == 0
    assert seen()[:2] == (90, 8)
    assert (model.objects.count(), model.objects.filter(ended_by__isnull=False).count()) == (91, 1)
    assert importer.file(kind, path, create_customers=True).report.unchanged == 90


POINTS_OF_PEOPLE = [
    "exchange.chunk:1", "exchange.chunk:3", "exchange.chunk:5", "exchange.before_flip",
    "exchange.in_flip", "exchange.after_flip",
]  # fmt: skip


def people() -> list[tuple[object, ...]]:
    """Who is seen, and where, without ids that a retry may change."""
    seen = restrict(Contact.objects.all(), system_actor(TODAY)).order_by("customer__name", "name")
    return list(seen.values_list("customer__name", "name", "title", "mobile"))


def test_g01_people_of_a_file_are_there_together_or_not_at_all(tmp_path):
    """One known person changes, 120 arrive, half of them at customers that the file names first."""
    importing = Importer(tmp_path)
    importing.customers("K1:老客户")
    importing("contacts", "姓名,客户,职务\n贺明远,K1,采购\n")
    lines = [f"姓{n:03d},{'K1' if n % 2 else f'新客户{n:03d}厂'},,138{n:08d}" for n in range(120)]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(["姓名,客户,职务,手机", "贺明远,K1,总经理,", *lines]) + "\n")
    before = people()
    for point in POINTS_OF_PEOPLE:
        assert finish(child(path, point, kind="contacts")) == 137, point
        seen = people()
        assert (len(seen) == 121) if point == "exchange.after_flip" else (seen == before), point
    assert finish(child(path, kind="contacts")) == 0
    assert len(people()) == Contact.objects.count() == 121
    assert Contact.objects.get(name="贺明远").title == "总经理"
    assert Contact.objects.get(name="贺明远").version == 2
    assert not Batch.objects.filter(status=Batch.Status.PENDING).exists()

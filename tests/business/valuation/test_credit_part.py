"""What a run says of everybody as a payer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.cast import customer_of

from kemai.business.archives.actions import change_credit
from kemai.business.trade.actions import post_sale
from kemai.business.trade.models import Invoice, Receipt
from kemai.business.valuation.actions import revalue
from kemai.business.valuation.models import CreditStanding
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.runs.parts import part_summary
from kemai.foundation.batches.models import Batch

pytestmark = [pytest.mark.django_db, pytest.mark.parts("credit")]
TODAY = date(2026, 11, 22)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def billed(customer: Any, number: str, yuan: int, issued: int, due: int | None = None) -> None:
    batch = Batch.objects.get_or_create(kind="invoices", status=Batch.Status.LANDED)[0]
    Invoice.objects.create(
        invoice_no=number, customer=customer, issued_on=ago(issued), due_on=None if due is None else ago(due),
        amount_fen=yuan * 100, batch_id=batch.pk,
    )  # fmt: skip


def paid(customer: Any, number: str, yuan: int, on: int, invoice: str = "") -> None:
    batch = Batch.objects.get_or_create(kind="receipts", status=Batch.Status.LANDED)[0]
    Receipt.objects.create(
        receipt_no=number, customer=customer, received_on=ago(on), amount_fen=yuan * 100, invoice_no=invoice, batch_id=batch.pk
    )  # fmt: skip


@pytest.fixture
def valued(people: Any, tmp_path: Any, settings: Any) -> Any:
    settings.DATA_DIR = tmp_path
    shop = customer_of(people, "e1", "欠款的店")
    change_credit(actor=people["f1"], customer=shop, version=0, credit_limit_fen=20_000_000, credit_days=30)
    post_sale(actor=people.system, customer=shop, day=ago(20), amount_fen=73_000_000)
    post_sale(actor=people.system, customer=shop, day=ago(1), amount_fen=3_000_000, status="ordered")
    billed(shop, "F1", 300_000, 100)  # due by the terms, 70 days ago
    billed(shop, "F2", 100_000, 20, -10)
    billed(shop, "F3", 50_000, 200, 170)
    billed(shop, "H1", -20_000, 60)
    paid(shop, "S1", 50_000, 175, "F3")
    paid(shop, "S2", 80_000, 30)
    customer_of(people, "w1", "没账的店")
    revalue(actor=people.system, as_of=TODAY)
    return people


def test_a_customer_in_debt_has_every_figure_and_others_have_no_row(valued: Any) -> None:
    run = published_run()
    assert run is not None
    [row] = CreditStanding.objects.filter(run_id=run.pk)
    assert (row.total_fen, row.overdue_fen, row.days_61_90_fen, row.not_due_fen) == (
        30_000_000,
        20_000_000,
        20_000_000,
        10_000_000,
    )
    assert (row.oldest_days, row.undelivered_fen, row.exposure_fen) == (70, 3_000_000, 33_000_000)
    assert (row.limit_fen, row.use_centi, row.beyond_fen, row.use_reason) == (
        20_000_000,
        16_500,
        13_000_000,
        None,
    )
    assert (row.dso_simple_centi, row.delinquent_centi) == (15_000, 10_000)  # 300,000 of 730,000 in 365 days
    assert (row.paid_on_time, row.paid_late, row.score_centi) == (1, 1, 5_000)


def test_the_summary_adds_up_by_bucket_and_tells_the_months(valued: Any) -> None:
    found = part_summary(published_run(), "credit")
    assert found is not None
    assert (found["owing"], found["late"], found["over_limit"]) == (1, 1, 1)
    assert found["fen"]["total"] == found["fen"]["not_due"] + found["fen"]["overdue"] == 30_000_000
    assert [month["on"] for month in found["months"]][-1] == "2026-11-22"
    assert (found["months"][-1]["owed_fen"], found["months"][-1]["days"]) == (30_000_000, "150.00")
    assert found["months"][0]["days"] is None

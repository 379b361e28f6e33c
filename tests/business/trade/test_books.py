"""What stands beside a customer's sales: bounded, in one statement, and only for who may see it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import TODAY, customer_of, make_cast

from kemai.business.trade.models import Invoice, Product, Receipt, StockCount, Target
from kemai.business.trade.queries import Books, books_of
from kemai.business.trade.queries.books import BookTarget
from kemai.foundation.batches.models import Batch

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def shop(cast):
    """30 invoices, one of them paid in part; receipts, targets, two counts; and all of a batch that has not landed."""
    customer = customer_of(cast, "e1", "甲方商贸有限公司")
    landed = Batch.objects.create(kind="invoices", status=Batch.Status.LANDED).pk
    pending = Batch.objects.create(kind="invoices").pk
    product = Product.objects.create(code="P1", name="黄酒")
    for batch, label in ((landed, "F"), (pending, "X")):
        common = {"customer": customer, "batch_id": batch}
        for n in range(30):
            day = date(2026, 1, 1) + timedelta(days=n)
            Invoice.objects.create(invoice_no=f"{label}{n:02d}", issued_on=day, amount_fen=1000, **common)
        Receipt.objects.create(
            receipt_no=f"{label}R", received_on=TODAY, amount_fen=400, invoice_no="F29", **common
        )
        Target.objects.create(period="2026-Q1", amount_fen=100, **common)
        Target.objects.create(period="2026-Q2", amount_fen=200, **common)
        Target.objects.create(period="2025", amount_fen=5, **common)
        for day, milli in ((date(2026, 2, 1), 7000), (date(2026, 3, 1), 2500)):
            StockCount.objects.create(product=product, counted_on=day, quantity_milli=milli, **common)
    return customer


def test_the_latest_are_shown_with_what_has_come_in_and_nothing_that_has_not_landed(cast, shop):
    with CaptureQueriesContext(connection) as asked:
        books = books_of(cast["d"], shop)
    assert len([q for q in asked if "trade_" in q["sql"]]) == 1
    assert [each.invoice_no for each in books.invoices] == [f"F{n:02d}" for n in range(29, 9, -1)]
    assert (books.invoices[0].paid_fen, books.invoices[0].open_fen, books.invoices[1].paid_fen) == (
        400,
        600,
        0,
    )
    assert [(each.receipt_no, each.received_on, each.amount_fen) for each in books.receipts] == [
        ("FR", TODAY, 400)
    ]
    assert (books.target, books.counted_on, books.stock) == (
        BookTarget(300, "quarter", 2),
        date(2026, 3, 1),
        (("黄酒", 2500),),
    )


def test_the_years_own_target_goes_before_its_quarters(cast, shop):
    batch = Batch.objects.get(status=Batch.Status.LANDED).pk
    Target.objects.create(customer=shop, period="2026", amount_fen=1, batch_id=batch)
    target = books_of(cast["d"], shop).target
    assert target == BookTarget(1, "year", 1)
    assert target.is_whole
    assert not BookTarget(300, "quarter", 2).is_whole


def test_who_may_not_see_credit_sees_no_money_owed_and_who_may_not_see_sales_sees_nothing(cast, shop):
    seen = {login: books_of(cast[login], shop) for login in ("me", "f1", "e1", "c", "s")}
    assert {login for login, books in seen.items() if books.invoices and books.receipts} == {"me", "f1"}
    assert {login for login, books in seen.items() if books.target and books.stock} == {"me", "f1", "e1"}
    assert (seen["c"], seen["s"]) == (Books(), Books())
    assert books_of(cast["mw"], shop) == Books()

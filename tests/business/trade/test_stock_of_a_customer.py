"""What a customer's counts say: rate, cover, what to order, what comes next; and what they can not say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.cast import customer_of

from kemai.business.trade.actions import post_sale
from kemai.business.trade.models import Product, StockCount
from kemai.business.trade.queries import stock_of
from kemai.foundation.batches.models import Batch

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(people):
    return customer_of(people, "e1", "云栖副食")


def count(shop, on, pieces, product=None):
    batch = Batch.objects.create(kind="stock", status=Batch.Status.LANDED)
    StockCount.objects.create(
        customer=shop, counted_on=on, product=product, quantity_milli=pieces * 1000, batch_id=batch.pk
    )


def deliver(people, shop, on, pieces, product=None):
    post_sale(
        actor=people["me"],
        customer=shop,
        day=on,
        amount_fen=100,
        quantity_milli=pieces * 1000,
        product=product,
    )


def test_s1_109_s1_112_rate_cover_order_and_the_month_to_come(people, shop):
    """S1.109: open 100 + in 200 - close 80 = 220 in 30 days -> 7.33/day, cover 10.9 days. S1.112: 7.33 x 31 = 227."""
    wine = Product.objects.create(code="W", name="黄酒")
    count(shop, date(2026, 10, 1), 100, wine)
    deliver(people, shop, date(2026, 10, 1), 999, wine)  # on the day of the first count: counted already
    deliver(people, shop, date(2026, 10, 20), 200, wine)
    count(shop, date(2026, 10, 31), 80, wine)
    [found] = stock_of(people["e1"], shop)
    assert (found.name, found.sold_out, found.days, found.source) == ("黄酒", 220, 30, "counts")
    assert (round(found.per_day, 2), round(found.cover_days, 1)) == (Decimal("7.33"), Decimal("10.9"))
    assert (found.order, found.month, round(found.next_month)) == (250, date(2026, 12, 1), 227)


def test_one_count_alone_and_a_wrong_count_give_a_reason(people, shop):
    wine, rice = (Product.objects.create(code=c, name=c) for c in "WR")
    count(shop, date(2026, 10, 31), 80, wine)
    count(shop, date(2026, 10, 1), 5, rice)
    count(shop, date(2026, 10, 31), 50, rice)
    found = {each.name: each for each in stock_of(people["e1"], shop)}
    assert (found["W"].reason, found["W"].per_day, found["W"].closing) == ("no_opening_count", None, 80)
    assert (found["R"].reason, found["R"].order) == ("count_error", None)


def test_without_any_count_orders_stand_for_it_and_it_is_said(people, shop):
    assert stock_of(people["e1"], shop) == []
    deliver(people, shop, date(2026, 11, 1), 180)
    [found] = stock_of(people["e1"], shop)
    assert (found.source, found.reason, found.per_day, found.cover_days) == ("orders", "no_count", 2, None)


def test_stock_is_hidden_with_the_sales(people, shop):
    count(shop, date(2026, 10, 31), 80)
    assert stock_of(people["c"], shop) == []
    assert stock_of(people["d"], shop) != []

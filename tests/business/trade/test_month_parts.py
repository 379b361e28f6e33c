"""The months of a customer in margins and in product lines: they add up to its sales, and say where they can't."""

from __future__ import annotations

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.trade.actions import post_sale
from kemai.business.trade.models import Product
from kemai.business.trade.queries import monthly_lines, monthly_margin, monthly_sales

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(people):
    return customer_of(people, "e1", "镇江华瑞商贸有限公司")


def sell(people, shop, yuan, order, *, cost=None, product=None, on=TODAY):
    return post_sale(
        actor=people["me"], customer=shop, day=on, amount_fen=yuan * 100, order_no=order,
        cost_fen=None if cost is None else cost * 100, product=product,
    )  # fmt: skip


def test_margins_stand_beside_last_year_s_and_a_month_with_a_line_without_cost_has_none(people, shop):
    sell(people, shop, 1_000, "S1", cost=700)
    sell(people, shop, 500, "S2", cost=400, on=TODAY.replace(year=TODAY.year - 1, day=1))
    found = monthly_margin(people["me"], shop)
    assert (len(found), found[-1].margin_fen, found[-1].last_year_fen, found[0].margin_fen) == (
        12,
        30_000,
        10_000,
        0,
    )
    sell(people, shop, 10, "S3")
    assert monthly_margin(people["me"], shop)[-1].margin_fen is None


def test_product_lines_add_up_to_the_month_s_sales_and_the_small_ones_stand_in_one(people, shop):
    for at in range(7):
        line = Product.objects.create(code=f"P{at}", name=f"P{at}", line=f"线{at}")
        sell(people, shop, 700 - 100 * at, f"S{at}", product=line)
    sell(people, shop, 50, "S9")
    found = monthly_lines(people["me"], shop)
    assert [each.line for each in found] == ["线0", "线1", "线2", "线3", None]
    assert sum(each.fen[-1] for each in found) == monthly_sales(people["me"], shop).months[-1].amount_fen


def test_nobody_reads_them_who_may_not_see_sales(people, shop):
    assert monthly_margin(people["c"], shop) is None
    assert monthly_lines(people["c"], shop) is None

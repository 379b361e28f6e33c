"""What the ledger tells of how a person consumes, and what it can not know (S4.68)."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cast import customer_of

from kemai.business.trade.actions import post_sale, return_sale
from kemai.business.trade.models import Product
from kemai.business.trade.queries import consumption_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(people):
    return customer_of(people, "e1", "沈知遥", type="retail")


def sell(people, buyer, on, yuan, order, line="1", product=None):
    return post_sale(
        actor=people["me"],
        customer=buyer,
        day=on,
        amount_fen=yuan * 100,
        order_no=order,
        line_no=line,
        product=product,
    )


def test_s4_68_amount_frequency_size_grade_preference_peak_low_and_last_come_from_the_orders(people, buyer):
    old, fine = (Product.objects.create(code=c, name=c, line=line, grade=grade) for c, line, grade in
                 (("P1", "黄酒", "普通"), ("P2", "浓香", "高档")))  # fmt: skip
    sell(people, buyer, date(2024, 1, 5), 9_999, "S0", product=old)  # long ago: only its day could matter
    sell(people, buyer, date(2026, 2, 10), 300, "S1", "1", old)
    sell(people, buyer, date(2026, 2, 10), 700, "S1", "2", fine)
    sell(people, buyer, date(2026, 5, 1), 100, "S2", product=old)
    back = sell(people, buyer, date(2026, 9, 9), 250, "S3", product=fine)
    return_sale(actor=people["me"], line=back, day=date(2026, 10, 1))
    found = consumption_of(people["e1"], buyer)
    assert (found.amount_fen, found.orders, found.average_fen) == (110_000, 3, 36_667)
    assert (found.grade, found.lines) == ("高档", ("浓香", "黄酒"))
    assert (found.peak, found.low, found.last_on) == (date(2026, 2, 1), date(2026, 10, 1), date(2026, 9, 9))


def test_who_bought_nothing_lately_has_missing_figures_never_noughts(people, buyer):
    none = consumption_of(people["e1"], buyer)
    assert none.amount_fen is none.average_fen is none.grade is none.peak is none.last_on is None
    assert none.lines == ()
    sell(people, buyer, date(2024, 1, 5), 100, "S0")
    sold = consumption_of(people["e1"], buyer)
    assert sold.amount_fen is None
    assert sold.last_on == date(2024, 1, 5)
    sell(people, buyer, date(2026, 11, 1), 100, "S1")
    assert consumption_of(people["e1"], buyer).peak is None  # one month tells of no season


def test_sales_that_are_hidden_are_not_told(people, buyer):
    sell(people, buyer, date(2026, 11, 1), 100, "S1")
    for login in ("c", "s", "stranger"):
        assert consumption_of(people[login], buyer) is None
    assert consumption_of(people["w1"], buyer).amount_fen is None  # another's customer has no lines in sight

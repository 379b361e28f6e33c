"""Sales written by people, and what the customer page reads of the ledger."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.archives.models import Customer, StateChange
from kemai.business.trade.actions import InvalidSale, cancel_sale, deliver_sale, post_sale, return_sale
from kemai.business.trade.models import DirtyDay, SaleLine
from kemai.business.trade.queries import monthly_sales, trade_record
from kemai.foundation.access.actor import Refused
from kemai.foundation.batches.models import Batch
from kemai.foundation.trail.models import Entry


@pytest.fixture
def mine(people):
    return customer_of(people, "e1", "华瑞商贸")


def state(customer):
    now = Customer.objects.get(pk=customer.pk)
    return now.state, now.stage


def test_s2_1_the_first_order_wins_the_customer_and_its_cancelling_gives_it_back(people, mine):
    line = post_sale(
        actor=people["me"],
        customer=mine,
        day=TODAY,
        amount_fen=100,
        order_no="S1",
        line_no="1",
        status="ordered",
    )
    assert state(mine) == ("actual", "first_time")
    assert StateChange.objects.latest("pk").on == TODAY
    cancel_sale(actor=people["me"], line=line, reason="客户改主意")
    assert state(mine) == ("potential", "")


def test_s4_6_s4_7_lines_of_one_order_are_one_purchase_and_a_full_return_takes_it_back(people, mine):
    first = post_sale(
        actor=people["me"], customer=mine, day=TODAY, amount_fen=100, order_no="S1", line_no="1"
    )
    second = post_sale(
        actor=people["me"], customer=mine, day=TODAY, amount_fen=50, order_no="S1", line_no="2"
    )
    assert state(mine) == ("actual", "first_time")
    return_sale(actor=people["me"], line=first, day=TODAY)
    assert state(mine) == ("actual", "first_time")
    return_sale(actor=people["me"], line=second, day=TODAY)
    assert state(mine) == ("potential", "")


def test_a_delivered_order_is_a_new_version_of_its_line(people, mine):
    line = post_sale(
        actor=people["me"],
        customer=mine,
        day=TODAY,
        amount_fen=100,
        order_no="S1",
        line_no="1",
        status="ordered",
    )
    new = deliver_sale(actor=people["me"], line=line)
    assert list(SaleLine.objects.landed()) == [new]
    assert trade_record(people["me"], mine).total_fen == 100
    with pytest.raises(InvalidSale):
        deliver_sale(actor=people["me"], line=line)


def test_a_refused_posting_changes_nothing(people, mine):
    entries = Entry.objects.count()
    for login, error in (("e1", Refused), ("c", Refused), ("mw", LookupError)):
        with pytest.raises(error):
            post_sale(actor=people[login], customer=mine, day=TODAY, amount_fen=100)
    for wrong in ({"amount_fen": -1, "day": TODAY}, {"amount_fen": 1, "day": date(2026, 12, 1)}):
        with pytest.raises(InvalidSale):
            post_sale(actor=people["me"], customer=mine, **wrong)
    assert not SaleLine.objects.exists()
    assert not Batch.objects.exists()
    assert not DirtyDay.objects.exists()
    assert Entry.objects.count() == entries


def test_the_same_line_is_not_posted_twice(people, mine):
    again = {
        "actor": people["me"],
        "customer": mine,
        "day": TODAY,
        "amount_fen": 1,
        "order_no": "S1",
        "line_no": "1",
    }
    post_sale(**again)
    with pytest.raises(InvalidSale):
        post_sale(**again)


def test_a_posting_leaves_one_entry_and_a_dirty_day(people, mine):
    before = Entry.objects.count()
    post_sale(actor=people["me"], customer=mine, day=date(2026, 3, 9), amount_fen=100)
    assert Entry.objects.count() == before + 1
    assert [row.day for row in DirtyDay.objects.all()] == [date(2026, 3, 9)]


def test_s0_11_months_are_net_of_returns_beside_last_years(people, mine):
    sold = {}
    for day, amount in ((date(2025, 2, 3), 5), (date(2026, 1, 5), 10), (date(2026, 2, 5), 12)):
        sold[day] = post_sale(actor=people["me"], customer=mine, day=day, amount_fen=amount * 1_000_000)
    return_sale(actor=people["me"], line=sold[date(2026, 2, 5)], day=date(2026, 2, 20), amount_fen=2_000_000)
    found = monthly_sales(people["e1"], mine)
    by_month = {each.month: (each.amount_fen, each.last_year_fen) for each in found.months}
    assert by_month[date(2026, 1, 1)] == (10_000_000, 0)
    assert by_month[date(2026, 2, 1)] == (10_000_000, 5_000_000)
    assert (found.year_to_date_fen, found.last_year_to_date_fen) == (20_000_000, 5_000_000)


def test_s4_96_the_record_of_a_customer_equals_the_ledger(people, mine):
    for n in range(60):
        post_sale(
            actor=people["me"], customer=mine, day=date(2026, 5, 1 + n % 28), amount_fen=400_000, cost_fen=1
        )
    ordered = post_sale(actor=people["me"], customer=mine, day=TODAY, amount_fen=7, status="ordered")
    first, second = trade_record(people["me"], mine), trade_record(people["me"], mine, 2)
    assert first.total_fen == second.total_fen == 24_000_000
    assert (first.count, len(first.lines), len(second.lines), first.has_next) == (61, 50, 11, True)
    assert [line.counts for line in first.lines if line.id == ordered.pk] == [False]
    assert first.lines[1].margin_fen == 399_999


def test_the_record_hides_sales_from_those_who_may_not_see_them(people, mine):
    post_sale(actor=people["me"], customer=mine, day=TODAY, amount_fen=100, cost_fen=60)
    for login in ("c", "s"):
        assert trade_record(people[login], mine) is None
        assert monthly_sales(people[login], mine) is None
    assert trade_record(people["e2"], mine).count == 0
    assert trade_record(people["e1"], mine).lines[0].margin_fen == 40

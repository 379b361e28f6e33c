"""Sums of sales come from the ledger's files where these are up to date, and are those of the ledger in every state."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import customer_of

from kemai.business.archives import keys
from kemai.business.archives.keys import keys_by, keys_of_codes, seen_keys
from kemai.business.archives.models import Customer
from kemai.business.trade import facts
from kemai.business.trade.facts import pieces, sold_in, sold_sums
from kemai.business.trade.models import FactsMark, SaleLine, Target
from kemai.business.trade.periods import period_of
from kemai.business.trade.queries import target_sums
from kemai.foundation.access.scopes import restrict
from kemai.foundation.batches.models import Batch

STATES = (
    Batch.Status.LANDED,
    Batch.Status.LANDED,
    Batch.Status.LANDED,
    Batch.Status.PENDING,
    Batch.Status.UNDONE,
)
SPANS = [
    (date(2026, 1, 1), date(2026, 11, 1)),
    (date(2026, 11, 1), date(2026, 12, 1)),
    (date(2026, 3, 9), date(2026, 3, 9)),
]
COLUMNS = {"owner": "owner_id", "unit": "unit_id", "region": "region"}


@pytest.fixture
def shops(people, tmp_path, settings, monkeypatch):
    """Customers of three salespeople and one that nobody owns; six lines are a large month, and one customer is many."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(pieces, "STEPS", ((0, 31), (6, 5), (15, 3)))
    monkeypatch.setattr(keys, "FEW", 0)
    made = [
        customer_of(people, owner, f"{owner}{n}", region=("镇江", "南京")[n])
        for owner in ("e1", "e2", "w1")
        for n in (0, 1)
    ]
    nobodys = customer_of(people, "e1", "无主")
    Customer.objects.filter(pk=nobodys.pk).update(owner=None)
    return [*made, nobodys, None]


def sell(dice, shops, lines=12):
    """A batch that landed, waits or was undone, with lines on days of the year and a few after today."""
    batch = Batch.objects.create(kind="sales", status=dice.choice(STATES))
    SaleLine.objects.bulk_create(
        SaleLine(
            line_key=f"{batch.pk}/{n}", order_no=f"{n}", day=date(2025, 12, 20) + timedelta(days=dice.randrange(350)),
            customer=dice.choice(shops), amount_fen=dice.randrange(-5_000, 20_000), batch_id=batch.pk,
            status=dice.choice(("delivered", "delivered", "ordered", "cancelled")),
        )
        for n in range(lines)
    )  # fmt: skip
    facts.note_dirty_batch(batch.pk)


def as_the_ledger_says(actor, start, end, by):
    """Line by line, by the rights of the actor."""
    seen = {
        customer.pk: getattr(customer, COLUMNS[by]) for customer in restrict(Customer.objects.all(), actor)
    }
    found = defaultdict(int)
    for line in SaleLine.objects.landed().filter(status="delivered", customer_id__in=seen):
        if start <= line.day < end and line.day <= actor.today:
            found[seen[line.customer_id]] += line.amount_fen
    return dict(found)


def check(people, known):
    for login in ("d", "me", "e1", "w1", "f1", "stranger"):
        for by in COLUMNS:
            expected = [as_the_ledger_says(people[login], *span, by) for span in SPANS]
            assert sold_in(people[login], SPANS, by) == expected, (login, by, known)


@pytest.mark.parametrize("seed", range(4))
def test_sums_of_sales_are_those_of_the_ledger_before_and_after_its_files_and_with_days_that_wait(
    people, shops, seed
):
    dice = Random(seed)
    sell(dice, shops)
    check(people, "no files")
    facts.refresh_facts()
    check(people, "all settled")
    for _more in range(3):
        sell(dice, shops)
        check(people, "some days wait")
    late = customer_of(people, "e2", "后来的", region="南京")
    sell(dice, [*shops, late])
    Customer.objects.filter(pk=shops[0].pk).update(owner=people.persons["w1"], unit=None)
    check(people, "handed over")
    facts.refresh_facts()
    check(people, "settled again")


def test_a_year_of_settled_days_is_summed_without_a_look_at_the_lines(people, shops):
    dice = Random(5)
    for _batch in range(4):
        sell(dice, shops)
    facts.refresh_facts()
    with CaptureQueriesContext(connection) as ran:
        [found] = sold_in(people["d"], SPANS[:1], "owner")
    assert found == as_the_ledger_says(people["d"], *SPANS[0], "owner") != {}
    lines = [each["sql"] for each in ran if "trade_saleline" in each["sql"]]
    assert len(lines) <= 1  # what lies between the pieces, where there is nothing
    files = len(facts.settled(*SPANS[0])[0])
    sell(dice, shops, lines=1)
    assert files - 1 <= len(facts.settled(*SPANS[0])[0]) <= files


def test_files_of_another_database_are_not_taken_for_the_ledger(people, shops):
    sell(Random(1), shops, lines=40)
    facts.refresh_facts()
    assert facts.settled(*SPANS[0])[0]
    FactsMark.objects.update(mark="of another one")
    assert facts.settled(*SPANS[0]) == ([], [SPANS[0]])
    check(people, "another database")


def test_sums_over_few_customers_come_from_the_ledger_and_are_the_same(people, shops, monkeypatch):
    sell(Random(3), shops, lines=40)
    facts.refresh_facts()
    from_files = sold_in(people["d"], SPANS, "owner")
    monkeypatch.setattr(keys, "FEW", 100_000)
    with CaptureQueriesContext(connection) as ran:
        assert sold_in(people["d"], SPANS, "owner") == from_files
    assert any("trade_saleline" in each["sql"] for each in ran)


def test_sums_of_some_customers_are_asked_of_the_ledger(people, shops):
    sell(Random(2), shops, lines=40)
    facts.refresh_facts()
    one = shops[0]
    expected = sum(
        line.amount_fen
        for line in SaleLine.objects.landed().filter(
            customer=one, status="delivered", day__gte=SPANS[0][0], day__lt=SPANS[0][1]
        )
    )
    found = sold_sums(people["d"], *SPANS[0], "owner", {"customer_id": one.pk})
    assert found.get(one.owner_id, 0) == expected


def test_keys_in_groups_are_those_that_a_person_sees_each_once(people, shops):
    for login in ("d", "me", "mw", "e1", "w1", "c", "stranger"):
        seen = restrict(Customer.objects.all(), people[login])
        assert sorted(seen_keys(people[login]).tolist()) == sorted(seen.values_list("pk", flat=True))
        for column in COLUMNS.values():
            grouped = keys_by(people[login], column)
            rows = {(key, grouped.groups[place]) for key, place in grouped.rows.iter_rows()}
            assert rows == set(seen.values_list("pk", column))
            assert grouped.rows.height == len(rows)


def test_codes_have_their_keys(people, shops):
    assert set(keys_of_codes().iter_rows()) == set(Customer.objects.values_list("code", "pk"))


def test_an_empty_company_has_no_keys(people):
    assert (
        keys_of_codes().height
        == seen_keys(people["d"]).size
        == keys_by(people["d"], "region").rows.height
        == 0
    )


@pytest.mark.parametrize("few", [0, 100_000])
def test_targets_are_those_of_customers_that_one_sees_however_many(people, shops, monkeypatch, few):
    monkeypatch.setattr(keys, "FEW", few)
    batch = Batch.objects.create(kind="targets", status=Batch.Status.LANDED)
    waiting = Batch.objects.create(kind="targets", status=Batch.Status.PENDING)
    aims = [
        (shops[0], "2026", 100),
        (shops[0], "2026-Q1", 7),
        (shops[1], "2026-Q1", 40),
        (shops[1], "2026-05", 9),
        (shops[4], "2026-06", 3),
    ]
    for customer, period, fen in aims:
        Target.objects.create(customer=customer, period=period, amount_fen=fen, batch_id=batch.pk)
    Target.objects.create(customer=shops[2], period="2026", amount_fen=10_000, batch_id=waiting.pk)
    e1, w1 = people.persons["e1"].pk, people.persons["w1"].pk
    expected = {
        "d": {e1: 140, w1: 3},
        "me": {e1: 140},
        "e1": {e1: 140},
        "e2": {},
        "w1": {w1: 3},
        "stranger": {},
    }
    for login, sums in expected.items():
        assert target_sums(people[login], period_of("2026"), "owner") == sums, login

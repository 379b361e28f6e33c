"""Long lists of a run hold just the customers that one sees, in their order, whichever way they are read."""

from __future__ import annotations

import pytest

from kemai.business.archives.models import Customer
from kemai.business.valuation.churn.reading import leaving, level_sums
from kemai.business.valuation.effort.reading import by_difference
from kemai.business.valuation.models import ChurnRow, EffortRow, WorthRow
from kemai.business.valuation.queries import published_run, ranked
from kemai.business.valuation.runs import listed, within_sight
from kemai.business.valuation.worth.reading import worth_rows
from kemai.foundation.access.actor import Refused
from kemai.foundation.access.scopes import restrict
from kemai.value.states.stakes import AT_RISK, LEVELS

pytestmark = [pytest.mark.django_db, pytest.mark.parts("churn", "worth", "effort")]
CAST = ("d", "me", "mw", "e1", "e2", "w1", "f1")


def sorted_rows(actor, rows, *columns):
    """What one sees of the rows, the largest first, nothing last, then by customer."""
    mine = rows.filter(customer_id__in=restrict(Customer.objects.all(), actor).values("pk"))

    def place(row):
        values = [getattr(row, column) for column in columns]
        return [(value is None, -(value or 0)) for value in values], row.customer_id

    return [row.pk for row in sorted(mine, key=place)]


@pytest.mark.parametrize("login", CAST)
def test_a_list_holds_the_rows_of_whom_one_sees_the_largest_first(steady, login, monkeypatch):
    monkeypatch.setattr(listed, "AT_ONCE", 2)
    run, actor = published_run(), steady[login]
    churn = ChurnRow.objects.filter(run_id=run.pk)
    assert [row.pk for row in leaving(actor, run, LEVELS)] == sorted_rows(
        actor, churn, "at_risk_fen", "year_fen"
    )
    assert [row.pk for row in leaving(actor, run)] == sorted_rows(
        actor, churn.filter(level__in=AT_RISK), "at_risk_fen"
    )
    worth = WorthRow.objects.filter(run_id=run.pk, lifetime_fen__isnull=False)
    effort = EffortRow.objects.filter(run_id=run.pk)
    if not actor.sees("margin"):
        effort = effort.filter(customer__owner_id=actor.person_id)
    for read, rows, column in (
        (worth_rows, worth, "lifetime_fen"),
        (by_difference, effort, "net_fen"),
    ):
        try:
            found = read(actor, run)
        except Refused:
            continue
        assert [row.pk for row in found] == sorted_rows(actor, rows, column), read.__name__
        assert [row.pk for row in found[1:3]] == sorted_rows(actor, rows, column)[1:3]


def test_who_has_gone_since_the_run_is_missing_and_nobody_comes_twice(steady):
    run = published_run()
    before = [row.customer_id for row in leaving(steady["d"], run, LEVELS)]
    ChurnRow.objects.filter(run_id=run.pk, customer_id=before[0]).delete()
    assert [row.customer_id for row in leaving(steady["d"], run, LEVELS)] == before[1:]


def test_both_ways_rank_the_same_customers_in_the_same_order(steady, monkeypatch):
    run = published_run()
    for login in CAST:
        monkeypatch.setattr(within_sight, "SHARE", 0)
        gathered = [row.customer_id for row in ranked(steady[login], run, "sales_abc_count", for_first=True)]
        monkeypatch.setattr(within_sight, "SHARE", 10**9)
        assert [
            row.customer_id for row in ranked(steady[login], run, "sales_abc_count", for_first=True)
        ] == gathered, login
    assert len(gathered) > 0


def test_sums_by_level_are_those_of_the_rows_that_one_sees(steady):
    run = published_run()
    for login in ("d", "me", "mw", "e1", "w1"):
        mine = restrict(Customer.objects.all(), steady[login]).values("pk")
        rows = ChurnRow.objects.filter(run_id=run.pk, customer_id__in=mine)
        expected = {level: [row.year_fen or 0 for row in rows if row.level == level] for level in LEVELS}
        told = level_sums(steady[login], run)
        assert told == {level: {"count": len(fen), "fen": sum(fen)} for level, fen in expected.items()}, login

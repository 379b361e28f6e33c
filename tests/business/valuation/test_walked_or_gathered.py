"""The first rows of a run are the same whether each is looked at on the way or all that one sees are gathered first."""

from __future__ import annotations

import pytest

from kemai.business.archives.models import Customer
from kemai.business.valuation.churn.reading import leaving, level_sums
from kemai.business.valuation.effort.reading import by_difference
from kemai.business.valuation.models import ChurnRow
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.runs import within_sight
from kemai.business.valuation.worth.reading import worth_rows
from kemai.foundation.access.actor import Refused
from kemai.foundation.access.scopes import restrict
from kemai.value.states.stakes import LEVELS

pytestmark = [pytest.mark.django_db, pytest.mark.parts("churn", "worth", "effort")]


def asked(actor, run):
    """What the three lists give the actor, and who was refused one."""
    found = {"leaving": [row.pk for row in leaving(actor, run, LEVELS)]}
    for name, read in (("worth", worth_rows), ("effort", by_difference)):
        try:
            found[name] = [row.pk for row in read(actor, run)]
        except Refused as no:
            found[name] = [str(no)]
    return found


def test_both_ways_give_everybody_the_same_rows_in_the_same_order(steady, monkeypatch):
    run = published_run()
    for login in ("d", "me", "mw", "e1", "e2", "w1", "f1"):
        monkeypatch.setattr(within_sight, "SHARE", 0)
        gathered = asked(steady[login], run)
        monkeypatch.setattr(within_sight, "SHARE", 10**9)
        assert asked(steady[login], run) == gathered, login
    assert len(gathered["leaving"]) > 0


def test_sums_by_level_are_those_of_the_rows_that_one_sees(steady):
    run = published_run()
    for login in ("d", "me", "mw", "e1", "w1"):
        mine = restrict(Customer.objects.all(), steady[login]).values("pk")
        rows = ChurnRow.objects.filter(run_id=run.pk, customer_id__in=mine)
        expected = {level: [row.year_fen or 0 for row in rows if row.level == level] for level in LEVELS}
        told = level_sums(steady[login], run)
        assert told == {level: {"count": len(fen), "fen": sum(fen)} for level, fen in expected.items()}, login

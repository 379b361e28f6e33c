"""Customers whose class moved: counted, listed, and told to their owners, who must still see them."""

from __future__ import annotations

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.agenda import actions, queries
from kemai.business.archives.actions import assign_owner
from kemai.business.archives.models import Customer
from kemai.business.valuation.models import ClassChange, PublishedRun, Run
from kemai.business.valuation.runs.moved import money_lost, move_counts, moves
from kemai.business.valuation.runs.news import NAMED, tell_owners
from kemai.foundation.notifications import news, unread

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(people):
    made = Run.objects.create(as_of=TODAY, status=Run.Status.DONE)
    PublishedRun.objects.create(pk=1, run=made)
    return made


def move(run, customer, old, new, before=900, after=500):
    ClassChange.objects.create(
        run=run, scheme_key="ev_abc", customer_id=customer.pk, old_class=old, new_class=new,
        old_value=before, new_value=after, old_rank=1, new_rank=2,
    )  # fmt: skip


def test_moves_are_counted_and_listed_for_who_sees_the_customer(people, run):
    fell, rose, came = (customer_of(people, "e1", n) for n in ("降店", "升店", "新店"))
    gone = customer_of(people, "w1", "西店")
    move(run, fell, "A", "B")
    move(run, rose, "C", "B", before=100, after=400)
    move(run, came, "", "C", before=None)
    move(run, gone, "B", "")
    assert move_counts(people["e1"], run) == move_counts(people["me"], run)
    assert (move_counts(people["e1"], run).up, move_counts(people["d"], run).down) == (1, 2)
    assert [m.name for m in moves(people["e1"], run)] == ["降店", "升店", "新店"]
    assert [m.name for m in moves(people["mw"], run)] == ["西店"]
    assert [m.name for m in moves(people["d"], run, "down", start=1)] == ["西店"]
    assert moves(people["e2"], run) == []


def test_what_a_fall_costs_orders_todays_work(people, run):
    rep = people["e1"]
    fell, late = customer_of(people, "e1", "降店"), customer_of(people, "e1", "拖店")
    move(run, fell, "A", "B")
    for customer in (late, fell):
        actions.add_task(actor=rep, title=customer.name, due_on=TODAY, customer=customer)
    assert money_lost(rep, [fell.pk, late.pk]) == {fell.pk: 400}
    assert money_lost(people["c"], [fell.pk]) == {}
    assert [w.task.title for w in queries.work_due(rep)] == ["降店", "拖店"]


def test_owners_are_told_once_and_only_of_their_own(people, run):
    move(run, customer_of(people, "e1", "降店"), "A", "B")
    move(run, customer_of(people, "c", "无权店"), "A", "B")
    assert (tell_owners(run), tell_owners(run)) == (1, 1)
    (line,) = unread(people["e1"])
    assert (line.title, line.kind) == ("降店 由 A 降到 B", "class")
    for login in ("e2", "me", "w1", "c", "d"):
        assert not unread(people[login])
    Customer.objects.update(owner=people.persons["e2"])
    assert not news(people["e1"]).exists()


def test_many_moves_are_a_few_lines_and_a_number(people, run):
    for n in range(NAMED + 3):
        move(run, customer_of(people, "e1", f"店{n}"), "A", "B", before=1_000 + n)
    tell_owners(run)
    titles = [line.title for line in unread(people["e1"])]
    assert len(titles) == NAMED
    assert "另有 4 家客户的级别变了" in titles
    assert "店7 由 A 降到 B" in titles


def test_who_gets_a_customer_is_told(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    assign_owner(actor=people["me"], customer=mine, person=people.persons["e2"], reason="换片区")
    (line,) = unread(people["e2"])
    assert (line.title, line.body) == ("ME 把 华瑞商贸 交给你负责", "换片区")

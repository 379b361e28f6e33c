"""Contacts, tasks and today's work, with the rights of the cast."""

from datetime import time, timedelta

import pytest
from django.utils import timezone
from tests.cast import TODAY, customer_of

from kemai.business.agenda import actions, queries
from kemai.business.agenda.models import ContactLog, Task
from kemai.business.archives.actions import Invalid
from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Refused
from kemai.foundation.notifications import mark_all_read, news, unread, unread_count

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - timedelta(1)
TOMORROW = TODAY + timedelta(1)


def log(actor, customer, **more):
    return actions.log_contact(
        actor=actor, customer=customer, **{"channel": "call", "on": TODAY, "note": "谈了返利", **more}
    )


def test_a_contact_publishes_the_last_contact_and_the_next_step(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    log(people["e1"], mine, next_on=TOMORROW, next_title="回访")
    now = Customer.objects.get(pk=mine.pk)
    assert (now.last_contact_on, now.last_contact_by) == (TODAY, "E1")
    assert (now.next_step_on, now.next_step) == (TOMORROW, "回访")
    assert now.version == mine.version


def test_the_same_entry_sent_twice_is_one(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    assert log(people["e1"], mine, client_key="k1") == log(people["e1"], mine, client_key="k1")
    assert ContactLog.objects.count() == 1


def test_a_contact_answers_the_next_contact_that_was_due(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    log(people["e1"], mine, on=YESTERDAY, next_on=TODAY)
    assert len(queries.work_due(people["e1"])) == 1
    log(people["e1"], mine)
    assert queries.work_due(people["e1"]) == []


@pytest.mark.parametrize(
    "wrong", [{"channel": "smoke"}, {"on": TOMORROW}, {"minutes": 2000}, {"next_on": YESTERDAY}]
)
def test_a_wrong_entry_is_refused_and_changes_nothing(wrong, people):
    mine = customer_of(people, "e1", "华瑞商贸")
    with pytest.raises(Invalid):
        log(people["e1"], mine, **wrong)
    assert not ContactLog.objects.exists()
    assert Customer.objects.get(pk=mine.pk).last_contact_on is None


def test_strangers_neither_see_nor_write(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    log(people["e1"], mine)
    task = actions.add_task(actor=people["e1"], title="送样", due_on=TODAY, customer=mine)
    for login in ("e2", "w1", "mw", "c", "s", "f1", "a", "stranger"):
        assert not queries.timeline_logs(people[login], mine).exists()
        assert not queries.work_due(people[login], "team")
        with pytest.raises((LookupError, Refused)):
            log(people[login], mine)
        with pytest.raises((LookupError, Refused)):
            actions.finish_task(actor=people[login], task=task)
    assert Task.objects.get().status == "open"
    assert queries.timeline_logs(people["me"], mine).count() == 1


def test_done_is_undone_and_moved_and_each_step_shows_on_the_customer(people):
    mine, actor = customer_of(people, "e1", "华瑞商贸"), people["e1"]
    task = actions.add_task(actor=actor, title="送样", due_on=TODAY, customer=mine)
    actions.finish_task(actor=actor, task=task)
    assert Customer.objects.get(pk=mine.pk).next_step_on is None
    actions.reopen_task(actor=actor, task=task)
    assert Customer.objects.get(pk=mine.pk).next_step_on == TODAY
    actions.reschedule_task(actor=actor, task=task, due_on=TOMORROW)
    assert Customer.objects.get(pk=mine.pk).next_step_on == TOMORROW
    with pytest.raises(Invalid):
        actions.reschedule_task(actor=actor, task=task, due_on=YESTERDAY)


def test_work_is_one_row_a_customer_with_the_most_urgent_first(people):
    actor = people["e1"]
    first, second = customer_of(people, "e1", "甲店"), customer_of(people, "e1", "乙店")
    for title, day, at, customer in (
        ("对账", YESTERDAY, None, first), ("送样", TODAY, None, first), ("开会", TODAY, time(9), second), ("买纸", TODAY, None, None),
        ("以后", TOMORROW, None, second),
    ):  # fmt: skip
        actions.add_task(actor=actor, title=title, due_on=day, due_at=at, customer=customer)
    rows = queries.work_due(actor)
    assert [(w.task.title, [t.title for t in w.others], w.days_late) for w in rows] == [
        ("开会", [], 0), ("对账", ["送样"], 1), ("买纸", [], 0),
    ]  # fmt: skip


def test_money_at_risk_goes_before_days_late(people, monkeypatch):
    actor = people["e1"]
    small, big = customer_of(people, "e1", "小店"), customer_of(people, "e1", "大店")
    actions.add_task(actor=actor, title="小", due_on=YESTERDAY, customer=small)
    actions.add_task(actor=actor, title="大", due_on=TODAY, customer=big)
    monkeypatch.setattr(
        "kemai.business.agenda.queries.work._at_risk", [lambda actor, ids: {small.pk: 1, big.pk: 100}]
    )
    assert [w.task.title for w in queries.work_due(actor)] == ["大", "小"]


def test_a_lead_sees_the_desks_of_the_team_and_passes_work_only_to_who_sees_the_customer(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    task = actions.add_task(
        actor=people["me"], title="对账", due_on=YESTERDAY, customer=mine, person=people.persons["e1"]
    )
    assert [(x.name, x.open, x.late, x.done) for x in queries.loads(people["me"])] == [("E1", 1, 1, 0)]
    assert queries.loads(people["e1"]) == []
    with pytest.raises(Refused):
        actions.pass_on_task(actor=people["me"], task=task, person=people.persons["w1"])
    assert (
        actions.pass_on_task(actor=people["me"], task=task, person=people.persons["me"]).person_id
        == people["me"].person_id
    )


def test_who_waits_for_me_goes_before_money_and_after_a_fixed_time(people, monkeypatch):
    boss, rep = people["me"], people["e1"]
    shops = [customer_of(people, "e1", name) for name in ("甲店", "乙店", "丙店")]
    actions.add_task(actor=rep, title="大钱", due_on=YESTERDAY, customer=shops[0])
    actions.add_task(
        actor=boss, title="主管等着", due_on=TODAY, customer=shops[1], person=people.persons["e1"]
    )
    actions.add_task(actor=rep, title="十点", due_on=TODAY, due_at=time(10), customer=shops[2])
    monkeypatch.setattr(
        "kemai.business.agenda.queries.work._at_risk", [lambda actor, ids: {shops[0].pk: 1_000}]
    )
    rows = queries.work_due(rep)
    assert [w.task.title for w in rows] == ["十点", "主管等着", "大钱"]
    assert [bool(w.waits_since) for w in rows] == [False, True, False]


def test_a_move_is_taken_back_to_the_day_it_came_from_even_when_that_is_past(people):
    mine, actor = customer_of(people, "e1", "华瑞商贸"), people["e1"]
    task = actions.add_task(actor=actor, title="送样", due_on=YESTERDAY, customer=mine)
    moved = actions.reschedule_task(actor=actor, task=task, due_on=TOMORROW)
    assert (moved.moves, queries.work_due(actor)) == (1, [])
    assert Customer.objects.get(pk=mine.pk).next_step_on == TOMORROW
    back = actions.take_back_move(actor=actor, task=moved)
    assert (back.due_on, back.moves, back.moved_from) == (YESTERDAY, 0, None)
    assert Customer.objects.get(pk=mine.pk).next_step_on == YESTERDAY


def test_a_rep_hands_his_own_task_to_who_sees_the_customer_and_nobody_else(people):
    mine, rep = customer_of(people, "e1", "华瑞商贸"), people["e1"]
    task = actions.add_task(actor=rep, title="对账", due_on=TODAY, customer=mine)
    assert [p.login for p in queries.who_can_take(rep, task)] == ["me"]
    for login in ("e2", "w1", "mw", "d", "c", "s"):
        with pytest.raises(Refused):
            actions.pass_on_task(actor=rep, task=task, person=people.persons[login])
    assert Task.objects.get(pk=task.pk).person == people.persons["e1"]
    actions.pass_on_task(actor=rep, task=task, person=people.persons["me"])
    (line,) = unread(people["me"])
    assert (line.title, line.body, line.customer_id) == ("E1 交给你：对账", "华瑞商贸", mine.pk)
    assert queries.work_due(people["me"])[0].waits_since is not None
    with pytest.raises(Refused):
        actions.finish_task(actor=rep, task=task)


def test_news_of_a_customer_is_gone_for_who_no_longer_sees_him(people):
    mine, rep = customer_of(people, "e1", "华瑞商贸"), people["e1"]
    actions.add_task(
        actor=people["me"], title="对账", due_on=TODAY, customer=mine, person=people.persons["e1"]
    )
    assert unread_count(rep) == 1
    Customer.objects.filter(pk=mine.pk).update(owner=people.persons["e2"])
    assert (unread_count(rep), list(news(rep))) == (0, [])
    assert mark_all_read(rep, 1_000_000) == 0


def test_a_day_tells_how_much_lies_on_it_and_what(people):
    mine, rep = customer_of(people, "e1", "华瑞商贸"), people["e1"]
    for title, on in (("甲", TODAY), ("乙", TODAY), ("丙", TOMORROW)):
        actions.add_task(actor=rep, title=title, due_on=on, customer=mine)
    actions.finish_task(actor=rep, task=Task.objects.get(title="甲"))
    assert queries.day_counts(rep, "me", TODAY, TOMORROW) == {TODAY: (2, 1), TOMORROW: (1, 1)}
    assert [t.title for t in queries.tasks_on(rep, TODAY)] == ["乙", "甲"]
    assert (queries.due_count(rep), queries.done_on(rep, timezone.localdate())) == (1, 1)
    for login in ("e2", "mw", "c", "s", "f1", "a", "stranger"):
        assert queries.day_counts(people[login], "team", TODAY, TOMORROW) == {}
        assert queries.tasks_on(people[login], TODAY, "team") == []
        assert queries.due_count(people[login], "team") == 0


def test_the_number_of_rows_counts_a_customer_once(people):
    rep = people["e1"]
    mine = customer_of(people, "e1", "华瑞商贸")
    for title, customer in (("甲", mine), ("乙", mine), ("丙", None), ("丁", None)):
        actions.add_task(actor=rep, title=title, due_on=TODAY, customer=customer)
    assert queries.due_count(rep) == len(queries.work_due(rep)) == 3

"""Contacts, tasks and today's work, with the rights of the cast."""

from datetime import time, timedelta

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.agenda import actions, queries
from kemai.business.agenda.models import ContactLog, Task
from kemai.business.archives.actions import Invalid
from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Refused

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
    monkeypatch.setattr(queries, "_at_risk", [lambda actor, ids: {small.pk: 1, big.pk: 100}])
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

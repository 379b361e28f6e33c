"""A call at 15:00 is told at 15:00: once, to whose task it is by then, and not when it was moved or is done."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import TODAY, customer_of

from kemai.business.agenda import actions
from kemai.business.agenda.actions.reminding import REMIND
from kemai.business.agenda.jobs import remind_job
from kemai.business.agenda.models import Task
from kemai.business.archives.models import Customer
from kemai.foundation.jobs.models import Job
from kemai.foundation.notifications import unread

pytestmark = pytest.mark.django_db
MORNING = timezone.make_aware(datetime.combine(TODAY, time(8, 30)))


@pytest.fixture(autouse=True)
def morning(monkeypatch):
    """Half past eight of the business day."""
    monkeypatch.setattr(timezone, "now", lambda: MORNING)


def call_at(people, hour: int, **more) -> Task:
    return actions.add_task(
        actor=people["e1"], title="回电报价", due_on=TODAY, due_at=time(hour), customer=customer_of(people, "e1", "华瑞商贸"), **more
    )  # fmt: skip


def come_due() -> list[bool]:
    """The reminders in the queue, run one after the other as a worker would when their time comes."""
    waiting = Job.objects.filter(name=REMIND).order_by("run_after", "pk")
    return [remind_job(**job.arguments)["told"] for job in waiting]


def test_it_waits_for_its_time_and_is_told_once(people):
    task = call_at(people, 15)
    job = Job.objects.get(name=REMIND)
    assert job.run_after == MORNING + timedelta(hours=6, minutes=30)
    assert not unread(people["e1"])
    assert (come_due(), come_due()) == ([True], [True])
    (line,) = unread(people["e1"])
    assert (line.title, line.body, line.link) == (
        "15:00 到了：回电报价",
        "华瑞商贸",
        f"/today/tasks/{task.pk}/",
    )
    assert not unread(people["me"])


def test_a_moved_task_is_told_at_its_new_time_only(people):
    task = call_at(people, 15)
    actions.reschedule_task(
        actor=people["e1"], task=task, due_on=TODAY + timedelta(days=1), due_at=time(9, 30)
    )
    assert come_due() == [False, True]
    assert [line.title for line in unread(people["e1"])] == ["09:30 到了：回电报价"]


def test_what_is_done_is_not_told_and_what_is_taken_up_again_is(people):
    task = call_at(people, 15)
    actions.finish_task(actor=people["e1"], task=task)
    assert come_due() == [False]
    actions.reopen_task(actor=people["e1"], task=task)
    assert come_due()[-1] is True
    assert unread(people["e1"]).count() == 1


def test_who_has_the_task_by_then_is_told(people):
    task = call_at(people, 15)
    Customer.objects.update(owner=people.persons["e2"])
    Task.objects.filter(pk=task.pk).update(person=people.persons["e2"])
    assert come_due() == [True]
    assert not unread(people["e1"])
    assert unread(people["e2"]).count() == 1


def test_without_a_time_or_after_it_nothing_waits(people):
    call_at(people, 8)
    actions.add_task(actor=people["e1"], title="对账", due_on=TODAY)
    assert not Job.objects.filter(name=REMIND).exists()


def test_the_next_step_of_a_logged_contact_is_told_too(people):
    customer = customer_of(people, "e1", "华瑞商贸")
    actions.log_contact(
        actor=people["e1"], customer=customer, channel="call", on=TODAY, note="谈了", next_on=TODAY, next_at=time(16), next_title="送样"
    )  # fmt: skip
    assert come_due() == [True]
    assert [line.title for line in unread(people["e1"])] == ["16:00 到了：送样"]


def test_the_open_page_knows_when_to_raise_it_and_the_bell_can_be_asked(people):
    call_at(people, 15)
    browser = Client()
    browser.force_login(people.persons["e1"], backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get("/today/").content.decode()
    assert f'data-due="{MORNING.date()}T15:00:00' in page
    assert "15:00 华瑞商贸 回电报价" in page
    come_due()
    bell = browser.get("/notifications/bell/", headers={"HX-Request": "true"}).content.decode()
    assert 'data-bell="1"' in bell
    assert bell.count("<a ") == 1

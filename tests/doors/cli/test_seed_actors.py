"""The cast of the public cases: complete, idempotent, and refused where real data lives."""

import argparse
import json

import pytest

from kemai.business.agenda.models import ContactLog, Task
from kemai.business.archives.models import Contact, Customer
from kemai.business.prospects.models import Potential
from kemai.business.trade.models import SaleLine
from kemai.doors.cli import seed_actors
from kemai.foundation.access.actor import Refused, actor_of
from kemai.foundation.access.models import Person
from kemai.foundation.access.scopes import restrict
from kemai.foundation.clock import business_today

pytestmark = pytest.mark.django_db(transaction=True)
COUNTED = (Person, Customer, Contact, ContactLog, Task, Potential, SaleLine)


def seed(capsys):
    assert seed_actors.run(argparse.Namespace(as_login=None)) == 0
    return json.loads(capsys.readouterr().out)


def test_a_second_run_changes_nothing_and_the_passwords_work(capsys):
    first = seed(capsys)
    counts = [model.objects.count() for model in COUNTED]
    assert seed(capsys) == first
    assert [model.objects.count() for model in COUNTED] == counts
    assert all(counts)
    assert all(Person.objects.get(login=x["login"]).check_password(x["password"]) for x in first)


def test_everybody_sees_what_his_role_says(capsys):
    seed(capsys)
    seen = {
        login: restrict(
            Customer.objects.all(), actor_of(Person.objects.get(login=login), business_today())
        ).count()
        for login in seed_actors.CAST
    }
    assert seen == {
        "e1": 3, "e2": 3, "w1": 3, "me": 9, "mw": 6, "k": 2, "s": 16, "f1": 16, "f2": 16, "c": 16, "a": 0, "d": 16,
    }  # fmt: skip


def test_a_production_database_refuses_the_cast(settings):
    settings.MODE = "production"
    with pytest.raises(Refused):
        seed_actors.run(argparse.Namespace(as_login=None))
    assert not Person.objects.exists()

"""A synthetic company of any size comes in by bulk, is the same for the same seed, and never touches other data."""

from __future__ import annotations

import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from kemai.business.archives.actions.orders import refresh_states
from kemai.business.archives.models import Customer, CustomerSearch
from kemai.business.archives.names import name_key
from kemai.business.archives.queries import search
from kemai.business.archives.search import index_customers
from kemai.business.trade.facts import dirty, refresh_facts
from kemai.business.trade.models import SaleLine
from kemai.business.trade.order_facts import order_facts
from kemai.doors.cli.main import run
from kemai.foundation.access.actor import Refused, actor_of, system_actor
from kemai.foundation.access.models import Person
from kemai.oversight.demo.synthetic.load import load_synthetic
from kemai.oversight.demo.synthetic.orders import make_orders, sale_columns
from kemai.oversight.demo.synthetic.plan import CompanyPlan

TODAY, PASSWORD = date(2026, 11, 22), "a-long-enough-word"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def load(**size):
    return load_synthetic(
        **{"customers": 300, "sales": 2_000, "seed": 5, "today": TODAY, "password": PASSWORD, **size}
    )


def orders_of(seed: int) -> str:
    plan = CompanyPlan(500, 3_000, seed, TODAY)
    columns = next(sale_columns(plan, make_orders(plan)))
    return hashlib.sha256(b"".join(columns[name].tobytes() for name in sorted(columns))).hexdigest()


def test_everything_asked_for_is_there_and_one_can_sign_in_at_once():
    assert load() == {"customers": 300, "sales": 2_000, "seed": 5, "loaded": True}
    assert (Customer.objects.count(), SaleLine.objects.landed().count()) == (300, 2_000)
    boss, rep = (Person.objects.get(login=login) for login in ("boss", "rep001"))
    assert boss.check_password(PASSWORD)
    assert rep.check_password(PASSWORD)
    found = search(actor_of(boss, TODAY), Customer.objects.get(code="KH-0000007").name[2:6])
    assert "KH-0000007" in {each.code for each in found}
    own = Customer.objects.filter(owner=rep).values_list("pk", flat=True)
    assert {each.pk for each in search(actor_of(rep, TODAY), "有限")} <= set(own)


def test_states_and_order_days_are_those_that_the_ledger_would_make():
    load()
    facts = order_facts(customer_ids=Customer.objects.exclude(state="lost").values_list("pk", flat=True))
    before = dict(Customer.objects.values_list("pk", "state"))
    assert sum(each.order_days > 0 for each in facts) > 200
    assert refresh_states(actor=system_actor(TODAY), facts=facts) == 0
    assert before == dict(Customer.objects.values_list("pk", "state"))


def test_names_keys_and_search_words_are_those_that_the_archive_would_write():
    load()
    assert all(name_key(each.name) == each.name_key for each in Customer.objects.all())
    bulk = dict(CustomerSearch.objects.values_list("pk", "tokens"))
    index_customers(Customer.objects.values_list("pk", flat=True))
    assert dict(CustomerSearch.objects.values_list("pk", "tokens")) == bulk


def test_the_facts_are_noted_as_old_and_follow():
    load()
    assert len(dirty.dirty_days()) > 400
    assert refresh_facts().rows == 2_000


def test_the_same_seed_makes_the_same_company():
    assert orders_of(5) == orders_of(5)
    assert orders_of(6) != orders_of(5)


def constraints_of_lines():
    """With a cursor of its own: loading closes the connection."""
    with connection.cursor() as cursor:
        return connection.introspection.get_constraints(cursor, SaleLine._meta.db_table)


def test_it_goes_on_numbering_and_keeps_its_indexes():
    before = constraints_of_lines()
    load()
    after = constraints_of_lines()
    assert {name for name, each in after.items() if each["index"]} == {
        name for name, each in before.items() if each["index"]
    }
    assert Customer.objects.create(code="NEW", name="新客户", name_key="新客户").pk == 301


def test_loading_it_again_changes_nothing_and_another_one_is_refused():
    load()
    assert load()["loaded"] is False
    with pytest.raises(Refused, match="另一份合成数据"):
        load(sales=2_001)
    assert Customer.objects.count() == 300


def test_a_database_with_other_data_is_refused_and_left_as_it_was(capsys):
    Customer.objects.create(code="A-1", name="真客户", name_key="真客户")
    assert run(["demo-data", "--customers", "300", "--sales", "2000", "--json"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "只装进空库" in told.err
    assert (Customer.objects.count(), Person.objects.count()) == (1, 0)


def test_a_load_that_was_cut_off_is_not_taken_for_a_whole_one(monkeypatch):
    monkeypatch.setattr("kemai.oversight.demo.synthetic.load.make_orders", lambda plan: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        load()
    monkeypatch.undo()
    with pytest.raises(Refused, match="没装完"):
        load()


def test_a_thread_that_has_the_database_open_keeps_it_whole():
    """Two SQLite libraries in one process undo each other's locks, and then the file can't be opened any more."""
    opened, over = threading.Event(), threading.Event()

    def reads() -> list[int]:
        Customer.objects.count()
        opened.set()
        over.wait(60)
        counts = [Customer.objects.count(), SaleLine.objects.count()]
        connection.close()
        return counts

    with ThreadPoolExecutor(1) as threads:
        seen = threads.submit(reads)
        assert opened.wait(60)
        load()
        connection.close()
        assert Customer.objects.count() == 300
        over.set()
        assert seen.result(60) == [300, 2_000]


def test_the_command_says_what_it_made(capsys):
    assert run(["demo-data", "--customers", "300", "--sales", "2000", "--seed", "5", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert {name: made[name] for name in ("customers", "sales", "seed", "loaded")} == {
        "customers": 300, "sales": 2_000, "seed": 5, "loaded": True,
    }  # fmt: skip

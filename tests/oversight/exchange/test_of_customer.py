"""A customer's timeline says which import made it and which changed it, to whoever sees the customer."""

from __future__ import annotations

import pytest
from tests.oversight.exchange.conftest import TODAY

from kemai.business.archives.actions import create_customer
from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import system_actor
from kemai.foundation.access.models import Person
from kemai.oversight.exchange.actions import undo_import
from kemai.oversight.exchange.of_customer import imports_of_customer

HEADER = "客户编号,客户名称,业务员,地区\n"


def test_who_made_it_and_who_changed_it_newest_first(importing, cast):
    importing("customers", f"{HEADER}K1,甲方商贸,e_east,\n", actor=cast["boss"])
    importing("customers", f"{HEADER}K1,甲方商贸,e_east,华东\n", actor=cast["boss"])
    importing("customers", f"{HEADER}K1,甲方商贸,e_east,华东\n")  # changes nothing
    customer = Customer.objects.get(code="K1")
    changed, made = imports_of_customer(cast["e_east"], customer)
    assert (made.is_new, changed.is_new) == (True, False)
    assert made.number < changed.number
    assert {made.person_name, changed.person_name} == {"名boss"}
    assert made.import_id is None  # the rep may not open somebody else's upload
    with pytest.raises(LookupError):
        imports_of_customer(cast["e_west"], customer)


def test_a_ledger_that_makes_a_customer_is_told_too(importing, cast):
    importing.sales("S1,1,2026-01-05,新来的店,P1,1,10", create_customers=True)
    (made,) = imports_of_customer(system_actor(TODAY), Customer.objects.get(name="新来的店"))
    assert made.is_new


def test_a_customer_made_by_hand_has_none(importing, cast):
    made = create_customer(
        actor=system_actor(TODAY), name="手建的店", owner=Person.objects.get(login="e_east")
    )
    assert imports_of_customer(cast["e_east"], made) == []


def test_an_import_that_was_undone_is_told_with_its_undo(importing, cast):
    importing("customers", f"{HEADER}K1,甲方商贸,e_east,\n", actor=cast["boss"])
    wrong = importing("customers", f"{HEADER}K1,甲方商贸,e_east,华东\n", actor=cast["boss"])
    undo_import(actor=cast["custodian"], batch_id=wrong.batch_id, reason="导错了")
    told = imports_of_customer(cast["e_east"], Customer.objects.get(code="K1"))
    assert [(each.is_new, each.is_undo) for each in told] == [(False, True), (False, False), (True, False)]
    assert {each.number for each in told[:2]} == {wrong.batch_id}
    assert told[0].person_name == "名custodian"

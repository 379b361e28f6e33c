"""Archives grow old, and are wrong in places; both are measured, listed and turned into work (S1.104, S4.77, S4.80)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.cast import TODAY, customer_of

from kemai.business.agenda.actions import add_task_many
from kemai.business.agenda.models import Task
from kemai.business.archives import actions, queries
from kemai.business.archives.directory import BadFilter, ListQuery, filter_customers, list_customers
from kemai.business.archives.models import ArchiveCheck, Customer
from kemai.business.archives.quality import quality_of
from kemai.foundation.access.actor import Refused

pytestmark = pytest.mark.django_db
FULL = {"address": "京口区 1 号", "postcode": "212000", "phone": "0511-88886666", "principal": "贺云", "category": "酒水",
        "size": "大", "ownership": "民营", "tax_number": "913205000000000000", "fax": "0511-88886667", "email": "a@example.com"}  # fmt: skip


def aged(customer, days):
    """The customer, entered so many days ago."""
    born = timezone.make_aware(datetime.combine(TODAY - timedelta(days=days), datetime.min.time()))
    Customer.objects.filter(pk=customer.pk).update(created_at=born)


def rated(people, customer, today=TODAY):
    return quality_of(queries.customer_by_code(people["d"], customer.code), today)


def test_s4_77_twelve_of_fifteen_with_all_mandatory_are_88_percent_complete(people):
    """S4.77: the worked example of 3.15, from the fields of a real customer."""
    mine = customer_of(people, "e1", "华瑞商贸", **FULL)
    found = rated(people, mine)
    assert (found.rated.completeness, found.rated.accuracy, found.invalid) == (Decimal("88.00"), None, ())


def test_s1_104_a_phone_unconfirmed_for_two_hundred_days_lowers_freshness_until_it_is_checked(people):
    mine = customer_of(people, "e1", "华瑞商贸", **FULL)
    aged(mine, 179)
    assert rated(people, mine).rated.freshness == 100
    aged(mine, 200)
    old = rated(people, mine)
    assert old.rated.freshness < 100
    assert [p.part for p in old.parts if p.is_stale(TODAY) and p.filled] == ["contact"]
    actions.check_part(actor=people["e1"], customer=mine, part="contact")
    assert rated(people, mine).rated.freshness == 100
    assert rated(people, mine, TODAY + timedelta(days=181)).rated.freshness < 100


def test_s1_104_an_invalid_post_code_lowers_accuracy_whether_anybody_looked_or_not(people):
    mine = customer_of(people, "e1", "华瑞商贸", **FULL)
    actions.check_part(actor=people["e1"], customer=mine, part="basics")
    assert rated(people, mine).rated.accuracy == 100
    Customer.objects.filter(pk=mine.pk).update(postcode="21200")
    found = rated(people, mine)
    assert (found.invalid, found.rated.accuracy < 100) == (("postcode",), True)


def test_a_check_that_finds_wrong_fields_counts_them_and_changes_nothing_else(people):
    mine = customer_of(people, "e1", "华瑞商贸", **FULL)
    check = actions.check_part(actor=people["e1"], customer=mine, part="contact", wrong=["fax", "nothing"])
    assert (sorted(check.right), check.wrong) == (["email", "phone"], ["fax"])
    assert rated(people, mine).rated.accuracy == Decimal("66.67")
    assert Customer.objects.get(pk=mine.pk).version == mine.version


def test_a_check_is_refused_to_who_may_not_edit_and_to_who_does_not_see(people):
    mine = customer_of(people, "e1", "华瑞商贸", **FULL)
    for login, error in (
        ("f1", Refused),
        ("s", Refused),
        ("stranger", Refused),
        ("e2", LookupError),
        ("w1", LookupError),
    ):
        with pytest.raises(error):
            actions.check_part(actor=people[login], customer=mine, part="contact")
    with pytest.raises(Refused):
        actions.check_part(actor=people["e1"], customer=mine, part="credit")
    with pytest.raises(actions.Invalid):
        actions.check_part(actor=people["e1"], customer=mine, part="operations")
    assert not ArchiveCheck.objects.exists()


def test_a_persons_archive_does_not_miss_what_only_companies_have(people):
    """S4.69: what does not apply leaves the denominator."""
    person = customer_of(people, "e1", "李雷", type="retail", address="某路 1 号", phone="13800000000", category="散客", postcode="212000")  # fmt: skip
    assert rated(people, person).rated.completeness > 75


def names(actor, *parts):
    query = ListQuery(filters={"stale": parts})
    page = {row["name"] for row in list_customers(actor, query).rows}
    assert page == set(filter_customers(actor, query).values_list("name", flat=True))
    return page


def test_s4_80_stale_parts_are_listed_by_part_within_the_rights_of_who_asks(people):
    old, new, west = (customer_of(people, who, name, **FULL) for who, name in (("e1", "旧店"), ("e1", "新店"), ("w1", "西店")))  # fmt: skip
    aged(old, 200), aged(west, 400)
    assert names(people["d"], "contact") == {"旧店", "西店"}
    assert names(people["d"], "basics") == {"西店"}
    assert names(people["e1"], "contact", "basics") == {"旧店"}
    actions.check_part(actor=people["e1"], customer=old, part="contact")
    assert names(people["e1"], "contact") == set()
    assert names(people["d"], "credit") == {"西店"}
    for login, part in (("e1", "credit"), ("d", "nonsense")):
        with pytest.raises(BadFilter):
            list_customers(people[login], ListQuery(filters={"stale": (part,)}))
    assert new.pk


def test_s4_80_what_is_stale_becomes_a_task_of_each_owner_or_of_nobody(people):
    shops = [customer_of(people, "e1", f"店{n}") for n in range(3)]
    codes = [s.code for s in shops]
    assert add_task_many(actor=people["me"], codes=codes, title="核对资料", due_on=date(2026, 12, 1)) == 3
    assert set(Task.objects.values_list("person__login", "title")) == {("e1", "核对资料")}
    Customer.objects.filter(pk=shops[2].pk).update(owner=None)
    with pytest.raises(actions.BulkRefused):
        add_task_many(actor=people["d"] if people["d"].may("agenda.log") else people["me"], codes=codes, title="再核对", due_on=date(2026, 12, 1))  # fmt: skip
    with pytest.raises(Refused):
        add_task_many(actor=people["f1"], codes=codes[:1], title="核对", due_on=date(2026, 12, 1))
    assert Task.objects.count() == 3

"""Two records of one customer become one with nothing lost, and are exactly what they were when taken apart (F07)."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import DO_NOTHING
from tests.cast import TODAY, customer_of

from kemai.business.agenda.actions import add_task, log_contact
from kemai.business.archives import actions, queries
from kemai.business.archives.actions.rows import add_row
from kemai.business.archives.merging import children
from kemai.business.archives.models import (
    CompetingProduct,
    Contact,
    Customer,
    DeliveryAddress,
    Merge,
    ServiceItem,
    StateChange,
    SupplyLink,
    SupplyMove,
)
from kemai.business.archives.search import search
from kemai.business.prospects.actions import estimate_potential as estimate
from kemai.business.trade.actions import post_sale
from kemai.business.trade.models import Allocation, DirtyDay, Invoice, Receipt, SaleLine, StockCount, Target
from kemai.business.valuation.models import (
    Attitude,
    Benefit,
    CreditAssessment,
    Exclusion,
    MissingLine,
    Statement,
)
from kemai.foundation.access.actor import Refused
from kemai.foundation.batches.models import Batch
from kemai.foundation.files.models import StoredFile
from kemai.foundation.trail.models import Entry

pytestmark = pytest.mark.django_db


def with_everything(people, owner, name, **basics):
    """A customer with a row in every table that hangs on customers."""
    made = customer_of(people, owner, name, **basics)
    d, of = people["d"], people[owner]
    contact = actions.add_contact(actor=of, customer=made, name=f"{name}的人", mobile="13912345678", is_primary=True)  # fmt: skip
    actions.change_operations(actor=people.system, customer=made, version=0, sales_staff="3", trade_area=name)
    actions.change_credit(
        actor=people.system, customer=made, version=0, credit_limit_fen="10000", payment_terms=""
    )
    add_row(actor=of, kind=DeliveryAddress, customer=made, address=f"{name}仓库", is_default=True)
    add_row(actor=of, kind=ServiceItem, customer=made, what="七点前送到")
    add_row(actor=of, kind=CompetingProduct, customer=made, brand="竞品", share_bp="30")
    actions.add_team_member(actor=people["me"], customer=made, person=people.persons["w1"])
    log_contact(actor=of, customer=made, on=date(2026, 11, 1), channel="call", note=f"{name}来电", contact=contact)  # fmt: skip
    add_task(actor=of, customer=made, title=f"{name}回访", due_on=date(2026, 12, 1))
    estimate(actor=of, customer=made, mp_fen=100_00, es_bp=3000, p_bp=5000, reason_product="好")
    post_sale(actor=d, customer=made, day=date(2026, 10, 5), amount_fen=500_00, order_no=f"{name}-1", line_no="1")  # fmt: skip
    post_sale(actor=d, customer=made, day=date(2026, 10, 6), amount_fen=700_00, order_no=f"{name}-2", line_no="1")  # fmt: skip
    keep_books(made, name)
    keep_judgements(made, name)
    for role, end in (("dealer", "customer"), ("customer", "dealer")):
        SupplyLink.objects.create(**{role: made, end: other_of(people, name)})
    made.refresh_from_db()
    actions.check_part(actor=of, customer=made, part="basics")
    own = actions.define_field(actor=people["c"], label=f"{name}栏", kind="text")
    return actions.fill_fields(actor=of, customer=made, version=made.version, given={own.key: name})


def other_of(people, name):
    """Somebody at the other end of a supply link."""
    return customer_of(people, "e1", f"对家{Customer.objects.count()}")


def keep_books(customer, name):
    """An invoice, a receipt, a target, a stock count, and a paper; some of it equal for all."""
    batch = Batch.objects.create(kind="invoices", status=Batch.Status.LANDED)
    common = {"customer": customer, "batch_id": batch.pk}
    Invoice.objects.create(invoice_no=f"{name}-F", issued_on=date(2026, 10, 1), amount_fen=1, **common)
    Receipt.objects.create(receipt_no=f"{name}-S", received_on=date(2026, 10, 2), amount_fen=1, **common)
    for period in ("2026", name[:7]):
        Target.objects.create(period=period, amount_fen=1, **common)
    StockCount.objects.create(counted_on=date(2026, 10, 3), quantity_milli=1000, **common)
    for sha in ("0" * 64, name):
        StoredFile.objects.create(
            customer_id=customer.pk, group="basics", name=f"{name}.pdf", media_type="application/pdf", size=1, sha256=sha,
            stored_name=f"{customer.pk}-{sha[:6]}",
        )  # fmt: skip


def keep_judgements(customer, name):
    """What people said of its worth, its credit and its supply; statement and benefit of one period for all."""
    day = date(2026, 10, 1)
    Allocation.objects.create(customer=customer, receipt_no=f"{name}-S", invoice_no=f"{name}-F", amount_fen=1)
    Attitude.objects.create(customer=customer, attitude="loyal", on=day)
    Benefit.objects.create(
        customer=customer, period="2026", starts_on=day, ends_on=day, kind="rebate", amount_fen=1
    )
    CreditAssessment.objects.create(customer=customer, on=day, points={}, score_centi=8000, grade="A")
    Exclusion.objects.create(customer=customer, way="price", reason="亏", proposed_on=day)
    MissingLine.objects.create(customer=customer, name=name, worth_fen=1)
    Statement.objects.create(customer=customer, year=2025)
    SupplyMove.objects.create(dealer=customer, on=day, reason="换人", customers=0)


def hanging(customer):
    """How many rows of each table hang on a customer."""
    return {(c.label, c.column): c.of(customer.pk).count() for c in children()}


def everything(*ids):
    """Every row of every table that names one of the customers, but when it was last written."""
    found = {}
    for model in [Customer, *{c.model for c in children()}, *map(apps.get_model, ("archives.credit", "archives.operations"))]:  # fmt: skip
        if model is Merge:
            continue
        columns = [f.attname for f in model._meta.concrete_fields if f.attname not in ("updated_at", "version")]  # fmt: skip
        name = "pk__in" if model is Customer else f"{next((c.column for c in children() if c.model is model), 'pk')}__in"  # fmt: skip
        rows = model._base_manager.filter(**{name: ids}).order_by("pk").values_list(*columns)
        found[model._meta.label] = [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows]  # fmt: skip
    return found


@pytest.fixture
def twins(people):
    return (
        with_everything(people, "e1", "华瑞商贸", phone="0512-88886666", region="江苏"),
        with_everything(people, "e2", "华瑞商贸公司", address="京口区 1 号", region="上海"),
    )


def test_every_table_with_a_key_to_the_customer_is_moved_or_belongs_to_a_run():
    """F07: a table that a later subject adds is found by itself."""
    reached = {c.model for c in children()}
    for relation in Customer._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete:
            continue
        kept = relation.on_delete is DO_NOTHING or relation.field.primary_key
        assert kept or relation.related_model in reached


def test_f07_a_merge_moves_every_child_and_loses_none(people, twins):
    mine, theirs = twins
    before = {k: n + hanging(theirs)[k] for k, n in hanging(mine).items()}
    empty = {label for (label, _c), n in hanging(theirs).items() if not n}
    assert empty <= {
        "archives.customer",
        "archives.merge",
        "notifications.notification",
        "exchange.overwrittenaccount",
    }
    merged = actions.merge_customers(actor=people["me"], survivor=mine, absorbed=theirs)
    after = hanging(merged)
    moves = ("archives.statechange", "customer_id"), ("archives.merge", "survivor_id")
    stood_twice = ("trade.target", "files.storedfile", "valuation.benefit", "valuation.statement")
    both_had = {(label, "customer_id"): 1 for label in stood_twice}
    for key in before.keys() - set(moves):
        assert after[key] == before[key] - both_had.get(key, 0), key
    assert after[moves[0]] >= before[moves[0]]
    assert not Customer.objects.filter(pk=theirs.pk).exists()
    assert [key for key, n in hanging(theirs).items() if n] == [("files.storedfile", "customer_id")]


def test_the_survivor_keeps_its_values_takes_what_it_lacks_and_what_is_asked_for(people, twins):
    mine, theirs = twins
    merged = actions.merge_customers(actor=people["me"], survivor=mine, absorbed=theirs, take=["region"])
    assert (merged.name, merged.address, merged.region) == ("华瑞商贸", "京口区 1 号", "上海")
    assert (merged.owner_id, merged.stage) == (mine.owner_id, "repeat")
    assert Contact.objects.filter(customer=merged, is_primary=True).count() == 1
    assert [o.person_id for o in queries.ownership_history(people["d"], merged) if o.ends_on is None] == [mine.owner_id]  # fmt: skip
    assert merged.potentials.filter(is_current=True).count() == 1


def test_f07_taken_apart_both_are_exactly_what_they_were(people, twins):
    mine, theirs = twins
    before = everything(mine.pk, theirs.pk)
    merged = actions.merge_customers(actor=people["me"], survivor=mine, absorbed=theirs, take=["name"])
    assert everything(mine.pk, theirs.pk) != before
    back, kept = actions.unmerge_customers(actor=people["me"], merge=queries.merges_of(people["me"], merged).get())  # fmt: skip
    assert (back.code, kept) == (theirs.code, [])
    assert everything(mine.pk, theirs.pk) == before
    assert [c.pk for c in search(people["d"], "华瑞商贸公司")] == [theirs.pk]


def test_what_was_changed_or_added_since_the_merge_stays_with_the_survivor(people, twins):
    mine, theirs = twins
    merged = actions.merge_customers(actor=people["me"], survivor=mine, absorbed=theirs)
    actions.change_basics(actor=people["e1"], customer=merged, version=merged.version, address="丹徒区 9 号")
    new = actions.add_contact(actor=people["e1"], customer=merged, name="新来的")
    back, kept = actions.unmerge_customers(actor=people["me"], merge=merged.merges.get())
    assert (kept, Customer.objects.get(pk=mine.pk).address, back.address) == (["address"], "丹徒区 9 号", "京口区 1 号")  # fmt: skip
    new.refresh_from_db()
    assert new.customer_id == mine.pk


def test_a_merge_is_refused_with_a_foreign_customer_without_the_duty_and_with_itself(people, twins):
    """F07, A05: who does not see both merges nothing."""
    mine, theirs = twins
    west = customer_of(people, "w1", "华瑞西部")
    entries, before = Entry.objects.count(), everything(mine.pk, theirs.pk, west.pk)
    with pytest.raises(LookupError):
        actions.merge_customers(actor=people["me"], survivor=mine, absorbed=west)
    with pytest.raises(LookupError):
        actions.merge_customers(actor=people["me"], survivor=west, absorbed=mine)
    for login in ("e1", "f1", "s", "a", "stranger"):
        with pytest.raises(Refused):
            actions.merge_customers(actor=people[login], survivor=mine, absorbed=theirs)
    with pytest.raises(Refused, match="同一家"):
        actions.merge_customers(actor=people["me"], survivor=mine, absorbed=mine)
    assert (Entry.objects.count(), everything(mine.pk, theirs.pk, west.pk)) == (entries, before)


def test_f02_a_merge_over_what_somebody_changed_meanwhile_is_a_conflict(people, twins):
    mine, theirs = twins
    seen = (mine.version, theirs.version)
    actions.change_basics(actor=people["e2"], customer=theirs, version=theirs.version, fax="0512-66668888")
    with pytest.raises(actions.Conflict):
        actions.merge_customers(actor=people["me"], survivor=mine, absorbed=theirs, versions=seen)
    assert Customer.objects.filter(pk=theirs.pk).exists()


def test_f02_an_edit_that_began_before_the_merge_is_refused(people, twins):
    mine, theirs = twins
    actions.merge_customers(actor=people["me"], survivor=mine, absorbed=theirs)
    with pytest.raises(LookupError):
        actions.change_basics(actor=people["e2"], customer=theirs, version=theirs.version, address="别处")
    with pytest.raises(actions.Conflict):
        actions.change_basics(actor=people["e1"], customer=mine, version=mine.version, address="别处")
    with pytest.raises(LookupError):
        post_sale(actor=people["d"], customer=theirs, day=TODAY, amount_fen=1)


def test_f07_merging_back_the_other_way_finds_one_survivor_and_no_cycle(people, twins):
    mine, theirs = twins
    actions.merge_customers(actor=people["d"], survivor=mine, absorbed=theirs)
    with pytest.raises(LookupError):
        actions.merge_customers(actor=people["d"], survivor=theirs, absorbed=mine)
    assert Customer.objects.filter(pk__in=[mine.pk, theirs.pk]).count() == 1


def test_the_old_code_leads_to_the_survivor_and_is_never_given_again(people, twins):
    mine, theirs = twins
    actions.merge_customers(actor=people["d"], survivor=mine, absorbed=theirs)
    with pytest.raises(queries.Moved) as moved:
        queries.customer_by_code(people["e1"], theirs.code)
    assert moved.value.code == mine.code
    with pytest.raises(LookupError) as hidden:
        queries.customer_by_code(people["w1"], "没有这个")
    assert not isinstance(hidden.value, queries.Moved)
    with pytest.raises(actions.Invalid, match="已经并入"):
        actions.create_customer(actor=people["d"], name="另一家", code=theirs.code)
    for words in (theirs.code, "华瑞商贸公司"):
        assert mine.pk in [c.pk for c in search(people["d"], words)]


def test_a_chain_of_merges_comes_apart_in_reverse_order_only(people, twins):
    mine, theirs = twins
    third = with_everything(people, "e1", "华瑞")
    before = everything(mine.pk, theirs.pk, third.pk)
    actions.merge_customers(actor=people["d"], survivor=mine, absorbed=theirs)
    actions.merge_customers(actor=people["d"], survivor=third, absorbed=Customer.objects.get(pk=mine.pk))
    second, first = queries.merges_of(people["d"], third)
    assert {second.code, first.code} == {mine.code, theirs.code}
    with pytest.raises(Refused, match="先拆开"):
        actions.unmerge_customers(actor=people["d"], merge=first)
    actions.unmerge_customers(actor=people["d"], merge=second)
    first.refresh_from_db()
    assert first.survivor_id == mine.pk
    actions.unmerge_customers(actor=people["d"], merge=first)
    assert everything(mine.pk, theirs.pk, third.pk) == before
    with pytest.raises(Refused, match="已经拆开"):
        actions.unmerge_customers(actor=people["d"], merge=first)


def test_parents_and_subsidiaries_never_form_a_circle(people):
    top, middle, bottom = (customer_of(people, "e1", name) for name in ("总公司", "分公司", "门店"))
    Customer.objects.filter(pk=middle.pk).update(parent=top)
    Customer.objects.filter(pk=bottom.pk).update(parent=middle)
    merged = actions.merge_customers(actor=people["d"], survivor=Customer.objects.get(pk=bottom.pk), absorbed=Customer.objects.get(pk=top.pk))  # fmt: skip
    middle.refresh_from_db()
    assert (merged.parent_id, middle.parent_id) == (None, bottom.pk)
    actions.unmerge_customers(actor=people["d"], merge=merged.merges.get())
    parents = dict(Customer.objects.values_list("pk", "parent_id"))
    assert (parents[top.pk], parents[middle.pk], parents[bottom.pk]) == (None, top.pk, middle.pk)


def test_a_link_between_the_two_goes_and_comes_back(people):
    dealer, shop = customer_of(people, "e1", "经销", type="distributor"), customer_of(people, "e1", "门店")
    link = SupplyLink.objects.create(dealer=dealer, customer=shop, from_on=date(2026, 1, 1))
    merged = actions.merge_customers(actor=people["d"], survivor=dealer, absorbed=shop)
    assert not SupplyLink.objects.exists()
    actions.unmerge_customers(actor=people["d"], merge=merged.merges.get())
    assert SupplyLink.objects.get().pk == link.pk
    assert SupplyLink.objects.get().customer_id == shop.pk


def test_the_days_of_the_moved_lines_are_read_again_and_the_trail_tells_of_both(people, twins):
    mine, theirs = twins
    DirtyDay.objects.all().delete()
    merged = actions.merge_customers(actor=people["d"], survivor=mine, absorbed=theirs, reason="同一家店")
    assert list(DirtyDay.objects.values_list("day", flat=True)) == [date(2026, 10, 5), date(2026, 10, 6)]
    assert SaleLine.objects.filter(customer=merged).count() == 4
    entry = Entry.objects.latest("pk")
    assert (entry.verb, entry.reason, entry.customer_id) == ("archives.customer.merged", "同一家店", mine.pk)
    assert queries.absorbed_ids(people["d"], merged) == [theirs.pk]
    assert StateChange.objects.filter(customer=theirs.pk).count() == 0


@pytest.mark.django_db(transaction=True)
def test_f07_both_ways_at_once_leave_one_survivor_with_every_child(people):
    mine, theirs = customer_of(people, "e1", "甲店"), customer_of(people, "e1", "乙店")
    for each in (mine, theirs):
        post_sale(actor=people["d"], customer=each, day=date(2026, 10, 5), amount_fen=500_00)
    ready, told = threading.Barrier(2), []

    def merge(survivor, absorbed):
        try:
            ready.wait(10)
            actions.merge_customers(actor=people["d"], survivor=survivor, absorbed=absorbed)
            told.append("merged")
        except LookupError:
            told.append("gone")
        finally:
            connection.close()

    threads = [threading.Thread(target=merge, args=pair) for pair in ((mine, theirs), (theirs, mine))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    survivor = Customer.objects.get(pk__in=[mine.pk, theirs.pk])
    assert (sorted(told), survivor.sale_lines.count()) == (["gone", "merged"], 2)

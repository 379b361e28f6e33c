"""B10 for contacts and supply links: who came goes, who was changed is as before, and later work stands in the way."""

from __future__ import annotations

import pytest

from kemai.business.archives import actions
from kemai.business.archives.models import Contact, Customer, CustomerSearch, SupplyLink
from kemai.foundation.batches.models import unlanded_ids
from kemai.oversight.exchange.actions import undo_import
from kemai.oversight.exchange.actions.undo import ANY
from kemai.oversight.exchange.undoing.switch import UndoConflicts

pytestmark = pytest.mark.django_db
FILES = {
    "contacts": ("姓名,客户,职务,手机,农历", "贺明远,老店,采购,13912345678,", "贺明远,老店,总经理,13987654321,是", "方亦舟,老店,会计,13611112222,", "新来的,新店,,,"),
    "links": ("经销商,下级客户,产品线,份额,开始", "老商,老店,酱香,30%,2026-01-01", "老商,老店,酱香,50%,2026-01-01", "老商,二店,,20%,", "新商,新店,,,"),
}  # fmt: skip
KINDS = list(FILES)


def bring(importing, kind, *places):
    header, *rows = FILES[kind]
    text = "\n".join([header, *(rows[n] for n in places)]) + "\n"
    return importing(kind, text, create_customers=True).batch_id


def seen(kind):
    model = {"contacts": Contact, "links": SupplyLink}[kind]
    fields = [f.attname for f in model._meta.concrete_fields if f.attname not in ("batch_id", "version")]
    rows = model.objects.exclude(batch_id__in=unlanded_ids()).order_by("pk").values_list(*fields)
    customers = Customer.objects.exclude(batch_id__in=unlanded_ids()).order_by("pk")
    return list(rows), list(customers.values_list("name", flat=True)), list(CustomerSearch.objects.order_by("pk").values_list("pk", "tokens"))  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_b10_rows_customers_and_search_words_are_exactly_what_they_were_and_may_come_again(
    importing, people, kind
):
    bring(importing, kind, 0)
    before = seen(kind)
    batch = bring(importing, kind, 1, 2, 3)
    after = seen(kind)
    assert after != before
    undo_import(actor=people["d"], batch_id=batch, reason="导错了")
    assert seen(kind) == before
    bring(importing, kind, 1, 2, 3)
    assert [len(each) for each in seen(kind)] == [len(each) for each in after]


def test_b10_a_person_somebody_worked_on_since_stops_the_undo_unless_kept(importing, people):
    bring(importing, "contacts", 0)
    batch = bring(importing, "contacts", 1, 2)
    known, arrived = Contact.objects.get(name="贺明远"), Contact.objects.get(name="方亦舟")
    actions.change_contact(actor=people["c"], contact=known, version=known.version, title="董事长")
    actions.change_contact(actor=people["c"], contact=arrived, version=arrived.version, title="财务总监")
    now = seen("contacts")
    with pytest.raises(UndoConflicts) as refused:
        undo_import(actor=people["d"], batch_id=batch, reason="导错了")
    told = {(c.field, c.before, c.imported, c.now) for c in refused.value.conflicts}
    assert told == {("title", "采购", "总经理", "董事长"), ("title", None, "会计", "财务总监")}
    assert seen("contacts") == now
    undo_import(actor=people["d"], batch_id=batch, reason="导错了", keep=ANY)
    assert list(Contact.objects.order_by("pk").values_list("title", "batch_id")) == [("董事长", known.batch_id), ("财务总监", None)]  # fmt: skip


def test_b10_a_link_that_was_ended_since_stops_the_undo(importing, people):
    batch = bring(importing, "links", 0)
    link = SupplyLink.objects.get()
    actions.end_link(actor=people["c"], link=link, version=link.version, to_on=link.from_on)
    with pytest.raises(UndoConflicts):
        undo_import(actor=people["d"], batch_id=batch, reason="导错了")
    assert SupplyLink.objects.get().to_on == link.from_on


def test_a_person_whose_form_was_filled_or_whom_others_report_to_since_stands_in_the_way(importing, people):
    bring(importing, "contacts", 0)
    batch = bring(importing, "contacts", 2)
    boss, clerk = Contact.objects.get(name="方亦舟"), Contact.objects.get(name="贺明远")
    actions.report_to(actor=people.system, contact=clerk, superior=boss.pk, version=clerk.version)
    with pytest.raises(UndoConflicts) as stopped:
        undo_import(actor=people["d"], batch_id=batch, reason="导错了")
    assert [c.kind for c in stopped.value.conflicts] == ["archives.contact.reports_to_id"]
    actions.report_to(actor=people.system, contact=clerk, superior=None, version=clerk.version + 1)
    actions.fill_person(actor=people.system, contact=boss, versions=(1, 0), im="wx")
    with pytest.raises(UndoConflicts) as stopped:
        undo_import(actor=people["d"], batch_id=batch, reason="导错了")
    assert [(c.field, c.now) for c in stopped.value.conflicts] == [("im", "wx")]
    assert Contact.objects.filter(name="方亦舟").exists()

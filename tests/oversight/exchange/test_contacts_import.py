"""A contacts file: found by customer and name, kept, changed, refused by the cell, and never half there (S1.7)."""

from __future__ import annotations

from datetime import date

import pytest
from tests.oversight.exchange.conftest import TODAY

from kemai.business.archives import actions, queries
from kemai.business.archives.indexing import index_customers
from kemai.business.archives.models import Contact, Customer
from kemai.foundation import trail
from kemai.foundation.access.actor import Refused, system_actor
from kemai.foundation.batches.models import Batch
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.export.files import export_to
from kemai.oversight.exchange.landing.recovery import recover_pending
from kemai.oversight.exchange.planning.contacts import ContactsPlan
from kemai.oversight.exchange.planning.request import ImportRefused

pytestmark = pytest.mark.django_db
HEADER = "姓名,客户,职务,手机,电话,电子邮件,决策角色,生日,农历\n"
LINE = "贺明远,K1,采购经理,+86 138-0000-0000,0571-88888888-12,He@EXAMPLE.com,采购,1980-02-03,是\n"
FIELDS = (
    "customer__code",
    "name",
    "title",
    "mobile",
    "phone",
    "email",
    "decision_role",
    "birthday",
    "is_lunar",
)
SYSTEM = system_actor(TODAY)


@pytest.fixture
def company(importing, cast):
    importing(
        "customers",
        "客户编号,客户名称,统一社会信用代码,业务员\nK1,甲方商贸有限公司,91110000600037341L,e_east\nK2,乙厂,,e_west\n",
    )
    return importing


def people() -> list[tuple[object, ...]]:
    return list(Contact.objects.order_by("id").values_list(*FIELDS))


def test_a_person_arrives_with_every_field_and_the_same_file_again_changes_nothing(company):
    assert company("contacts", HEADER + LINE).report.created == 1
    stored = ("K1", "贺明远", "采购经理", "13800000000", "0571-88888888-12", "He@example.com", "采购",
              date(1980, 2, 3), True)  # fmt: skip
    assert people() == [stored]
    again = company("contacts", HEADER + LINE)
    assert (again.report.unchanged, again.report.created, again.report.updated) == (1, 0, 0)
    assert again.batch_id is None
    assert people() == [stored]
    assert Contact.objects.get().version == 1


@pytest.mark.parametrize("named", ["K1", "91110000600037341l", "甲方商贸有限公司", "甲方商贸 有限公司"])
def test_the_customer_is_known_by_code_credit_code_or_exact_name(company, named):
    company("contacts", f"姓名,客户\n姜雯,{named}\n")
    assert Contact.objects.get().customer.code == "K1"


def test_two_customers_of_that_name_are_an_error_row_that_lists_both(company):
    actions.create_customer(actor=SYSTEM, name="乙厂")
    outcome = company("contacts", "姓名,客户\n姜雯,乙厂\n方亦舟,K1\n")
    codes = sorted(Customer.objects.filter(name="乙厂").values_list("code", flat=True))
    assert (outcome.report.rejected, outcome.report.created) == (1, 1)
    assert all(code in company.refused() for code in codes)


def test_an_unknown_customer_is_an_error_row_or_is_created_when_asked(company):
    text = "姓名,客户,手机\n姜雯,丙号没有的店,13800000001\n"
    assert company("contacts", text).report.rejected == 1
    assert not Contact.objects.exists()
    assert company("contacts", text, create_customers=True).report.new_customers == 1
    made = Contact.objects.get()
    assert (made.customer.name, made.mobile) == ("丙号没有的店", "13800000001")
    assert [c.pk for c in queries.search(SYSTEM, "姜雯")] == [made.customer_id]


def test_a_changed_cell_is_one_more_version_with_its_before_image_and_blank_cells_erase_nothing(company):
    company("contacts", HEADER + LINE)
    outcome = company("contacts", "姓名,客户,职务,手机,生日\n贺明远,K1,总经理,,\n")
    person = Contact.objects.get()
    assert (outcome.report.updated, person.version, person.title) == (1, 2, "总经理")
    assert (person.mobile, person.birthday, person.is_lunar) == ("13800000000", date(1980, 2, 3), True)
    entry = trail.entries_of_customer(SYSTEM, person.customer_id, verb="archives.contact.changed")[0]
    assert entry.changes == {"title": ["采购经理", "总经理"]}
    assert Entry.objects.get(verb="archives.contact.changed").batch_id == outcome.batch_id
    assert not trail.verify()


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("手机", "138000", "号码有 6 位"),
        ("手机", "1.38E+10", "科学记数"),
        ("电话", "88888888", "缺区号"),
        ("电子邮件", "he@", "不像电子邮件地址"),
        ("决策角色", "拍板的", "可以写：决策、采购"),
        ("生日", "1980-02-30", "没有 30 日"),
        ("生日", "2027-01-01", "在将来"),
        ("农历", "也许", "认不出是或否"),
        ("职务", "长" * 61, "超过 60 个字"),
    ],
)
def test_a_wrong_cell_is_set_aside_with_row_field_and_mend_and_the_others_arrive(
    company, column, value, says
):
    outcome = company("contacts", f"姓名,客户,{column}\n贺明远,K1,{value}\n姜雯,K1,\n")
    assert (outcome.report.rejected, outcome.report.created) == (1, 1)
    told = outcome.report.first[0]
    assert (told["row"], told["field_label"]) == (2, column)
    assert says in told["problem"] + told["mend"]
    assert [name for _code, name, *_rest in people()] == ["姜雯"]


def test_a_person_without_a_name_or_a_customer_is_refused(company):
    outcome = company("contacts", "姓名,客户\n,K1\n贺明远,\n")
    assert (outcome.report.rejected, outcome.batch_id) == (2, None)


def test_a_row_is_told_at_once_all_that_is_wrong_with_it(company):
    outcome = company("contacts", "姓名,客户,职务,决策角色\n贺明远,没有的店,长" + "长" * 60 + ",拍板的\n")
    assert outcome.report.rejected == 1
    assert set(outcome.report.causes) == {"too_long", "unknown_choice", "customer_unknown"}
    assert company.refused().count("请") >= 2
    created = company("contacts", "姓名,客户,决策角色\n贺明远,没有的店,拍板的\n", create_customers=True)
    assert (created.report.rejected, created.report.new_customers, Customer.objects.count()) == (1, 0, 2)


def test_two_rows_of_one_person_count_once_when_equal_and_never_when_they_differ(company):
    equal = company("contacts", "姓名,客户,职务\n姜雯,K1,采购\n姜雯,甲方商贸有限公司,采购\n")
    assert (equal.report.created, equal.report.unchanged, equal.report.rejected) == (1, 1, 0)
    differing = company("contacts", "姓名,客户,职务\n方亦舟,K1,店长\n方亦舟,K1,会计\n")
    assert (differing.report.rejected, Contact.objects.count()) == (2, 1)


def test_who_left_is_not_brought_back_by_a_file_and_the_file_says_so(company):
    company("contacts", HEADER + LINE)
    actions.deactivate_contact(actor=SYSTEM, contact=Contact.objects.get(), reason="离职")
    outcome = company("contacts", "姓名,客户,职务\n贺明远,K1,总经理\n")
    assert outcome.report.warning_causes["contact_left"] == 1
    assert (outcome.report.unchanged, outcome.report.updated, outcome.report.created) == (1, 0, 0)
    person = Contact.objects.get()
    assert (person.is_active, person.title, person.inactive_reason) == (False, "采购经理", "离职")


def test_a_successor_of_the_same_name_is_the_one_that_is_meant(company):
    company("contacts", HEADER + LINE)
    actions.deactivate_contact(actor=SYSTEM, contact=Contact.objects.get(), reason="离职")
    other = actions.add_contact(actor=SYSTEM, customer=Customer.objects.get(code="K1"), name="贺明远")
    company("contacts", "姓名,客户,职务\n贺明远,K1,总经理\n")
    other.refresh_from_db()
    assert (other.title, other.version) == ("总经理", 2)


def test_two_people_of_one_name_are_a_refusal(company):
    customer = Customer.objects.get(code="K1")
    for _each in range(2):
        actions.add_contact(actor=SYSTEM, customer=customer, name="姜雯")
    outcome = company("contacts", "姓名,客户,职务\n姜雯,K1,采购\n")
    assert (outcome.report.rejected, outcome.report.causes["contact_ambiguous"]) == (1, 1)
    assert set(Contact.objects.values_list("title", flat=True)) == {""}


def test_an_edit_between_plan_and_landing_refuses_the_whole(company, monkeypatch):
    company("contacts", HEADER + LINE)
    planned = ContactsPlan.make

    def then_edited(plan):
        made, now = planned(plan), Contact.objects.get()
        actions.change_contact(actor=SYSTEM, contact=now, version=now.version, title="老板娘")
        return made

    monkeypatch.setattr(ContactsPlan, "make", then_edited)
    with pytest.raises(ImportRefused):
        company("contacts", "姓名,客户,职务\n贺明远,K1,总经理\n姜雯,K1,会计\n")
    assert [(p[1], p[2]) for p in people()] == [("贺明远", "老板娘")]


def test_nobody_sees_or_finds_a_person_of_an_import_that_has_not_landed(company):
    company("contacts", HEADER + LINE)
    person = Contact.objects.get()
    Batch.objects.filter(pk=person.batch_id).update(status=Batch.Status.PENDING)
    assert not queries.contacts_of(SYSTEM, person.customer).exists()
    index_customers([person.customer_id])
    assert not queries.search(SYSTEM, "贺明远")
    Batch.objects.filter(pk=person.batch_id).update(status=Batch.Status.LANDED)
    index_customers([person.customer_id])
    assert [c.code for c in queries.search(SYSTEM, "贺明远")] == ["K1"]


def test_an_import_that_breaks_off_leaves_nobody_behind(company, monkeypatch):
    def broken(point):
        if point == "exchange.chunk":
            raise RuntimeError("broken off")

    monkeypatch.setattr("kemai.oversight.exchange.actions.importing.SMALL", 0)
    monkeypatch.setattr("kemai.oversight.exchange.landing.contacts.fault", broken)
    with pytest.raises(RuntimeError):
        company("contacts", HEADER + LINE + "姜雯,新店家,,,,,,,\n", create_customers=True)
    recover_pending()
    assert not Contact.objects.exists()
    assert Customer.objects.count() == 2
    assert not Entry.objects.filter(verb="archives.contact.added").exists()


def test_words_of_very_many_customers_follow_after_the_flip(company, monkeypatch):
    monkeypatch.setattr("kemai.oversight.exchange.landing.contacts.INDEXED_IN_FLIP", 0)
    outcome = company("contacts", HEADER + LINE)
    assert Batch.objects.get(pk=outcome.batch_id).is_settled
    assert [c.code for c in queries.search(SYSTEM, "贺明远")] == ["K1"]
    assert [c.code for c in queries.search(SYSTEM, "13800000000")] == ["K1"]


def test_who_may_import_customers_may_import_their_people_and_only_those_he_sees(company, cast):
    with pytest.raises(Refused):
        company("contacts", HEADER + LINE, actor=cast["e_east"])
    outcome = company("contacts", "姓名,客户\n姜雯,K1\n方亦舟,K2\n", actor=cast["m_east"])
    assert (outcome.report.created, outcome.report.causes["customer_foreign"]) == (1, 1)
    assert Contact.objects.get().customer.code == "K1"


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_s1_7_our_own_export_rebuilds_the_same_people_elsewhere(company, suffix):
    company("contacts", HEADER + LINE + "=姜雯,K2,,,,,,,\n")
    before, path = people(), company.folder / f"own.{suffix}"
    assert export_to(actor=SYSTEM, kind="contacts", path=path) == 2
    assert company.file("contacts", path).report.unchanged == 2
    Contact.objects.all().delete()
    assert company.file("contacts", path).report.created == 2
    assert people() == before


def test_an_export_names_nobody_of_a_customer_out_of_sight_and_nobody_who_left(company, cast):
    company("contacts", HEADER + LINE + "姜雯,K2,,,,,,,\n方亦舟,K1,,,,,,,\n")
    actions.deactivate_contact(actor=SYSTEM, contact=Contact.objects.get(name="方亦舟"), reason="离职")
    path = company.folder / "own.csv"
    assert export_to(actor=cast["m_east"], kind="contacts", path=path) == 1
    text = path.read_text("utf-8-sig")
    assert "贺明远" in text
    assert "姜雯" not in text
    assert "方亦舟" not in text

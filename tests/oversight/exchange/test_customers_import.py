"""The rules of importing customers, products and potentials, and who may bring in what."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cast import customer_of
from tests.oversight.exchange.reading.old_excel import old_workbook

from kemai.business.archives import actions
from kemai.business.archives.models import Customer, CustomerSearch, Ownership
from kemai.business.prospects.models import Potential
from kemai.business.trade.facts.checks import strays
from kemai.business.trade.models import Product, SaleLine
from kemai.foundation.access.actor import Refused
from kemai.foundation.access.models import Person
from kemai.foundation.batches.models import Batch
from kemai.foundation.sealing import unseal
from kemai.foundation.trail.models import Entry

pytestmark = pytest.mark.django_db
ALL = (
    "客户编号,客户名称,简称,类型,统一社会信用代码,地区,类别,规模,所有制性质,地址,邮编,电话,传真,电子邮件,网址,负责人,"
    "开户行账号,税号,工商登记号,开始合作日期\n"
    "K1,杭州甲方商贸有限公司,甲方,经销商,91440300708461136T,华东,酒水,大型,民营,杭州市西湖区1号,310000,0571-88888888,"
    "0571-88888889,a@example.com,https://example.com,张三,6222020200112233,330106000012345,330100000001,2024-03-01\n"
)


def test_s0_8_all_fifteen_basic_fields_arrive(importing):
    """S0.8: every basic field is stored; the account number lies sealed."""
    outcome = importing("customers", ALL)
    assert (outcome.report.created, outcome.report.rejected) == (1, 0)
    customer = Customer.objects.get()
    got = (customer.code, customer.name, customer.type, customer.address, customer.postcode, customer.email)
    assert got == ("K1", "杭州甲方商贸有限公司", "distributor", "杭州市西湖区1号", "310000", "a@example.com")
    got = (customer.category, customer.size, customer.ownership, customer.principal, customer.tax_number)
    assert got == ("酒水", "大型", "民营", "张三", "330106000012345")
    assert (customer.registration_number, f"{customer.since}") == ("330100000001", "2024-03-01")
    assert unseal(bytes(customer.bank_account_sealed)) == "6222020200112233"
    assert CustomerSearch.objects.filter(pk=customer.pk).exists()
    assert importing("customers", ALL).report.unchanged == 1


def test_s0_8_a_wrong_postcode_or_credit_code_is_an_error_row(importing):
    """S0.8: the post code has six digits; the check digit of the credit code is right."""
    outcome = importing(
        "customers", "客户编号,客户名称,邮编,统一社会信用代码\nK1,甲,31000,\nK2,乙,,91440300708461136X\n"
    )
    assert (outcome.report.created, outcome.report.rejected) == (0, 2)


def test_blank_cells_never_erase_and_a_change_keeps_its_before_image(importing):
    importing("customers", ALL)
    outcome = importing("customers", "客户编号,客户名称,地区,电话\nK1,杭州甲方商贸有限公司,华南,\n")
    customer = Customer.objects.get()
    assert (outcome.report.updated, customer.region, customer.phone != "", customer.version) == (
        1,
        "华南",
        True,
        2,
    )
    entry = Entry.objects.filter(verb="archives.customer.changed").get()
    assert entry.values_row.changes in ({"region": ["华东", "华南"]}, '{"region":["华东","华南"]}')


def test_without_a_code_the_same_file_twice_adds_nothing(importing):
    text = "客户名称,地区\n甲方商贸有限公司,华东\n乙厂,华南\n"
    first, second = importing("customers", text), importing("customers", text)
    assert (first.report.created, second.report.created, second.report.unchanged) == (2, 0, 2)
    assert all(code.startswith("KH-") for code in Customer.objects.values_list("code", flat=True))


def test_two_rows_of_one_code_with_different_content_are_refused(importing):
    outcome = importing.customers("K1:甲", "K1:乙", "K2:丙")
    assert (outcome.report.created, outcome.report.rejected) == (1, 2)


def test_a_credit_code_belongs_to_one_customer(importing):
    importing("customers", ALL)
    header = "客户编号,客户名称,统一社会信用代码\n"
    outcome = importing("customers", f"{header}K9,另一家,91440300708461136T\n")
    assert (outcome.report.created, outcome.report.causes["uscc_taken"]) == (0, 1)
    twice = importing("customers", f"{header}K7,七,91110000600037341L\nK8,八,91110000600037341L\n")
    assert (twice.report.created, twice.report.rejected) == (0, 2)


def test_an_owner_is_named_by_login_or_name_and_has_a_spell(importing, cast):
    outcome = importing(
        "customers", "客户编号,客户名称,业务员\nK1,甲,e_east\nK2,乙,名e_west\nK3,丙,没有这人\n"
    )
    assert (outcome.report.created, outcome.report.causes["owner_unknown"]) == (2, 1)
    assert dict(Customer.objects.values_list("code", "owner__login")) == {"K1": "e_east", "K2": "e_west"}
    importing("customers", "客户编号,客户名称,业务员\nK1,甲,e_west\n")
    spells = (
        Ownership.objects.filter(customer__code="K1").order_by("pk").values_list("person__login", "ends_on")
    )
    assert [(login, end is None) for login, end in spells] == [("e_east", False), ("e_west", True)]


def test_who_lacks_the_duty_is_refused(importing, cast):
    with pytest.raises(Refused):
        importing.customers("K1:甲", actor=cast["e_east"])
    assert not Customer.objects.exists()


def test_a_foreign_customer_is_an_error_row_that_tells_nothing_more(importing, cast):
    owner = Person.objects.get(login="e_west")
    importing("customers", f"客户编号,客户名称,业务员\nW1,西方秘密客户,{owner.login}\n")
    changed = importing("customers", "客户编号,客户名称\nW1,改名\nN1,新的\n", actor=cast["m_east"])
    assert changed.report.causes["customer_foreign"] == 1
    sold = importing.sales(
        "S1,1,2026-01-05,西方秘密客户,P1,1,10", actor=cast["m_east"], create_customers=True
    )
    assert sold.report.causes["customer_foreign"] == 1
    assert "W1" not in importing.refused().replace("西方秘密客户", "")
    assert Customer.objects.get(code="W1").name == "西方秘密客户"
    assert Customer.objects.get(code="N1").owner_id == cast["m_east"].person_id


def test_an_account_number_is_skipped_for_who_may_not_see_it(importing, cast):
    outcome = importing("customers", ALL, actor=cast["custodian"])
    assert outcome.report.warning_causes["field_forbidden"] == 1
    assert Customer.objects.get().bank_account_sealed is None


def test_products_are_changed_by_code_and_blanks_keep(importing):
    importing("products", "产品编号,名称,产品线\nP1,浓香,白酒\n")
    outcome = importing("products", "产品编号,名称,产品线,档次\nP1,浓香,,高\nP2,酱香,白酒,\n")
    assert (outcome.report.created, outcome.report.updated) == (1, 1)
    assert list(Product.objects.values_list("code", "line", "grade")) == [
        ("P1", "白酒", "高"),
        ("P2", "白酒", ""),
    ]


def test_potentials_follow_their_rules(importing):
    """S0.37: P is 80, 50 or 20 %. S0.38: a share without reasons is a warning, a change is a new version."""
    importing.customers("K1:甲", "K2:乙", "K3:丙")
    header = "客户,需求潜力,预期份额,可能性,产品依据\n"
    text = f"{header}K1,1000000,30%,0.8,好\nK2,1000000,0.3,65%,\nK3,1000000,120%,50%,\n"
    outcome = importing("potentials", text)
    assert (outcome.report.created, outcome.report.rejected) == (1, 2)
    first = Potential.objects.get()
    assert (first.mp_fen, first.es_bp, first.p_bp, first.horizon_months) == (100_000_000, 3000, 8000, 12)
    again = importing("potentials", text)
    assert (again.report.created, again.report.updated, again.report.unchanged) == (0, 0, 1)
    changed = importing("potentials", f"{header}K1,1000000,20%,0.8,\nK2,5,0.3,50%,\n")
    assert (changed.report.created, changed.report.updated, changed.report.warning_causes["no_reason"]) == (
        1,
        1,
        2,
    )
    versions = Potential.objects.filter(customer__code="K1").order_by("pk").values_list("es_bp", "is_current")
    assert list(versions) == [(3000, False), (2000, True)]


def test_s1_7_an_old_workbook_lands_like_any_other_and_a_long_number_in_it_is_refused(importing, tmp_path):
    path = tmp_path / "客户.xls"
    path.write_bytes(old_workbook({"客户": [["客户编号", "客户名称", "统一社会信用代码"], ["K1", "甲店", None], ["K2", "乙店", 914403007084611360]]}))  # fmt: skip
    outcome = importing.file("customers", path)
    assert (outcome.report.created, outcome.report.rejected) == (1, 1)
    assert Customer.objects.get().name == "甲店"


def test_f07_the_code_of_a_merged_customer_still_takes_its_sales_but_not_its_basics(importing, people):
    """F07: the ERP goes on writing the old code."""
    for name in ("甲店", "乙店"):
        importing("customers", f"客户编号,客户名称\n{name[0]}1,{name}\n")
    mine, theirs = Customer.objects.get(code="甲1"), Customer.objects.get(code="乙1")
    actions.merge_customers(actor=people["d"], survivor=mine, absorbed=theirs)
    importing("sales", "单号,日期,客户,金额\nS1,2026-10-01,乙1,100\n", create_customers=True)
    assert [line.customer_id for line in SaleLine.objects.landed()] == [mine.pk]
    outcome = importing("customers", "客户编号,客户名称\n乙1,乙店改名\n")
    assert (outcome.report.created, outcome.report.updated, outcome.report.rejected) == (0, 0, 1)
    assert Customer.objects.count() == 1


def test_f07_lines_that_an_import_wrote_for_a_customer_merged_meanwhile_reach_the_survivor(people):
    mine, theirs = customer_of(people, "e1", "甲店"), customer_of(people, "e1", "乙店")
    batch = Batch.objects.create(kind="sales")
    line = SaleLine.objects.create(
        line_key="S1/1", customer_id=None, day=date(2026, 10, 1), amount_fen=1, batch_id=batch.pk
    )
    actions.merge_customers(actor=people["d"], survivor=mine, absorbed=theirs)
    SaleLine.objects.filter(pk=line.pk).update(customer_id=theirs.pk)
    Batch.objects.filter(pk=batch.pk).update(status="landed")
    actions.follow_merges(actor=people.system, batch_id=batch.pk, since=batch.started_at)
    line.refresh_from_db()
    mine.refresh_from_db()
    assert (line.customer_id, mine.state, list(strays())) == (mine.pk, "actual", [])

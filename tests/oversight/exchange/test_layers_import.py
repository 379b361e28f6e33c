"""Credit and operations in a customer file: kept, compared, refused, and never told to those who may not see them (S0.9, S0.10)."""

from __future__ import annotations

from datetime import date

import pytest

from kemai.business.archives.actions import change_credit
from kemai.business.archives.models import Credit, Customer, Operations
from kemai.foundation import trail
from kemai.foundation.access.actor import system_actor
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.export.files import export_to
from kemai.oversight.exchange.landing.recovery import recover_pending
from kemai.oversight.exchange.planning.customers import CustomersPlan
from kemai.oversight.exchange.planning.request import ImportRefused

pytestmark = pytest.mark.django_db
HEADER = (
    "客户编号,客户名称,注册资本,成立日期,开业历史,信用额度,信用期限,结账日期,付款条件,销售人员数,经营人员数,商圈范围,营业面积,"
    "仓储面积,运货方式\n"
)
LINE = "K1,甲方商贸有限公司,1000000,2009-03-01,第一家店,200000,30,31,月结,3,12,京口区,120.4,80.5,送货\n"


def credit() -> tuple[object, ...]:
    names = ("registered_capital_fen", "founded_on", "credit_limit_fen", "credit_days", "settlement_day")
    return Credit.objects.values_list(*names, "payment_terms", "version").get()


def test_s0_9_and_s0_10_arrive_with_a_new_customer_and_the_same_file_again_changes_nothing(importing):
    assert importing("customers", HEADER + LINE).report.created == 1
    assert credit() == (100_000_000, date(2009, 3, 1), 20_000_000, 30, 31, "月结", 1)
    kept = Operations.objects.values_list(
        "sales_staff", "operating_staff", "trade_area", "floor_area_m2", "warehouse_area_m2", "delivery_mode"
    )
    assert kept.get() == (3, 12, "京口区", 120, 81, "送货")
    again = importing("customers", HEADER + LINE).report
    assert (again.unchanged, again.updated, Credit.objects.get().version) == (1, 0, 1)


def test_a_changed_limit_is_one_more_version_with_its_before_image_under_credit_alone(importing):
    importing("customers", HEADER + LINE)
    outcome = importing("customers", "客户编号,客户名称,信用额度,付款条件\nK1,甲方商贸有限公司,300000,\n")
    assert (outcome.report.updated, credit()[2], credit()[5], credit()[6]) == (1, 30_000_000, "月结", 2)
    customer = Customer.objects.get()
    entry = trail.entries_of_customer(
        system_actor(date(2026, 11, 22)), customer.pk, verb="archives.credit.changed"
    )[0]
    assert entry.changes == {"credit_limit_fen": [20_000_000, 30_000_000]}
    assert not Entry.objects.filter(verb="archives.customer.changed").exists()


def test_a_known_customer_without_a_record_gets_one(importing):
    importing("customers", "客户编号,客户名称\nK1,甲方商贸有限公司\nK2,乙厂\n")
    outcome = importing(
        "customers", "客户编号,客户名称,信用期限,销售人员数\nK1,甲方商贸有限公司,45,\nK2,乙厂,,\n"
    )
    assert (outcome.report.updated, outcome.report.unchanged) == (1, 1)
    assert list(Credit.objects.values_list("customer__code", "credit_days", "version")) == [("K1", 45, 1)]
    assert not Operations.objects.exists()


@pytest.mark.parametrize(
    ("column", "value"),
    [("结账日期", "32"), ("结账日期", "0"), ("营业面积", "-3"), ("信用额度", "-1"), ("信用期限", "三十天上下"), ("开业历史", "长" * 501)],
)  # fmt: skip
def test_a_value_that_cannot_be_is_an_error_row_and_the_others_arrive(importing, column, value):
    outcome = importing("customers", f"客户编号,客户名称,{column}\nK1,甲,{value}\nK2,乙,\n")
    assert (outcome.report.created, outcome.report.rejected) == (1, 1)
    assert Customer.objects.get().code == "K2"
    assert not Credit.objects.exists()


def test_who_has_no_say_over_limits_is_told_once_and_the_rest_arrives(importing, cast):
    outcome = importing("customers", HEADER + LINE + LINE.replace("K1,甲方", "K2,乙方"), actor=cast["m_east"])
    assert outcome.report.warning_causes["field_forbidden"] == 2  # limit and period, each said once
    assert credit_days_and_terms() == [(None, None, "月结")] * 2


def test_who_does_not_see_credit_brings_in_none_of_it(importing, cast):
    importing("customers", HEADER + LINE, actor=cast["custodian"])
    assert not Credit.objects.exists()
    assert Operations.objects.count() == 1


def credit_days_and_terms() -> list[tuple[object, ...]]:
    return list(Credit.objects.values_list("credit_limit_fen", "credit_days", "payment_terms"))


def test_an_edit_between_plan_and_landing_refuses_the_whole(importing, monkeypatch):
    importing("customers", HEADER + LINE)
    planned = CustomersPlan.make

    def then_edited(plan):
        made, now = planned(plan), Credit.objects.get()
        change_credit(
            actor=system_actor(date(2026, 11, 22)), customer=now.customer, version=now.version, credit_days="60", reason="谈妥了"
        )  # fmt: skip
        return made

    monkeypatch.setattr(CustomersPlan, "make", then_edited)
    with pytest.raises(ImportRefused):
        importing("customers", "客户编号,客户名称,信用额度\nK1,甲方商贸有限公司,300000\n")
    assert (credit()[2], credit()[3]) == (20_000_000, 60)


def test_our_own_export_of_credit_and_operations_imports_back_as_unchanged(importing):
    importing("customers", HEADER + LINE)
    path = importing.folder / "own.csv"
    export_to(actor=system_actor(date(2026, 11, 22)), kind="customers", path=path)
    report = importing.file("customers", path).report
    assert (report.unchanged, report.updated, report.rejected) == (1, 0, 0)


def test_an_export_has_no_credit_for_those_who_do_not_see_it(importing, cast):
    importing("customers", HEADER + LINE)
    path = importing.folder / "own.csv"
    export_to(actor=cast["custodian"], kind="customers", path=path)
    text = path.read_text("utf-8-sig")
    assert "信用额度" not in text
    assert "200000" not in text
    assert "京口区" in text


def test_an_import_that_breaks_off_leaves_no_record_behind(importing, monkeypatch):
    def broken(point):
        if point == "exchange.chunk":
            raise RuntimeError("broken off")

    monkeypatch.setattr("kemai.oversight.exchange.landing.customers.fault", broken)
    with pytest.raises(RuntimeError):
        importing("customers", HEADER + LINE)
    recover_pending()
    assert not Customer.objects.exists()
    assert not Credit.objects.exists()
    assert not Operations.objects.exists()

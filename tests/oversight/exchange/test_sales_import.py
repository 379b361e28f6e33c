"""The rules of a sales import, one by one."""

from __future__ import annotations

import pytest
from tests.oversight.exchange.conftest import SALES_HEADER, state

from kemai.business.archives.models import Customer
from kemai.business.trade.models import DirtyDay, Product, SaleLine
from kemai.foundation import trail
from kemai.foundation.batches.models import Batch
from kemai.foundation.outbox.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(importing):
    importing.customers("K1:甲方商贸有限公司", "K2:乙方商贸有限公司")
    return importing


def test_s0_11_sales_of_a_month_are_net_of_returns(two):
    """S0.11: January 100,000, February 120,000 less a return of 20,000: February 100,000, the year 200,000."""
    outcome = two.sales(
        "S1,1,2026-01-05,K1,P1,1,100000", "S2,1,2026-02-05,K1,P1,1,120000", "R1,1,2026-02-20,K1,P1,1,-20000"
    )
    months = outcome.report.months
    assert [(key, m.rows, m.amount_fen) for key, m in sorted(months.items())] == [
        ("2026-01", 1, 10_000_000),
        ("2026-02", 2, 10_000_000),
    ]
    assert sum(line.amount_fen for line in SaleLine.objects.landed()) == 20_000_000
    assert SaleLine.objects.landed().get(order_no="R1").kind == "return"


def test_s4_1_a_line_without_a_customer_is_kept_as_an_anonymous_sale(two):
    """S4.1: counted and reported; nobody becomes a customer by it."""
    outcome = two.sales("S1,1,2026-01-05,,P1,1,10", "S1,2,2026-01-05,K1,P1,1,20")
    assert (outcome.report.created, outcome.report.rejected, outcome.report.anonymous) == (2, 0, 1)
    assert SaleLine.objects.landed().get(line_no="1").customer_id is None
    assert Customer.objects.count() == 2


def test_the_same_file_twice_adds_nothing_and_says_so(two):
    lines = ("S1,1,2026-01-05,K1,P1,1,10", ",,2026-01-06,K2,P1,1,20")
    first = two.sales(*lines)
    second = two.sales(*lines)
    assert (second.report.created, second.report.updated, second.report.unchanged) == (0, 0, 2)
    assert second.already == first.batch_id
    assert SaleLine.objects.count() == 2


def test_b08_a_file_saved_again_in_another_order_adds_nothing(two):
    lines = [
        "S1,1,2026-01-05,K1,P1,1,10",
        ",,2026-01-06,K2,P1,1,20",
        ",,2026-01-06,K2,P1,1,20",
        "S2,1,2026-01-07,K2,,,5",
    ]
    two.sales(*lines)
    before = state()
    outcome = two.sales(*reversed(lines))
    assert (outcome.report.created, outcome.report.updated, outcome.report.unchanged) == (0, 0, 4)
    assert state() == before


def test_two_equal_lines_without_numbers_are_two_lines(two):
    outcome = two.sales(",,2026-01-06,K2,P1,1,20", ",,2026-01-06,K2,P1,1,20")
    assert outcome.report.created == 2
    assert SaleLine.objects.landed().count() == 2


def test_a_line_without_a_number_is_known_again_under_another_name_of_its_customer(two):
    two.sales(",,2026-01-06,新厂,P7,1,20", ",,2026-01-06,K2,P1,1,20", create_customers=True)
    code = Customer.objects.get(name="新厂").code
    outcome = two.sales(f",,2026-01-06,{code},P7,1,20", ",,2026-01-06,乙方商贸有限公司,P1,1,20.00")
    assert (outcome.report.created, outcome.report.unchanged) == (0, 2)


def test_two_lines_of_one_number_with_different_content_are_both_refused_and_named(two):
    outcome = two.sales(
        "S1,1,2026-01-06,K2,P1,1,20", "S2,1,2026-01-06,K2,P1,1,5", "S1,1,2026-01-06,K2,P1,1,21"
    )
    assert (outcome.report.created, outcome.report.rejected) == (1, 2)
    rows = {each["row"]: each["problem"] for each in outcome.report.first}
    assert "第 4 行" in rows[2]
    assert "第 2 行" in rows[4]


def test_an_equal_line_of_one_number_counts_once(two):
    outcome = two.sales("S1,1,2026-01-06,K2,P1,1,20", "S1,1,2026-01-06,K2,P1,1,20")
    assert (outcome.report.created, outcome.report.unchanged, outcome.report.rejected) == (1, 1, 0)
    assert SaleLine.objects.count() == 1


def test_a_changed_line_is_a_new_version_and_the_old_one_ends(two):
    two.sales("S1,1,2026-01-05,K1,P1,1,10")
    outcome = two.sales("S1,1,2026-02-05,K1,P1,1,12.50")
    assert (outcome.report.created, outcome.report.updated) == (0, 1)
    old, new = SaleLine.objects.order_by("pk")
    assert (old.ended_by, new.ended_by) == (outcome.batch_id, None)
    assert [line.amount_fen for line in SaleLine.objects.landed()] == [1250]
    assert {f"{each.day}" for each in DirtyDay.objects.all()} == {"2026-01-05", "2026-02-05"}


def test_totals_tell_the_months_before_and_after(two):
    two.sales("S1,1,2026-01-05,K1,P1,1,10")
    report = two.sales("S1,1,2026-01-05,K1,P1,1,15", "S2,1,2026-01-09,K1,P1,1,1", dry_run=True).report
    january = report.months["2026-01"]
    assert (january.before_fen, january.after_fen, january.amount_fen) == (1000, 1600, 1600)
    assert (report.created_fen, report.updated_fen) == (100, 500)


def test_an_unknown_customer_is_an_error_row_that_names_who_is_written_alike(two):
    outcome = two.sales("S1,1,2026-01-05,甲方商茂行,P1,1,10", "S1,2,2026-01-05,K1,P1,1,10")
    assert (outcome.report.created, outcome.report.rejected) == (1, 1)
    assert outcome.report.unknown["甲方商茂行"]["rows"] == 1
    assert "没有这个客户" in outcome.report.first[0]["problem"]


def test_an_unknown_customer_is_created_when_asked_and_numbered_by_the_rule(two):
    outcome = two.sales(
        "S1,1,2026-01-05,某某食品厂,P1,1,10", "S1,2,2026-01-06,某某食品厂,P1,1,10", create_customers=True
    )
    assert (outcome.report.created, outcome.report.new_customers) == (2, 1)
    made = Customer.objects.get(name="某某食品厂")
    assert made.code.startswith("KH-")
    assert (made.type, made.state) == ("enterprise", "actual")


def test_a_new_customer_written_like_a_known_one_is_created_with_a_warning(two):
    outcome = two.sales("S1,1,2026-01-05,甲方,P1,1,10", "S1,2,2026-01-05,甲方,P1,1,10", create_customers=True)
    assert (outcome.report.created, outcome.report.new_customers, outcome.report.rejected) == (2, 1, 0)
    assert outcome.report.warning_causes["name_similar"] == 1
    assert (
        "甲方商贸有限公司"
        in next(w for w in outcome.report.first_warnings if w["code"] == "name_similar")["problem"]
    )


def test_a_customer_is_matched_by_code_then_credit_code_then_name(importing):
    importing(
        "customers", "客户编号,客户名称,统一社会信用代码\nK1,甲方商贸有限公司,91440300708461136T\nK2,乙厂,\n"
    )
    code = "91440300708461136T"
    lines = ["S1,1,2026-01-05,K1,P1,1,1", "S1,2,2026-01-05,乙厂,P1,1,1"]
    lines += [f"S1,3,2026-01-05,{code},P1,1,1"]
    outcome = importing.sales(*lines)
    assert outcome.report.rejected == 0
    assert set(SaleLine.objects.values_list("customer__code", flat=True)) == {"K1", "K2"}


def test_two_matches_are_an_error_row_that_lists_both(importing):
    importing.customers("K1:同名商店", "K2:同名商店")
    outcome = importing.sales("S1,1,2026-01-05,同名商店,P1,1,1")
    assert outcome.report.rejected == 1
    assert "K1、K2" in outcome.report.first[0]["problem"]


def test_an_unknown_product_is_created_with_a_warning(two):
    outcome = two.sales("S1,1,2026-01-05,K1,P9,1,1", "S1,2,2026-01-05,K1,P9,1,1")
    assert outcome.report.warning_causes["product_new"] == 1
    assert Product.objects.get().code == "P9"


def test_a_return_with_a_positive_amount_is_stored_negative_with_a_warning(two):
    text = "单号,行号,日期,客户,金额,类型\nS1,1,2026-01-05,K1,20,退货\nS1,2,2026-01-05,K1,0,销售\n"
    outcome = two("sales", text)
    assert outcome.report.warning_causes["return_made_negative"] == 1
    assert [line.amount_fen for line in SaleLine.objects.order_by("line_no")] == [-2000, 0]


def test_title_rows_and_totals_are_skipped_and_reported(two):
    text = f"某某公司销售明细\n\n{SALES_HEADER}\nS1,1,2026-01-05,K1,P1,1,10\n小计,,,,,,10\n合计,,,,,,10\n"
    outcome = two("sales", text)
    assert (outcome.report.rows, outcome.report.created) == (1, 1)
    assert outcome.report.notes["totals_count"] == 2
    assert outcome.report.notes["titles"][0][1] == "某某公司销售明细"


def test_a_dry_run_gives_the_same_counts_and_writes_nothing(two):
    lines = ("S1,1,2026-01-05,新客户厂,P1,1,10", "S1,2,坏日期,K1,P1,1,10", ",,2026-01-05,K1,P1,1,10")
    before, batches = state(), Batch.objects.count()
    dry = two.sales(*lines, dry_run=True, create_customers=True)
    assert state() == before
    assert (Batch.objects.count(), Product.objects.count()) == (batches, 0)
    assert two.sales(*lines, create_customers=True).report.counts() == dry.report.counts()


def test_strict_refuses_all_when_one_is_refused(two):
    outcome = two.sales("S1,1,2026-01-05,K1,P1,1,10", "S1,2,坏日期,K1,P1,1,10", strict=True)
    assert (outcome.landed, outcome.report.rejected) == (False, 1)
    assert not SaleLine.objects.exists()


def test_refused_rows_import_again_once_they_are_mended(two):
    two.sales("S1,1,2026-01-05,K1,P1,1,10", "S1,2,2026-02-30,K1,P1,1,=10")
    text = two.refused()
    assert text.splitlines()[0] == f"{SALES_HEADER},行号,字段,问题,怎么改"
    assert "'=10" in text
    assert ",3," in text
    mended = two("sales", text.replace("2026-02-30", "2026-02-28").replace("'=10", "10"))
    assert (mended.report.created, mended.report.rejected) == (1, 0)
    assert SaleLine.objects.landed().get(line_no="2").order_no == "S1"


def test_landing_seals_the_trail_marks_the_months_and_announces(two):
    outcome = two.sales("S1,1,2026-01-05,K1,P1,1,10")
    batch = Batch.objects.get(pk=outcome.batch_id)
    assert (batch.status, batch.counts["created"]) == ("landed", 1)
    event = Event.objects.filter(name="exchange.batch.landed").last()
    assert (event.payload["batch_id"], event.payload["months"]) == (batch.pk, ["2026-01"])
    assert trail.verify() == []


def test_a_first_order_makes_an_actual_customer_in_the_same_step(two):
    two.sales("S1,1,2026-01-05,K1,P1,1,10")
    assert dict(Customer.objects.values_list("code", "state")) == {"K1": "actual", "K2": "potential"}


def test_lines_of_a_batch_that_has_not_landed_are_seen_by_nobody(two):
    outcome = two.sales("S1,1,2026-01-05,K1,P1,1,10")
    changed = two.sales("S1,1,2026-01-05,K1,P1,1,99")
    Batch.objects.filter(pk=changed.batch_id).update(status=Batch.Status.PENDING)
    assert [line.batch_id for line in SaleLine.objects.landed()] == [outcome.batch_id]


def test_an_amount_in_two_columns_is_a_question_and_nothing_is_written(two):
    from kemai.oversight.exchange.planning.request import ImportRefused

    with pytest.raises(ImportRefused, match="价税合计"):
        two("sales", "单号,行号,日期,客户,价税合计,不含税金额\nS1,1,2026-01-05,K1,113,100\n")
    assert not SaleLine.objects.exists()


def test_columns_may_be_named_by_a_mapping(two):
    columns = {
        "单号": "order_no",
        "行号": "line_no",
        "日期": "day",
        "客户": "customer",
        "不含税金额": "amount",
        "价税合计": "",
    }
    outcome = two(
        "sales", "单号,行号,日期,客户,价税合计,不含税金额\nS1,1,2026-01-05,K1,113,100\n", columns=columns
    )
    assert (outcome.report.created, SaleLine.objects.get().amount_fen) == (1, 10_000)


def test_an_unknown_name_can_be_said_to_be_a_known_customer(two):
    outcome = two.sales(
        "S1,1,2026-01-05,甲店,P1,1,10", "S1,2,2026-01-05,甲店,P1,1,10", aliases={"甲店": "K1"}
    )
    assert outcome.report.created == 2
    assert set(SaleLine.objects.values_list("customer__code", flat=True)) == {"K1"}


def test_b12_amounts_that_are_no_money_are_refused(two):
    bad = ("1e400", "NaN", "Infinity", "1" * 40, "1.005")
    outcome = two.sales(*(f"S1,{n},2026-01-05,K1,P1,1,{amount}" for n, amount in enumerate(bad)), "S2,1,2026-01-05,K1,P1,1,-0",
                        "S2,2,2026-01-05,K1,P1,1,\"１２，０００．５０\"")  # fmt: skip
    assert (outcome.report.rejected, outcome.report.created) == (5, 2)
    assert sorted(SaleLine.objects.values_list("amount_fen", flat=True)) == [0, 1_200_050]


def test_a_product_code_that_no_product_can_have_is_a_refused_row(two):
    outcome = two.sales(f"S1,1,2026-01-05,K1,{'P' * 61},1,10", "S1,2,2026-01-05,K1,P1,1,10")
    assert [(p["row"], p["field"], p["code"]) for p in outcome.report.first] == [
        (2, "product_code", "too_long")
    ]
    assert SaleLine.objects.landed().get().product.code == "P1"


def test_kinds_to_come_are_refused_with_a_sentence(importing):
    from kemai.oversight.exchange.planning.request import ImportRefused

    with pytest.raises(ImportRefused, match="还没有"):
        importing("letters", "编号,客户\nA,K1\n")

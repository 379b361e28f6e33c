"""Invoices, receipts, targets and stock counts: what each book takes, keeps, refuses, and gives out again."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from tests.oversight.exchange.conftest import TODAY

from kemai.business.archives.models import Customer
from kemai.business.trade.models import Invoice, Product, Receipt, StockCount, Target
from kemai.foundation.access.actor import Refused, system_actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.batches.models import Batch
from kemai.foundation.outbox.models import Event
from kemai.oversight.exchange.export import export_to
from kemai.oversight.exchange.export.template import write_template

pytestmark = pytest.mark.django_db
MODELS = {"invoices": Invoice, "receipts": Receipt, "targets": Target, "stock": StockCount}
KINDS = list(MODELS)
HEADERS = {
    "invoices": "发票号,客户,开票日期,到期日,金额",
    "receipts": "收款单号,客户,日期,金额,发票号",
    "targets": "客户,期间,金额",
    "stock": "客户,盘点日,产品编号,产品名称,数量",
}
ROWS = {
    "invoices": ["F001,K1,2026-01-05,2026-02-04,1000.50", "F002,K2,2026-01-06,,-20", "F003,K2,2026-03-06,,0"],
    "receipts": ["R001,K1,2026-02-05,400,F001", "R002,K2,2026-02-06,-5.25,", "R003,K2,2026-03-01,0,"],
    "targets": ["K1,2026年,120000", "K1,2026年一季度,30000", "K2,202601,0"],
    "stock": ["K1,2026-03-31,P1,黄酒,12.5", "K1,2026-03-31,P2,米酒,0", "K2,2026-03-31,,,7"],
}
CHANGED = {
    "invoices": "F001,K1,2026-01-05,2026-02-04,1000.51",
    "receipts": "R001,K1,2026-02-05,401,F001",
    "targets": "K1,2026,130000",
    "stock": "K1,2026-03-31,P1,黄酒,11",
}


def text(kind: str, *rows: str) -> str:
    return "\n".join([HEADERS[kind], *rows]) + "\n"


def book(kind: str) -> set[tuple[object, ...]]:
    """Everything the book says, as it stands."""
    names = {
        "invoices": ("invoice_no", "customer__code", "issued_on", "due_on", "amount_fen"),
        "receipts": ("receipt_no", "customer__code", "received_on", "amount_fen", "invoice_no"),
        "targets": ("customer__code", "period", "amount_fen"),
        "stock": ("customer__code", "counted_on", "product__code", "quantity_milli"),
    }[kind]
    return set(restrict(MODELS[kind].objects.all(), system_actor(TODAY)).values_list(*names))


@pytest.fixture
def two(importing):
    importing.customers("K1:甲方商贸有限公司", "K2:乙方商贸有限公司")
    return importing


@pytest.mark.parametrize("kind", KINDS)
def test_s1_7_the_same_file_twice_changes_nothing_and_a_changed_row_is_an_update(two, kind):
    """S1.7: orders, receivables, stock: idempotent by their numbers; the old version is kept, hidden."""
    first = two(kind, text(kind, *ROWS[kind]))
    assert (first.report.created, first.report.rejected, first.report.rows) == (3, 0, 3)
    assert len(book(kind)) == 3
    before = book(kind)
    again = two(kind, text(kind, *ROWS[kind]))
    assert (again.report.created, again.report.updated, again.report.unchanged) == (0, 0, 3)
    assert again.already == first.batch_id
    assert (book(kind), MODELS[kind].objects.count()) == (before, 3)
    changed = two(kind, text(kind, CHANGED[kind], *ROWS[kind][1:]))
    assert (changed.report.created, changed.report.updated, changed.report.unchanged) == (0, 1, 2)
    assert len(book(kind)) == 3
    assert len(book(kind) - before) == 1
    assert MODELS[kind].objects.get(ended_by=changed.batch_id).batch_id == first.batch_id


@pytest.mark.parametrize("kind", KINDS)
def test_undoing_a_batch_brings_back_the_version_before(two, kind):
    two(kind, text(kind, *ROWS[kind]))
    before = book(kind)
    changed = two(kind, text(kind, CHANGED[kind]))
    assert book(kind) != before
    Batch.objects.filter(pk=changed.batch_id).update(status=Batch.Status.UNDONE)
    assert book(kind) == before
    assert two(kind, text(kind, CHANGED[kind])).report.updated == 1


@pytest.mark.parametrize("kind", KINDS)
def test_s1_7_a_filled_template_imports_and_its_export_imports_back_to_the_same(two, kind):
    """S1.7: template → fill → import → export → import, as .xlsx and as .csv: identical data."""
    path = two.folder / "template.xlsx"
    with path.open("wb") as file:
        write_template(kind, file)
    filled = openpyxl.load_workbook(path)
    sheet = filled.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[1]}
    for number, row in enumerate(ROWS[kind], start=2):
        for name, cell in zip(HEADERS[kind].split(","), row.split(","), strict=True):
            if cell and name in places:
                sheet.cell(row=number, column=places[name], value=cell).number_format = "@"
    filled.save(path)
    assert two.file(kind, path).report.created == 3
    before = book(kind)
    for suffix in ("xlsx", "csv"):
        out = two.folder / f"out.{suffix}"
        assert export_to(actor=system_actor(TODAY), kind=kind, path=out) == 3
        report = two.file(kind, out).report
        assert (report.rows, report.created, report.updated, report.unchanged) == (3, 0, 0, 3)
        MODELS[kind].objects.all().delete()
        assert two.file(kind, out).report.created == 3
        assert book(kind) == before


@pytest.mark.parametrize("codec", ["utf-16", "gb18030", "utf-8-sig"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_book_is_read_in_the_encodings_that_spreadsheets_write(two, kind, codec):
    two(kind, text(kind, *ROWS[kind]).replace(",", "\t").encode(codec))
    assert len(book(kind)) == 3


def test_invoices_and_receipts_tell_their_sums_by_month_and_how_these_change(two):
    first = two("invoices", text("invoices", *ROWS["invoices"])).report
    assert {m: (t.rows, t.amount_fen, t.before_fen, t.after_fen) for m, t in first.months.items()} == {
        "2026-01": (2, 98_050, 0, 98_050),
        "2026-03": (1, 0, 0, 0),
    }
    moved = two("invoices", text("invoices", "F001,K1,2026-02-05,2026-03-04,1000")).report
    assert (moved.months["2026-01"].before_fen, moved.months["2026-01"].after_fen) == (98_050, -2_000)
    assert (moved.months["2026-02"].before_fen, moved.months["2026-02"].after_fen) == (0, 100_000)
    assert moved.updated_fen == -50
    assert two("receipts", text("receipts", *ROWS["receipts"])).report.months["2026-02"].amount_fen == 39_475
    assert two("targets", text("targets", *ROWS["targets"])).report.months == {}


@pytest.mark.parametrize(
    ("kind", "row", "field", "code"),
    [
        ("invoices", "F009,K1,2026-02-05,2026-02-04,1", "due_on", "due_before_issued"),
        ("invoices", "F001,K2,2026-01-05,2026-02-04,1000.50", "invoice_no", "key_of_other"),
        ("invoices", ",K1,2026-02-05,,1", "invoice_no", "missing"),
        ("invoices", "F009,K9,2026-02-05,,1", "customer", "customer_unknown"),
        ("invoices", "F009,K1,2026-02-30,,1", "issued_on", "no_such_day_in_month"),
        ("receipts", "R001,K2,2026-02-05,400,", "receipt_no", "key_of_other"),
        ("receipts", "R009,,2026-02-05,400,", "customer", "missing_customer"),
        ("receipts", "R009,K1,2026-02-05,40O,", "amount", "letters_in_number"),
        ("targets", "K1,2026,-1", "amount", "below_zero"),
        ("targets", "K1,2026-13,1", "period", "period_unreadable"),
        ("targets", "K1,,1", "period", "missing"),
        ("receipts", f"{'R' * 61},K1,2026-02-05,1,", "receipt_no", "too_long"),
        ("stock", f"K1,2026-03-31,{'P' * 61},,1", "product_code", "too_long"),
        ("stock", "K1,2026-03-31,P1,,-1", "quantity", "below_zero"),
        ("stock", "K1,2026-03-31,P1,,1.2345", "quantity", "quantity_decimals"),
    ],
)
def test_a_wrong_row_is_refused_by_row_field_and_mend_and_the_others_land(two, kind, row, field, code):
    two(kind, text(kind, ROWS[kind][0]))
    before = book(kind)
    outcome = two(kind, text(kind, ROWS[kind][1], row))
    assert [(p["row"], p["field"], p["code"]) for p in outcome.report.first] == [(3, field, code)]
    assert outcome.report.first[0]["problem"]
    assert outcome.report.first[0]["mend"]
    assert book(kind) > before
    assert len(book(kind)) == 2
    assert row.split(",")[0] in two.refused()


def test_a_number_that_is_another_customers_says_whose_it_is(two, cast):
    two("invoices", text("invoices", ROWS["invoices"][0]))
    outcome = two("invoices", text("invoices", "F001,K2,2026-01-05,,1"))
    assert "K1 甲方商贸有限公司" in outcome.report.first[0]["problem"]
    Customer.objects.filter(code="K2").update(
        owner_id=cast["e_west"].person_id, unit_id=cast["m_west"].home_unit_id
    )
    foreign = two("invoices", text("invoices", "F001,K2,2026-01-05,,1"), actor=cast["m_west"])
    assert foreign.report.first[0]["code"] == "key_of_foreign"
    assert "甲方" not in str(foreign.report.first) + two.refused()
    assert {row[1] for row in book("invoices")} == {"K1"}


def test_a_new_due_day_is_held_against_the_day_that_stands(two):
    """A blank cell keeps what stands: a row is judged by what it would become."""
    two("invoices", text("invoices", "F001,K1,2026-01-05,2026-02-04,10"))
    outcome = two("invoices", text("invoices", "F001,K1,2026-03-05,,10"))
    assert outcome.report.first[0]["code"] == "due_before_issued"
    assert two("invoices", text("invoices", "F001,K1,2026-01-06,,10")).report.updated == 1
    assert book("invoices") == {("F001", "K1", date(2026, 1, 6), date(2026, 2, 4), 1000)}


def test_red_letters_and_receipts_for_unknown_invoices_are_taken_with_a_warning(two):
    report = two("invoices", text("invoices", *ROWS["invoices"])).report
    assert dict(report.warning_causes) == {"red_letter": 1}
    rows = [
        "R1,K1,2026-02-05,1,F001",
        "R2,K1,2026-02-05,1,F002",
        "R3,K1,2026-02-05,1,F999",
        "R4,K1,2026-02-05,-1,",
    ]
    report = two("receipts", text("receipts", *rows)).report
    assert (report.created, report.rejected) == (4, 0)
    assert dict(report.warning_causes) == {"red_letter": 1, "invoice_unknown": 2}
    assert [w["row"] for w in report.first_warnings if w["code"] == "invoice_unknown"] == [3, 4]


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("2026", "2026"), ("2026年", "2026"), ("2026年度", "2026"), ("2026Q1", "2026-Q1"), ("2026-Q4", "2026-Q4"),
        ("2026年一季度", "2026-Q1"), ("2026年第三季度", "2026-Q3"), ("2026-01", "2026-01"), ("202601", "2026-01"),
        ("2026年1月", "2026-01"), ("2026/1", "2026-01"), ("2026-01-01", "2026-01"),
    ],
)  # fmt: skip
def test_a_period_is_understood_as_real_files_write_it(two, written, period):
    assert two("targets", text("targets", f"K1,{written},5")).report.rejected == 0
    assert book("targets") == {("K1", period, 500)}


@pytest.mark.parametrize("written", ["2026-13", "2026-01-02", "0026", "Q1", "2026Q5", "上半年", "46023"])
def test_a_period_that_means_none_is_refused(two, written):
    assert two("targets", text("targets", f"K1,{written},5")).report.first[0]["code"] == "period_unreadable"
    assert book("targets") == set()


def test_a_month_that_excel_made_a_day_of_is_the_month(two):
    path = two.folder / "months.xlsx"
    sheet = openpyxl.Workbook()
    sheet.active.append(["客户", "期间", "金额"])
    sheet.active.append(["K1", date(2026, 1, 1), 5])
    sheet.active.append(["K1", 2026, 60])
    sheet.active.append(["K1", 202602, 6])
    sheet.save(path)
    assert two.file("targets", path).report.created == 3
    assert {row[1] for row in book("targets")} == {"2026-01", "2026", "2026-02"}


def test_two_rows_of_one_key_are_refused_when_they_differ_and_count_once_when_equal(two):
    rows = ["K1,2026,5", "K1,2026年,5", "K2,2026,5", "K2,2026年度,6"]
    report = two("targets", text("targets", *rows)).report
    assert (report.created, report.unchanged, sorted(report.refused)) == (1, 1, [4, 5])
    assert report.first[0]["raw"] == "2026"
    assert book("targets") == {("K1", "2026", 500)}


def test_stock_of_an_unknown_product_creates_it_with_a_warning(two):
    report = two("stock", text("stock", *ROWS["stock"])).report
    assert (report.new_products, dict(report.warning_causes)) == (2, {"product_new": 2})
    assert dict(Product.objects.values_list("code", "name")) == {"P1": "黄酒", "P2": "米酒"}


@pytest.mark.parametrize("kind", KINDS)
def test_strict_refuses_all_for_one_and_a_dry_run_writes_nothing(two, kind):
    bad = {"invoices": "F9,K9,2026-01-01,,1", "receipts": "R9,K9,2026-01-01,1,", "targets": "K9,2026,1",
           "stock": "K9,2026-01-01,,,1"}[kind]  # fmt: skip
    outcome = two(kind, text(kind, *ROWS[kind], bad), strict=True)
    assert (outcome.landed, outcome.report.rejected) == (False, 1)
    two(kind, text(kind, *ROWS[kind]), dry_run=True)
    assert (MODELS[kind].objects.count(), Batch.objects.filter(kind=kind).count()) == (0, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_customers_are_created_when_asked_for_and_only_for_rows_that_land(two, kind):
    new = {"invoices": "F9,新店,2026-01-01,,1", "receipts": "R9,新店,2026-01-01,1,", "targets": "新店,2026,1",
           "stock": "新店,2026-01-01,,,1"}[kind]  # fmt: skip
    assert two(kind, text(kind, new)).report.rejected == 1
    report = two(kind, text(kind, new), create_customers=True).report
    assert (report.created, report.new_customers) == (1, 1)
    assert MODELS[kind].objects.get().customer.name == "新店"
    assert two(kind, text(kind, new), create_customers=True).report.unchanged == 1


def test_a_customer_whose_only_row_is_refused_is_not_created(two):
    rows = ["F1,甲新店,2026-02-01,2026-01-01,1", "F2,乙新店,2026-02-01,,1"]
    report = two("invoices", text("invoices", *rows), create_customers=True).report
    assert (report.created, report.rejected, report.new_customers, report.new_names) == (1, 1, 1, ["乙新店"])
    assert Invoice.objects.get().customer.name == "乙新店"
    assert not Customer.objects.filter(name="甲新店").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_who_lacks_the_duty_is_refused_and_nothing_changes(two, cast, kind):
    two(kind, text(kind, *ROWS[kind]))
    before = book(kind), Batch.objects.count()
    for login in ("e_east", "custodian"):
        with pytest.raises(Refused):
            two(kind, text(kind, CHANGED[kind]), actor=cast[login])
    assert (book(kind), Batch.objects.count()) == before
    assert two(kind, text(kind, CHANGED[kind]), actor=cast["boss"]).report.updated == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_manager_writes_in_the_books_of_his_own_region_only(two, cast, kind):
    Customer.objects.filter(code="K1").update(
        owner_id=cast["e_east"].person_id, unit_id=cast["m_east"].home_unit_id
    )
    Customer.objects.filter(code="K2").update(
        owner_id=cast["e_west"].person_id, unit_id=cast["m_west"].home_unit_id
    )
    report = two(kind, text(kind, *ROWS[kind]), actor=cast["m_east"]).report
    assert {p["code"] for p in report.first} == {"customer_foreign"}
    own = sum("K1" in row for row in ROWS[kind])
    assert (report.created, report.rejected) == (own, 3 - own)
    assert restrict(MODELS[kind].objects.all(), cast["m_east"]).count() == own
    assert restrict(MODELS[kind].objects.all(), cast["m_west"]).count() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_is_refused_to_who_may_not_see_the_group_and_holds_own_rows_only(two, cast, kind):
    two(kind, text(kind, *ROWS[kind]))
    path = two.folder / "out.csv"
    with pytest.raises(Refused):
        export_to(actor=cast["custodian"], kind=kind, path=path)
    assert not path.exists()
    Customer.objects.filter(code="K1").update(
        owner_id=cast["e_east"].person_id, unit_id=cast["m_east"].home_unit_id
    )
    own = sum("K1" in row for row in ROWS[kind])
    assert export_to(actor=cast["m_east"], kind=kind, path=path) == own
    assert "乙方" not in path.read_text("utf-8-sig")


def test_books_that_no_valuation_reads_start_none(two):
    for kind in KINDS:
        batch = two(kind, text(kind, *ROWS[kind])).batch_id
        event = Event.objects.filter(name="exchange.batch.landed").last()
        assert (event.payload["batch_id"], event.payload["revalues"]) == (batch, False)
    two("targets", text("targets", "新店,2026,1"), create_customers=True)
    assert Event.objects.filter(name="exchange.batch.landed").last().payload["revalues"] is True

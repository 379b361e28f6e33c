"""The wizard from upload to landing, and whose imports a person may see."""

from __future__ import annotations

import pytest

from kemai.business.archives.models import Contact
from kemai.business.trade.models import SaleLine
from kemai.foundation.access.actor import Refused
from kemai.foundation.jobs import run_job_now
from kemai.foundation.jobs.models import Job
from kemai.oversight.exchange.actions import (
    Repair,
    back_to_columns,
    cancel_import,
    choose_kind,
    hold_against,
    land_import,
    map_columns,
    mend_import,
    repair_cells,
    start_import,
)
from kemai.oversight.exchange.decisions import first_choices
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.planning.request import ImportRefused
from kemai.oversight.exchange.queries import error_file, import_by_id, import_detail, imports, stored_path

pytestmark = pytest.mark.django_db
TEXT = "单号,行号,日期,客户,价税合计,不含税金额\nS1,1,2026-01-05,甲店,113,100\nS1,2,坏,甲店,113,100\n"


def work(item: Import) -> Import:
    job = run_job_now(Job.objects.get(pk=item.job_id))
    assert job.state == "done", job.error
    return Import.objects.get(pk=item.pk)


@pytest.fixture
def uploaded(cast, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return work(
        start_import(
            actor=cast["m_east"], kind="sales", file_name="..\\x/11月.csv", chunks=[TEXT.encode("gb18030")]
        )
    )


def test_an_upload_is_kept_under_a_random_name_and_its_columns_are_guessed(uploaded):
    assert (uploaded.step, uploaded.file_name) == ("mapping", "11月.csv")
    assert stored_path(uploaded).parent.name == "uploads"
    fields = {each["name"]: each["field"] for each in uploaded.layout["columns"]}
    assert (fields["单号"], fields["日期"], fields["客户"]) == ("order_no", "day", "customer")
    assert [question["field"] for question in uploaded.layout["questions"]] == ["amount"]
    assert uploaded.layout["columns"][0]["samples"] == ["S1", "S1"]


def test_the_way_from_mapping_over_a_mend_to_the_books(uploaded, cast):
    actor = cast["m_east"]
    fields = {0: "order_no", 1: "line_no", 2: "day", 3: "customer", 5: "amount"}
    item = work(map_columns(actor=actor, import_id=uploaded.pk, fields=fields, options={}))
    assert (item.step, item.preview["created"], item.preview["rejected"]) == ("checked", 0, 2)
    assert item.preview["unknown"][0]["name"] == "甲店"
    assert not import_detail(actor, item.pk).can_land
    item = work(mend_import(actor=actor, import_id=item.pk, create_customers=True))
    assert (item.preview["created"], item.preview["rejected"]) == (1, 1)
    assert "坏" in error_file(actor, item.pk).read_text(encoding="utf-8-sig")
    assert not SaleLine.objects.exists()
    land_import(actor=actor, import_id=item.pk)
    with pytest.raises(ImportRefused):
        land_import(actor=actor, import_id=item.pk)
    item = work(Import.objects.get(pk=item.pk))
    assert (item.step, item.batch.status, SaleLine.objects.get().amount_fen) == ("landed", "landed", 10_000)


def test_the_mapping_is_remembered_for_the_same_header(uploaded, cast):
    fields = {0: "order_no", 1: "line_no", 2: "day", 3: "customer", 5: "amount"}
    map_columns(actor=cast["m_east"], import_id=uploaded.pk, fields=fields, options={})
    again = work(
        start_import(actor=cast["m_east"], kind="sales", file_name="12月.csv", chunks=[TEXT.encode()])
    )
    assert again.layout["is_remembered"]
    assert {c["name"]: c["field"] for c in again.layout["columns"]}["不含税金额"] == "amount"


def test_a_column_given_twice_or_missing_is_refused(uploaded, cast):
    for fields in ({2: "day", 3: "customer", 4: "amount", 5: "amount"}, {2: "day", 3: "customer"}):
        with pytest.raises(ImportRefused):
            map_columns(actor=cast["m_east"], import_id=uploaded.pk, fields=fields, options={})
    assert Import.objects.get().step == "mapping"


def test_a_file_that_is_no_table_is_refused_in_a_sentence(cast, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    item = work(start_import(actor=cast["boss"], kind="sales", file_name="a.xlsx", chunks=[b"%PDF-1.7 x"]))
    assert (item.step, "PDF" in item.refusal) == ("refused", True)


def test_imports_are_seen_by_their_uploader_his_lead_and_the_executives_only(uploaded, cast):
    seen = {login: uploaded in imports(actor) for login, actor in cast.items()}
    assert {login for login, sees in seen.items() if sees} == {"m_east", "boss"}
    with pytest.raises(LookupError):
        import_by_id(cast["m_west"], uploaded.pk)
    with pytest.raises(Refused):
        land_import(actor=cast["boss"], import_id=uploaded.pk)
    with pytest.raises(Refused):
        start_import(actor=cast["e_east"], kind="sales", file_name="a.csv", chunks=[b"x"])


def test_a_cancelled_upload_is_forgotten(uploaded, cast):
    cancel_import(actor=cast["m_east"], import_id=uploaded.pk)
    assert Import.objects.get().step == "cancelled"
    assert not stored_path(uploaded).exists()


FIELDS = {0: "order_no", 1: "line_no", 2: "day", 3: "customer", 5: "amount"}


def checked(uploaded, cast, **options) -> Import:
    return work(map_columns(actor=cast["m_east"], import_id=uploaded.pk, fields=FIELDS, options=options))


@pytest.mark.parametrize(
    ("header", "line", "kind"),
    [
        ("单据日期,往来单位,金额", "2026-01-05,甲店,100", "sales"),
        ("客户编号,客户名称,地区", "K9,甲店,杭州", "customers"),
        ("产品编号,名称,产品线", "P1,黄酒,黄酒", "products"),
        ("客户,需求潜力,预期份额,可能性", "K9,1000,10%,80%", "potentials"),
    ],
)
def test_the_header_says_what_is_in_the_file(cast, settings, tmp_path, header, line, kind):
    settings.DATA_DIR = tmp_path
    text = f"{header}\n{line}\n"
    item = work(start_import(actor=cast["m_east"], file_name="a.csv", chunks=[text.encode()]))
    assert (item.step, item.kind) == ("mapping", kind)


def test_a_wrong_guess_of_the_kind_is_put_right_by_hand(uploaded, cast):
    item = work(choose_kind(actor=cast["m_east"], import_id=uploaded.pk, kind="customers"))
    assert (item.step, item.kind) == ("mapping", "customers")
    assert {c["name"]: c["field"] for c in item.layout["columns"]}["客户"] == "name"


def test_a_colleague_is_offered_the_mapping_that_was_settled_first(uploaded, cast):
    checked(uploaded, cast, strict=True)
    again = work(start_import(actor=cast["boss"], kind="sales", file_name="12月.csv", chunks=[TEXT.encode()]))
    assert again.layout["remembered_by"] == cast["m_east"].name
    assert {c["name"]: c["field"] for c in again.layout["columns"]}["不含税金额"] == "amount"
    assert again.options["strict"] is True


def test_one_cell_is_mended_without_touching_the_file_and_lands_mended(uploaded, cast):
    actor = cast["m_east"]
    item = checked(uploaded, cast, create_customers=True)
    [bad] = item.preview["groups"]
    assert (bad["row"], bad["field"], bad["raw"], bad["rows"], bad["cells"]["order_no"]) == (
        3,
        "day",
        "坏",
        1,
        "S1",
    )
    before = stored_path(item).read_bytes()
    item = work(repair_cells(actor=actor, import_id=item.pk, repairs=[Repair(3, "day", "2026-02-28")]))
    assert (item.preview["rejected"], item.preview["created"]) == (0, 2)
    item = work(land_import(actor=actor, import_id=item.pk))
    assert [f"{line.day}" for line in SaleLine.objects.landed().order_by("line_no")] == [
        "2026-01-05",
        "2026-02-28",
    ]
    assert stored_path(item).read_bytes() == before


def test_a_repair_is_taken_back_and_the_row_is_refused_again(uploaded, cast):
    actor, item = cast["m_east"], checked(uploaded, cast, create_customers=True)
    item = work(repair_cells(actor=actor, import_id=item.pk, repairs=[Repair(3, "day", "2026-02-28")]))
    item = work(repair_cells(actor=actor, import_id=item.pk, repairs=[Repair(3, "day", "")]))
    assert item.preview["rejected"] == 1


def test_equal_cells_are_mended_together_and_the_customer_is_chosen_among_two(
    cast, settings, tmp_path, importing
):
    settings.DATA_DIR = tmp_path
    importing("customers", "客户编号,客户名称,业务员\nK1,同名商店,e_east\nK2,同名商店,e_east\n")
    text = "单号,行号,日期,客户,金额\n" + "".join(f"S1,{n},2026-01-05,同名商店,10\n" for n in range(1, 4))
    actor = cast["boss"]
    item = work(start_import(actor=actor, kind="sales", file_name="a.csv", chunks=[text.encode()]))
    fields = {0: "order_no", 1: "line_no", 2: "day", 3: "customer", 4: "amount"}
    item = work(
        map_columns(actor=actor, import_id=item.pk, fields=fields, options={"create_customers": True})
    )
    [group] = item.preview["groups"]
    assert (group["code"], group["rows"], group["params"]["matches"]) == ("customer_ambiguous", 3, "K1、K2")
    repair = Repair(group["row"], group["field"], "K2", same_as=group["raw"])
    item = work(repair_cells(actor=actor, import_id=item.pk, repairs=[repair]))
    assert (item.preview["rejected"], item.preview["created"], item.preview["new_customers"]) == (0, 3, 0)
    work(land_import(actor=actor, import_id=item.pk))
    assert set(SaleLine.objects.landed().values_list("customer__code", flat=True)) == {"K2"}


def test_the_customers_to_be_created_are_named_before_they_are(uploaded, cast):
    item = checked(uploaded, cast, create_customers=True)
    assert (item.preview["new_customers"], item.preview["new_names"]) == (1, ["甲店"])
    item = work(mend_import(actor=cast["m_east"], import_id=item.pk, create_customers=False))
    assert (item.preview["new_customers"], item.preview["rejected"]) == (0, 2)


def test_totals_of_the_accounting_program_are_kept_and_nonsense_is_refused(uploaded, cast):
    actor, item = cast["m_east"], checked(uploaded, cast, create_customers=True)
    item = hold_against(actor=actor, import_id=item.pk, totals={"2026-01": "120.50", "1999-01": "5"})
    assert item.options["erp_totals"] == {"2026-01": 12_050}
    with pytest.raises(ImportRefused):
        hold_against(actor=actor, import_id=item.pk, totals={"2026-01": "很多"})
    assert hold_against(actor=actor, import_id=item.pk, totals={"2026-01": ""}).options["erp_totals"] == {}


def test_effects_on_classes_are_worked_out_and_nothing_is_stored(cast, settings, tmp_path, importing):
    from kemai.business.valuation.models import Run

    settings.DATA_DIR = tmp_path
    importing.customers(*(f"K{n:02d}:第{n}号商店" for n in range(1, 11)))
    importing.sales(*(f"A{n},1,2026-03-05,K{n:02d},P1,1,{1100 - n * 100}" for n in range(1, 11)))
    text = "单号,行号,日期,客户,金额\nB1,1,2026-05-05,K10,99999\nA1,1,2026-03-05,K01,1\nB2,1,2026-05-06,新店,50\n"
    item = work(start_import(actor=cast["boss"], kind="sales", file_name="a.csv", chunks=[text.encode()]))
    fields = {0: "order_no", 1: "line_no", 2: "day", 3: "customer", 4: "amount"}
    item = work(
        map_columns(actor=cast["boss"], import_id=item.pk, fields=fields, options={"create_customers": True})
    )
    assert item.effects["state"] == "working"
    run_job_now(Job.objects.get(pk=item.effects["job"]))
    found = Import.objects.get(pk=item.pk).effects
    moves = {move["code"]: (move["before"], move["after"]) for move in found["moves"]}
    assert found["state"] == "done"
    assert moves["K10"] == ("C", "A")
    assert moves["K01"][0] == "A"
    assert sum(found["fresh"].values()) == 1
    assert not Run.objects.exists()
    assert SaleLine.objects.landed().count() == 10


def test_a_missing_column_found_at_the_check_leads_back_to_the_columns(uploaded, cast):
    item = checked(uploaded, cast)
    back_to_columns(actor=cast["m_east"], import_id=item.pk)
    assert Import.objects.get(pk=item.pk).step == "mapping"


def test_a_file_over_the_limit_is_refused_in_a_sentence_and_not_kept(cast, settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("kemai.oversight.exchange.actions.upload.upload_limit", lambda: 10)
    with pytest.raises(ImportRefused, match="上限"):
        start_import(actor=cast["boss"], file_name="a.csv", chunks=[b"123456", b"789012"])
    assert not list((tmp_path / "uploads").iterdir())
    assert not Import.objects.exists()


def test_a_list_of_people_is_known_by_its_header_and_lands_through_the_wizard(cast, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    actor, text = (
        cast["m_east"],
        "姓名,客户,职务,手机,决策角色,生日\n姜雯,甲店,会计,13800000000,财务,1962-02-03\n方亦舟,甲店,,138,,\n",
    )
    item = work(start_import(actor=actor, kind="", file_name="名单.csv", chunks=[text.encode()]))
    assert (item.kind, item.step) == ("contacts", "mapping")
    guessed = {each["position"]: each["field"] for each in item.layout["columns"]}
    asked = [each["name"] for each in item.layout["columns"] if each["confidence"] != "sure"]
    assert asked == ["客户"]  # by name; a birthday of 1962 is a day like any other
    assert first_choices(item.layout, {}, {}).options["create_customers"] is False
    options = {"create_customers": True}
    item = work(map_columns(actor=actor, import_id=item.pk, fields=guessed, options=options))
    assert (item.preview["created"], item.preview["rejected"], item.preview["new_customers"]) == (1, 1, 1)
    land_import(actor=actor, import_id=item.pk)
    item = work(Import.objects.get(pk=item.pk))
    assert item.step == "landed"
    assert list(Contact.objects.values_list("customer__name", "name", "decision_role")) == [
        ("甲店", "姜雯", "财务")
    ]

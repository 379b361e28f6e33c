"""The wizard from upload to landing, and whose imports a person may see."""

from __future__ import annotations

import pytest

from kemai.business.trade.models import SaleLine
from kemai.foundation.access.actor import Refused
from kemai.foundation.jobs import run_job_now
from kemai.foundation.jobs.models import Job
from kemai.oversight.exchange.actions import (
    cancel_import,
    land_import,
    map_columns,
    mend_import,
    start_import,
)
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

"""Own fields, delivery addresses and competing products in a customer file: kept, refused by row, exported, undone."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from tests.oversight.exchange.conftest import TODAY

from kemai.business.archives import actions
from kemai.business.archives.custom_fields import values_of
from kemai.business.archives.models import (
    CompetingProduct,
    Customer,
    CustomField,
    CustomValue,
    DeliveryAddress,
)
from kemai.business.archives.queries import delivery_addresses
from kemai.foundation.access.actor import system_actor
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.actions import undo_import
from kemai.oversight.exchange.export.files import export_to
from kemai.oversight.exchange.export.template import write_template
from kemai.oversight.exchange.undoing.switch import UndoConflicts

pytestmark = pytest.mark.django_db
SYSTEM = system_actor(TODAY)
KINDS = ("text", "choice", "choices", "number", "money", "day", "flag")
ROW = ("冷库 3 号", "连锁", "旺季、试点", "-12.5", "1200.05", "2031-03-09", "是")


@pytest.fixture
def own(db: None) -> dict[str, CustomField]:
    """A field of each kind, called 项text and so on."""
    options = {"choice": "单体\n连锁", "choices": "旺季\n试点\n停业"}
    return {
        k: actions.define_field(actor=SYSTEM, label=f"项{k}", kind=k, options=options.get(k, ""))
        for k in KINDS
    }


def header(*labels: str) -> str:
    return ",".join(("客户编号", "客户名称", *labels)) + "\n"


ALL = header(*(f"项{k}" for k in KINDS))


def line(code: str, *cells: str) -> str:
    return ",".join((code, f"{code}商贸有限公司", *cells)) + "\n"


def held(code: str) -> dict[str, tuple[str, ...]]:
    customer = Customer.objects.get(code=code)
    fields = {f.pk: f for f in CustomField.objects.filter(label__startswith="项")}
    return {
        fields[pk].kind: texts for pk, texts in values_of([customer.pk], fields.values())[customer.pk].items()
    }


def everything() -> list[Any]:
    """All that this file of tests may change, without what tells when a row was written."""
    values = CustomValue.objects.order_by("customer_id", "field_id", "text")
    addresses, products = DeliveryAddress.objects.order_by("pk"), CompetingProduct.objects.order_by("pk")
    return [
        list(values.values_list("customer__code", "field_id", "text", "number", "day", "unique_key")),
        list(
            addresses.values_list(
                "pk", "customer__code", "address", "receiver", "phone", "is_default", "is_active"
            )
        ),
        list(products.values_list("pk", "customer__code", "brand", "price_fen", "share_bp", "is_active")),
        list(Customer.objects.order_by("pk").values_list("code", "name", "region")),
    ]


def test_every_kind_of_own_field_arrives_by_its_label_and_the_same_file_again_changes_nothing(importing, own):
    assert importing("customers", ALL + line("K1", *ROW) + line("K2")).report.created == 2
    assert held("K1") == {
        "text": ("冷库 3 号",), "choice": ("连锁",), "choices": ("旺季", "试点"), "number": ("-12.5",),
        "money": ("1200.05",), "day": ("2031-03-09",), "flag": ("1",),
    }  # fmt: skip
    number = CustomValue.objects.get(field=own["money"])
    assert (number.number, CustomValue.objects.get(field=own["number"]).number) == (120_005, -12_500)
    assert held("K2") == {}
    again = importing("customers", ALL + line("K1", *ROW) + line("K2")).report
    assert (again.unchanged, again.updated) == (2, 0)


def test_known_customers_change_where_a_cell_is_filled_and_the_trail_tells_it(importing, own):
    importing("customers", ALL + line("K1", *ROW))
    before = Customer.objects.get(code="K1").version
    assert (
        importing("customers", header("项choices", "项number") + line("K1", "停业", "")).report.updated == 1
    )
    assert held("K1")["choices"] == ("停业",)
    assert held("K1")["number"] == ("-12.5",)
    assert Customer.objects.get(code="K1").version == before + 1
    entry = Entry.objects.get(verb="archives.custom.filled")
    assert entry.values_row.changes == {own["choices"].key: ["旺季、试点", "停业"]}


@pytest.mark.parametrize(
    ("kind", "cell", "says"),
    [
        ("choice", "联盟", "不在选项里"), ("choices", "旺季、没有", "不在选项里"), ("number", "许多", "项number"),
        ("number", "1.2345", "三位小数"), ("money", "一千", "项money"), ("day", "昨天", "项day"), ("flag", "也许", "是或否"),
        ("text", "长" * 201, "200"),
    ],
)  # fmt: skip
def test_s1_7_a_cell_that_cannot_be_is_refused_by_row_with_field_and_mend(importing, own, kind, cell, says):
    text = header(f"项{kind}") + line("K1", cell) + line("K2")
    report = importing("customers", text).report
    assert (report.created, report.rejected) == (1, 1)
    refused = list(csv.DictReader(importing.refused().splitlines()))
    assert says in "".join(refused[0].values())
    assert refused[0]["字段"] == f"项{kind}"
    assert refused[0]["怎么改"]
    assert not Customer.objects.filter(code="K1").exists()


def test_a_value_that_must_not_repeat_is_refused_in_the_file_and_beside_others(importing, own):
    actions.change_field(actor=SYSTEM, field=own["text"], version=1, is_unique=True)
    assert importing("customers", header("项text") + line("K1", "A-1")).report.created == 1
    text = header("项text") + line("K2", "a-1") + line("K3", "B") + line("K4", "b") + line("K5", "C")
    report = importing("customers", text).report
    assert (report.created, report.rejected) == (1, 3)
    assert (report.causes["own_taken"], report.causes["key_twice"]) == (1, 2)
    assert CustomValue.objects.filter(field=own["text"]).count() == 2


def test_a_field_of_one_type_is_refused_for_another(importing, own):
    actions.change_field(actor=SYSTEM, field=own["text"], version=1, types=["distributor"])
    text = (
        header("类型", "项text") + line("K1", "经销商", "甲") + line("K2", "企业", "乙") + line("K3", "", "")
    )
    report = importing("customers", text).report
    assert (report.created, report.rejected, report.causes["own_type"]) == (2, 1, 1)


def test_the_template_offers_the_fields_with_their_options_and_retired_ones_no_more(own, tmp_path):
    from python_calamine import CalamineWorkbook

    actions.turn_field(actor=SYSTEM, field=own["flag"], active=False)
    with (tmp_path / "t.xlsx").open("wb") as file:
        write_template("customers", file)
    book = CalamineWorkbook.from_path(tmp_path / "t.xlsx")
    heads = book.get_sheet_by_index(0).to_python()[0]
    assert {f"项{k}" for k in KINDS if k != "flag"} <= set(heads)
    assert "项flag" not in heads
    notes = {row[0]: row[1] for row in book.get_sheet_by_index(1).to_python()}
    assert "单体 / 连锁" in notes["项choice"]


LISTS = header("送货地点", "竞争产品")
CELLS = ("东街 1 号（收货人 王五，电话 13800000000）；西仓（二号门）", "康达（12.50元，30%）；明丰")


def test_several_addresses_and_products_of_one_cell_become_rows_once(importing):
    assert (
        importing("customers", LISTS + '"K1","甲方商贸",{},{}\n'.format(*map(quoted, CELLS))).report.created
        == 1
    )
    rows = list(
        DeliveryAddress.objects.order_by("pk").values_list("address", "receiver", "phone", "is_default")
    )
    assert rows == [("东街 1 号", "王五", "13800000000", True), ("西仓（二号门）", "", "", False)]
    products = list(CompetingProduct.objects.order_by("pk").values_list("brand", "price_fen", "share_bp"))
    assert products == [("康达", 1250, 3000), ("明丰", None, None)]
    again = importing("customers", LISTS + 'K1,甲方商贸,"东街 1 号\n西仓（二号门）\n新仓",明丰\n').report
    assert (again.updated, again.unchanged) == (1, 0)
    assert list(DeliveryAddress.objects.order_by("pk").values_list("address", flat=True))[2:] == ["新仓"]
    assert CompetingProduct.objects.count() == 2
    added = Entry.objects.get(verb="archives.delivery_address.added")
    assert added.values_row.changes == {"address": [None, "新仓"]}


def quoted(cell: str) -> str:
    return f'"{cell}"'


def test_an_address_that_was_put_out_of_use_does_not_come_back_and_shares_stay_within_the_whole(importing):
    importing("customers", LISTS + "K1,甲方商贸,东仓,康达（80%）\n")
    actions.remove_row(actor=SYSTEM, row=DeliveryAddress.objects.get())
    report = importing(
        "customers", LISTS + "K1,甲方商贸,东仓,明丰（30%）\nK2,乙方商贸,,康达（70%）；明丰（31%）\n"
    ).report
    assert (report.rejected, report.created, report.causes["listed"]) == (2, 0, 2)
    assert importing("customers", LISTS + "K1,甲方商贸,东仓,\n").report.unchanged == 1
    assert list(delivery_addresses(SYSTEM, Customer.objects.get(code="K1")).values_list("is_active")) == [
        (False,)
    ]


def test_s1_7_our_own_export_imports_back_to_identical_data_here_and_in_an_empty_company(importing, own):
    text = header(*(f"项{k}" for k in KINDS), "送货地点", "竞争产品")
    importing(
        "customers",
        text + line("K1", *ROW, *CELLS) + line("K2", *[""] * 9) + line("K3", *[""] * 7, "北仓", ""),
    )
    path, before = importing.folder / "own.csv", everything()
    export_to(actor=SYSTEM, kind="customers", path=path)
    report = importing.file("customers", path).report
    assert (report.unchanged, report.updated, report.rejected) == (3, 0, 0)
    assert everything() == before
    undo_import(actor=SYSTEM, batch_id=first_batch(), reason="换库")
    assert not CustomValue.objects.exists()
    assert importing.file("customers", path).report.created == 3
    assert [[row[1:] if isinstance(row[0], int) else row for row in part] for part in everything()] == [
        [row[1:] if isinstance(row[0], int) else row for row in part] for part in before
    ]


def first_batch() -> int:
    from kemai.foundation.batches.models import Batch

    return int(
        Batch.objects.filter(kind="customers", status="landed").order_by("pk").values_list("pk", flat=True)[0]
    )


def test_an_undo_puts_own_fields_and_rows_back_exactly(importing, own):
    first = header(*(f"项{k}" for k in KINDS), "送货地点", "竞争产品")
    importing("customers", first + line("K1", *ROW, *CELLS) + line("K2", *[""] * 9))
    before = everything()
    other = ("热库", "单体", "停业", "7", "0.5", "2020-01-01", "否", "新仓；再新仓", "远山（1%）")
    landed = importing("customers", first + line("K1", *other) + line("K2", *other) + line("K9", *other))
    assert (landed.report.created, landed.report.updated) == (1, 2)
    assert held("K2")["choices"] == ("停业",)
    undo_import(actor=SYSTEM, batch_id=landed.batch_id, reason="传错了文件")
    assert everything() == before


def test_an_undo_is_refused_while_somebody_has_worked_on_a_value_or_a_row_since(importing, own):
    importing("customers", ALL + line("K1", *ROW))
    landed = importing("customers", header("项text", "送货地点") + line("K1", "热库", "新仓"))
    customer = Customer.objects.get(code="K1")
    actions.fill_fields(
        actor=SYSTEM, customer=customer, version=customer.version, given={own["text"].key: "第三库"}
    )
    row = DeliveryAddress.objects.get()
    actions.change_row(actor=SYSTEM, row=row, version=row.version, receiver="王五")
    before = everything()
    with pytest.raises(UndoConflicts) as refused:
        undo_import(actor=SYSTEM, batch_id=landed.batch_id, reason="传错了文件")
    assert {c.part for c in refused.value.conflicts} == {"custom", "delivery_address_new"}
    assert everything() == before

"""Invoices, receipts, targets and stock through the import page, and what the credit role may bring in by it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.oversight.exchange.conftest import TODAY
from tests.oversight.exchange.test_books_import import HEADERS, KINDS, MODELS, ROWS, text
from tests.oversight.exchange.test_wizard import work

from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Actor, Refused, actor_of, system_actor
from kemai.foundation.access.models import Assignment, OrgUnit, Person
from kemai.foundation.notifications.models import Notification
from kemai.oversight.exchange.actions import start_import
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.queries import imports, kinds_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(cast: Any, settings: Any, tmp_path: Any, client: Any) -> Any:
    """Two customers, a credit clerk, and a browser for anybody."""
    from tests.oversight.exchange.conftest import Importer

    settings.DATA_DIR = tmp_path / "data"
    Importer(tmp_path).customers("K1:甲方商贸有限公司", "K2:乙方商贸有限公司")
    clerk = Person.objects.create(login="credit", name="名credit")
    Assignment.objects.create(person=clerk, role="credit", unit=OrgUnit.objects.get(name="总部"))

    class Site:
        def actor(self, login: str) -> Actor:
            return actor_of(Person.objects.get(login=login), TODAY)

        def get(self, login: str, address: str) -> Any:
            client.force_login(Person.objects.get(login=login))
            return client.get(address)

        def post(self, login: str, address: str, **data: Any) -> Any:
            client.force_login(Person.objects.get(login=login))
            return client.post(address, data)

        def upload(self, login: str, content: str, kind: str = "") -> Import:
            file = [content.encode()]
            return work(start_import(actor=self.actor(login), kind=kind, file_name="a.csv", chunks=file))

        def checked(self, login: str, item: Import, **form: str) -> Import:
            """The columns as guessed, sent from the page."""
            columns = {f"col-{c['position']}": c["field"] or "" for c in item.layout["columns"]}
            assert self.post(login, f"/imports/{item.pk}/columns/", **columns, **form).status_code == 302
            return work(Import.objects.get(pk=item.pk))

    return Site()


@pytest.mark.parametrize("kind", KINDS)
def test_the_header_says_which_book_it_is_and_the_page_takes_it_to_the_books(site, kind):
    item = site.upload("boss", text(kind, *ROWS[kind]))
    assert (item.step, item.kind) == ("mapping", kind)
    page = site.get("boss", f"/imports/{item.pk}/").content.decode()
    assert "相同就是" in page
    assert "建成新客户" in page
    item = site.checked("boss", item, unknown="refuse")
    assert (item.step, item.preview["created"], item.preview["rejected"]) == ("checked", 3, 0)
    page = site.get("boss", f"/imports/{item.pk}/").content.decode()
    assert ('id="months"' in page) == (kind in ("invoices", "receipts"))
    assert "入账后会怎样" not in page
    site.post("boss", f"/imports/{item.pk}/land/")
    assert work(Import.objects.get(pk=item.pk)).step == "landed"
    word = {"invoices": "发票", "receipts": "收款", "targets": "目标", "stock": "库存"}[kind]
    assert Notification.objects.latest("pk").body == f"{word} 3 行入账"
    page = site.get("boss", f"/imports/{item.pk}/").content.decode()
    assert f"{word}：新增 3 行，改动 0 行。" in page
    assert 'id="valued"' not in page
    assert MODELS[kind].objects.count() == 3
    history = site.get("boss", f"/imports/?kind={kind}").content.decode()
    assert f"/imports/{item.pk}/" in history
    assert site.get("boss", f"/imports/template/{kind}/").status_code == 200


def test_a_refused_row_is_shown_with_its_cells_and_mended_on_the_page(site):
    item = site.upload(
        "boss", text("invoices", "F1,K1,2026-02-05,2026-02-01,1", "F2,K1,2026-02-05,,1"), "invoices"
    )
    item = site.checked("boss", item, unknown="refuse")
    page = site.get("boss", f"/imports/{item.pk}/").content.decode()
    assert "到期日早于开票日期" in page
    assert "到期早于开票" in page
    answer = site.post(
        "boss", f"/imports/{item.pk}/repair/",
        **{"fix-0": "2026-03-01", "row-0": "2", "field-0": "due_on", "raw-0": "2026-02-01"},
    )  # fmt: skip
    assert answer.status_code == 302
    assert work(Import.objects.get(pk=item.pk)).preview["rejected"] == 0


def test_the_credit_role_brings_in_invoices_and_receipts_and_nothing_else(site):
    """It sees its own uploads only, and never the ledger's wizard of another."""
    clerk = site.actor("credit")
    assert [key for key, _label in kinds_for(clerk)] == ["invoices", "receipts"]
    foreign = site.upload("boss", text("stock", *ROWS["stock"]))
    page = site.get("credit", "/imports/").content.decode()
    assert "发票" in page
    assert "a.csv" not in page
    assert site.get("credit", f"/imports/{foreign.pk}/").status_code == 404
    assert site.get("credit", "/imports/template/sales/").status_code == 404
    for kind in ("sales", "customers", "targets", "stock"):
        with pytest.raises(Refused):
            start_import(actor=clerk, kind=kind, file_name="a.csv", chunks=[b"x"])
    assert list(imports(clerk)) == []
    item = site.checked("credit", site.upload("credit", text("receipts", *ROWS["receipts"])))
    assert (item.kind, item.preview["created"]) == ("receipts", 3)


def test_the_credit_role_creates_no_customers_by_an_import(site):
    """Neither asked for on the page nor by a form that was made up: unknown customers are refused rows."""
    item = site.upload("credit", text("invoices", "F1,新店,2026-02-05,,1", "F2,K1,2026-02-05,,1"))
    page = site.get("credit", f"/imports/{item.pk}/").content.decode()
    assert "认不出的客户" not in page
    item = site.checked("credit", item)
    assert (item.step, item.preview["created"], item.preview["rejected"]) == ("checked", 1, 1)
    page = site.get("credit", f"/imports/{item.pk}/").content.decode()
    assert "新店" in page
    assert 'value="create_customers"' not in page
    site.post("credit", f"/imports/{item.pk}/mend/", mend="create_customers", create="1")
    item = work(Import.objects.get(pk=item.pk))
    assert (item.step, "不能新建客户" in item.refusal) == ("mapping", True)
    assert Customer.objects.count() == 2


@pytest.mark.parametrize("kind", KINDS)
def test_the_commands_know_each_book(site, tmp_path, capsys, kind):
    import argparse
    import json

    from kemai.doors.cli import export, import_, template

    def ran(command: Any, *words: str) -> tuple[int, dict[str, Any]]:
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--as", dest="as_login")
        status = command.run(parser.parse_args([*words, "--json"]))
        return status, json.loads(capsys.readouterr().out)

    sheet, file, out = tmp_path / "t.xlsx", tmp_path / "in.csv", tmp_path / "out.xlsx"
    assert ran(template, kind, "--to", str(sheet))[0] == 0
    file.write_text(text(kind, *ROWS[kind]), "utf-8")
    status, told = ran(import_, kind, str(file))
    assert (status, told["kind"], told["created"]) == (0, kind, 3)
    assert ran(export, kind, "--to", str(out)) == (0, {"rows": 3})
    assert ran(import_, kind, str(out))[1]["unchanged"] == 3
    with pytest.raises(Refused):
        ran(import_, kind, str(file), "--as", "e_east")
    assert MODELS[kind].objects.count() == 3
    assert set(HEADERS) == set(KINDS)
    assert system_actor(TODAY).may(f"import.{kind}")

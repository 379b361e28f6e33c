"""The page that takes an import back: what it says beforehand, what it asks for, and whom it lets (B10)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.cast import customer_of

from kemai.business.archives.actions import change_basics
from kemai.business.archives.models import Customer
from kemai.business.trade.models import SaleLine
from kemai.foundation.batches.models import Batch
from kemai.foundation.jobs import run_job_now
from kemai.foundation.jobs.models import Job
from kemai.foundation.notifications.models import Notification
from kemai.oversight.exchange.actions import land_import, map_columns, start_import, undo
from kemai.oversight.exchange.models import Import

pytestmark = pytest.mark.django_db
SALES = "单号,行号,日期,客户,金额\nS1,1,2026-01-05,E1的店,113\nS2,1,2026-01-05,新来的店,20\n"
CUSTOMERS = "客户编号,客户名称,地区\n{code},E1的店,华北\n"


class Page:
    """A landed import and the browsers of the cast."""

    def __init__(self, people: Any) -> None:
        self.people = people
        self.customer = customer_of(people, "e1", "E1的店", region="华东")
        Customer.objects.filter(pk=self.customer.pk).update(unit=people["me"].home_unit_id)
        self.client = Client()

    def landed(self, kind: str, text: str, login: str = "me") -> Import:
        actor = self.people[login]
        item = self.work(start_import(actor=actor, kind=kind, file_name="11月.csv", chunks=[text.encode()]))
        fields = {c["position"]: c["field"] or "" for c in item.layout["columns"]}
        options = {"create_customers": True}
        item = self.work(map_columns(actor=actor, import_id=item.pk, fields=fields, options=options))
        return self.work(land_import(actor=actor, import_id=item.pk))

    def work(self, item: Import) -> Import:
        job = run_job_now(Job.objects.get(pk=item.job_id))
        assert job.state == "done", job.error
        return Import.objects.get(pk=item.pk)

    def at(self, login: str, address: str, data: dict[str, Any] | None = None) -> Any:
        self.client.force_login(
            self.people.persons[login], backend="django.contrib.auth.backends.ModelBackend"
        )
        return self.client.get(address) if data is None else self.client.post(address, data)


@pytest.fixture
def page(people: Any, settings: Any, tmp_path: Any) -> Page:
    settings.DATA_DIR = tmp_path
    return Page(people)


def test_the_page_says_what_goes_and_a_reason_is_all_it_asks_for(page: Page) -> None:
    item = page.landed("sales", SALES)
    address = f"/imports/{item.pk}/undo/"
    assert address in page.at("me", f"/imports/{item.pk}/").content.decode()
    assert address in page.at("me", "/imports/").content.decode()
    said = page.at("me", address).content.decode()
    assert "没有人动过这些行" in said
    assert "销售去掉" in said
    assert page.at("me", address, {"reason": " "}).status_code == 422
    assert SaleLine.objects.landed().count() == 2
    assert page.at("me", address, {"reason": "导了两遍"}).status_code == 302
    assert SaleLine.objects.landed().count() == 0
    assert not Customer.objects.filter(name="新来的店").exists()


def test_an_undone_import_says_who_took_it_back_and_why_and_offers_nothing_more(page: Page) -> None:
    item = page.landed("sales", SALES)
    page.at("d", f"/imports/{item.pk}/undo/", {"reason": "上个月的表"})
    for address in (f"/imports/{item.pk}/", "/imports/", "/imports/?state=undone"):
        said = page.at("me", address).content.decode()
        assert "已撤销" in said
        assert "上个月的表" in said
        assert f"/imports/{item.pk}/undo/" not in said
    again = page.at("d", f"/imports/{item.pk}/undo/", {"reason": "再来"})
    assert again.status_code == 302
    assert Batch.objects.filter(kind="undo:sales").count() == 1


def test_a_conflict_is_shown_with_all_its_values_and_stops_it_until_it_is_kept_on_purpose(page: Page) -> None:
    item = page.landed("customers", CUSTOMERS.format(code=page.customer.code))
    now = Customer.objects.get(pk=page.customer.pk)
    change_basics(actor=page.people["c"], customer=now, version=now.version, region="=华南")
    address = f"/imports/{item.pk}/undo/"
    answer = page.at("me", address, {"reason": "导错了"})
    assert answer.status_code == 409
    said = answer.content.decode()
    for value in ("华东", "华北", "=华南", "C</span>", "导错了"):
        assert value in said
    assert Customer.objects.get(pk=now.pk).region == "=华南"
    table = page.at("me", f"{address}conflicts/").content.decode("utf-8-sig")
    assert "华东,华北,'=华南,C," in table
    assert page.at("me", address, {"reason": "导错了", "keep": "any"}).status_code == 409
    kept = said.split('name="keep"')[1].split('value="')[1].split('"')[0]
    assert page.at("me", address, {"reason": "导错了", "keep": kept}).status_code == 302
    assert Import.objects.get(pk=item.pk).step == "undone"


def test_whoever_may_not_finds_no_button_and_is_refused(page: Page) -> None:
    item = page.landed("sales", SALES, "d")
    address = f"/imports/{item.pk}/undo/"
    for login, status in (("e1", 404), ("w1", 404), ("mw", 404), ("c", 404), ("a", 404)):
        assert page.at(login, address).status_code == status, login
        assert page.at(login, address, {"reason": "x"}).status_code == status, login
        assert page.at(login, f"{address}conflicts/").status_code == status, login
    assert SaleLine.objects.landed().count() == 2


def test_a_field_that_is_hidden_from_the_reader_is_hidden_among_the_conflicts_too(page: Page) -> None:
    """The custodian's file is undone by himself; he sees no sales, so he reads that there is one, not how much."""
    item = page.landed("customers", "客户编号,客户名称\nNEU,新客户\n", "c")
    page.landed("sales", "单号,行号,日期,客户,金额\nS9,1,2026-01-05,NEU,98765\n", "d")
    said = page.at("c", f"/imports/{item.pk}/undo/").content.decode()
    assert "98,765" not in said
    assert "98765" not in said
    assert "NEU" in said


def test_a_large_one_is_work_in_the_background_that_can_be_stopped(page: Page, monkeypatch: Any) -> None:
    item = page.landed("sales", SALES)
    monkeypatch.setattr(undo, "SMALL", 0)
    address = f"/imports/{item.pk}/undo/"
    page.at("me", address, {"reason": "导错了"})
    item.refresh_from_db()
    assert item.step == "undoing"
    assert "在撤销" in page.at("me", f"/imports/{item.pk}/").content.decode()
    page.at("me", f"/imports/{item.pk}/cancel/", {})
    item.refresh_from_db()
    assert (item.step, SaleLine.objects.landed().count()) == ("landed", 2)
    page.at("me", address, {"reason": "导错了"})
    item = page.work(Import.objects.get(pk=item.pk))
    assert (item.step, SaleLine.objects.landed().count()) == ("undone", 0)
    assert (
        Notification.objects.filter(person_id=page.people["me"].person_id, title__contains="已撤销").count()
        == 1
    )


def test_a_large_one_that_meets_a_conflict_says_so_and_changes_nothing(page: Page, monkeypatch: Any) -> None:
    item = page.landed("customers", CUSTOMERS.format(code=page.customer.code))
    monkeypatch.setattr(undo, "SMALL", 0)
    page.at("me", f"/imports/{item.pk}/undo/", {"reason": "导错了"})
    now = Customer.objects.get(pk=page.customer.pk)
    change_basics(actor=page.people["c"], customer=now, version=now.version, region="华南")
    item = page.work(Import.objects.get(pk=item.pk))
    assert item.step == "landed"
    assert "没有撤销" in item.refusal
    assert Customer.objects.get(pk=now.pk).region == "华南"

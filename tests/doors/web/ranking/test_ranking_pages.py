"""排名 and 构成 through the browser's eyes: rights, files, and a trial that is saved with a reason."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.cast import customer_of

from kemai.business.archives.models import Customer
from kemai.business.valuation.actions import revalue
from kemai.business.valuation.models import Scheme, SchemeVersion
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.actions import run_import
from kemai.oversight.exchange.planning.request import ImportRequest

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def ranked(people: Any, tmp_path: Any, settings: Any) -> Any:
    """Thirty customers, one of them with a formula for a name, valued once."""
    settings.DATA_DIR = tmp_path
    names = [f"第{n:02d}号商行" for n in range(1, 30)] + ["=1+1"]
    path = tmp_path / "sales.csv"
    rows = [
        f"O{n},1,2026-09-{n % 28 + 1:02d},{name},{(31 - n) * 1000}" for n, name in enumerate(names, start=1)
    ]
    path.write_text("单号,行号,日期,客户,金额\n" + "\n".join(rows), "utf8")
    run_import(
        ImportRequest(
            actor=people.system, kind="sales", path=path, file_name="sales.csv", create_customers=True
        )
    )
    for n, pk in enumerate(Customer.objects.order_by("pk").values_list("pk", flat=True)):
        login = "e1" if n % 2 == 0 else "w1"
        Customer.objects.filter(pk=pk).update(owner=people.persons[login], unit_id=people[login].home_unit_id)
    revalue(actor=people.system, as_of=TODAY)
    return people


def signed_in(people: Any, login: str) -> Client:
    client = Client()
    client.force_login(people.persons[login], backend="django.contrib.auth.backends.ModelBackend")
    return client


def body(answer: Any) -> str:
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return raw.decode()


def test_a_rep_sees_his_own_and_is_told_what_shares_are_over(ranked: Any) -> None:
    rep, boss = (body(signed_in(ranked, login).get("/ranking/")) for login in ("e1", "d"))
    assert "第01号商行" in rep
    assert "第02号商行" not in rep
    assert "按你能看到的客户算" in rep
    assert "第02号商行" in boss
    assert "按你能看到的客户算" not in boss


def test_under_twenty_there_is_a_sentence_instead_of_a_curve(ranked: Any) -> None:
    assert "不画曲线" in body(signed_in(ranked, "e1").get("/ranking/"))
    assert 'data-chart="pareto"' in body(signed_in(ranked, "d").get("/ranking/"))


def test_every_scheme_opens_in_every_view(ranked: Any) -> None:
    client = signed_in(ranked, "d")
    for scheme in ("ev_abc", "sales_abc_value", "pyramid", "rfm", "quality", "value_level"):
        for view in ("top", "ab_line", "bc_line", "moves", "goal", "develop", "nonsense"):
            asked = {"scheme": scheme, "view": view}
            assert client.get("/ranking/", asked).status_code == 200, asked
            assert client.get("/ranking/", {**asked, "owner": "e1", "after": "3"}).status_code == 200, asked


def test_a_file_holds_what_one_sees_and_no_formula(ranked: Any) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    client = signed_in(ranked, "d")
    text = body(client.get("/ranking/export/?scheme=ev_abc&format=csv"))
    assert "'=1+1" in text
    assert len(text.splitlines()) == 31
    book = client.get("/ranking/export/?scheme=ev_abc&format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [c for c in cells if c.data_type == "f"]
    assert [c.value for c in cells if c.value == "=1+1"]
    assert {type(sheet.cell(2, 5).value), type(sheet.cell(2, 1).value)} <= {int, float}
    mine = body(signed_in(ranked, "me").get("/ranking/export/?scheme=ev_abc"))
    assert len(mine.splitlines()) == 16


def test_p06_a_large_file_has_to_say_what_for(ranked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kemai.oversight.exchange.export.ranking.TRACED_FROM", 10)
    client, address = signed_in(ranked, "d"), "/ranking/export/?scheme=ev_abc&format=csv"
    assert "用来做什么" in client.get(address).content.decode()
    assert client.post(address, {"format": "csv", "reason": " "}).status_code == 403
    assert not Entry.objects.filter(verb="exchange.exported").exists()
    assert len(body(client.post(address, {"format": "csv", "reason": "给会计对账"})).splitlines()) == 31
    assert Entry.objects.get(verb="exchange.exported").reason == "给会计对账"
    few = client.get(f"{address}&region=没有的地区")
    assert few["Content-Disposition"].startswith("attachment")


def test_files_are_refused_without_the_duty(ranked: Any) -> None:
    for login in ("e1", "w1", "c", "a", "s"):
        client = signed_in(ranked, login)
        assert client.get("/ranking/export/?scheme=ev_abc").status_code == 403
        assert client.get("/ranking/composition/export/").status_code == 403
    assert signed_in(ranked, "d").get("/ranking/export/?format=exe").status_code == 404


def test_a_trial_shows_its_price_and_stores_nothing_until_a_reason_is_written(ranked: Any) -> None:
    boss = signed_in(ranked, "d")
    page = body(boss.get("/ranking/try/?scheme=ev_abc&cut0=30&cut1=50"))
    for said in ("名会变", "多出的联系", "要多跑的业务员", "存成第 2 版"):
        assert said in page
    assert body(boss.get("/ranking/try/?scheme=ev_abc&cut0=60&cut1=50")).count("这样切不行") == 1
    assert boss.post("/ranking/save/", {"scheme": "ev_abc", "cut0": "30", "cut1": "50"}).status_code == 403
    assert SchemeVersion.objects.filter(number=2).count() == 0
    boss.post("/ranking/save/", {"scheme": "ev_abc", "cut0": "30", "cut1": "50", "reason": "大户更分散了"})
    assert Scheme.objects.get(key="ev_abc").current == 2
    assert "方案改成第 2 版了，还没重算" in body(boss.get("/ranking/?scheme=ev_abc"))


def test_saving_cuts_is_refused_to_those_who_do_not_decide(ranked: Any) -> None:
    for login in ("e1", "me", "c", "a"):
        answer = signed_in(ranked, login).post(
            "/ranking/save/", {"scheme": "ev_abc", "cut0": "30", "cut1": "50", "reason": "试"}
        )
        assert answer.status_code == 403
    assert not SchemeVersion.objects.filter(number=2).exists()


def test_s4_93_a_group_leads_to_its_customers(ranked: Any) -> None:
    customer_of(ranked, "e1", "没买过的店")
    page = body(signed_in(ranked, "d").get("/ranking/composition/?by=owner"))
    assert "/customers/?owner=e1" in page
    assert "谁撑起公司" in page
    assert signed_in(ranked, "d").get("/ranking/composition/?by=secret").status_code == 404

"""Invoices, receipts, target and stock count on a customer's sales tab: shown when there is something, to who may see it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cast import TODAY, customer_of

from kemai.foundation.access.actor import system_actor
from kemai.oversight.exchange.actions import run_import
from kemai.oversight.exchange.planning.request import ImportRequest

pytestmark = pytest.mark.django_db
PANELS = ('id="invoices"', 'id="receipts"', 'id="target"', 'id="stock"')


@pytest.fixture
def customer(people: Any) -> Any:
    return customer_of(people, "e1", "镇江华瑞商贸有限公司")


@pytest.fixture
def sales_of(client: Any, people: Any, customer: Any) -> Any:
    def asked(login: str) -> str:
        client.force_login(people.persons[login])
        answer = client.get(f"/customers/{customer.code}/sales/")
        assert answer.status_code == 200
        return str(answer.content.decode())

    return asked


@pytest.fixture
def books(customer: Any, tmp_path: Any, settings: Any) -> None:
    settings.DATA_DIR = tmp_path / "data"
    code = customer.code
    for kind, text in {
        "invoices": f"发票号,客户,开票日期,到期日,金额\nZZ-F1,{code},2026-08-01,2026-09-01,1234.50\nZZ-F2,{code},2026-11-01,,-20\n",
        "receipts": f"收款单号,客户,日期,金额,发票号\nZZ-R1,{code},2026-09-09,1000,ZZ-F1\n",
        "targets": f"客户,期间,金额\n{code},2026,765400\n",
        "stock": f"客户,盘点日,产品编号,产品名称,数量\n{code},2026-10-31,P1,黄酒,1200\n{code},2026-10-31,P2,米酒,0\n",
    }.items():
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, "utf-8")
        run_import(ImportRequest(system_actor(TODAY), kind, path, path.name))


def test_a_customer_without_books_has_no_panel_of_them(sales_of: Any) -> None:
    assert not [panel for panel in PANELS if panel in sales_of("d")]


def test_what_is_owed_what_came_in_what_is_aimed_at_and_what_was_counted_stand_there(
    books: None, sales_of: Any
) -> None:
    text = sales_of("d")
    assert [panel for panel in PANELS if panel not in text] == []
    for part in (
        "ZZ-F1",
        "1,234.50",
        "1,000.00",
        "234.50",
        "2026-09-01 过期",
        "−20.00",
        "ZZ-R1",
        "76.5",
        "1,200",
        "2026-10-31",
    ):
        assert part in text, part


def test_a_salesperson_sees_target_and_stock_and_nobody_without_sales_sees_any(
    books: None, sales_of: Any
) -> None:
    text = sales_of("e1")
    assert [panel in text for panel in PANELS] == [False, False, True, True]
    assert "ZZ-F1" not in text
    for login in ("c", "s"):
        text = sales_of(login)
        assert not [panel for panel in PANELS if panel in text]
        assert "ZZ-" not in text

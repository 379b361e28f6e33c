"""The way from the warning list to a call, to the customer's card, and to the reason behind a number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.journeys.conftest import Company, _served


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The demo company, where some do not order as they used to."""
    yield from _served(tmp_path_factory.mktemp("leaving"), ["demo", "--no-serve"])


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_s4_12_a_call_is_arranged_where_the_warning_stands_and_the_card_says_why(
    phone: bool, company: Any, visit: Any
) -> None:
    visitor = visit(company, phone=phone)
    page = visitor.sign_in("zhou")
    page.goto("/valuation/churn/")
    page.wait_for_selector("table.churn-list")
    assert visitor.axe() == []
    row = page.locator("table.churn-list tbody tr").nth(1 if phone else 0)
    name = row.locator("a.name").inner_text()
    row.get_by_role("button", name="约电话").click()
    page.wait_for_selector(f"text=安排好了：{name}")
    page.locator("table.churn-list a.name", has_text=name).first.click()
    page.wait_for_selector(".six")
    assert "打电话问问为什么没下单" in page.inner_text(".customer")
    page.click(".customer a:has-text('值多少')")
    page.wait_for_selector("text=终身价值")
    assert visitor.axe() == []
    page.locator("a.ask[href*='/why/churn/']").last.click()
    page.wait_for_selector("[data-why-body] >> text=没下单的天数")
    assert visitor.axe() == []

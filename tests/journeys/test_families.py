"""A group of companies: a parent is written, the tree walked, a circle refused, the parent taken away again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.journeys.conftest import Company, _must, _served


@pytest.fixture(scope="module")
def cast_company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The cast of the public cases with their customers."""
    for company in _served(tmp_path_factory.mktemp("families"), ["migrate"]):
        _must(company.kemai("seed-actors"))
        yield company


def password(login: str) -> str:
    return f"Cast-of-Kemai-{login}-2026"


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_manager_puts_one_customer_below_another_and_takes_it_out_again(
    phone: bool, cast_company: Any, visit: Any
) -> None:
    visitor = visit(cast_company, phone=phone)
    page = visitor.sign_in("me", password("me"))
    page.goto("/customers/CAST-E1-2/")
    page.click(".tabs >> text=联系人与供货")
    page.click(".beside >> text=集团")
    page.wait_for_selector("text=单独一家")
    assert visitor.axe() == []
    page.fill("[name=parent]", "CAST-E2-2")
    page.keyboard.press("Enter")
    page.wait_for_selector("#family tr.here >> text=CAST-E1-2")
    assert page.locator("#family tbody tr").count() == 2
    assert "你能看的 2 家" in page.inner_text("#family tfoot")
    assert visitor.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.click("#family tbody tr:first-child a")
    page.wait_for_selector("#family tr.here >> text=CAST-E2-2")
    page.fill("[name=parent]", "CAST-E1-2")
    page.keyboard.press("Enter")
    page.wait_for_selector(".has-error >> text=绕了一圈")
    assert page.input_value("[name=parent]") == "CAST-E1-2"
    page.goto("/customers/CAST-E1-2/changes/")
    assert "改了上级单位" in page.inner_text("main")
    page.goto("/customers/CAST-E1-2/family/")
    page.click("text=去掉上级单位")
    page.wait_for_selector("text=单独一家")


def test_a_salesperson_sees_his_own_part_and_cannot_set_a_parent(cast_company: Any, visit: Any) -> None:
    manager = visit(cast_company).sign_in("me", password("me"))
    manager.goto("/customers/CAST-E1-2/family/")
    manager.fill("[name=parent]", "CAST-E2-2")
    manager.keyboard.press("Enter")
    manager.wait_for_selector("#family tr.here")
    page = visit(cast_company).sign_in("e1", password("e1"))
    page.goto("/customers/CAST-E1-2/family/")
    assert "单独一家" in page.inner_text("main")
    assert "CAST-E2-2" not in page.inner_text("main")
    assert page.locator("[name=parent]").count() == 0
    manager.click("text=去掉上级单位")
    manager.wait_for_selector("text=单独一家")

"""What a salesperson meets on a phone all day: the line on a customer's page, buttons a thumb can hit, a lost session."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.journeys.conftest import Company, _must, _served


@pytest.fixture(scope="module")
def cast_company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The cast of the public cases with their customers and tasks."""
    for company in _served(tmp_path_factory.mktemp("cast"), ["migrate"]):
        _must(company.kemai("seed-actors"))
        yield company


def on_the_phone(visit: Any, company: Any, login: str) -> Any:
    visitor = visit(company, phone=True)
    visitor.sign_in(login, f"Cast-of-Kemai-{login}-2026")
    return visitor


def test_a_line_on_a_customers_page_needs_no_name_and_the_page_shows_it_at_once(
    cast_company: Any, visit: Any
) -> None:
    visitor = on_the_phone(visit, cast_company, "e1")
    page = visitor.page
    page.locator("#work-list .li a.name").first.click()
    page.wait_for_url("**/customers/**")
    name = (page.text_content("#bar h1") or "").strip()
    page.click(".tabbar .log")
    page.wait_for_selector(f"#log-sheet[open] h2:has-text('记一笔：{name}')")
    page.fill("#sheet-log-text", "电话 谈了年货，下周二回访")
    page.wait_for_selector(f"#log-sheet .chip:has-text('{name}')")
    assert visitor.axe() == []
    page.click("#log-sheet button:has-text('保存')")
    page.wait_for_selector("#log-sheet", state="hidden")
    page.wait_for_selector(".six:has-text('回访')")
    assert "今天" in page.inner_text(".six")


def test_a_refused_line_gives_its_button_back(cast_company: Any, visit: Any) -> None:
    visitor = on_the_phone(visit, cast_company, "e1")
    page = visitor.page
    page.click(".tabbar .log")
    page.fill("#sheet-log-text", "电话 谈了年货")
    page.click("#log-sheet button:has-text('保存')")
    page.wait_for_selector("#log-sheet [role=alert]:has-text('没写是哪家')")
    page.wait_for_selector("#log-sheet button:has-text('保存'):not([aria-busy])")


def test_a_line_written_after_the_session_has_ended_is_kept_and_sent_after_the_next_sign_in(
    cast_company: Any, visit: Any
) -> None:
    visitor = on_the_phone(visit, cast_company, "e2")
    page = visitor.page
    name = page.locator("#work-list .li a.name").first.inner_text()
    visitor.context.clear_cookies(name=re.compile("session"))
    page.click(".tabbar .log")
    page.fill("#sheet-log-text", f"@{name} 电话 谈了账期")
    page.wait_for_timeout(600)
    assert page.locator("input[name=password]").count() == 0
    page.click("#log-sheet button:has-text('保存')")
    page.wait_for_selector("#toasts >> text=登录过期了")
    page.click("#log-sheet [data-dialog-close]")
    page.locator("#work-list > .li").first.click(position={"x": 20, "y": 40})
    page.wait_for_url("**/sign-in/?next=/today/")
    visitor.sign_in("e2", "Cast-of-Kemai-e2-2026")
    page.wait_for_selector("#toasts >> text=补传了 1 笔")

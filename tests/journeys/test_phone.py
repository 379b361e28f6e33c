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


# What stands in a line of text is as high as its line and is hit beyond it; these stand alone.
ALONE = "button, a.btn, summary.btn, input:not([type=hidden], [type=checkbox], [type=range], .slide-number), select, textarea, .seg a, .tabs a, .side-nav a, .views a, .tabbar a, a.name"
HIT = """(wanted) => [...document.querySelectorAll(wanted)].filter((one) => {
  const box = one.getBoundingClientRect();
  if (!box.width || !box.height || getComputedStyle(one).visibility === "hidden") return false;
  one.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  const at = one.getBoundingClientRect();
  const x = at.x + Math.min(at.width / 2, 20);
  const y = at.y + at.height / 2;
  const mine = (dy) => { const hit = document.elementFromPoint(x, y + dy); return hit && (one === hit || one.contains(hit)); };
  let height = 0;
  for (let dy = -22; dy < 22; dy += 1) height += mine(dy + 0.5) ? 1 : 0;
  return mine(0) && height < 42;
}).map((one) => `${one.outerHTML.slice(0, 120)} ${one.getBoundingClientRect().height}`)"""


@pytest.mark.parametrize(
    "where", ["/today/", "/customers/", "/customers/new/", "/notifications/", "/valuation/churn/", "/today/tasks/new/", "customer"]
)  # fmt: skip
def test_a_thumb_hits_what_it_aims_at(where: str, cast_company: Any, visit: Any) -> None:
    visitor = on_the_phone(visit, cast_company, "e1")
    page = visitor.page
    first = page.locator("#work-list .li a.name").first.get_attribute("href")
    page.goto(first if where == "customer" else where)
    assert page.evaluate(HIT, ALONE) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_list_is_sorted_on_a_phone_whose_table_has_no_head(cast_company: Any, visit: Any) -> None:
    visitor = on_the_phone(visit, cast_company, "e1")
    page, menu = visitor.page, "details.menu:has(summary[aria-label='排序'])"
    page.goto("/customers/")
    page.click(f"{menu} summary")
    assert visitor.axe() == []
    page.click(f"{menu} a >> text=客户")
    page.wait_for_url("**sort=name**")
    rising = page.locator("td.name-cell").all_inner_texts()
    page.click(f"{menu} summary")
    assert "升序" in page.inner_text(f"{menu} [aria-current]")
    box = page.locator(f"{menu} .menu-body").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.click(f"{menu} [aria-current]")
    page.wait_for_url("**sort=-name**")
    assert page.locator("td.name-cell").all_inner_texts() == rising[::-1]
    assert len(rising) > 1


def test_a_row_of_the_list_opens_its_customer_wherever_it_is_tapped_and_is_picked_while_one_picks(
    cast_company: Any, visit: Any
) -> None:
    visitor = on_the_phone(visit, cast_company, "me")
    page = visitor.page
    page.goto("/customers/")
    row = page.locator("tbody tr").first
    href = row.locator("a.name").get_attribute("href")
    row.tap(position={"x": 250, "y": 30})
    page.wait_for_url(f"**{href}*")
    page.go_back()
    page.click("[data-picking]")
    row.tap(position={"x": 250, "y": 30})
    page.wait_for_selector("tr[aria-selected=true]")
    assert page.url.endswith("/customers/")


def test_the_sheet_of_a_task_moves_it_and_hands_it_over_without_leaving_the_list(
    cast_company: Any, visit: Any
) -> None:
    visitor = on_the_phone(visit, cast_company, "e1")
    page = visitor.page
    page.locator("#work-list > .li:not(.done)").first.tap(position={"x": 20, "y": 40})
    page.click("#why summary:has-text('挪日子')")
    box = page.locator("#why .menu-body").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.click("#why summary:has-text('挪日子')")
    page.click("#why a:has-text('转给人')")
    page.wait_for_selector("#why[open] h2:has-text('转给谁')")
    assert visitor.axe() == []
    assert page.url.endswith("/today/")


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_next_step_gets_its_day_by_one_tap_and_a_refused_form_its_cursor_where_it_is_wrong(
    phone: bool, cast_company: Any, visit: Any
) -> None:
    visitor = visit(cast_company, phone=phone)
    page = visitor.sign_in("e2", "Cast-of-Kemai-e2-2026")
    page.goto(page.locator("#work-list .li a.name").first.get_attribute("href"))
    if phone:
        page.click("summary[aria-label='更多']")
    page.locator("button[data-dialog=arrange]:visible").first.click()
    page.fill("#arr-title", "送年货样品")
    page.click("#arrange button:has-text('后天')")
    assert visitor.axe() == []
    page.click("#arrange button:has-text('保存')")
    page.wait_for_selector("main:has-text('送年货样品')")
    page.goto("/customers/new/")
    page.locator("main form button[type=submit]:visible").last.click()
    page.wait_for_selector("[aria-invalid=true]")
    assert page.evaluate("document.activeElement.name") == "name"


def test_the_keyboard_finds_a_search_on_every_page_and_a_field_opened_for_change_has_the_cursor(
    cast_company: Any, visit: Any
) -> None:
    visitor = visit(cast_company)
    page = visitor.sign_in("e1", "Cast-of-Kemai-e1-2026")
    page.keyboard.press("/")
    page.wait_for_selector("#palette[open]")
    page.keyboard.press("Escape")
    page.goto(page.locator("#work-list .li a.name").first.get_attribute("href") + "basics/")
    page.click("[aria-label='改电话']")
    page.wait_for_selector("[data-inline] :focus")

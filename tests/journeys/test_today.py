"""A day on 今日: one line is logged, work is done, moved, handed over and taken back, on a desk and on a phone."""

from __future__ import annotations

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


def password(login: str) -> str:
    return f"Cast-of-Kemai-{login}-2026"


def rows(page: Any) -> list[str]:
    return list(page.locator("#work-list > .li .ttl").all_inner_texts())


def test_a_rep_works_the_list_by_keyboard_and_every_step_can_be_taken_back(
    cast_company: Any, visit: Any
) -> None:
    visitor = visit(cast_company)
    page = visitor.sign_in("e1", password("e1"))
    assert visitor.axe() == []
    assert page.inner_text("#nav-today") == "3"
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.wait_for_selector(".li.done >> text=撤回")
    assert page.inner_text("#nav-today") == page.inner_text("#todo-count") == "2"
    assert "今天已完成 1" in page.inner_text("#work")
    assert visitor.axe() == []
    page.click(".li.done >> text=撤回")
    page.wait_for_selector("#nav-today:has-text('3')")
    page.keyboard.press("j")
    page.keyboard.press("?")
    page.wait_for_selector("#why[open] >> text=为什么排在这")
    assert visitor.axe() == []
    page.keyboard.press("Escape")
    page.keyboard.press("h")
    page.wait_for_selector("#work details[open]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".li.done >> text=挪到明天")
    page.wait_for_selector(".li.done", state="detached", timeout=15_000)
    assert len(rows(page)) == 2
    page.keyboard.press("k")
    page.keyboard.press("p")
    page.wait_for_selector("#why[open] >> text=转给谁")
    page.click("#why button:has-text('ME')")
    page.wait_for_selector(".li.done >> text=交给了ME")
    manager = visit(cast_company)
    desk = manager.sign_in("me", password("me"))
    assert "E1 交给你：回访" in desk.inner_text("aside.stack-4")
    desk.goto("/notifications/")
    assert manager.axe() == []
    desk.click("button:has-text('交给你')")
    desk.wait_for_url("**/today/tasks/*/")
    assert manager.axe() == []
    desk.goto("/today/?whose=team")
    assert "谁手上有多少" in desk.inner_text("aside.stack-4")
    assert manager.axe() == []


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_one_line_becomes_a_contact_and_a_next_step(phone: bool, cast_company: Any, visit: Any) -> None:
    visitor = visit(cast_company, phone=phone)
    page = visitor.sign_in("e2", password("e2"))
    box = "#log-sheet" if phone else ".today"
    if phone:
        page.goto("/customers/")
        page.click(".tabbar .log")
        page.wait_for_selector("#log-sheet[open]")
    else:
        page.keyboard.press("n")
    page.fill(f"{box} [name=text]", "@E2商贸 12分 谈了返利，下周二回访")
    page.wait_for_selector(f"{box} .chip.on >> text=E2商贸")
    assert page.locator(f"{box} .chip.q").count() == 2, "the way and the contact are guesses"
    assert visitor.axe() == []
    page.click(f"{box} [data-chip=channel]")
    page.wait_for_selector(f"{box} .chip.on[data-chip=channel] >> text=电话")
    page.focus(f"{box} [data-chip=contact]")
    page.keyboard.press("Backspace")
    page.wait_for_selector(f"{box} [data-chip=contact]", state="detached")
    page.focus(f"{box} [name=text]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".toast-k >> text=记下了：E2商贸 电话，下一步")
    page.goto("/customers/CAST-E2-1/")
    assert "最近联系\n今天" in page.inner_text("main")


def test_the_line_asks_which_one_and_keeps_what_could_not_be_sent(cast_company: Any, visit: Any) -> None:
    visitor = visit(cast_company)
    page = visitor.sign_in("w1", password("w1"))
    page.fill("#log-text", "@W1 微信 聊了聊")
    page.keyboard.press("Enter")
    page.wait_for_selector(".today .error >> text=是哪一家")
    page.click(".today [data-candidate] >> text=W1酒业")
    page.wait_for_selector(".toast-k >> text=记下了：W1酒业 微信")
    visitor.context.set_offline(True)
    page.fill("#log-text", "@W1超市 拜访 看了陈列")
    page.keyboard.press("Enter")
    page.wait_for_selector(".today [data-log-unsent] .chip.q >> text=看了陈列")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "看了陈列" in kept
    visitor.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_selector(".toast-k >> text=补传了 1 笔")
    assert "看了陈列" not in page.evaluate("JSON.stringify(localStorage)")
    page.goto("/today/?whose=me&day=" + page.get_attribute("[data-log]", "data-today"))
    assert "看了陈列" in page.inner_text("#work")


def test_an_entry_that_is_refused_when_it_is_sent_at_last_says_why_and_is_mended_or_deleted(
    cast_company: Any, visit: Any
) -> None:
    visitor = visit(cast_company)
    page = visitor.sign_in("w1", password("w1"))
    visitor.context.set_offline(True)
    for text in ("@W1 电话 断网时记的，谈了返利和年底的进货安排，还有明年的货架", "@没有这一家 电话 也是"):
        page.fill("#log-text", text)
        page.keyboard.press("Enter")
        page.wait_for_selector(f".today [data-log-unsent] .chip.q >> text={text}")
    visitor.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_selector(".toast-k >> text=有 2 笔补传时没存上")
    refused = page.locator(".today .log-refused")
    assert refused.count() == 2
    assert "是哪一家" in refused.nth(0).inner_text()
    assert "没存上：" in refused.nth(1).inner_text()
    assert visitor.axe() == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.click(".tabbar .log")
    for part in ("#log-sheet .dlg-body", "#log-sheet .log-refused"):
        assert page.evaluate(
            "(w) => { const b = document.querySelector(w); return b.scrollWidth <= b.clientWidth }", part
        )
        assert page.locator(part).first.bounding_box()["x"] >= 0
    assert visitor.axe() == []
    page.click("#log-sheet [data-dialog-close]")
    page.set_viewport_size({"width": 1440, "height": 900})
    refused.nth(1).locator("text=删掉").click()
    page.reload()
    page.wait_for_selector(".today .log-refused >> text=是哪一家")
    assert refused.count() == 1
    refused.locator("text=改").click()
    page.click(".today [data-candidate] >> text=W1酒业")
    page.wait_for_selector(".toast-k >> text=记下了：W1酒业 电话")
    page.reload()
    page.wait_for_selector("#log-text")
    assert refused.count() == 0
    assert "断网时记的" not in page.evaluate("JSON.stringify(localStorage)")


def test_without_script_everything_is_a_form(cast_company: Any, browser: Any) -> None:
    context = browser.new_context(base_url=cast_company.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in/")
    page.fill("input[name=login]", "mw")
    page.fill("input[name=password]", password("mw"))
    page.click("button[type=submit]")
    page.fill("#log-text", "@MW商贸 来访 谈了年货")
    page.press("#log-text", "Enter")
    assert "记下了：MW商贸 来访" in page.inner_text("#toasts")
    before = page.inner_text("#todo-count")
    page.locator("#work-list .li button[title^=做完]").first.click(force=True)
    assert page.inner_text("#todo-count") == str(int(before) - 1)
    page.click("text=安排")
    page.fill("[name=title]", "对账")
    page.click("main button[type=submit]")
    assert "对账" in page.inner_text("#work-list")
    context.close()


def test_a_swipe_to_the_right_is_done_and_to_the_left_asks_for_another_day(
    cast_company: Any, visit: Any
) -> None:
    visitor = visit(cast_company, phone=True)
    page = visitor.sign_in("k", password("k"))
    page.goto("/today/tasks/new/")
    page.fill("[name=title]", "见采购")
    page.click("main button[type=submit]")
    page.wait_for_selector("#work-list >> text=见采购")
    assert visitor.axe() == []
    page.evaluate(SWIPE, -110)
    page.wait_for_selector("#why[open] >> text=挪日子")
    assert visitor.axe() == []
    page.keyboard.press("Escape")
    page.evaluate(SWIPE, 110)
    page.wait_for_selector(".li.done >> text=撤回")
    page.wait_for_selector(".li", state="detached", timeout=15_000)
    page.wait_for_selector("text=今天的都做完了")


SWIPE = """(by) => {
  const row = document.querySelector('#work-list > .li:not(.done)');
  const at = (x) => [new Touch({identifier: 1, target: row, clientX: 200 + x, clientY: 300})];
  const send = (name, x) => row.dispatchEvent(new TouchEvent(name, {bubbles: true, touches: name === 'touchend' ? [] : at(x), changedTouches: at(x)}));
  send('touchstart', 0); send('touchmove', by / 2); send('touchmove', by); send('touchend', by);
}"""


def test_the_palette_acts_on_the_customer_that_was_typed(cast_company: Any, visit: Any) -> None:
    visitor = visit(cast_company)
    page = visitor.sign_in("e1", password("e1"))
    page.keyboard.press("Control+k")
    page.fill("#palette input", "E1酒")
    page.wait_for_selector("#palette .r >> text=E1酒业")
    page.wait_for_selector("#palette h2 >> text=对E1酒业")
    assert visitor.axe() == []
    page.click("#palette .r >> text=安排下一步")
    page.wait_for_url("**/today/tasks/new/?customer=CAST-E1-2")
    assert page.input_value("[name=customer]") == "CAST-E1-2"
    page.keyboard.press("Control+k")
    page.fill("#palette input", "查无此店")
    page.wait_for_selector("#palette >> text=没有找到「查无此店」")
    assert visitor.axe() == []

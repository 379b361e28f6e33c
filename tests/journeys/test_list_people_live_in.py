"""The list as one works in it: conditions built, kept as a view, a cell changed, all that match changed and taken back,
and the same question as a board."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.journeys.conftest import Company, _served


@pytest.fixture(scope="module")
def wide_company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The demo company: a region's manager with more customers than one move takes."""
    yield from _served(tmp_path_factory.mktemp("wide"), ["demo", "--no-serve"])


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_conditions_view_cell_all_that_match_undo_board(phone: bool, wide_company: Any, visit: Any) -> None:
    visitor = visit(wide_company, phone=phone)
    page = visitor.sign_in("sunan")
    page.goto("/customers/")
    page.click("[data-dialog=builder-sheet]")
    page.wait_for_selector("[id='f-r.0']")
    page.select_option("[id='f-r.0']", "region")
    page.wait_for_selector("[id='o-r.0']")
    page.select_option("[id='o-r.0']", "filled")
    page.wait_for_selector("[id='v-r.0']", state="detached")
    page.click("[id='group-r']")
    page.wait_for_selector("[id='f-r.1.0']")
    page.select_option("[id='f-r.1.0']", "sales_12m")
    page.wait_for_selector("[id='o-r.1.0']")
    page.select_option("[id='o-r.1.0']", "filled")
    page.wait_for_selector("[id='v-r.1.0']", state="detached")
    page.select_option("[id='f-r.1.1']", "state")
    page.wait_for_selector("[id='v-r.1.1']")
    page.select_option("[id='v-r.1.1']", "potential")
    page.wait_for_selector("#builder-found:has-text('家符合')")
    assert visitor.axe() == []
    page.click("#builder .btn-primary")
    page.wait_for_url("**where=and*")
    page.wait_for_selector("#views .n")
    assert visitor.axe() == []

    if phone:
        page.click(".show-p summary[aria-label='更多']")
    page.click("[data-dialog=save-view]:visible")
    page.fill("#save-view [name=name]", f"有地区的{'手机' if phone else '桌面'}")
    assert visitor.axe() == []
    page.click("#save-view .btn-primary")
    page.wait_for_url("**view=*")
    assert "有地区的" in page.inner_text("#views [aria-current]")

    if not phone:
        page.keyboard.press("e")
        page.wait_for_selector("[data-cell-form]")
        assert visitor.axe() == []
        before = page.input_value("[data-cell-value]")
        page.fill("[data-cell-value]", "扬中")
        page.keyboard.press("Enter")
        page.wait_for_selector("td:has(> [data-cell]):has-text('扬中')")
        page.keyboard.press("e")
        page.fill("[data-cell-value]", "不要")
        page.keyboard.press("Escape")
        page.wait_for_selector("[data-cell-form]", state="detached")
        assert "不要" not in page.inner_text("table.kt")
        assert before

    if phone:
        page.click("[data-picking]")
    page.locator("[data-select]").first.check()
    page.wait_for_selector("[data-bulk]:not([hidden])")
    page.locator("[data-bulk] [name=all]").check()
    page.click("[data-bulk] button[value=edit]")
    page.wait_for_selector("text=改哪一项")
    assert visitor.axe() == []
    page.select_option("[name=field]", "size")
    page.click("main .form-foot .btn-primary")
    page.wait_for_selector("select[name=value]")
    page.select_option("select[name=value]", "大")
    page.click("main .form-foot .btn-primary")
    page.wait_for_selector("text=改好了", timeout=60_000)
    assert visitor.axe() == []
    page.click("main form .btn:has-text('撤销这次修改')")
    page.wait_for_selector("text=家改回去了", timeout=60_000)

    page.goto("/customers/?look=board")
    page.wait_for_selector(".lane.on .card-k")
    assert visitor.axe() == []
    card = page.locator("[data-lane=potential] .card-k").first
    name = card.locator(".name").inner_text()
    card.locator("summary").click()
    card.locator("button[value=target]").click()
    page.wait_for_selector(f".toast-k:has-text('{name} 改成了目标')")
    assert name in page.locator("[data-lane=target]").text_content()

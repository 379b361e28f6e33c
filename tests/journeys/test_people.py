"""A person is met on his page, put in his place on the chart, and his card goes out and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.journeys.conftest import Company, _must, _served


@pytest.fixture(scope="module")
def cast_company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The cast of the public cases with their customers."""
    for company in _served(tmp_path_factory.mktemp("people"), ["migrate"]):
        _must(company.kemai("seed-actors"))
        yield company


def _add(page: Any, address: str, name: str, title: str, mobile: str) -> None:
    page.goto(f"{address}contacts/")
    page.fill("[name=name]", name)
    page.fill("[name=title]", title)
    page.fill("[name=mobile]", mobile)
    page.click("main .form-foot button")
    page.wait_for_selector(f"a[href='tel:{mobile}']")


def _put_below(page: Any, who: str, above: str, *, phone: bool) -> None:
    """By mouse on a desk; by the form in the box on a phone, as by keyboard."""
    box, target = (page.locator(f".pbox:has(> a.name:text-is('{name}'))") for name in (who, above))
    if phone:
        box.locator("summary").click()
        box.locator("select").select_option(label=above)
        box.locator("form button").click()
    else:
        (x, y), (to_x, to_y) = (
            (b["x"] + 30, b["y"] + b["height"] - 10) for b in (box.bounding_box(), target.bounding_box())
        )
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 20, y + 20, steps=3)
        page.mouse.move(to_x, to_y, steps=5)
        page.mouse.up()
    page.wait_for_selector(f".ptree li:has-text('{above}') li:has-text('{who}')")


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_person_is_filled_in_drawn_and_carried_as_a_card(
    phone: bool, cast_company: Any, visit: Any, tmp_path: Any
) -> None:
    visitor = visit(cast_company, phone=phone)
    page = visitor.sign_in("me", "Cast-of-Kemai-me-2026")
    page.goto("/customers/new/")
    page.fill("[name=name]", f"浮玉酒楼{'手机' if phone else '桌面'}店")
    page.select_option("[name=type]", "enterprise")
    page.click("main .form-foot button")
    page.wait_for_selector(".six")
    address = page.url
    _add(page, address, "贺明远", "总经理", "13800000000")
    _add(page, address, "姜雯", "采购", "13900000000")
    page.click("main table a.name >> text=贺明远")
    page.wait_for_selector(".person-head")
    assert visitor.axe() == []
    page.click(".person-head .tabs >> text=业务背景")
    page.wait_for_selector("[name=employment]")
    page.select_option("[name=employment]", "自营")
    page.check("[name=away][value=annual_income_fen]")
    page.click("main .form-foot button")
    page.wait_for_selector("text=填了 3 / 6")
    assert visitor.axe() == []
    page.goto(f"{address}contacts/?view=chart")
    page.wait_for_selector("[data-people-chart][data-live]")
    assert visitor.axe() == []
    _put_below(page, "姜雯", "贺明远", phone=phone)
    assert visitor.axe() == []
    page.goto(f"{address}contacts/")
    with page.expect_download() as download:
        page.click("main button >> text=导出名片")
    made = tmp_path / "cards.vcf"
    download.value.save_as(made)
    text = made.read_text("utf-8")
    assert "FN:贺明远" in text
    made.write_text(text.replace("13900000000", "13900000009"), "utf-8")
    page.goto(f"{address}contacts/import/")
    page.set_input_files("[name=file]", str(made))
    page.click("main .form-foot button")
    page.wait_for_selector(".coming >> text=已经有了，一样的")
    assert "13900000009" in page.inner_text(".coming")
    assert visitor.axe() == []
    page.click("main button >> text=导入")
    page.wait_for_selector("text=更新了 1 人")
    page.wait_for_selector("a[href='tel:13900000009']")

"""A customer's life on its page: made, met, arranged, estimated; two people at once; many from the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.journeys.conftest import Company, _must, _served


@pytest.fixture(scope="module")
def cast_company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The cast of the public cases with their customers."""
    for company in _served(tmp_path_factory.mktemp("cast"), ["migrate"]):
        _must(company.kemai("seed-actors"))
        yield company


def password(login: str) -> str:
    return f"Cast-of-Kemai-{login}-2026"


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_new_customer_is_met_arranged_and_estimated(phone: bool, cast_company: Any, visit: Any) -> None:
    visitor = visit(cast_company, phone=phone)
    page = visitor.sign_in("e1", password("e1"))
    page.goto("/customers/new/")
    assert visitor.axe() == []
    page.fill("[name=name]", f"泓川酒楼{'手机' if phone else '桌面'}店")
    page.select_option("[name=type]", "enterprise")
    page.click("main .form-foot button")
    page.wait_for_selector(".six")
    address = page.url
    page.goto(address + "contacts/")
    page.fill("[name=name]", "姜雯")
    page.fill("[name=mobile]", "138")
    page.click("main .form-foot button")
    page.wait_for_selector(".has-error >> text=号码有 3 位")
    page.fill("[name=mobile]", "+86 138-0000-0000")
    page.click("main .form-foot button")
    page.wait_for_selector("a[href='tel:13800000000']")
    assert visitor.axe() == []
    page.goto(address)
    if phone:
        page.click(".who .menu summary")
        page.click(".menu-body [data-dialog=log]")
    else:
        page.keyboard.press("l")
    page.wait_for_selector("#log[open]")
    assert visitor.axe() == []
    page.select_option("#log-contact", label="姜雯")
    page.fill("#log-note", "嫌返利到账慢")
    page.fill("#log-next", "2099-01-05")
    page.fill("#log-title", "送样酒")
    page.click("#log .form-foot button")
    page.wait_for_selector(".six >> text=送样酒")
    assert "今天 电话 姜雯" in page.inner_text(".six")
    page.goto(address + "potential/")
    page.fill("[name=mp]", "200")
    page.fill("[name=es]", "30")
    page.select_option("[name=p]", "5000")
    page.click("button[name=try]")
    page.wait_for_selector("text=期望价值会是 30.0 万")
    assert visitor.axe() == []
    page.fill("[name=reason_market]", "新开街区")
    page.click("main .form-foot .btn-primary")
    page.wait_for_selector(".tl >> text=新开街区")


def test_who_saves_second_sees_both_versions_and_overwrites_nothing(cast_company: Any, visit: Any) -> None:
    first, second = visit(cast_company), visit(cast_company, phone=True)
    desk, phone = first.sign_in("e1", password("e1")), second.sign_in("me", password("me"))
    for page in (desk, phone):
        page.goto("/customers/CAST-E1-2/edit/")
    phone.fill("[name=address]", "解放路 25 号")
    phone.click("main .form-foot button")
    phone.wait_for_selector(".six")
    desk.fill("[name=address]", "中山东路 8 号")
    desk.click("main .form-foot button")
    desk.wait_for_selector("text=什么都没有覆盖")
    assert first.axe() == []
    assert "解放路 25 号" in desk.inner_text("main")
    assert desk.input_value("[name=address]") == "中山东路 8 号"
    desk.click("main .form-foot button")
    desk.wait_for_selector(".six")
    phone.goto("/customers/CAST-E1-2/basics/")
    assert "中山东路 8 号" in phone.inner_text("main")


def test_the_list_is_walked_chosen_from_and_handed_over_by_keyboard(cast_company: Any, visit: Any) -> None:
    visitor = visit(cast_company)
    page = visitor.sign_in("me", password("me"))
    page.goto("/customers/?sort=code")
    names = page.locator("table.kt a.name").all_inner_texts()
    page.locator("table.kt a.name").first.click()
    page.wait_for_selector("[data-walk-here]:not([hidden])")
    assert "1 / " in page.inner_text("[data-walk-place]")
    page.keyboard.press("j")
    page.wait_for_selector(f".who h2:has-text('{names[1]}')")
    page.keyboard.press("k")
    page.wait_for_selector(f".who h2:has-text('{names[0]}')")
    page.click("[data-walk-list] >> nth=0")
    page.wait_for_selector("table.kt a.name")
    page.keyboard.press("f")
    page.wait_for_selector("#filters[open]")
    assert visitor.axe() == []
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.wait_for_selector("[data-bulk]:not([hidden])")
    assert visitor.axe() == []
    page.click("[data-bulk] button[value=assign]")
    page.wait_for_selector("text=会改 1 家")
    assert visitor.axe() == []
    page.select_option("[name=person]", label="E2")
    page.fill("[name=reason]", "调整")
    page.click("main .form-foot button")
    page.wait_for_selector("text=1 家换给了")


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_duplicate_is_merged_with_all_it_has_and_taken_out_again(
    phone: bool, cast_company: Any, visit: Any
) -> None:
    visitor = visit(cast_company, phone=phone)
    page = visitor.sign_in("me", password("me"))
    names = [f"云栖食府{'手机' if phone else '桌面'}{end}" for end in ("", "有限公司")]
    for name in names:
        page.goto("/customers/new/")
        page.fill("[name=name]", name)
        page.select_option("[name=type]", "enterprise")
        page.fill("[name=region]", name[-2:])
        page.click("main .form-foot button")
        page.wait_for_selector(".six, [name=anyway]")
        if page.locator("[name=anyway]").count():
            page.check("[name=anyway]")
            page.click("main .form-foot button")
            page.wait_for_selector(".six")
    address = page.url
    page.goto(address + "contacts/")
    page.fill("[name=name]", "贺云")
    page.click("main .form-foot button")
    page.wait_for_selector("text=贺云")
    page.goto("/customers/?q=" + names[0])
    page.click(f"main a:text-is('{names[0]}')")
    page.wait_for_selector(".six")
    survivor = page.url
    page.click(".who .menu:has-text('更多') summary, .who .menu summary")
    page.click("text=合并重复客户")
    page.wait_for_selector(f"text={names[1]}")
    assert visitor.axe() == []
    page.click("text=对着看")
    page.wait_for_selector(".merge-sides")
    assert visitor.axe() == []
    assert page.locator(".chip:has-text('联系人') b").inner_text() == "1"
    page.check("[name=take-region][value=theirs]")
    page.click("main .form-foot button")
    page.wait_for_selector(".six")
    page.goto(address)
    assert page.url == survivor
    page.goto(survivor + "contacts/")
    page.wait_for_selector("text=贺云")
    page.goto(survivor + "changes/")
    assert visitor.axe() == []
    page.click(f"[aria-label='拆开 {names[1]}']")
    page.wait_for_selector(".six")
    assert page.url == address
    page.goto(address + "contacts/")
    page.wait_for_selector("text=贺云")


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_field_of_ones_own_goes_from_definition_to_filter_and_a_bulk_edit_back(
    phone: bool, cast_company: Any, visit: Any
) -> None:
    label = f"经营方式{'手机' if phone else '桌面'}"
    visitor = visit(cast_company, phone=phone)
    page = visitor.sign_in("c", password("c"))
    page.goto("/settings/fields/")
    page.fill("#new [name=label]", label)
    page.click("#new .form-foot button")
    page.wait_for_selector("#new .has-error")
    assert visitor.axe() == []
    page.select_option("#new [name=kind]", "choice")
    page.fill("#new [name=options]", "连锁\n单体")
    page.click("#new .form-foot button")
    page.wait_for_selector(f"th:has-text('{label}')")
    assert visitor.axe() == []

    visitor = visit(cast_company, phone=phone)
    page = visitor.sign_in("e1", password("e1"))
    page.goto("/customers/?sort=code")
    if phone:
        page.click("[data-picking]")
        assert visitor.axe() == []
    boxes = page.locator("[data-select]")
    chosen = [boxes.nth(n).get_attribute("value") for n in range(3)]
    for n in range(3):
        boxes.nth(n).check()
    page.click("[data-bulk] [value=edit]")
    page.wait_for_selector("[name=field]")
    page.select_option("[name=field]", label=label)
    page.click("main .form-foot button")
    page.wait_for_selector("[name=value]")
    assert visitor.axe() == []
    page.select_option("[name=value]", "连锁")
    page.click("main .form-foot button")
    page.wait_for_selector("text=改好了 3 家")
    assert visitor.axe() == []
    page.click("main >> text=撤销这次修改")
    page.wait_for_selector("text=3 家改回去了")
    page.goto(f"/customers/{chosen[0]}/own/")
    assert visitor.axe() == []
    page.get_by_label(label).select_option("单体")
    page.click("main .form-foot button")
    page.wait_for_selector("#own >> text=单体")
    page.goto("/customers/")
    page.click("[data-dialog=filters]")
    page.click(f"#filters fieldset:has-text('{label}') >> text=单体")
    page.click("#filters .form-foot button")
    page.wait_for_selector(f".chip:has-text('{label}')")
    assert page.locator("[data-rows] tbody tr").count() == 1
    assert visitor.axe() == []

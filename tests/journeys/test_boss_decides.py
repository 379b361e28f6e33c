"""The boss tries other lines, keeps them with a reason and sees who moved; the administrator lets somebody new in."""

from __future__ import annotations

from typing import Any

import pytest

CUSTOMERS = 40


@pytest.fixture(scope="module")
def ranked(empty_company: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Forty customers with a ledger, valued; an administrator beside the boss."""
    path = tmp_path_factory.mktemp("decide") / "sales.csv"
    lines = [f"JD{n},1,2026-0{1 + n % 9}-05,试线{n:02d}号,{(50 - n) * 1000}" for n in range(1, CUSTOMERS + 1)]
    path.write_text("单号,行号,日期,客户,金额\n" + "\n".join(lines), "utf8")
    for command in (("import", "sales", str(path), "--create-customers"), ("revalue",)):
        done = empty_company.kemai(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    add_admin(empty_company)
    return empty_company


def add_admin(company: Any) -> None:
    import subprocess
    import sys

    arguments = [
        "user",
        "add",
        "guan",
        "--name",
        "管小理",
        "--role",
        "admin",
        "--unit",
        "总部",
        "--password-stdin",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "kemai", *arguments], env=company.environment, input="lan-ting-2026",
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_other_lines_are_tried_kept_and_seen_after_the_next_run(ranked: Any, visit: Any) -> None:
    visitor = visit(ranked)
    page = visitor.sign_in("boss")
    page.goto("/ranking/?scheme=sales_abc_count")
    assert visitor.axe() == []
    first = page.locator(".range").first
    first.focus()
    page.keyboard.press("ArrowRight")
    assert page.input_value("input[name=cut0]") == "15.5"
    page.keyboard.press("PageUp")
    assert page.input_value("input[name=cut0]") == "20.5"
    page.wait_for_selector("#trial >> text=名会变")
    assert "多出的联系" in page.inner_text("#trial")
    assert visitor.axe() == []
    page.fill("#trial input[name=reason]", "多看几家大户")
    page.click("#trial form button")
    page.wait_for_selector("text=还没重算")
    assert visitor.axe() == []
    page.click(".ahead form button")
    for _n in range(90):
        page.goto("/ranking/?scheme=sales_abc_count&view=moves")
        if not page.locator("text=还没重算").count():
            break
        page.wait_for_timeout(1_000)
    assert "由 B 升" in page.inner_text("#places")
    page.goto("/valuation/")
    assert visitor.axe() == []
    page.set_viewport_size({"width": 390, "height": 844})  # on a phone, too, one chooses which two
    assert page.locator("input[name=run]").first.is_visible()
    assert visitor.axe() == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.click("form[action='/valuation/compare/'] button")
    page.wait_for_selector("text=变动最大")
    assert visitor.axe() == []
    page.goto("/settings/schemes/sales_abc_count/")
    assert "多看几家大户" in page.inner_text("main")
    page.goto("/valuation/methods/")
    hidden = page.evaluate(
        "(() => { const t = document.querySelector('main .scroll'); return t.scrollWidth - t.clientWidth })()"
    )
    assert hidden == 0, "the last column is cut at 1440"


def test_the_same_pages_fit_a_phone(ranked: Any, visit: Any) -> None:
    visitor = visit(ranked, phone=True)
    page = visitor.sign_in("boss")
    for address in (
        "/ranking/",
        "/ranking/composition/",
        "/valuation/",
        "/settings/schemes/",
        "/settings/valuation/",
    ):
        page.goto(address)
        assert visitor.axe() == [], address
        wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, address


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_somebody_new_gets_a_role_and_signs_in(phone: bool, ranked: Any, visit: Any) -> None:
    visitor = visit(ranked, phone=phone)
    page = visitor.sign_in("guan")
    login = "xin-phone" if phone else "xin"
    page.goto("/settings/people/")
    assert visitor.axe() == []
    page.goto("/settings/people/new/")
    page.fill("input[name=name]", "辛小满")
    page.fill("input[name=login]", login)
    page.select_option("select[name=role]", "sales_rep")
    assert visitor.axe() == []
    page.click("main form button[type=submit]")
    password = page.inner_text("[data-secret]")
    assert visitor.axe() == []
    newcomer = visit(ranked, phone=phone)
    newcomer.sign_in(login, password)
    newcomer.page.goto("/customers/")
    assert "没有办成" not in newcomer.page.inner_text("body")
    newcomer.page.goto("/settings/people/")
    assert "什么都没有改动" in newcomer.page.inner_text("body")

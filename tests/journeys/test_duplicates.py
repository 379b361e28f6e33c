"""A base is looked through for duplicates; one pair is told apart, one is merged (desktop and phone)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

HEAD = "客户编号,客户名称,地区,电话\n"


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_duplicates_are_found_told_apart_and_merged(
    device: str, empty_company: Any, visit: Any, tmp_path: Path
) -> None:
    _entered(empty_company, tmp_path, device)
    visitor = visit(empty_company, phone=device == "phone")
    page = visitor.sign_in("boss")
    page.goto("/customers/")
    if device == "phone":
        page.click(".list-tools .menu:has(a:has-text('查重')) summary")
    page.click("a:has-text('查重') >> visible=true")
    page.click("text=现在查重")
    page.wait_for_selector("article.dup", timeout=60_000)
    assert visitor.axe() == []
    assert page.locator("article.dup").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.click("article.dup:has-text('永盛') [data-why]")
    page.wait_for_selector("#why:has-text('一项一项加起来')")
    assert "电话相同" in page.inner_text("#why")
    assert visitor.axe() == []
    page.keyboard.press("Escape")

    apart = page.locator("article.dup:has-text('永盛')")
    if device == "desktop":
        while "永盛" not in page.inner_text("article.dup.cursor"):
            page.keyboard.press("j")
        page.keyboard.press("n")
    else:
        apart.locator("button:has-text('不是同一家')").click()
    page.wait_for_selector("text=记下了，以后不再提")
    assert page.locator("article.dup").count() == 1
    page.goto("/duplicates/?state=apart")
    assert "永盛" in page.inner_text("article.dup")
    assert visitor.axe() == []

    page.goto("/duplicates/")
    if device == "desktop":
        page.keyboard.press("m")
    else:
        page.click("article.dup a:has-text('合并')")
    page.wait_for_selector("text=留下")
    assert "华瑞" in page.inner_text(".merge-sides")
    page.click("form button:has-text('合并')")
    page.wait_for_selector("text=已经并进来了")
    page.goto("/duplicates/")
    assert page.locator("article.dup").count() == 0
    assert "没有像是重复的客户" in page.inner_text("main")
    assert visitor.axe() == []


def _entered(company: Any, folder: Path, device: str) -> None:
    """Two firms, each entered twice; another town for each device, so that both may use one company."""
    town, mark = {"desktop": ("苏州", "D"), "phone": ("无锡", "P")}[device]
    tail = "1" if device == "desktop" else "2"
    path = folder / "客户.csv"
    path.write_text(
        HEAD
        + f"{mark}1,{town}市华瑞商贸有限公司,{town},0512-6666888{tail}\n{mark}2,华瑞（{town}）贸易公司,{town},0512-6666888{tail}\n"
        + f"{mark}3,{town}永盛精密机械有限公司,{town},0512-5555777{tail}\n{mark}4,{town}市永盛精密机械,{town},0512-5555777{tail}\n",
        "utf8",
    )
    done = company.kemai("import", "customers", str(path), "--json")
    assert done.returncode == 0, done.stderr

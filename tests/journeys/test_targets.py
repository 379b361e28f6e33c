"""The boss shares a target out among his people, looks at it before it is saved, and sees how far they are."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="module")
def planned(empty_company: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Two years of even months of a handful of customers, valued."""
    path = tmp_path_factory.mktemp("plan") / "sales.csv"
    lines = [
        f"MB{n}-{month},1,{2024 + (month + 9) // 12}-{(month + 9) % 12 + 1:02d}-08,目标{n:02d}号,{(n + 2) * 10_000 + month * 100}"
        for n in range(1, 5)
        for month in range(1, 25)
    ]
    path.write_text("单号,行号,日期,客户,金额\n" + "\n".join(lines), "utf8")
    for command in (("import", "sales", str(path), "--create-customers"), ("revalue",)):
        done = empty_company.kemai(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    return empty_company


def test_a_target_is_shared_out_as_shown_and_its_completion_is_seen(planned: Any, visit: Any) -> None:
    visitor = visit(planned)
    page = visitor.sign_in("boss")
    page.goto("/valuation/forecast/")
    page.wait_for_selector("#ahead svg")
    assert "八成把握" in page.inner_text("main")
    assert visitor.axe() == []
    page.goto("/valuation/targets/")
    assert visitor.axe() == []
    page.click("text=分配目标")
    page.select_option("select[name=among]", "customers")
    page.select_option("select[name=period]", "2026")
    page.fill("input[name=amount]", "200")
    page.click("text=看看怎么分")
    page.wait_for_selector("#proposal")
    assert "2,000,000.00" in page.inner_text("#proposal tfoot")
    assert visitor.axe() == []
    page.fill("input[name=reason]", "年初分下去")
    page.click("text=就这样存")
    page.wait_for_selector("text=分好了")
    assert page.locator("table.goals tbody tr").count() == 4
    assert "%" in page.inner_text("table.goals tbody tr >> nth=0")
    page.click("table.goals tbody a >> nth=0")
    page.wait_for_selector("#forecast svg")
    assert "今年目标" in page.inner_text("main")
    assert visitor.axe() == []
    page.goto("/valuation/targets/?by=unit&period=2026")
    assert "200.0" in page.inner_text("table.goals tbody tr >> nth=0")
    page.goto("/valuation/stock/")
    assert visitor.axe() == []


def test_on_a_phone_nothing_leaves_the_screen(planned: Any, visit: Any) -> None:
    visitor = visit(planned, phone=True)
    page = visitor.sign_in("boss")
    for address in ("forecast/", "targets/", "targets/allocate/", "stock/"):
        page.goto(f"/valuation/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert visitor.axe() == []

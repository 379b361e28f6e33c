"""A newcomer's first minute: one raw ledger in, ranked and explained customers out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

LEDGER = """某某商贸公司销售明细表,,,,,
单据编号,单据日期,往来单位,存货编码,数量,金额
"""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty customers by name only, with a title row and a total, as accounting programs write it."""
    path = tmp_path_factory.mktemp("ledger") / "出库明细.csv"
    lines = [
        f"CK{n:04d}-{m},2026/{m}/{1 + n % 27},第{n:02d}号烟酒商行,P{n % 5},{n},{(41 - n) * 1000 + m * 7}.50"
        for n in range(1, 41)
        for m in range(1, 10)
    ]
    path.write_bytes((LEDGER + "\n".join(lines) + "\n合计,,,,,7380000\n").encode("gb18030"))
    return path


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_raw_ledger_becomes_a_ranking_with_reasons(
    phone: bool, empty_company: Any, visit: Any, ledger: Path
) -> None:
    visitor = visit(empty_company, phone=phone)
    page = visitor.sign_in("boss")
    assert visitor.axe() == []
    page.goto("/imports/")
    assert visitor.axe() == []
    page.set_input_files("input[name=file]", str(ledger))
    page.click("main form button[type=submit]")
    page.wait_for_selector("#map", timeout=60_000)
    assert visitor.axe() == []
    page.check("input[name=unknown][value=create]")
    page.click("button[form=map]")
    page.wait_for_selector(".sums", timeout=60_000)
    assert visitor.axe() == []
    if phone:
        assert "这份文件已导入" in page.inner_text("main")
    else:
        assert "360" in page.inner_text(".sums")
        page.click("#bar form button")
        page.wait_for_selector("text=入账了", timeout=60_000)
    for _ in range(60):
        page.goto("/ranking/")
        if page.locator("table.kt a.name").count():
            break
        page.wait_for_timeout(1_000)
    assert "第01号烟酒商行" in page.inner_text("#places")
    assert visitor.axe() == []
    page.locator("#places a[data-why]").first.click()
    page.wait_for_selector("dialog[open] .why")
    assert "为什么是 A" in page.inner_text("dialog[open]")
    page.keyboard.press("Escape")
    page.goto("/ranking/try/?scheme=ev_abc&cut0=30&cut1=50")
    assert "名会变" in page.inner_text("body")
    page.goto("/customers/?q=" + "号烟酒")
    assert visitor.axe() == []
    page.locator("table.kt a.name").first.click()
    page.wait_for_selector(".six")
    assert visitor.axe() == []


def test_the_command_line_tells_the_same_story(empty_company: Any) -> None:
    import json

    done = empty_company.kemai("rank", "--top", "3", "--json")
    rows = json.loads(done.stdout)
    assert (rows[0]["rank"], rows[0]["name"], rows[0]["class"]) == (1, "第01号烟酒商行", "A")


def test_nobody_gets_in_with_a_wrong_password(empty_company: Any, visit: Any) -> None:
    visitor = visit(empty_company)
    visitor.page.goto("/sign-in/")
    assert visitor.axe() == []
    visitor.page.fill("input[name=login]", "boss")
    visitor.page.fill("input[name=password]", "not the password")
    visitor.page.click("button[type=submit]")
    visitor.page.wait_for_load_state("networkidle")
    assert "/sign-in/" in visitor.page.url

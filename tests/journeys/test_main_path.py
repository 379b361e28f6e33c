"""A newcomer's first minute: one raw ledger in, ranked and explained customers out."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

HEAD = """某某商贸公司,,,,,
销售出库明细表,,,,,
单据编号,单据日期,往来单位,存货编码,数量,金额
"""
# The desktop brings nine months, the phone one more; a bad day in each is mended on the page.
MONTHS = {"desktop": range(1, 10), "phone": range(10, 11)}
BAD = {"desktop": ("2026-02-30", "2026-02-28"), "phone": ("2026-10-32", "2026-10-31")}


def ledger(folder: Path, device: str) -> tuple[Path, dict[str, int], int]:
    """Forty customers by name only, raw as an accounting program prints it; gives month totals in fen and lines.

    Title rows, a subtotal a customer, the head printed again in the middle, a total and a signature.
    """
    lines, totals, count = [], dict.fromkeys((f"2026-{m:02d}" for m in MONTHS[device]), 0), 0
    for n in range(1, 41):
        for m in MONTHS[device]:
            amount = (41 - n) * 100_000 + m * 700 + 50
            is_bad = n == 7 and m == int(BAD[device][0][5:7])
            day = BAD[device][0] if is_bad else f"2026{m:02d}{1 + n % 27:02d}"
            lines.append(f'CK{n:04d}-{m},{day},第{n:02d}号烟酒商行,P{n % 5},{n},"{amount / 100:,.2f}"')
            totals[f"2026-{m:02d}"] += amount
            count += 1
        lines.append("小计,,,,,1")
        if n == 20:
            lines += HEAD.splitlines()
    lines += ["合计,,,,,1", "制单人：张三　审核：李四,,,,,"]
    path = folder / f"出库明细-{device}.csv"
    path.write_bytes((HEAD + "\n".join(lines) + "\n").encode("gb18030"))
    return path, totals, count


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_raw_ledger_becomes_a_ranking_with_reasons(
    device: str, empty_company: Any, visit: Any, tmp_path: Path
) -> None:
    visitor = visit(empty_company, phone=device == "phone")
    path, totals, count = ledger(tmp_path, device)
    page = visitor.sign_in("boss")
    _upload(visitor, path)
    page.check("input[name=unknown][value=create]")
    page.click("button[form=map]")
    page.wait_for_selector(".sums", timeout=60_000)
    assert visitor.axe() == []
    _repair(visitor, *BAD[device])
    _hold_totals(visitor, totals)
    told = _dry_run(empty_company, path)
    assert (told["rows"], told["rejected"]) == (count, 1)
    assert f"{count:,}" in page.inner_text(".sums > :first-child")
    page.wait_for_selector("#effects:not([aria-busy]), .work:not(:has(#effects))", timeout=60_000)
    page.click("#land button")
    page.wait_for_selector("text=入账了", timeout=60_000)
    page.wait_for_selector("#valued a.btn", timeout=120_000)
    assert visitor.axe() == []
    page.click("#valued a.btn")
    page.wait_for_url("**/ranking/**")
    _why_and_what_if(visitor)


def _upload(visitor: Any, path: Path) -> None:
    page = visitor.page
    page.goto("/imports/")
    assert visitor.axe() == []
    page.set_input_files("input[name=file]", str(path))
    page.click("form[data-upload] button[type=submit]")
    page.wait_for_selector("#map", timeout=60_000)
    assert "销售" in page.inner_text("#map")
    assert visitor.axe() == []


def _repair(visitor: Any, bad: str, good: str) -> None:
    page = visitor.page
    assert bad in page.inner_text("#refused")
    page.fill("#refused input[name^=fix-]", good)
    page.click("#repairs footer button")
    page.wait_for_selector("text=手工改过的", timeout=60_000)
    page.wait_for_selector("#refused", state="detached", timeout=60_000)
    assert visitor.axe() == []


def _hold_totals(visitor: Any, totals: dict[str, int]) -> None:
    page = visitor.page
    for month, fen in totals.items():
        page.fill(f"input[name='erp-{month}']", f"{fen / 100:.2f}")
        with page.expect_response(lambda r: "/totals/" in r.url):
            page.press(f"input[name='erp-{month}']", "Tab")
        row = page.locator("#months tr", has_text=month)
        row.get_by_text("对上了").wait_for()
    assert visitor.axe() == []


def _dry_run(company: Any, path: Path) -> Any:
    done = company.kemai("import", "sales", str(path), "--dry-run", "--create-customers", "--json")
    assert done.returncode == 1  # one row is refused: the command line knows nothing of the page's repair
    return json.loads(done.stdout)


def _why_and_what_if(visitor: Any) -> None:
    page = visitor.page
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


def test_the_command_line_tells_the_same_story_as_the_page(empty_company: Any, visit: Any) -> None:
    """`kemai revalue --json; kemai rank --json`, then the same rows on the page: rank, name, class and value."""
    run = json.loads(empty_company.kemai("revalue", "--json").stdout)
    assert (run["customers"], run["facts"]) == (40, 400)
    rows = json.loads(empty_company.kemai("rank", "--top", "10", "--json").stdout)
    assert (rows[0]["rank"], rows[0]["name"], rows[0]["class"]) == (1, "第01号烟酒商行", "A")
    page = visit(empty_company).sign_in("boss")
    page.goto("/ranking/")
    shown = {
        row.locator("a.name").get_attribute("title"): (
            int(row.locator("td").first.inner_text()), row.locator(".cls").last.inner_text(), row.locator("a.ask").inner_text(),
        )
        for row in page.locator("#places tbody tr:has(a.name)").all()
    }  # fmt: skip
    told = {row["name"]: (row["rank"], row["class"], _wan(row["value"])) for row in rows}
    both = told.keys() & shown.keys()
    assert len(both) >= 5
    assert {name: told[name] for name in both} == {name: shown[name] for name in both}


def _wan(amount: str) -> str:
    """Yuan as the page shows it: 万 with one decimal, rounded half up."""
    return str((Decimal(amount) / 10_000).quantize(Decimal("0.1"), ROUND_HALF_UP))


def test_nobody_gets_in_with_a_wrong_password(empty_company: Any, visit: Any) -> None:
    visitor = visit(empty_company)
    visitor.page.goto("/sign-in/")
    assert visitor.axe() == []
    visitor.page.fill("input[name=login]", "boss")
    visitor.page.fill("input[name=password]", "not the password")
    visitor.page.click("button[type=submit]")
    visitor.page.wait_for_load_state("networkidle")
    assert "/sign-in/" in visitor.page.url

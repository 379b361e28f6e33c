"""The boss defines a measure, has it worked out, and finds customers by it."""

from __future__ import annotations

from typing import Any

import pytest

ROWS = "\n".join(f"ZB{n},1,2026-0{1 + n % 9}-05,指标{n:02d}号,{(13 - n) * 1000}" for n in range(1, 13))


@pytest.fixture(scope="module")
def sold(empty_company: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Twelve customers with a ledger, valued."""
    path = tmp_path_factory.mktemp("measure") / "sales.csv"
    path.write_text("单号,行号,日期,客户,金额\n" + ROWS, "utf8")
    for command in (("import", "sales", str(path), "--create-customers"), ("revalue",)):
        done = empty_company.kemai(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    return empty_company


def test_a_measure_is_defined_and_the_list_is_filtered_by_it(sold: Any, visit: Any) -> None:
    visitor = visit(sold)
    page = visitor.sign_in("boss")
    page.goto("/settings/measures/")
    page.fill("input[name=name]", "每单金额")
    page.fill("textarea[name=formula]", "历来销售 + 距上次订单的天数")
    page.wait_for_selector("#measure-tried >> text=第 6 个字：元和天不能相加")
    assert visitor.axe() == []
    page.fill("textarea[name=formula]", "历来销售 / 1000")
    page.wait_for_selector("#measure-tried >> text=12 名算得出")
    assert visitor.axe() == []
    page.fill("form[method=post] input[name=reason]", "看大单")
    page.click("form[method=post] >> text=定下来")
    page.wait_for_selector("text=每单金额 = 历来销售 / 1000")
    assert sold.kemai("revalue").returncode == 0
    key = page.url.rstrip("/").rsplit("/", 1)[-1]
    page.goto(f"/customers/?where={key}:from:10")
    assert page.locator("td.name-cell").count() == 3  # 12,000, 11,000 and 10,000 yuan
    assert "每单金额" in page.inner_text("main")
    page.goto(f"/customers/?where={key}:from:10&sort={key}")
    assert page.locator("td.name-cell").first.inner_text() == "指标03号"
    assert visitor.axe() == []
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(f"/settings/schemes/sales_abc_count/?measure=own_{key}&cut0=10&cut1=60")
        for table in page.locator("table:has(caption:not(.visually-hidden))").all():
            caption, row = (
                table.locator("caption").bounding_box(),
                table.locator("tbody tr").first.bounding_box(),
            )
            assert caption["y"] + caption["height"] <= row["y"]  # it is the heading of its group
        assert page.locator("caption >> text=级的").count() >= 1
        assert visitor.axe() == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for address in (
        "/settings/measures/",
        f"/settings/measures/{key}/",
        "/valuation/effort/",
        "/valuation/value-classes/",
    ):
        page.goto(address)
        assert visitor.axe() == [], address

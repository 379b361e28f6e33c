"""A file went in that should not have: it is taken back, once whole, once around somebody's later work (B10)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

HEAD = "客户编号,客户名称,地区,电话\n"


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_b10_a_wrong_file_is_taken_back_and_can_come_again(
    device: str, empty_company: Any, visit: Any, tmp_path: Path
) -> None:
    visitor = visit(empty_company, phone=device == "phone")
    page = visitor.sign_in("boss")
    mark = device[0].upper()
    first = tmp_path / f"客户-{device}.csv"
    first.write_text(HEAD + "".join(f"{mark}{n},第{n}号{mark}店,华东,\n" for n in range(1, 31)), "utf8")
    _landed(visitor, first)
    page.click("text=撤销这次导入")
    page.wait_for_selector("textarea[name=reason]")
    assert visitor.axe() == []
    assert "没有人动过这些行" in page.inner_text("main")
    _undone(visitor, "导成了去年的表")
    assert "导成了去年的表" in page.inner_text("main")
    page.goto(f"/customers/?q={mark}7")
    assert f"第7号{mark}店" not in page.inner_text("main")

    _landed(visitor, first)
    address = page.url
    later = tmp_path / f"后来-{device}.csv"
    later.write_text(HEAD + f"{mark}7,第7号{mark}店,华南,\n", "utf8")
    told = empty_company.kemai("import", "customers", str(later), "--json")
    assert json.loads(told.stdout)["updated"] == 1, told.stderr
    page.goto(f"{address}undo/")
    table = page.inner_text("#conflicts")
    for word in (f"第7号{mark}店", "华南", "先撤销那一批"):
        assert word in table
    assert visitor.axe() == []
    page.fill("textarea[name=reason]", "导错了")
    page.click("form.stack-4 button[type=submit]")
    page.wait_for_selector("[role=alert]")
    assert page.input_value("textarea[name=reason]") == "导错了"
    page.check("input[name=keep]")
    _undone(visitor, "导错了，七号店后来改对了")
    page.goto("/customers/?region=华南")
    assert f"第7号{mark}店" in page.inner_text("main")
    assert f"第8号{mark}店" not in page.inner_text("main")
    page.goto("/imports/?state=undone")
    assert "导错了，七号店后来改对了" in page.inner_text("#history")
    assert visitor.axe() == []


def _landed(visitor: Any, path: Path) -> None:
    page = visitor.page
    page.goto("/imports/")
    page.set_input_files("input[name=file]", str(path))
    page.click("form[data-upload] button[type=submit]")
    page.wait_for_selector("#map", timeout=60_000)
    page.click("button[form=map]")
    page.wait_for_selector(".sums", timeout=60_000)
    page.click("#land button")
    page.wait_for_selector("text=入账了", timeout=60_000)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _undone(visitor: Any, reason: str) -> None:
    page = visitor.page
    page.fill("textarea[name=reason]", reason)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("form.stack-4 button[type=submit]")
    page.wait_for_selector("text=已撤销", timeout=60_000)

"""The boss moves a cut of a matrix with the arrow keys, tries it, keeps it with a reason, and saves the picture."""

from __future__ import annotations

from typing import Any

import pytest

SHOPS = 24
PLACES = ("rfm", "matrix", "moves", "states", "cohorts", "concentration", "methods")


@pytest.fixture(scope="module")
def pictured(empty_company: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Two dozen customers with orders and estimates, valued twice."""
    folder = tmp_path_factory.mktemp("pictures")
    sales, hopes = folder / "sales.csv", folder / "potentials.csv"
    lines = [
        f"JD{n}-{month},1,2026-{month:02d}-05,画图{n:02d}号店,{(30 - n) * 900},{(30 - n) * 700}"
        for n in range(1, SHOPS + 1)
        for month in range(1 + n % 3, 11, 1 + n % 4)
    ]
    sales.write_text("单号,行号,日期,客户,金额,成本\n" + "\n".join(lines), "utf8")
    wishes = [f"画图{n:02d}号店,{n * 2000},50%" for n in range(1, SHOPS + 1)]
    hopes.write_text("客户,预期增量,可能性\n" + "\n".join(wishes), "utf8")
    for command in (
        ("import", "sales", str(sales), "--create-customers"), ("import", "potentials", str(hopes)),
        ("revalue", "--as-of", "2026-08-31"), ("revalue",),
    ):  # fmt: skip
        done = empty_company.kemai(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    return empty_company


def test_a_cut_is_moved_by_keyboard_tried_and_kept_and_the_picture_is_saved(
    pictured: Any, visit: Any
) -> None:
    """S2.12 and S1.155 in one sitting; every chart can be taken along as a picture."""
    visitor = visit(pictured)
    page = visitor.sign_in("boss")
    page.goto("/valuation/matrix/?kind=value_potential")
    handle = page.locator("[role=slider]").first
    handle.wait_for()
    assert visitor.axe() == []
    before, cells = float(page.input_value("#f-value")), page.inner_text("#cells")
    handle.focus()
    for _n in range(3):
        page.keyboard.press("Shift+ArrowRight")
    assert float(page.input_value("#f-value")) > before
    page.wait_for_selector("text=这是试看")
    assert page.inner_text("#cells") != cells
    assert visitor.axe() == []
    page.fill("#keep input[name=reason]", "大户的线高一点")
    page.click("#keep button[type=submit]")
    page.wait_for_selector("text=第 1 版")
    assert visitor.axe() == []
    with page.expect_download() as saved:
        page.click("[data-chart-save=matrix]")
    picture = saved.value.path().read_text("utf8")
    assert saved.value.suggested_filename.endswith(".svg")
    assert picture.startswith("<svg")
    assert "<title" in picture
    assert picture.count("<path") > SHOPS


def test_every_picture_fits_a_phone_and_is_saved_there_too(pictured: Any, visit: Any) -> None:
    visitor = visit(pictured, phone=True)
    page = visitor.sign_in("boss")
    for name in PLACES:
        page.goto(f"/valuation/{name}/")
        assert visitor.axe() == [], name
        wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, name
    page.goto("/valuation/rfm/")
    page.locator("[data-chart=heat] svg").wait_for()
    page.click("[data-chart-toggle=rfm]")
    with page.expect_download() as saved:
        page.click("[data-chart-save=rfm]")
    assert "svg" in saved.value.path().read_text("utf8")[:200]

"""Walks the real ledger through the product and takes the pictures of `docs/guide/real-ledger.md`.

`real_ledger_screenshots.py http://127.0.0.1:8000 ledger.csv`: the company is empty, its business date is 2011-11-30,
and the boss of `screenshots.py` may sign in.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from screenshots import FLAGS, IMAGES, signed_in

PATIENCE = 600_000  # half a million lines are read, checked and landed while the page waits


def main(url: str, ledger: Path) -> None:
    """One picture a step."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = signed_in(browser, url)
        page.set_viewport_size({"width": 1280, "height": 760})
        page.set_default_timeout(PATIENCE)
        _import(page, url, ledger)
        _ranking(page, url)
        browser.close()


def _import(page: Page, url: str, ledger: Path) -> None:
    page.goto(f"{url}/imports/")
    page.set_input_files("input[name=file]", str(ledger))
    page.click("form[data-upload] button[type=submit]")
    page.wait_for_selector("#map")
    if page.locator("input[name=unknown][value=create]").count():
        page.check("input[name=unknown][value=create]")
    page.wait_for_timeout(1_000)
    _picture(page, "map")
    page.click("button[form=map]")
    page.wait_for_selector(".sums")
    page.wait_for_selector("#effects:not([aria-busy])")
    _picture(page, "check")
    page.click("#land button")
    page.wait_for_selector("#waiting")
    page.wait_for_timeout(2_500)
    _picture(page, "landing")
    page.wait_for_selector("#valued a.btn")
    _picture(page, "landed")


def _ranking(page: Page, url: str) -> None:
    page.goto(f"{url}/ranking/?scheme=sales_abc_value")
    page.wait_for_selector("#places a[data-why]")
    page.wait_for_timeout(1_200)
    _picture(page, "ranking")
    page.locator("#places a[data-why]").first.click()
    page.wait_for_selector("dialog[open] .why")
    page.wait_for_timeout(400)
    _picture(page, "why")


def _picture(page: Page, name: str) -> None:
    page.screenshot(path=IMAGES / f"real-ledger-{name}.png")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2]))

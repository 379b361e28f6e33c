"""Takes the pictures of the guide from a demo company that is being served: `screenshots.py http://127.0.0.1:8000`.

Desktop 1440 px and phone 390 px, light and dark, Chinese and English; what changes from day to day is the
company's own dates only.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs/guide/images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]
LOGIN, PASSWORD = "boss", "lan-ting-2026"
PAGES = {
    "today": "/today/",
    "customers": "/customers/",
    "customer": "/customers/KH-00001/",
    "ranking": "/ranking/",
    "imports": "/imports/",
    "valuation": "/valuation/",
    "calendar": "/settings/calendar/",
    "company": "/settings/company/",
}

VALUE_PAGES = {
    "worth": "/valuation/worth/",
    "churn": "/valuation/churn/",
    "forecast": "/valuation/forecast/",
    "matrix": "/valuation/matrix/",
    "moves": "/valuation/moves/",
    "cohorts": "/valuation/cohorts/",
    "channel": "/valuation/channel/",
    "credit": "/valuation/credit/",
    "effort": "/valuation/effort/",
    "measures": "/settings/measures/",
    "customer-value": "/customers/KH-00003/worth/",
}
"""Pages of 估值, in Chinese on a desktop only."""


def main(url: str, folder: Path) -> None:
    """Writes every picture into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for suffix, options in (
            ("", {}),
            ("-phone", {"phone": True}),
            ("-dark", {"dark": True}),
            ("-en", {"language": "en"}),
        ):
            page = signed_in(browser, url, **options)
            for name, path in (PAGES if suffix else {**PAGES, **VALUE_PAGES}).items():
                page.goto(url + path)
                page.wait_for_load_state("networkidle")
                page.wait_for_timeout(400)
                page.screenshot(
                    path=folder / f"{name}{suffix}.png",
                    full_page=name in ("customer",) and suffix == "-phone",
                )
            page.context.close()
        browser.close()


def signed_in(
    browser: Browser, url: str, *, phone: bool = False, dark: bool = False, language: str = "zh-hans"
) -> Page:
    """A page signed in as the boss, with his language set."""
    size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
    context = browser.new_context(
        viewport=size, device_scale_factor=2 if phone else 1, color_scheme="dark" if dark else "light"
    )
    page = context.new_page()
    page.goto(url + "/sign-in/")
    page.fill("input[name=login]", LOGIN)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/today/")
    page.goto(url + "/settings/me/")
    page.select_option("select[name=language]", language)
    page.select_option("select[name=theme]", "auto")
    page.click(".form-foot button")
    page.wait_for_load_state("networkidle")
    return page


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2]) if len(sys.argv) > 2 else IMAGES)

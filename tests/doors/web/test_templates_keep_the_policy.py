"""What the strict content policy forbids never gets into a template, a style sheet or a script."""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[3] / "src/kemai/doors/web"
TEMPLATES = sorted([*(WEB / "jinja2").rglob("*.html"), *(WEB / "templates").rglob("*.html")])
PAGES = sorted((WEB / "jinja2").rglob("*.html"))
COMPONENTS = [path.stem for path in sorted((WEB / "jinja2/components").glob("*.html"))]
OURS = sorted([*(WEB / "assets").glob("*.css"), *(WEB / "assets/js").glob("*.js")])
FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle\s*="),
    "an inline handler": re.compile(r"\son[a-z]+\s*="),
    "an htmx handler": re.compile(r"hx-on|hx_on|js:|hx-vals=['\"]js"),
    "a script without src": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)"),
    "a style element": re.compile(r"<style\b"),
    "another host": re.compile(r"(src|href)=[\"'](https?:)?//"),
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(WEB)))
def test_a_template_holds_nothing_that_the_policy_blocks(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", OURS, ids=lambda p: p.name)
def test_our_styles_and_scripts_load_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert (
        re.search(r"url\([\"']?(https?:)?//|from [\"']https?:|eval\(|new Function|insertAdjacentHTML", text)
        is None
    )


def test_colours_are_written_as_tokens_only() -> None:
    sheet = (WEB / "assets/kemai.css").read_text(encoding="utf-8")
    rules = sheet[sheet.index("── 2 Base") : sheet.index("@media print")]
    pages = (WEB / "assets/pages.css").read_text(encoding="utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", rules + pages) == []


def test_light_and_dark_name_the_same_colours() -> None:
    sheet = (WEB / "assets/kemai.css").read_text(encoding="utf-8")
    dark = sheet[sheet.index('[data-bs-theme="dark"] {') : sheet.index("/* hand the tokens to Tabler */")]
    light = sheet[sheet.index(":root {") : sheet.index('[data-bs-theme="dark"] {')]
    names = re.compile(r"(--k-[a-z0-9-]+):")
    assert set(names.findall(dark)) <= set(names.findall(light))


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    from tools.assets import ICONS

    literal = re.compile(r"(?:\bicon\(|icon_name=)\"([a-z0-9-]+)\"")
    named = {name for path in TEMPLATES for name in literal.findall(path.read_text(encoding="utf-8"))}
    assert named - set(ICONS) == set()


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(WEB)))
def test_a_template_imports_the_components_it_uses_and_no_others(path: Path) -> None:
    """A part is drawn by several pages: one that leans on the imports of one of them breaks in the others."""
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    imported = re.findall(r'\{% import "components/\w+\.html" as (\w+) %\}', text)
    used = {name for name in COMPONENTS if re.search(rf"(?<![\w./\"']){name}\.\w+\(", text)}
    assert sorted(imported) == sorted(used)

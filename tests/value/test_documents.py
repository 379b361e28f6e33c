"""The examples in the docstrings and on the formula pages run, and each page has one."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import kemai.value

PAGES = Path(__file__).parents[2] / "docs" / "formulas"
GUIDES = ["library.md", "library.en.md"]
NEEDED = sorted(page.stem for page in PAGES.glob("*.md") if page.name != "README.md")
MODULES = sorted(found.name for found in pkgutil.walk_packages(kemai.value.__path__, "kemai.value."))


@pytest.mark.parametrize("page", NEEDED)
def test_the_page_of_a_number_has_an_example_that_holds(page):
    done = doctest.testfile(str(PAGES / f"{page}.md"), module_relative=False, encoding="utf-8")
    assert done.attempted > 0
    assert done.failed == 0


@pytest.mark.parametrize("guide", GUIDES)
def test_the_examples_of_the_guide_for_notebooks_hold(guide):
    done = doctest.testfile(str(PAGES.parent / "guide" / guide), module_relative=False, encoding="utf-8")
    assert (done.attempted > 30, done.failed) == (True, 0)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_name_that_the_guide_gives_is_there(guide):
    """In the column of what one knows under another name."""
    text = (PAGES.parent / "guide" / guide).read_text("utf-8")
    model, spend = kemai.value.lifetime.BetaGeoNBD, kemai.value.lifetime.GammaGamma
    here = [
        line.split("|")[2] for line in text.splitlines() if line.startswith("| ") and line.count("|") == 3
    ]
    names = re.findall(r"`\.?([a-z_]+(?:\.[A-Za-z_]+)?)", " ".join(here))
    assert len(names) > 25
    for name in set(names):
        found = kemai.value
        for part in name.split("."):
            found = getattr(found, part, None) or getattr(model, part, None) or getattr(spend, part, None)
        assert found is not None, name


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_the_docstrings_hold(module):
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def test_every_page_is_listed():
    listed = (PAGES / "README.md").read_text("utf-8")
    assert all(f"({page.name})" in listed for page in PAGES.glob("*.md") if page.name != "README.md")

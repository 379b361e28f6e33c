"""What no tracked file may hold, and how large it may grow."""

from __future__ import annotations

import ast
import re
import warnings

from tests.architecture.sources import ROOT, SRC, modules, place, tracked, tree

TEXT = {
    ".py",
    ".md",
    ".toml",
    ".lock",
    ".json",
    ".html",
    ".js",
    ".css",
    ".cfg",
    ".ini",
    ".yaml",
    ".yml",
    ".sh",
    ".po",
    "",
}
HOSTS = "|".join(
    (
        "pypi" + r"\.org",
        "pythonhosted" + r"\.org",
        "npmjs" + r"\.(org|com)",
        "npmmirror" + r"\.com",
        "artifactory",
    )
)
REGISTRY = re.compile(rf"https?://[\w.-]*(?:{HOSTS})|index-url\s*[=:]|\"resolved\":\s*\"http")
MACHINE = re.compile(r"(?<![\w.])/(?:root|home/\w+|work|workspace|tmp/desk)/\w|/Users/\w+|[A-Z]:\\\\Users")
SIZES = {"a function": (30, 60), "a module": (280, 500)}


def test_no_file_names_a_registry_or_a_place_on_somebodys_machine() -> None:
    wrong = []
    for path in tracked():
        if (
            path.suffix not in TEXT
            or path.name == "LICENSE"
            or path == ROOT / "tests/architecture/test_files.py"
        ):
            continue
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if REGISTRY.search(line) or MACHINE.search(line):
                wrong.append(f"{place(path)}:{number} {line.strip()[:100]}")
    assert wrong == []


def test_no_secret_database_or_built_file_is_tracked() -> None:
    built = {".sqlite3", ".pyc", ".mo", ".whl", ".parquet", ".pem", ".key"}
    names = {"secret_key", "seal_key", ".env"}
    assert [place(p) for p in tracked() if p.suffix in built or p.name in names] == []


def test_no_module_is_two_things_by_its_size() -> None:
    """Over the first size it is worth a second look (a warning), over the second it is split."""
    too_large, watched = [], []
    for path in modules():
        lines = len(path.read_text("utf-8").splitlines())
        _sort("a module", lines, place(path), too_large, watched)
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                _sort("a function", length, f"{place(path)}:{node.lineno} {node.name}", too_large, watched)
    if watched:
        warnings.warn("look again at: " + "; ".join(sorted(watched)), stacklevel=1)
    assert too_large == []


def _sort(kind: str, size: int, name: str, too_large: list[str], watched: list[str]) -> None:
    look, split = SIZES[kind]
    if size > split:
        too_large.append(f"{name} {size}")
    elif size > look:
        watched.append(f"{name} {size}")


def test_every_module_says_what_it_is_for() -> None:
    empty = [p for p in modules() if p.read_text("utf-8").strip() and not ast.get_docstring(tree(p))]
    assert [place(p) for p in empty] == []


def test_the_house_keeps_its_sources_in_one_place() -> None:
    assert SRC.is_dir()
    assert not (ROOT / "kemai").exists()

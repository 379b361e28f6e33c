"""The library stands alone: no Django, no clock, and a quick import."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import kemai.value

ROOM = Path(kemai.value.__file__).parent
MODULES = sorted(ROOM.rglob("*.py"))


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOM)))
def test_no_module_knows_django_or_another_ring(path):
    strangers = {
        name
        for name in imported(path)
        if name.startswith("django") or (name.startswith("kemai") and not name.startswith("kemai.value"))
    }
    assert not strangers


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOM)))
def test_no_module_reads_the_clock(path):
    calls = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not calls & {"today", "now", "utcnow", "time", "monotonic"}


def test_importing_loads_no_engine():
    code = "import sys; from kemai import value; print(sorted({'django', 'pandas', 'ibis', 'duckdb', 'numpy', 'pyarrow'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOM.parents[1])},
    )
    assert done.stdout.strip() == "[]"


def test_everything_promised_can_be_reached():
    assert all(getattr(kemai.value, name) is not None for name in kemai.value.__all__)
    with pytest.raises(AttributeError):
        kemai.value.nonsense  # noqa: B018

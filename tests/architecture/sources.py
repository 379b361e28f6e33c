"""The sources as the architecture tests read them: parsed, never run."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "kemai"
RINGS = ("value", "foundation", "business", "oversight", "doors", "config")
SUBJECTS = ("archives", "agenda", "prospects", "trade", "valuation")


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"), str(path))


def modules(*below: str) -> list[Path]:
    """Python files below a folder of the package, migrations left out."""
    return sorted(p for p in (SRC.joinpath(*below)).rglob("*.py") if "migrations" not in p.parts)


def apps() -> list[Path]:
    """Every app of the rings that have apps: a folder with apps.py."""
    return sorted(
        p.parent for ring in ("foundation", "business", "oversight") for p in (SRC / ring).glob("*/apps.py")
    )


def dotted(path: Path) -> str:
    """kemai.business.trade.queries for its file."""
    parts = path.relative_to(SRC.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> Iterator[str]:
    """Every module a file imports, at the top or inside a function; `from a import b` gives a and a.b."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def functions(path: Path) -> list[ast.FunctionDef]:
    """Functions at the top of a file."""
    return [node for node in tree(path).body if isinstance(node, ast.FunctionDef)]


def place(path: Path) -> str:
    """How a message names a file."""
    return str(path.relative_to(ROOT))


@cache
def tracked() -> tuple[Path, ...]:
    """Every file under version control, or every source file where there is no repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = [name for name in listed.stdout.split("\0") if name]
    found = [ROOT / name for name in names] or [p for p in ROOT.rglob("*") if p.is_file()]
    return tuple(p for p in found if p.is_file())

"""What import contracts can't see: keys by string, late imports, rooms, folders that nobody listed."""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.architecture.sources import RINGS, SRC, SUBJECTS, apps, dotted, imported, modules, place, tree

from kemai.config import settings as configured

RELATIONS = ("ForeignKey", "OneToOneField", "ManyToManyField")
ROOMS = {"models": 0, "queries": 1, "actions": 2, "facts": 3, "jobs": 3}
ROOM_EXCEPTIONS = {
    "src/kemai/business/trade/actions/joined.py": "kemai.business.trade.facts",  # the same, for customers merged
    "src/kemai/business/trade/actions/posting.py": "kemai.business.trade.facts",  # marks the months that are stale now
}


def rank(app: str) -> tuple[int, int]:
    """Where kemai.business.trade stands: ring, then subject."""
    _kemai, ring, name = app.split(".")[:3]
    return RINGS.index(ring), SUBJECTS.index(name) if name in SUBJECTS else 0


def relations(path: Path) -> Iterator[tuple[int, str]]:
    """Line and target of each relation whose target is a string with an app in it."""
    for node in ast.walk(tree(path)):
        if not (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in RELATIONS
        ):
            continue
        targets = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "to")]
        for target in targets:
            if isinstance(target, ast.Constant) and isinstance(target.value, str) and "." in target.value:
                yield node.lineno, target.value


def test_a_foreign_key_by_string_never_points_upward() -> None:
    homes = {app.name: dotted(app / "apps.py").removesuffix(".apps") for app in apps()}
    wrong = []
    for app in apps():
        here = dotted(app / "apps.py").removesuffix(".apps")
        for path in [*app.glob("models.py"), *app.glob("models/*.py")]:
            for line, target in relations(path):
                label = target.partition(".")[0]
                if label in homes and rank(homes[label]) > rank(here):
                    wrong.append(f"{place(path)}:{line} -> {target}")
    assert wrong == []


def test_value_knows_neither_django_nor_the_house() -> None:
    wrong = [
        f"{place(path)} imports {name}"
        for path in modules("value")
        for name in imported(path)
        if name.partition(".")[0] in ("django", "ibis_django")
        or (name.startswith("kemai.") and not name.startswith("kemai.value"))
    ]
    assert wrong == []


def test_rooms_of_an_app_import_one_way() -> None:
    """jobs, facts -> actions -> queries -> models, also inside functions."""
    wrong = []
    for app in apps():
        home = dotted(app / "apps.py").removesuffix(".apps")
        for path in sorted(app.rglob("*.py")):
            room = ROOMS.get(path.relative_to(app).with_suffix("").parts[0])
            if room is None:
                continue
            for name in imported(path):
                target = (
                    ROOMS.get(name.removeprefix(f"{home}.").partition(".")[0])
                    if name.startswith(home)
                    else None
                )
                excused = name.startswith(ROOM_EXCEPTIONS.get(place(path), "-"))
                if target is not None and target > room and not excused:
                    wrong.append(f"{place(path)} imports {name}")
    assert wrong == []


def test_a_folder_with_models_is_an_installed_app() -> None:
    installed = {
        name.rpartition(".apps.")[0] for name in configured.INSTALLED_APPS if name.startswith("kemai.")
    }
    found = {
        dotted(path.parent / "x.py").removesuffix(".x") if path.name == "models.py" else dotted(path.parent.parent / "x.py").removesuffix(".x")
        for path in SRC.rglob("*.py")
        if path.name == "models.py" or path.parent.name == "models"
    }  # fmt: skip
    assert found - installed == set()


def test_every_business_subject_stands_in_the_contract_and_in_the_order() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(SRC.parents[1] / ".importlinter")
    listed = re.findall(r"kemai\.business\.(\w+)", contracts["importlinter:contract:subjects"]["layers"])
    folders = {p.name for p in (SRC / "business").iterdir() if (p / "__init__.py").exists()}
    assert set(listed) == folders
    assert tuple(reversed(listed)) == SUBJECTS


@pytest.mark.parametrize("ring", RINGS)
def test_no_room_is_a_drawer(ring: str) -> None:
    drawers = {"services", "utils", "helpers", "common", "core", "manager", "managers", "extras", "misc"}
    assert [place(p) for p in (SRC / ring).rglob("*") if p.stem in drawers] == []

"""Lets a Django app's package offer functions that need its models before the models may be imported."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def offer(package: str, names: Mapping[str, str]) -> Callable[[str], Any]:
    """The `__getattr__` of a package: each name is looked up in its module at first use.

    Django imports an app's package before models may be imported, so that a plain import at the top
    of the package would fail at start.
    """

    def find(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{names[name]}"), name)

    return find

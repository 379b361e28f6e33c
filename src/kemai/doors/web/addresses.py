"""Paths of named pages, each worked out once: a page asks for some forty of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix, get_urlconf, reverse


def address(name: str, *args: Any, **kwargs: Any) -> str:
    """The path of a named page."""
    return _address(name, args, tuple(kwargs.items()), get_urlconf(), get_script_prefix())


@lru_cache(maxsize=4096)
def _address(
    name: str, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...], *_site: str | None
) -> str:
    return reverse(name, args=args or None, kwargs=dict(kwargs) or None)

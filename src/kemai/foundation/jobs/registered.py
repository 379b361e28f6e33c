"""Which functions are jobs: each app names its own in its `jobs` module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from importlib import import_module
from typing import Any

Work = Callable[..., Any]


@dataclass(frozen=True)
class Registered:
    """A job's function and how often it may be tried."""

    name: str
    function: Work
    max_attempts: int


_jobs: dict[str, Registered] = {}
_timetable: dict[str, time] = {}


def job(name: str, *, max_attempts: int = 5) -> Callable[[Work], Work]:
    """Registers an idempotent function that takes JSON keyword arguments and gives JSON or None."""

    def register(function: Work) -> Work:
        _jobs[name] = Registered(name, function, max_attempts)
        return function

    return register


def registered(name: str) -> Registered:
    """The job of that name. Raises LookupError."""
    if name not in _jobs:
        from django.utils.module_loading import autodiscover_modules

        import_module("kemai.foundation.jobs.backend")
        autodiscover_modules("jobs")
    if name not in _jobs:
        raise LookupError(f"no job named {name!r}")
    return _jobs[name]


def timetable(name: str, at: time) -> None:
    """Registers work that recurs once a business day; its job gets `business_date` as ISO text."""
    _timetable[name] = at


def timetabled() -> dict[str, time]:
    """All recurring work with its time of day."""
    from django.utils.module_loading import autodiscover_modules

    autodiscover_modules("jobs")
    return dict(_timetable)

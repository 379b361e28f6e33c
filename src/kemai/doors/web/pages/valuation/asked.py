"""What the pages of pictures share: the published run, a page of a list, whole numbers of an address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from kemai.business.valuation import queries
from kemai.business.valuation.models import Run
from kemai.business.valuation.pictures.seen import may_look
from kemai.doors.web.requests import ActorRequest

PAGE = 50


def run_of(request: ActorRequest) -> Run | None:
    """The run that pages read, for who may look at it at all."""
    may_look(request.actor)
    return queries.published_run()


def note_of(run: Run | None) -> str:
    """What stands beside the title."""
    return _("截至 %(day)s") % {"day": run.as_of} if run else ""


def number(request: ActorRequest, name: str, low: int, high: int, usual: int) -> int:
    """A whole number of the address within its bounds; the usual one for anything else."""
    text = request.GET.get(name, "")
    found = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else usual
    return found if low <= found <= high else usual


def choice(request: ActorRequest, name: str, known: Sequence[str], usual: str) -> str:
    """One of the known words. Raises LookupError for another."""
    found = request.GET.get(name, "") or usual
    if found not in known:
        raise LookupError(found)
    return found


def address(path: str, **asked: Any) -> str:
    """The path with what is asked; empty values are left out."""
    text = urlencode([(key, value) for key, value in asked.items() if value not in ("", None)])
    return f"{path}?{text}" if text else path


def paged(request: ActorRequest, rows: Any, path: str, **asked: Any) -> dict[str, Any]:
    """One page of rows (a queryset or a list), and the addresses beside it."""
    page = number(request, "page", 1, 100_000, 1)
    start = (page - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    more = len(found) > PAGE
    return {
        "found": found[:PAGE], "first": start + 1, "last": start + len(found[:PAGE]),
        "next": address(path, **asked, page=page + 1) if more else None,
        "previous": address(path, **asked, page=page - 1 if page > 2 else "") if page > 1 else None,
    }  # fmt: skip


def tabs(path: str, name: str, labels: dict[str, str], current: str, **asked: Any) -> list[dict[str, Any]]:
    """A choice as links, for `controls.seg`."""
    return [
        {"label": label, "href": address(path, **{**asked, name: key}), "current": key == current}
        for key, label in labels.items()
    ]

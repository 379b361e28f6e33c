"""What every page of 估值 shares: its places at the side, and its table as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy

from kemai.business.valuation.effort_queries import sees_effort
from kemai.business.valuation.exclusions import may_see_value_classes
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest
from kemai.doors.web.tables import TYPES
from kemai.foundation.access.actor import Actor
from kemai.oversight.exchange.export.writing import write_table

PLACES: tuple[tuple[str, Any, str, str | Callable[[Actor], bool]], ...] = (
    ("valuation", pgettext_lazy("valuation", "历次估值"), "history", "ranking.view"),
    ("valuation_effort", pgettext_lazy("valuation", "投入与产出"), "clock", sees_effort),
    ("valuation_value_classes", pgettext_lazy("valuation", "价值类"), "stack-2", may_see_value_classes),
)
"""Name of the address, label, icon, and the duty that one needs to open the page (or what decides on the actor)."""


def places(actor: Actor, current: str) -> list[dict[str, Any]]:
    """The pages that the actor may open."""
    return [
        {"label": str(label), "icon": icon, "href": reverse(name), "current": name == current}
        for name, label, icon, duty in PLACES
        if (duty(actor) if callable(duty) else actor.may(duty))
    ]


def show(
    request: ActorRequest, template: str, current: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page within the frame. `note` stands beside the title; `export_href` (see `export_href`) opens the menu."""
    shell = {"places": places(request.actor, current), "note": "", "export_href": ""}
    return render(request, f"valuation/{template}", {**shell, **context}, status=status)


def export_href(request: ActorRequest, name: str, **asked: str) -> str:
    """The address of a page's file with what was asked, to which `format=csv` is added; "" for who may not export."""
    if not request.actor.may("export"):
        return ""
    return f"{reverse(name)}?{urlencode({key: text for key, text in asked.items() if text})}&".replace(
        "?&", "?"
    )


def table_file(
    request: ActorRequest, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> FileResponse:
    """The rows as .csv or .xlsx (`?format=`), called `name`. Raises Refused without the duty export."""
    request.actor.require("export", gettext("你的岗位不能导出。"))
    form = request.GET.get("format", "csv")
    if form not in TYPES:
        raise LookupError(form)
    with tempfile.TemporaryDirectory(prefix="kemai-export-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / f"{name}.{form}"
        write_table(path, header, rows)
        file = path.open("rb")  # stays readable after the folder has gone
    return FileResponse(file, as_attachment=True, filename=path.name, content_type=TYPES[form])

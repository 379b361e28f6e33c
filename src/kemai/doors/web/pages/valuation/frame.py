"""What every page of 估值 shares: its frame, its parameters, and its table as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from kemai.business.valuation.actions import save_parameters
from kemai.business.valuation.scheme_problems import problem_of_scheme
from kemai.doors.web.addresses import address
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest
from kemai.doors.web.tables import TYPES
from kemai.doors.web.valuation_places import first_place, label_of, places
from kemai.foundation.access.actor import Refused
from kemai.oversight.exchange.export.writing import write_table
from kemai.value import SchemeError


def show(
    request: ActorRequest, template: str, current: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page within the frame. `note` stands beside the title; `export_href` (see `export_href`) opens the menu."""
    shell = {
        "places": places(request.actor, current), "place_label": label_of(current), "first_href": address(first_place(request.actor)), "note": "",
        "export_href": "",
    }  # fmt: skip
    return render(request, f"valuation/{template}", {**shell, **context}, status=status)


def saved_parameters(
    request: ActorRequest, key: str, names: Iterable[str], back: str, *, at_once: bool = False
) -> HttpResponse:
    """The named fields of the form kept as the next version of a group of parameters, then the page at `back`; `at_once`
    where pages count with them without waiting for a run. Raises Refused with the sentence of what makes no sense."""
    given = {name: request.POST.get(name, "") for name in names}
    try:
        kept = save_parameters(
            actor=request.actor, key=key, values=given, reason=request.POST.get("reason", "")
        )
    except SchemeError as wrong:
        raise Refused(problem_of_scheme(wrong)) from wrong
    used = gettext("存好了，现在看的就是它") if at_once else gettext("存好了，下次估值起用")
    messages.success(request, used if kept else gettext("没有改动"))
    return HttpResponseRedirect(reverse(back))


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

"""The rank list as a file to take along; a large one has to say what for."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from kemai.business.valuation import queries
from kemai.business.valuation.models import Run
from kemai.business.valuation.schemes import scheme_name
from kemai.doors.web.pages.ranking.asked import Asked, asked
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.doors.web.tables import TYPES
from kemai.oversight.exchange.export.ranking import export_ranking, needs_reason


@page
def export(request: ActorRequest) -> HttpResponse | FileResponse:
    """The ranking as .xlsx, or as .csv where `format` says so, as far as the actor sees it."""
    actor, run, question = request.actor, queries.published_run(), asked(request.GET)
    actor.require("export", _("你的岗位不能导出。"))
    if run is None or question.scheme not in run.schemes:
        raise LookupError(question.scheme)
    form = request.POST.get("format") or request.GET.get("format", "csv")
    if form not in TYPES:
        raise LookupError(form)
    if request.method != "POST" and needs_reason(actor, run, question.scheme, question.narrow):
        return _asking(request, run, question, form)
    return _file(request, run, question, form)


def _asking(request: ActorRequest, run: Run, question: Asked, form: str) -> HttpResponse:
    context = {
        "format": form, "back": question.href(), "scheme_name": scheme_name(question.scheme),
        "run_text": _("截至 %(day)s") % {"day": run.as_of},
    }  # fmt: skip
    return render(request, "ranking/export.html", context)


def _file(request: ActorRequest, run: Run, question: Asked, form: str) -> FileResponse:
    with tempfile.TemporaryDirectory(prefix="kemai-export-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / f"ranking-{question.scheme}-{run.pk}.{form}"
        export_ranking(
            actor=request.actor, run=run, key=question.scheme, path=path, narrow=question.narrow,
            reason=request.POST.get("reason", ""),
        )  # fmt: skip
        file = path.open("rb")  # stays readable after the folder has gone
    return FileResponse(file, as_attachment=True, filename=path.name, content_type=TYPES[form])

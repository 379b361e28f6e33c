"""The rank list as a file to take along."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import FileResponse
from django.utils.translation import gettext as _

from kemai.business.valuation import queries
from kemai.doors.web.pages.ranking.asked import asked
from kemai.doors.web.requests import ActorRequest, page
from kemai.oversight.exchange.export.ranking import export_ranking

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@page
def export(request: ActorRequest) -> FileResponse:
    """The ranking as .xlsx, or as .csv where `format` says so, as far as the actor sees it."""
    actor, run, question = request.actor, queries.published_run(), asked(request.GET)
    actor.require("export", _("你的岗位不能导出。"))
    if run is None or question.scheme not in run.schemes:
        raise LookupError(question.scheme)
    form = request.GET.get("format", "csv")
    if form not in TYPES:
        raise LookupError(form)
    with tempfile.TemporaryDirectory(prefix="kemai-export-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / f"ranking-{question.scheme}-{run.pk}.{form}"
        export_ranking(actor=actor, run=run, key=question.scheme, path=path, narrow=question.narrow)
        file = path.open("rb")  # stays readable after the folder has gone
    return FileResponse(file, as_attachment=True, filename=path.name, content_type=TYPES[form])

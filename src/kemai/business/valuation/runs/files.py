"""Where the files of runs lie."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from kemai.business.valuation.models import Run
from kemai.foundation.access.actor import Gone


def folder() -> Path:
    """The folder of all files."""
    path = Path(settings.DATA_DIR) / "runs"
    path.mkdir(parents=True, exist_ok=True)
    return path


def run_file(run: Run) -> Path:
    """The file of a finished run. Raises Gone where there is none any more."""
    path = folder() / (run.file or "none")
    if not path.is_file():
        raise Gone(_("第 %(n)s 次估值的文件不在了，打不开当时的排名。") % {"n": run.pk})
    return path

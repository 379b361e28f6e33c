"""Counts by group as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.foundation import trail
from kemai.foundation.access.actor import Actor
from kemai.foundation.money import amount_text
from kemai.oversight.exchange.export.writing import write_table


def groups_file(*, actor: Actor, header: Sequence[str], rows: Sequence[Sequence[Any]], format: str) -> bytes:
    """The table as CSV or XLSX; whole numbers are amounts in fen. Refused without the duty; leaves an entry."""
    actor.require("export", _("你没有导出的权限。"))
    texts = [[cell if isinstance(cell, str) else amount_text(cell) or "" for cell in row] for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"groups.{format}"
        written = write_table(path, list(header), iter(texts))
        made = path.read_bytes()
    with transaction.atomic():
        trail.record(
            actor=actor, verb="exchange.groups.exported", subject_type="export",
            changes={"columns": [None, "、".join(header)], "rows": [None, written]},
        )  # fmt: skip
    return made

"""An export of one kind as it can be imported again, and a trail entry for what is large."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.oversight.exchange.export.rows import COLUMNS, columns_for, rows_for
from kemai.oversight.exchange.export.writing import write_table
from kemai.oversight.exchange.parsing.kinds import KINDS

TRACED_FROM = 1_000


def export_to(*, actor: Actor, kind: str, path: Path, reason: str = "") -> int:
    """Writes what the actor may see to a .csv or .xlsx file and gives the number of rows.

    Raises Refused without the duty. More than 1,000 rows leave an entry with columns, count and hash (P06).
    """
    actor.require("export", _("你没有导出的权限。"))
    if kind not in COLUMNS:
        raise LookupError(kind)
    columns = columns_for(actor, kind)
    if all(
        column.path.startswith("customer__") for column in columns
    ):  # whose rows they are, and nothing of them
        raise Refused(_("你的岗位看不到这些数。"))
    header = [KINDS[kind].field(column.field).heading for column in columns]
    rows = rows_for(actor, kind, columns)
    count = write_table(path, header, rows)
    if count > TRACED_FROM:
        trace(actor, kind, header, count, path, reason)
    return count


def trace(actor: Actor, kind: str, header: list[str], count: int, path: Path, reason: str) -> None:
    """Leaves an entry about a large export: what, how much, and the hash of the file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    told: dict[str, list[Any]] = {
        "kind": [None, kind],
        "columns": [None, "、".join(header)],
        "rows": [None, count],
        "sha256": [None, digest],
    }
    with transaction.atomic():
        trail.record(
            actor=actor,
            verb="exchange.exported",
            subject_type="export",
            changes=told,  # type: ignore[arg-type]
            reason=reason,  # type: ignore[arg-type]
        )

"""What a file is, what is noted about it, and who sees it: changed over the version that was seen."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.files.actions.adding import known_kind, refuse_twice
from kemai.foundation.files.actions.locking import locked, one_line
from kemai.foundation.files.models import StoredFile
from kemai.foundation.files.queries import owner_of
from kemai.foundation.files.refusals import FileConflict
from kemai.foundation.files.rights import TRAIL, groups_kept


def change_file(
    *, actor: Actor, file: StoredFile, version: int, kind: str, group: str, note: str
) -> StoredFile:
    """Changes the three. Raises FileRefused, Refused, FileConflict, LookupError for a file out of sight."""
    wanted = {"kind": known_kind(kind), "group": group, "note": one_line(note)}
    with transaction.atomic():
        now = locked(actor, file)
        if now.version != version:
            raise FileConflict(_("没存上：别人刚改过「%(name)s」，请看了再改。") % {"name": now})
        diff = {key: [getattr(now, key), new] for key, new in wanted.items() if getattr(now, key) != new}
        if "group" in diff:
            _may_move(actor, now, group)
        if diff:
            _store(actor, now, diff)
    return now


def _may_move(actor: Actor, file: StoredFile, group: str) -> None:
    if group not in groups_kept(actor, owner_of(actor, file.customer_id)):
        raise Refused(_("你的岗位不能往这里放文件。"))
    refuse_twice(file, (group,))


def _store(actor: Actor, file: StoredFile, diff: dict[str, list[Any]]) -> None:
    """Writes and tells; what comes into the credit layer, or out of it, is told to those who see that layer."""
    for key, (_old, new) in diff.items():
        setattr(file, key, new)
    file.version += 1
    file.save(update_fields=[*diff, "version"])
    told = "credit" if "credit" in diff.get("group", [file.group]) else file.group
    trail.record(
        actor=actor, verb=f"{TRAIL[told]}.changed", subject_type="file", subject_id=file.pk, customer_id=file.customer_id,
        changes={"file_name": [None, file.name], **{f"file_{key}": pair for key, pair in diff.items()}},
    )  # fmt: skip

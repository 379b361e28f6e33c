"""Takes a file out of use with a reason, and puts it back; its bytes stay where they are."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.foundation import trail
from kemai.foundation.access.actor import Actor
from kemai.foundation.files.actions.locking import locked, one_line
from kemai.foundation.files.models import StoredFile
from kemai.foundation.files.refusals import FileRefused
from kemai.foundation.files.rights import TRAIL


def retire_file(*, actor: Actor, file: StoredFile, reason: str) -> StoredFile:
    """Out of use: it stays in the list and can still be read. Raises Refused, LookupError for a file out of sight."""
    text = one_line(reason)
    if not text:
        raise FileRefused(_("写一句为什么停用，比如 过期了。"))
    return _turned(actor, file, active=False, reason=text)


def restore_file(*, actor: Actor, file: StoredFile) -> StoredFile:
    """Undoes `retire_file`."""
    return _turned(actor, file, active=True, reason="")


def _turned(actor: Actor, file: StoredFile, *, active: bool, reason: str) -> StoredFile:
    with transaction.atomic():
        now = locked(actor, file)
        if now.is_active != active:
            now.is_active, now.retired_reason, now.version = active, reason, now.version + 1
            now.save(update_fields=["is_active", "retired_reason", "version"])
            trail.record(
                actor=actor, verb=f"{TRAIL[now.group]}.{'restored' if active else 'retired'}", subject_type="file",
                subject_id=now.pk, customer_id=now.customer_id, reason=reason,
                changes={"file_name": [None, now.name], "is_active": [not active, active]},
            )  # fmt: skip
    return now

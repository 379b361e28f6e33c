"""A file as it stands, locked for a change, once it is known that the actor may make it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.files.models import StoredFile
from kemai.foundation.files.queries import files_of, owner_of
from kemai.foundation.files.refusals import FileRefused
from kemai.foundation.files.rights import groups_kept

LONGEST_NOTE = 120


def locked(actor: Actor, file: StoredFile) -> StoredFile:
    """The row, locked until the transaction ends. Raises LookupError out of sight, Refused where it is not the actor's to keep."""
    now = files_of(actor, file.customer_id).select_for_update().filter(pk=file.pk).first()
    if now is None:
        raise LookupError(f"file {file.pk}")
    if now.group not in groups_kept(actor, owner_of(actor, now.customer_id)):
        raise Refused(_("你的岗位不能改这个文件。"))
    return now


def one_line(text: str) -> str:
    """Printable characters on one line. Raises FileRefused when it is too long."""
    plain = " ".join("".join(c if c.isprintable() else " " if c.isspace() else "" for c in text).split())
    if len(plain) > LONGEST_NOTE:
        raise FileRefused(_("太长了，最多 %(n)s 个字。") % {"n": LONGEST_NOTE})
    return plain

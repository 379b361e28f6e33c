"""The first step: keep the file, say what is in it, choose its sheet."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.oversight.exchange.actions.importing import refuse_without_duty
from kemai.oversight.exchange.actions.steps import READ, Step, enqueue, move, own_import
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.planning.request import ImportRefused, ImportRequest
from kemai.oversight.exchange.queries import kinds_for, stored_path, upload_limit
from kemai.oversight.exchange.reading.limits import MIB

_BLOCK = 1024 * 1024


def start_import(
    *,
    actor: Actor,
    kind: str = "",
    file_name: str,
    path: Path | None = None,
    chunks: Iterable[bytes] | None = None,
) -> Import:
    """Keeps an upload under a random name and starts reading it; without a kind the header decides it.

    Raises Refused or ImportRefused, and then nothing is kept.
    """
    _refuse_without_any_duty(actor, kind, file_name)
    item = Import(kind=kind, file_name=_shown_name(file_name), stored_name=f"{secrets.token_hex(16)}.upload")
    item.person_id, item.person_name = actor.person_id, actor.name[:60]
    item.content_hash, item.size = _keep(stored_path(item), chunks if chunks is not None else _blocks(path))
    with transaction.atomic():
        item.save()
        trail.record(
            actor=actor, verb="exchange.import.started", subject_type="import", subject_id=item.pk,
            changes={"file_name": [None, item.file_name], "kind": [None, kind]},
        )  # fmt: skip
        enqueue(item, READ, actor)
    return item


def choose_sheet(*, actor: Actor, import_id: int, sheet: str) -> Import:
    """Reads another sheet of the workbook."""
    item = own_import(actor, import_id)
    if sheet not in item.layout.get("sheets", []):
        raise ImportRefused(_("没有这张工作表。"))
    return move(item, (Step.MAPPING, Step.CHECKED), Step.READING, READ, actor, sheet=sheet)


def choose_kind(*, actor: Actor, import_id: int, kind: str) -> Import:
    """Reads the file again as another kind, where the header was taken for the wrong one."""
    item = own_import(actor, import_id)
    refuse_without_duty(ImportRequest(actor, kind, Path(), item.file_name))
    return move(item, (Step.MAPPING, Step.CHECKED, Step.REFUSED), Step.READING, READ, actor, kind=kind)


def _refuse_without_any_duty(actor: Actor, kind: str, file_name: str) -> None:
    if kind:
        refuse_without_duty(ImportRequest(actor, kind, Path(), file_name))
    elif not kinds_for(actor):
        raise Refused(_("你没有导入数据的权限。"))


def _shown_name(name: str) -> str:
    """The last part of a file name, printable and short; it is only ever shown, never a path."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(character for character in last if character.isprintable())[-200:] or "upload"


def _keep(path: Path, blocks: Iterable[bytes]) -> tuple[str, int]:
    """The file on disk with its hash and size; one that is too large is not kept."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size, limit = hashlib.sha256(), 0, upload_limit()
    try:
        with path.open("xb") as file:
            path.chmod(0o600)
            for block in blocks:
                digest.update(block)
                size += len(block)
                if size > limit:
                    raise ImportRefused(
                        _("文件超过上限 %(limit)s MiB；请按月拆成几份。") % {"limit": limit // MIB}
                    )
                file.write(block)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return digest.hexdigest(), size


def _blocks(path: Path | None) -> Iterable[bytes]:
    assert path is not None
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block

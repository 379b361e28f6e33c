"""The steps of the wizard: upload, settle the columns, check, mend, land, give up.

Each step changes the import by a condition on the step before, so that a double click does it once.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.foundation import jobs, trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.oversight.exchange.actions.importing import refuse_without_duty
from kemai.oversight.exchange.models import Import, RememberedMapping
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.parsing.mapping import header_signature, unique_names
from kemai.oversight.exchange.planning.request import ImportRefused, ImportRequest
from kemai.oversight.exchange.planning.source import own_header
from kemai.oversight.exchange.queries import errors_path, import_by_id, stored_path

READ, CHECK, LAND = "exchange.read", "exchange.check", "exchange.land"
_BLOCK = 1024 * 1024
Step = Import.Step


def start_import(
    *,
    actor: Actor,
    kind: str,
    file_name: str,
    path: Path | None = None,
    chunks: Iterable[bytes] | None = None,
) -> Import:
    """Keeps an upload under a random name and starts reading it. Raises Refused or ImportRefused."""
    refuse_without_duty(ImportRequest(actor, kind, Path(), file_name))
    item = Import(kind=kind, file_name=_shown_name(file_name), stored_name=f"{secrets.token_hex(16)}.upload")
    item.person_id, item.person_name = actor.person_id, actor.name[:60]
    item.content_hash, item.size = _keep(stored_path(item), chunks if chunks is not None else _blocks(path))
    with transaction.atomic():
        item.save()
        trail.record(
            actor=actor, verb="exchange.import.started", subject_type="import", subject_id=item.pk,
            changes={"file_name": [None, item.file_name], "kind": [None, kind]},
        )  # fmt: skip
        _enqueue(item, READ, actor)
    return item


def choose_sheet(*, actor: Actor, import_id: int, sheet: str) -> Import:
    """Reads another sheet of the workbook."""
    item = _mine(actor, import_id)
    if sheet not in item.layout.get("sheets", []):
        raise ImportRefused(_("没有这张工作表。"))
    return _move(item, (Step.MAPPING, Step.CHECKED), Step.READING, READ, actor, sheet=sheet)


def map_columns(
    *,
    actor: Actor,
    import_id: int,
    fields: Mapping[int, str],
    options: Mapping[str, Any],
    remember: bool = True,
) -> Import:
    """Settles which column (by its place) is which field, and starts the check.

    `options`: create_customers, strict, fill_down (list of fields), date_order, round_money. Raises
    ImportRefused with a sentence when a field is missing or given twice.
    """
    item = _mine(actor, import_id)
    names = unique_names(_header(item))
    columns = {name: fields.get(place, "") for place, name in enumerate(names)}
    _refuse_nonsense(item.kind, columns)
    kept = {key: options[key] for key in _OPTIONS if key in options}
    kept["aliases"] = item.options.get("aliases", {})
    if remember and actor.person_id is not None:
        RememberedMapping.objects.update_or_create(
            person_id=actor.person_id, kind=item.kind, signature=header_signature(item.kind, _header(item)),
            defaults={"mapping": {"columns": columns, "options": {k: kept[k] for k in kept if k != "aliases"}}},
        )  # fmt: skip
    return _move(
        item, (Step.MAPPING, Step.CHECKED), Step.CHECKING, CHECK, actor, mapping=columns, options=kept
    )


_OPTIONS = ("create_customers", "strict", "fill_down", "date_order", "round_money")


def mend_import(
    *, actor: Actor, import_id: int, aliases: Mapping[str, str] | None = None, **options: Any
) -> Import:
    """Applies a mend to all rows of the same cause and checks again.

    `aliases` maps a customer as written to a customer's code; options as in `map_columns`, such as
    create_customers=True or fill_down=["order_no"].
    """
    item = _mine(actor, import_id)
    known = {**item.options.get("aliases", {}), **(aliases or {})}
    changed = {**item.options, **{key: options[key] for key in _OPTIONS if key in options}, "aliases": known}
    return _move(item, (Step.CHECKED,), Step.CHECKING, CHECK, actor, options=changed)


def check_import(*, actor: Actor, import_id: int) -> Import:
    """Checks again, for instance after a customer was added."""
    item = _mine(actor, import_id)
    return _move(item, (Step.MAPPING, Step.CHECKED), Step.CHECKING, CHECK, actor)


def land_import(*, actor: Actor, import_id: int) -> Import:
    """Starts the landing of a checked import; twice is refused."""
    item = _mine(actor, import_id)
    if item.options.get("strict") and item.preview.get("rejected"):
        raise ImportRefused(_("有拒绝的行，按你的选择一行都不入。"))
    return _move(item, (Step.CHECKED,), Step.LANDING, LAND, actor)


def cancel_import(*, actor: Actor, import_id: int) -> Import:
    """Stops the work if it runs and forgets the upload. What has landed stays."""
    item = _mine(actor, import_id)
    if item.step in (Step.LANDED, Step.CANCELLED):
        raise ImportRefused(_("已经入账或取消了。"))
    if item.job_id:
        jobs.request_cancel(item.job_id, actor)
    if item.step == Step.LANDING:
        return item  # the job itself says whether it came in time
    with transaction.atomic():
        Import.objects.filter(pk=item.pk).exclude(step__in=(Step.LANDING, Step.LANDED)).update(
            step=Step.CANCELLED
        )
        trail.record(actor=actor, verb="exchange.import.cancelled", subject_type="import", subject_id=item.pk)
    for path in (stored_path(item), errors_path(item)):
        path.unlink(missing_ok=True)
    item.refresh_from_db()
    return item


def _mine(actor: Actor, import_id: int) -> Import:
    """The actor's own import; others may look, not touch."""
    item = import_by_id(actor, import_id)
    if not actor.is_system and item.person_id != actor.person_id:
        raise Refused(_("只有上传的人能继续这份导入。"))
    return item


def _move(item: Import, before: tuple[str, ...], step: str, work: str, actor: Actor, **fields: Any) -> Import:
    with transaction.atomic():
        if not Import.objects.filter(pk=item.pk, step__in=before).update(step=step, **fields):
            raise ImportRefused(_("这一步已经做过，或正在做。"))
        item.refresh_from_db()
        _enqueue(item, work, actor)
    return item


def _enqueue(item: Import, work: str, actor: Actor) -> None:
    job = jobs.enqueue(
        work, unique_key=f"{work}:{item.pk}", priority=10, person_id=actor.person_id, import_id=item.pk
    )
    Import.objects.filter(pk=item.pk).update(job_id=job.pk)
    item.job_id = job.pk


def _header(item: Import) -> tuple[str, ...]:
    return own_header(tuple(item.layout.get("header", ())))


def _refuse_nonsense(kind: str, columns: Mapping[str, str]) -> None:
    chosen = [key for key in columns.values() if key]
    unknown = [key for key in chosen if KINDS[kind].find(key) is None]
    twice = {key for key in chosen if chosen.count(key) > 1} - set(unknown)
    if unknown:
        raise ImportRefused(_("没有这个字段：%(field)s。") % {"field": unknown[0]})
    if twice:
        headings = "、".join(KINDS[kind].field(key).heading for key in sorted(twice))
        raise ImportRefused(_("「%(headings)s」对了不止一列，请只留一列。") % {"headings": headings})
    missing = [f.heading for f in KINDS[kind].fields if f.needed and f.key not in chosen]
    if missing:
        raise ImportRefused(_("还缺要有的列：%(names)s。") % {"names": "、".join(missing)})


def _shown_name(name: str) -> str:
    """The last part of a file name, printable and short; it is only ever shown, never a path."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(character for character in last if character.isprintable())[-200:] or "upload"


def _keep(path: Path, blocks: Iterable[bytes]) -> tuple[str, int]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        path.chmod(0o600)
        for block in blocks:
            digest.update(block)
            size += len(block)
            file.write(block)
    return digest.hexdigest(), size


def _blocks(path: Path | None) -> Iterable[bytes]:
    assert path is not None
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block

"""Puts a file into the archive of a customer: the bytes first, the record with them or not at all."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.faults import fault
from kemai.foundation.files import store
from kemai.foundation.files.actions.locking import one_line
from kemai.foundation.files.content import type_of
from kemai.foundation.files.models import DocumentKind, StoredFile
from kemai.foundation.files.names import ending_of, shown_name
from kemai.foundation.files.queries import owner_of
from kemai.foundation.files.refusals import FileRefused
from kemai.foundation.files.rights import TRAIL, groups_kept, groups_seen


def add_file(
    *,
    actor: Actor,
    customer_id: int,
    declared_name: str,
    chunks: Iterable[bytes],
    kind: str = DocumentKind.OTHER,
    group: str = "basics",
    note: str = "",
) -> StoredFile:
    """Keeps an upload. Raises LookupError for a customer out of sight, Refused, FileRefused or StoreFull with nothing kept."""
    owner_id = owner_of(actor, customer_id)
    if group not in groups_kept(actor, owner_id):
        raise Refused(_("你的岗位不能往这里放文件。"))
    about = {"kind": known_kind(kind), "group": group, "note": one_line(note)}
    with store.arriving(chunks) as arrived:
        found = type_of(arrived.path, ending_of(declared_name))
        item = StoredFile(
            customer_id=customer_id, name=shown_name(declared_name, found), media_type=found.media_type, size=arrived.size,
            sha256=arrived.sha256, person_id=actor.person_id, person_name=actor.name[:60], **about,
        )  # fmt: skip
        refuse_twice(item, groups_seen(actor, owner_id))
        return _stored(actor, item, arrived)


def _stored(actor: Actor, item: StoredFile, arrived: store.Arrived) -> StoredFile:
    """Bytes and record together: a failure takes the bytes back, a crash leaves bytes without a record at worst."""
    fault("files.arrived")
    item.stored_name = store.put(arrived)
    fault("files.put")
    try:
        with transaction.atomic():
            item.save(force_insert=True)
            trail.record(
                actor=actor, verb=f"{TRAIL[item.group]}.added", subject_type="file", subject_id=item.pk,
                customer_id=item.customer_id, changes=_told(item),
            )  # fmt: skip
            fault("files.recorded")
    except BaseException as error:
        store.take_back(item.stored_name)
        if isinstance(error, IntegrityError):
            refuse_twice(item, (item.group,))
        raise
    return item


def refuse_twice(item: StoredFile, seen: tuple[str, ...]) -> None:
    """The same content is kept once for a customer; what the actor may not see is not mentioned. Raises FileRefused."""
    others = StoredFile.objects.filter(customer_id=item.customer_id, sha256=item.sha256, group__in=seen)
    same = others.exclude(pk=item.pk).first()
    if same is None:
        return
    if same.is_active:
        raise FileRefused(
            _("「%(name)s」已经有了，内容一样，是「%(first)s」。") % {"name": item, "first": same}
        )
    raise FileRefused(
        _("「%(name)s」和停用的「%(first)s」内容一样，要用就重新启用那一个。") % {"name": item, "first": same}
    )


def known_kind(kind: str) -> str:
    """A kind of the list. Raises FileRefused."""
    if kind not in DocumentKind.values:
        raise FileRefused(_("请选这是什么文件。"))
    return kind


def _told(item: StoredFile) -> dict[str, list[object]]:
    told = {
        "file_name": item.name, "file_kind": item.kind, "file_size": item.size, "file_note": item.note,
        "file_sha256": item.sha256,
    }  # fmt: skip
    return {key: [None, value] for key, value in told.items() if value}

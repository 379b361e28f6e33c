"""Moves what hangs on one customer to another, notes each row, and moves them back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db.models import Model

from kemai.business.archives.merging.children import Child, children, layers
from kemai.business.archives.merging.only_ones import staying, step_back, step_out
from kemai.business.archives.merging.snapshot import insert, pack, unpack, value_of
from kemai.business.archives.models import Customer, Merge, MergedRows
from kemai.foundation.access.actor import Actor
from kemai.foundation.among import Among

NOTED = 10_000  # ids in one note
What = MergedRows.What


def move_all(actor: Actor, merge: Merge) -> None:
    """Everything of the absorbed customer becomes the survivor's; the table of customers itself is not touched."""
    for model in layers():
        _join(merge, model)
    for child in children():
        before = step_back(actor, child, merge.survivor_id, merge.absorbed_id)
        if before:
            _note(merge, child.label, What.CHANGED, before=before)
        gone = step_out(child, merge.survivor_id, merge.absorbed_id)
        if gone:
            _note(merge, child.label, What.GONE, before={"rows": gone})
        _move(merge, child)


def put_back(merge: Merge) -> None:
    """Undoes `move_all`: rows that still hang on the survivor return, and are again what they were."""
    notes = list(merge.rows.all())
    for note in notes:
        model = apps.get_model(note.model)
        if note.what == What.MADE:
            model._base_manager.filter(pk__in=note.ids).delete()
        elif note.what == What.MOVED:
            rows = model._base_manager.filter(Among("pk", note.ids), **{note.column: merge.survivor_id})
            rows.update(**{note.column: merge.absorbed_id})
    for note in notes:
        model = apps.get_model(note.model)
        if note.what == What.CHANGED:
            for pk, values in note.before.items():
                model._base_manager.filter(pk=pk).update(**values)
        elif note.what == What.GONE:
            for packed in note.before["rows"]:
                insert(unpack(model, packed))
        elif note.what == What.JOINED:
            _part(model, merge.survivor_id, note.before)


def note_made(merge: Merge, model: type[Model], ids: list[int]) -> None:
    """Rows that the merge itself wrote; they go when it is undone."""
    if ids:
        _note(merge, str(model._meta.label_lower), What.MADE, ids=ids)


def follow(batch_id: int, into: Mapping[int, int]) -> set[int]:
    """Rows that an import wrote for a customer which was absorbed meanwhile go to the survivor; gives whose."""
    reached = set()
    for child in children():
        if not any(field.attname == "batch_id" for field in child.model._meta.concrete_fields):
            continue
        rows = child.model._base_manager.filter(batch_id=batch_id)
        late = rows.filter(**{f"{child.column}__in": list(into)}).order_by()
        for absorbed_id in late.values_list(child.column, flat=True).distinct():
            rows.filter(**{child.column: absorbed_id}).update(**{child.column: into[absorbed_id]})
            reached.add(into[absorbed_id])
    return reached


def _move(merge: Merge, child: Child) -> None:
    rows = child.of(merge.absorbed_id).exclude(pk__in=staying(child, merge.survivor_id, merge.absorbed_id))
    if child.model is Customer:
        rows = rows.exclude(pk=merge.survivor_id)  # nobody is his own parent
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), NOTED):
        _note(merge, child.label, What.MOVED, column=child.column, ids=ids[start : start + NOTED])
    if ids:
        rows.update(**{child.column: merge.survivor_id})


def _join(merge: Merge, model: type[Model]) -> None:
    """The survivor's row keeps what it has and takes what it lacks."""
    theirs = model._base_manager.filter(pk=merge.absorbed_id).first()
    if theirs is None:
        return
    mine = model._base_manager.filter(pk=merge.survivor_id).first()
    packed, own = pack(theirs), pack(mine) if mine else None
    after = {**packed, **{k: v for k, v in (own or {}).items() if v not in (None, "")}}
    after[model._meta.pk.attname] = merge.survivor_id  # type: ignore[union-attr]
    if own and after != own:
        after["version"] = own["version"] + 1
    model._base_manager.filter(pk=merge.absorbed_id).delete()
    _write(model, after, is_new=mine is None)
    notes = {"theirs": packed, "mine": own, "after": after}
    _note(merge, str(model._meta.label_lower), What.JOINED, ids=[merge.absorbed_id], before=notes)


def _part(model: type[Model], survivor_id: int, before: dict[str, Any]) -> None:
    """Both rows again; what somebody changed in the survivor's since the merge stays."""
    now = model._base_manager.filter(pk=survivor_id).first()
    mine, after = before["mine"], before["after"]
    if now and mine is None and pack(now) == after:
        model._base_manager.filter(pk=survivor_id).delete()
    elif now and mine is not None:
        current = pack(now)
        back = {k: mine[k] for k in mine if current[k] == after[k]}
        _write(model, {**current, **back}, is_new=False)
    insert(unpack(model, before["theirs"]))


def _write(model: type[Model], packed: dict[str, Any], *, is_new: bool) -> None:
    if is_new:
        insert(unpack(model, packed))
        return
    columns = {f.attname: value_of(f, packed[f.attname]) for f in model._meta.concrete_fields if not f.primary_key}  # fmt: skip
    model._base_manager.filter(pk=packed[model._meta.pk.attname]).update(**columns)  # type: ignore[union-attr]


def _note(merge: Merge, model: str, what: str, **more: Any) -> None:
    MergedRows.objects.create(merge=merge, model=model, what=what, **more)

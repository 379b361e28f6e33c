"""What the trail tells about one customer, within the actor's rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import sees_customer
from kemai.foundation.batches.models import Batch, unlanded_ids
from kemai.foundation.registry import field_groups, verb_groups
from kemai.foundation.trail.models import Entry


@dataclass(frozen=True)
class TrailLine:
    """One thing somebody did; `changes` is {field: [old, new]}, None when the values were erased."""

    id: int
    at: datetime
    actor_name: str
    verb: str
    subject_type: str
    subject_id: int | None
    reason: str
    changes: dict[str, list[Any]] | None


def entries_of_customer(
    actor: Actor,
    customer_id: int,
    *,
    before: int | None = None,
    limit: int = 50,
    verb: str = "",
    also: Sequence[int] = (),
) -> list[TrailLine]:
    """The newest entries about a customer, older than entry `before` and of one `verb` when given; `also` are the ids
    of customers that became part of it.

    Raises LookupError when the actor may not see the customer. Values of field groups that are not
    plainly visible to the actor are left out, and so are whole subjects that are not.
    """
    rows = _readable(actor, customer_id, also).order_by("-pk")
    if verb:
        rows = rows.filter(verb=verb)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_line(actor, entry) for entry in rows[:limit]]


def history_of_customer(actor: Actor, customer_id: int, verbs: Sequence[str]) -> list[TrailLine]:
    """Every entry of these verbs, oldest first, each at the moment from which on it was seen: an import's at its landing.

    Raises LookupError and leaves out values as `entries_of_customer` does.
    """
    entries = list(_readable(actor, customer_id).filter(verb__in=verbs).order_by("pk"))
    batches = {entry.batch_id for entry in entries if entry.batch_id}
    landed = dict(Batch.objects.filter(pk__in=batches).values_list("pk", "landed_at")) if batches else {}
    lines = [
        replace(_line(actor, entry), at=landed.get(entry.batch_id or 0) or entry.at) for entry in entries
    ]
    return sorted(lines, key=lambda line: (line.at, line.id))


def _readable(actor: Actor, customer_id: int, also: Sequence[int] = ()) -> QuerySet[Entry]:
    """The customer's entries without those of subjects that the actor may not see and of imports that have not landed."""
    if not sees_customer(actor, customer_id):
        raise LookupError(f"customer {customer_id}")
    rows = Entry.objects.filter(customer_id__in=[customer_id, *also]).select_related("values_row")
    for subject, group in verb_groups.items():
        if not actor.sees(group) and actor.own_sights.get(group) != "visible":
            rows = rows.exclude(verb__startswith=f"{subject}.")
    waiting = unlanded_ids()
    return rows.exclude(batch_id__in=waiting) if waiting else rows


def _line(actor: Actor, entry: Entry) -> TrailLine:
    who = (entry.pk, entry.at, entry.actor_name, entry.verb, entry.subject_type, entry.subject_id)
    return TrailLine(*who, reason=entry.reason, changes=_changes(actor, entry))


def _changes(actor: Actor, entry: Entry) -> dict[str, list[Any]] | None:
    values = getattr(entry, "values_row", None)
    if values is None:
        return None if bytes(entry.values_digest) else {}
    return {name: pair for name, pair in values.changes.items() if _may_read(actor, name)}


def _may_read(actor: Actor, name: str) -> bool:
    return name not in field_groups or actor.sees(field_groups.get(name))

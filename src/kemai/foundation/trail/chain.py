"""Adds one entry to the end of the chain."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone

from kemai.foundation.access.actor import Actor
from kemai.foundation.trail import digests
from kemai.foundation.trail.models import Entry, EntryValues, Head

HEAD_ID = 1


def record(
    *,
    actor: Actor,
    verb: str,
    subject_type: str = "",
    subject_id: int | None = None,
    customer_id: int | None = None,
    changes: dict[str, list[Any]] | None = None,
    reason: str = "",
    batch_id: int | None = None,
) -> Entry:
    """Adds one entry to the trail, in the caller's transaction: it stays or vanishes with the change.

    `changes` is {field: [old, new]}; dates, Decimals and the like are kept as text. The end of the
    chain stays locked until the transaction ends, so call this last, after the change itself.
    """
    entry = Entry(
        at=timezone.now(),
        actor_id=actor.person_id,
        actor_name=fit(actor.name or actor.login, 60),
        verb=verb,
        subject_type=subject_type,
        subject_id=subject_id,
        customer_id=customer_id,
        reason=fit(reason, 500),
        batch_id=batch_id,
    )
    return append(entry, changes)


def append(entry: Entry, changes: dict[str, Any] | None) -> Entry:
    """Gives a new entry its place, its digests and its values, and moves the end of the chain."""
    with transaction.atomic():
        values = values_of(entry, changes)
        end = locked_head()
        entry.sequence = end.sequence + 1
        entry.previous = bytes(end.digest)
        entry.digest = digest_of(entry)
        entry.save(force_insert=True)
        if values is not None:
            values.entry_id = entry.pk
            values.save(force_insert=True)
        following = digests.link(entry.previous, entry.digest)
        Head.objects.filter(pk=end.pk).update(sequence=entry.sequence, digest=following)
    return entry


def values_of(entry: Entry, changes: dict[str, Any] | None) -> EntryValues | None:
    """The row of values of an entry, whose digest is set on the way; None without changes."""
    if not changes:
        return None
    stored, salt = digests.plain(changes), secrets.token_bytes(16)
    entry.values_digest = digests.values_digest(salt, digests.canonical(stored))
    return EntryValues(salt=salt, changes=stored)


def locked_head() -> Head:
    """The end of the chain, locked until the transaction ends; made at the very first entry."""
    rows = Head.objects.select_for_update().filter(pk=HEAD_ID)
    end = rows.first()
    if end is None:
        Head.objects.bulk_create([Head(pk=HEAD_ID, digest=digests.START)], ignore_conflicts=True)
        end = rows.get()
    return end


def digest_of(entry: Entry) -> bytes:
    """The digest of an entry as its columns stand."""
    return digests.entry_digest(
        sequence=entry.sequence,
        at=entry.at,
        actor_id=entry.actor_id,
        actor_name=entry.actor_name,
        verb=entry.verb,
        subject_type=entry.subject_type,
        subject_id=entry.subject_id,
        customer_id=entry.customer_id,
        reason=entry.reason,
        batch_id=entry.batch_id,
        values=bytes(entry.values_digest),
        rows=None if entry.rows_digest is None else bytes(entry.rows_digest),
    )


def fit(text: str, length: int) -> str:
    """Text as the column will hold it."""
    return digests.clean(text)[:length]

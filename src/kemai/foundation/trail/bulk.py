"""Rows of a bulk change: written by the hundred thousand without the chain, then sealed by one entry."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from kemai.foundation.access.actor import Actor
from kemai.foundation.trail import digests
from kemai.foundation.trail.chain import append, fit
from kemai.foundation.trail.models import Entry, EntryValues

Row = tuple[int | None, int | None, dict[str, Any] | None]
CHUNK = 20_000
ENTRY_COLUMNS = (
    "id, sequence, at, actor_id, actor_name, verb, subject_type, subject_id, customer_id, reason, "
    "batch_id, values_digest, rows_digest, digest, previous"
)


def record_rows(*, actor: Actor, verb: str, subject_type: str, batch_id: int, rows: Iterable[Row]) -> int:
    """Writes one unchained entry for each (subject_id, customer_id, changes) and returns how many.

    Call `seal_batch` when the batch is complete: until then the rows prove nothing.
    """
    source, written = iter(rows), 0
    with transaction.atomic():
        while chunk := list(islice(source, CHUNK)):
            _write(actor, verb, subject_type, batch_id, chunk)
            written += len(chunk)
    return written


def seal_batch(*, actor: Actor, batch_id: int, verb: str, reason: str = "") -> Entry:
    """Chains one entry over the digests, in id order, of the batch's rows since its last seal."""
    entry = Entry(
        at=timezone.now(),
        actor_id=actor.person_id,
        actor_name=fit(actor.name or actor.login, 60),
        verb=verb,
        subject_type="batch",
        subject_id=batch_id,
        reason=fit(reason, 500),
        batch_id=batch_id,
    )
    with transaction.atomic():
        count, entry.rows_digest = rows_digest(batch_id, after=last_seal_id(batch_id))
        return append(entry, {"rows": [None, count]})


def last_seal_id(batch_id: int) -> int:
    """The id of the entry that sealed the batch last, or 0."""
    seals = Entry.objects.filter(batch_id=batch_id, rows_digest__isnull=False)
    return seals.order_by("-id").values_list("pk", flat=True).first() or 0


def rows_digest(batch_id: int, *, after: int, before: int | None = None) -> tuple[int, bytes]:
    """How many unchained rows the batch has between two ids, and sha256 over their digests in order."""
    rows = Entry.objects.filter(batch_id=batch_id, sequence__isnull=True, pk__gt=after)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    total, count = hashlib.sha256(), 0
    for digest in rows.order_by("pk").values_list("digest", flat=True).iterator(chunk_size=10_000):
        total.update(digest)
        count += 1
    return count, total.digest()


def _write(actor: Actor, verb: str, subject_type: str, batch_id: int, rows: list[Row]) -> None:
    entries, values = [], []
    for pk, (subject_id, customer_id, changes) in zip(_new_ids(len(rows)), rows, strict=True):
        salt, text, sealed = _sealed(changes)
        if text is not None:
            values.append((pk, salt, text))
        entries.append((pk, subject_id, customer_id, sealed))
    table = {"actor": actor, "verb": verb, "subject_type": subject_type, "batch_id": batch_id}
    _insert(Entry._meta.db_table, ENTRY_COLUMNS, list(_lines(entries, **table)))  # type: ignore[arg-type]
    _insert(EntryValues._meta.db_table, "entry_id, salt, changes", values)


def _sealed(changes: dict[str, Any] | None) -> tuple[bytes, str | None, bytes]:
    if not changes:
        return b"", None, b""
    salt, text = secrets.token_bytes(16), digests.canonical(digests.plain(changes))
    return salt, text, digests.values_digest(salt, text)


def _lines(
    entries: list[tuple[int, int | None, int | None, bytes]],
    *,
    actor: Actor,
    verb: str,
    subject_type: str,
    batch_id: int,
) -> Iterator[tuple[Any, ...]]:
    now, name = timezone.now(), fit(actor.name or actor.login, 60)
    at = now if connection.vendor == "postgresql" else connection.ops.adapt_datetimefield_value(now)
    for pk, subject_id, customer_id, values in entries:
        digest = digests.entry_digest(
            sequence=None,
            at=now,
            actor_id=actor.person_id,
            actor_name=name,
            verb=verb,
            subject_type=subject_type,
            subject_id=subject_id,
            customer_id=customer_id,
            reason="",
            batch_id=batch_id,
            values=values,
            rows=None,
        )
        who = (pk, None, at, actor.person_id, name, verb, subject_type, subject_id, customer_id)
        yield (*who, "", batch_id, values, None, digest, None)


def _new_ids(count: int) -> list[int]:
    """Ids for new entries: from the sequence on PostgreSQL, after the last one under SQLite's write lock."""
    table = Entry._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return sorted(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0)", [table])
        last = cursor.fetchone()[0]
    return list(range(last + 1, last + 1 + count))


def _insert(table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    """COPY on PostgreSQL, executemany on SQLite: an ORM object a row would take four times as long."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)

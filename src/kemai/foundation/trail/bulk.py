"""Rows of a bulk change: written by the hundred thousand without the chain, then sealed by one entry."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from kemai.foundation.access.actor import Actor
from kemai.foundation.arrow.arriving import Rows, Staging
from kemai.foundation.bulk import new_ids
from kemai.foundation.trail import digests
from kemai.foundation.trail.chain import append, fit
from kemai.foundation.trail.models import Entry, EntryValues

Row = tuple[int | None, int | None, dict[str, Any] | None]
CHUNK = 20_000
SALT = 16
NOTHING = "{}"


def record_rows(*, actor: Actor, verb: str, subject_type: str, batch_id: int, rows: Iterable[Row]) -> int:
    """Writes one unchained entry for each (subject_id, customer_id, changes) and returns how many.

    Call `seal_batch` when the batch is complete: until then the rows prove nothing.
    """
    source, written = iter(rows), 0
    with transaction.atomic():
        while chunk := list(islice(source, CHUNK)):
            _write(Alike(actor, verb, subject_type, batch_id), chunk)
            written += len(chunk)
    return written


@dataclass
class Tally:
    """The rows of a batch counted and hashed up to the entry `last`; what comes later is added when it is sealed."""

    batch_id: int
    last: int
    count: int = 0
    total: Any = field(default_factory=hashlib.sha256)

    def add_the_rest(self, before: int | None = None) -> None:
        """Takes in the batch's unchained rows after `last`, in id order."""
        rows = Entry.objects.filter(batch_id=self.batch_id, sequence__isnull=True, pk__gt=self.last)
        if before is not None:
            rows = rows.filter(pk__lt=before)
        for pk, digest in rows.order_by("pk").values_list("pk", "digest").iterator(chunk_size=10_000):
            self.total.update(digest)
            self.count, self.last = self.count + 1, pk


def tallied(batch_id: int) -> Tally:
    """What `seal_batch` would read of a long batch, read before the transaction that seals it."""
    tally = Tally(batch_id, last_seal_id(batch_id))
    tally.add_the_rest()
    return tally


def seal_batch(
    *, actor: Actor, batch_id: int, verb: str, reason: str = "", tally: Tally | None = None,
    subject_id: int | None = None,
) -> Entry:  # fmt: skip
    """Chains one entry over the digests, in id order, of the batch's rows since its last seal.

    `subject_id` is the batch that the entry is about, where it is another one. A `tally` saves reading again what it has counted; nobody else may write rows of the batch meanwhile.
    """
    entry = Entry(
        at=timezone.now(),
        actor_id=actor.person_id,
        actor_name=fit(actor.name or actor.login, 60),
        verb=verb,
        subject_type="batch",
        subject_id=batch_id if subject_id is None else subject_id,
        reason=fit(reason, 500),
        batch_id=batch_id,
    )
    with transaction.atomic():
        tally = tally or Tally(batch_id, last_seal_id(batch_id))
        tally.add_the_rest()
        entry.rows_digest = tally.total.digest()
        return append(entry, {"rows": [None, tally.count]})


def last_seal_id(batch_id: int) -> int:
    """The id of the entry that sealed the batch last, or 0."""
    seals = Entry.objects.filter(batch_id=batch_id, rows_digest__isnull=False)
    return seals.order_by("-id").values_list("pk", flat=True).first() or 0


def rows_digest(batch_id: int, *, after: int, before: int | None = None) -> tuple[int, bytes]:
    """How many unchained rows the batch has between two ids, and sha256 over their digests in order."""
    tally = Tally(batch_id, after)
    tally.add_the_rest(before)
    return tally.count, tally.total.digest()


@dataclass(frozen=True)
class Alike:
    """What the rows of one bulk change have in common."""

    actor: Actor
    verb: str
    subject_type: str
    batch_id: int

    def tables(
        self, ids: Sequence[int], subjects: Sequence[Any], customers: Sequence[Any], texts: Sequence[str]
    ) -> tuple[Rows, Rows]:
        """The entries with these ids and their values, ready to be written; asks no database. `texts` are canonical
        changes."""
        import polars as pl

        now = timezone.now()
        at = now if connection.vendor == "postgresql" else connection.ops.adapt_datetimefield_value(now)
        name = fit(self.actor.name or self.actor.login, 60)
        digest_of = digests.digester_of_rows(
            at=now, actor_id=self.actor.person_id, actor_name=name, verb=self.verb, subject_type=self.subject_type,
            batch_id=self.batch_id,
        )  # fmt: skip
        salts = [secrets.token_bytes(SALT) for _ in texts]
        sealed = [
            digests.values_digest(salt, text) if text != NOTHING else b""
            for salt, text in zip(salts, texts, strict=True)
        ]
        keys = {"id": ids, "subject_id": subjects, "customer_id": customers}
        entries = pl.DataFrame(keys, schema=dict.fromkeys(keys, pl.Int64)).with_columns(
            pl.Series("values_digest", sealed, pl.Binary),
            pl.Series("digest", map(digest_of, subjects, customers, sealed), pl.Binary),
        )
        same = {
            "sequence": None, "at": at, "actor_id": self.actor.person_id, "actor_name": name, "verb": self.verb,
            "subject_type": self.subject_type, "reason": "", "batch_id": self.batch_id, "rows_digest": None,
            "previous": None,
        }  # fmt: skip
        values = pl.DataFrame(
            {"entry_id": ids, "salt": salts, "changes": texts},
            schema={"entry_id": pl.Int64, "salt": pl.Binary, "changes": pl.String},
        ).filter(pl.col("changes") != NOTHING)
        return Rows(Entry._meta.db_table, entries, same), Rows(EntryValues._meta.db_table, values)


def _write(alike: Alike, rows: list[Row]) -> None:
    texts = [digests.canonical_of(changes) if changes else NOTHING for *_ids, changes in rows]
    subjects, customers = [row[0] for row in rows], [row[1] for row in rows]
    ids = new_ids(Entry._meta.db_table, len(rows))
    Staging().ready(*alike.tables(ids, subjects, customers, texts)).write()

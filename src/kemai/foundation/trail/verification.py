"""Verifying the chain: every link, every digest, every value that is still there, every sealed batch."""

from __future__ import annotations

from collections.abc import Iterator

from kemai.foundation.trail.chain import batch_root, digest_of
from kemai.foundation.trail.digests import chained, values_digest
from kemai.foundation.trail.models import Entry, Head

NOTHING = b""


def verify() -> list[str]:
    """Problems as sentences, none when the trail is whole. Erased values are no problem."""
    return [*_chain_problems(), *_row_problems(), *_batch_problems()]


def _chain_problems() -> Iterator[str]:
    previous, expected = NOTHING, 1
    for entry in Entry.objects.exclude(sequence=None).order_by("sequence").iterator(chunk_size=5_000):
        if entry.sequence != expected:
            yield f"第 {expected} 条不见了。"
            expected = entry.sequence or expected
        if bytes(entry.link or b"") != chained(previous, bytes(entry.digest)):
            yield f"第 {entry.sequence} 条和前一条接不上。"
        previous, expected = bytes(entry.link or b""), expected + 1
    head = Head.objects.filter(pk=1).first()
    if head and (head.sequence != expected - 1 or bytes(head.digest) != previous):
        yield f"末尾应是第 {head.sequence} 条，现在到第 {expected - 1} 条。"


def _row_problems() -> Iterator[str]:
    for entry in Entry.objects.select_related("values_row").order_by("pk").iterator(chunk_size=5_000):
        if digest_of(entry) != bytes(entry.digest):
            yield f"{entry.pk} 号记录被改过。"
        values = getattr(entry, "values_row", None)
        if values and values_digest(bytes(values.salt), values.changes) != bytes(entry.values_digest):
            yield f"{entry.pk} 号记录的新旧值被改过。"


def _batch_problems() -> Iterator[str]:
    seals = Entry.objects.filter(subject_type="batch").exclude(sequence=None).select_related("values_row")
    for seal in seals.exclude(batch_id=None).iterator(chunk_size=500):
        values = getattr(seal, "values_row", None)
        if values and seal.batch_id and "root" in values.changes:
            sealed = (values.changes["rows"][1], values.changes["root"][1])
            if batch_root(seal.batch_id) != sealed:
                yield f"第 {seal.batch_id} 批的记录被动过。"

"""Reads the whole trail and names what does not fit: changed, missing, inserted or reordered entries."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from kemai.foundation.batches.models import Batch
from kemai.foundation.trail import digests
from kemai.foundation.trail.bulk import rows_digest
from kemai.foundation.trail.chain import HEAD_ID, digest_of
from kemai.foundation.trail.models import Entry, EntryValues, Head

CHUNK = 2_000
PROBLEM_LIMIT = 100


def verify() -> list[str]:
    """Sentences about everything that was tampered with, the first hundred; empty when all is well.

    Erased values are no problem; a changed value, entry, order, a cut end or unsealed rows are.
    """
    problems = []
    for problem in _problems():
        problems.append(problem)
        if len(problems) == PROBLEM_LIMIT:
            break
    return problems


def head() -> tuple[int, str]:
    """Number and link (hex) of the last entry: written down elsewhere, they catch a rewritten chain."""
    end = Head.objects.filter(pk=HEAD_ID).first()
    return (0, digests.START.hex()) if end is None else (end.sequence, bytes(end.digest).hex())


def _problems() -> Iterator[str]:
    yield from _chain()
    yield from _rows()
    yield from _values()
    yield from _unsealed()


def _chain() -> Iterator[str]:
    """Chained entries in order: no gap, each link right, each seal right, the end where Head says."""
    expected, number = digests.START, 0
    seals: dict[int, int] = {}
    for entry in Entry.objects.exclude(sequence=None).order_by("sequence").iterator(chunk_size=CHUNK):
        number += 1
        if entry.sequence != number:
            yield _("痕迹第 %(n)s 条不见了") % {"n": number}
            number = entry.sequence or number
        elif bytes(entry.previous or b"") != expected:
            yield _("痕迹第 %(n)s 条接不上前一条") % {"n": number}
        if bytes(entry.digest) != digest_of(entry):
            yield _("痕迹第 %(n)s 条被改过") % {"n": number}
        if entry.rows_digest is not None and entry.batch_id is not None:
            yield from _seal(entry, after=seals.get(entry.batch_id, 0))
            seals[entry.batch_id] = entry.pk
        expected = digests.link(bytes(entry.previous or b""), bytes(entry.digest))
    if head() != (number, expected.hex()):
        yield _("痕迹的结尾对不上：末尾记的是第 %(head)s 条，实际是第 %(n)s 条") % {
            "head": head()[0],
            "n": number,
        }


def _seal(entry: Entry, *, after: int) -> Iterator[str]:
    found = rows_digest(entry.batch_id or 0, after=after, before=entry.pk)[1]
    if found != bytes(entry.rows_digest or b""):
        yield _("批次 %(batch)s 的明细痕迹与封存（第 %(n)s 条）不符") % {
            "batch": entry.batch_id,
            "n": entry.sequence,
        }


def _rows() -> Iterator[str]:
    """Rows without a place in the chain: each against its own digest."""
    for entry in Entry.objects.filter(sequence=None).iterator(chunk_size=CHUNK):
        if bytes(entry.digest) != digest_of(entry):
            yield _("批次 %(batch)s 的明细痕迹 %(id)s 被改过") % {"batch": entry.batch_id, "id": entry.pk}


def _values() -> Iterator[str]:
    """Values that are still there: each against the salted digest of its entry."""
    for row in EntryValues.objects.select_related("entry").iterator(chunk_size=CHUNK):
        if digests.values_digest(bytes(row.salt), digests.canonical(row.changes)) != bytes(
            row.entry.values_digest
        ):
            yield _("痕迹 %(id)s 的新旧值被改过") % {"id": row.entry.sequence or row.entry_id}


def _unsealed() -> Iterator[str]:
    """Rows after the last seal of a batch that is not being written any more."""
    working = Batch.objects.filter(status__in=(Batch.Status.PENDING, Batch.Status.DEAD)).values("pk")
    loose = Entry.objects.filter(sequence=None).exclude(batch_id__in=working)
    for batch_id in loose.order_by().values_list("batch_id", flat=True).distinct():
        seals = Entry.objects.filter(batch_id=batch_id, rows_digest__isnull=False).order_by("-pk")
        last = seals.values_list("pk", flat=True).first() or 0
        count = loose.filter(batch_id=batch_id, pk__gt=last).count()
        if count:
            yield _("批次 %(batch)s 有 %(n)s 条明细痕迹没有封存") % {"batch": batch_id, "n": count}

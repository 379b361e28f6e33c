"""What the parts of an undo share: which batch, by whom, what may stay, and how each names a conflict."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Q

from kemai.foundation.access.actor import Actor
from kemai.foundation.batches.models import Batch
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.landing.pace import Pace
from kemai.oversight.exchange.planning.request import never, no_progress

KIND = "undo:"
"""The kind of the batch that an undo is: `undo:sales`. It carries the trail, and says who, when and why."""


MOST = 20_000
"""Conflicts that are listed, and rows that may stay: more is a task for a person, not for a confirmation."""


@dataclass(frozen=True)
class Conflict:
    """One field of one row that somebody changed after the import; `field` is empty where a record was added.

    `row` is the id by which the row stays as it is when the undo is confirmed all the same. `verb` is the trail's,
    `kind` what was added (a model's label) where there is no verb, `later` the import that did it.
    """

    part: str
    row: int
    customer_id: int | None
    code: str
    name: str
    field: str = ""
    before: Any = None
    imported: Any = None
    now: Any = None
    by: str = ""
    at: datetime | None = None
    verb: str = ""
    kind: str = ""
    later: int | None = None


@dataclass
class Undo:
    """An undo on its way. `carrier` is its own batch once it is begun, `kept` the rows that stay as they are."""

    actor: Actor
    batch: Batch
    reason: str = ""
    carrier: Batch | None = None
    kept: dict[str, set[int]] = field(default_factory=dict)
    pace: Pace = field(default_factory=Pace)
    progress: Callable[[int, int, str], None] = no_progress
    check_cancelled: Callable[[], None] = never
    void: frozenset[int] = frozenset()  # later imports that were undone themselves, and their undos
    made: dict[str, Any] = field(default_factory=dict)  # what a part worked out before the switch, by its key

    def stays(self, part: str) -> set[int]:
        """Ids of the part's rows that stay as they are."""
        return self.kept.setdefault(part, set())

    @property
    def carrier_id(self) -> int:
        """The id of the undo's own batch."""
        assert self.carrier is not None
        return self.carrier.pk


class Part(Protocol):
    """One family of rows that an import writes. A part is stateless; what it works out lies in `undo.made`."""

    key: str

    def counts(self, undo: Undo) -> dict[str, int]:
        """How many rows go and how many come back, under names of the preview."""

    def conflicts(self, undo: Undo) -> Iterator[Conflict]:
        """What was changed since, one by one."""

    def prepare(self, undo: Undo) -> None:
        """Before the switch, in short transactions: rows of the trail under the carrier, figures for the switch."""

    def touched(self, undo: Undo, customer_ids: list[int]) -> bool:
        """Whether one of these customers is the undo's business: somebody has just worked on them."""

    def switch(self, undo: Undo) -> None:
        """Inside the one transaction; everything here must be quick."""

    def settle(self, batch: Batch) -> None:
        """After the switch, in short transactions; doing it again does no harm."""


def voided(batch: Batch) -> frozenset[int]:
    """Later batches that no longer count: undone ones and their undos."""
    later = Batch.objects.filter(status=Batch.Status.UNDONE, pk__gt=batch.pk).values_list("pk", "undone_by")
    return frozenset(pk for pair in later for pk in pair if pk)


def later_entries(undo: Undo, **which: Any) -> Iterable[Entry]:
    """Entries of the trail that are neither the import's nor those of an import that was undone since."""
    nobody = Q(batch_id__in=[undo.batch.pk, *undo.void]) & Q(batch_id__isnull=False)
    entries = Entry.objects.filter(pk__gt=first_entry(undo.batch), **which).exclude(nobody)
    pending = Batch.objects.filter(status=Batch.Status.PENDING).values_list("pk", flat=True)
    return entries.exclude(batch_id__in=list(pending)).select_related("values_row").order_by("pk")


def first_entry(batch: Batch) -> int:
    """The first entry of the batch: whatever is younger came with it or after it."""
    own = Entry.objects.filter(batch_id=batch.pk).order_by("pk").values_list("pk", flat=True)
    return (own.first() or 0) - 1


def changes_of(entry: Entry) -> dict[str, list[Any]]:
    """{field: [old, new]}; empty where they were erased or none were kept."""
    values = getattr(entry, "values_row", None)
    return {} if values is None else dict(values.changes)


def token(conflicts: Iterable[Conflict]) -> str:
    """Stands for exactly these conflicts: who confirms them has seen no others."""
    digest = hashlib.sha256()
    for each in sorted(f"{c.part}/{c.row}/{c.field}/{c.at}/{c.verb}{c.kind}{c.later}" for c in conflicts):
        digest.update(each.encode())
    return digest.hexdigest()[:16]

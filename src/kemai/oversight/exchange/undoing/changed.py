"""Known customers that an import changed: their old values come back from the trail, exactly as they were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import CharField
from django.utils import timezone

from kemai.business.archives.indexing import index_customers
from kemai.business.archives.layers import CREDIT, OPERATIONS, Layer
from kemai.business.archives.models import Customer, Ownership
from kemai.business.archives.names import name_key
from kemai.foundation import trail
from kemai.foundation.among import Among
from kemai.foundation.batches.models import Batch
from kemai.foundation.bulk import update_rows
from kemai.foundation.faults import fault
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.landing.customers import INDEX_CHUNK, INDEXED_IN_FLIP
from kemai.oversight.exchange.models import OverwrittenAccount
from kemai.oversight.exchange.undoing.created import named
from kemai.oversight.exchange.undoing.plan import Conflict, Undo, changes_of, later_entries

CHUNK = 2_000
RENAMED = ("name", "short_name", "principal", "uscc", "phone")
Row = tuple[int, dict[str, list[Any]]]


class Changed:
    """Rows whose change lies in the trail under one verb. `later` are the verbs that make a conflict."""

    def __init__(self, key: str, verb: str, later: Sequence[str], restored: str) -> None:
        self.key, self.verb, self.later, self.restored = key, verb, (*later, restored), restored

    def counts(self, undo: Undo) -> dict[str, int]:
        return {f"{self.key}_back": self._entries(undo.batch).count()}

    def conflicts(self, undo: Undo) -> Iterator[Conflict]:
        suspects = self._entries(undo.batch).filter(Among("subject_id", sorted(self._suspects(undo))))
        for some in _parts(suspects):
            yield from named([*self._edited(undo, some), *self._erased(some), *self._barred(some)])

    def prepare(self, undo: Undo) -> None:
        kept, back = undo.stays(self.key), undo.made.setdefault(self.key, [])
        for some in _parts(self._entries(undo.batch)):
            undo.check_cancelled()
            rows = [(e.subject_id or 0, changes_of(e)) for e in some if e.subject_id not in kept]
            with undo.pace.chunk(len(rows)):
                trail.record_rows(
                    actor=undo.actor, verb=self.restored, subject_type=some[0].subject_type, batch_id=undo.carrier_id,
                    rows=[(pk, self._customer(pk), {k: [new, old] for k, (old, new) in diff.items()}) for pk, diff in rows],
                )  # fmt: skip
            back += rows
            fault("exchange.undo_chunk")
            undo.made["done"] = undo.made.get("done", 0) + len(some)
            undo.progress(undo.made["done"], undo.made["total"], "undo")

    def touched(self, undo: Undo, customer_ids: list[int]) -> bool:
        return bool(self._entries(undo.batch).filter(Among("customer_id", customer_ids)).exists())

    def switch(self, undo: Undo) -> None:
        raise NotImplementedError

    def settle(self, batch: Batch) -> None:
        return None

    def _entries(self, batch: Batch) -> Any:
        return Entry.objects.filter(batch_id=batch.pk, verb=self.verb, sequence=None)

    def _customer(self, pk: int) -> int | None:
        return pk

    def _about(self, later: Any, ours: Any) -> Any:
        return later.filter(customer_id__in=ours.values("customer_id"))

    def _suspects(self, undo: Undo) -> set[int]:
        """Rows that are worth a look: edited since, or without their old values. Found by the database alone."""
        ours = self._entries(undo.batch)
        later: Any = later_entries(undo, verb__in=self.later)
        edited = self._about(later, ours)
        erased = ours.filter(values_row__isnull=True).exclude(values_digest=b"")
        return {
            pk for rows in (edited, erased) for pk in rows.order_by().values_list("subject_id", flat=True)
        }

    def _later(self, undo: Undo, ids: list[int]) -> Iterable[Entry]:
        entries: Any = later_entries(undo, verb__in=self.later)
        return list(entries.filter(Among("customer_id", ids)))

    def _edited(self, undo: Undo, some: list[Entry]) -> Iterator[Conflict]:
        ours = {e.subject_id or 0: e for e in some}
        told: dict[tuple[int, str], Conflict] = {}
        for entry in self._later(undo, list(ours)):
            pk = entry.subject_id or 0
            mine = changes_of(ours[pk])
            for name, (old, new) in (changes_of(entry) or {"": [None, None]}).items():
                before, imported = mine.get(name, [old, old])
                if (pk, name) in told and name not in mine:
                    before = imported = told[pk, name].before
                told[pk, name] = Conflict(
                    self.key, pk, self._customer(pk), "", "", name, before, imported, new, entry.actor_name, entry.at,
                    entry.verb, later=entry.batch_id,
                )  # fmt: skip
        yield from told.values()

    def _erased(self, some: list[Entry]) -> Iterator[Conflict]:
        """Whose old values were erased at the person's request can't come back."""
        for entry in some:
            if bytes(entry.values_digest) and getattr(entry, "values_row", None) is None:
                pk = entry.subject_id or 0
                yield Conflict(self.key, pk, self._customer(pk), "", "", kind="erased")

    def _barred(self, some: list[Entry]) -> Iterator[Conflict]:
        return iter(())


class ChangedBasics(Changed):
    """The basic fields, the bank account, the owner's spells and the search words."""

    def switch(self, undo: Undo) -> None:
        rows: list[Row] = undo.made[self.key]
        restore(Customer, rows, keyed=True)
        _accounts_back(undo, [pk for pk, _diff in rows])
        _owners_back(undo, [(pk, diff["owner_id"]) for pk, diff in rows if "owner_id" in diff])
        renamed = [pk for pk, diff in rows if any(name in diff for name in RENAMED)]
        if len(renamed) <= INDEXED_IN_FLIP:
            index_customers(renamed)
        undo.made["index_later"] = len(renamed) > INDEXED_IN_FLIP

    def settle(self, batch: Batch) -> None:
        back = Entry.objects.filter(batch_id=batch.undone_by, verb=self.restored, sequence=None).order_by(
            "pk"
        )
        if not (batch.counts.get("undo") or {}).get("index_later"):
            return
        ids = iter([pk for pk in back.values_list("customer_id", flat=True) if pk])
        while some := list(islice(ids, INDEX_CHUNK)):
            index_customers(some)
            fault("exchange.undo_settling")

    def _suspects(self, undo: Undo) -> set[int]:
        coded = self._entries(undo.batch).filter(values_row__changes__has_key="uscc")
        return super()._suspects(undo) | set(coded.values_list("subject_id", flat=True))

    def _barred(self, some: list[Entry]) -> Iterator[Conflict]:
        """An old credit code that another customer has been given since."""
        wanted = {changes_of(e).get("uscc", [None])[0]: e.subject_id for e in some}
        held = Customer.objects.filter(Among("uscc", [code for code in wanted if code]))
        for pk, code, uscc in held.values_list("pk", "code", "uscc"):
            mine = wanted[uscc]
            if pk != mine:
                yield Conflict(self.key, mine or 0, mine, "", "", "uscc", uscc, None, code, kind="uscc_taken")


class ChangedLayer(Changed):
    """Credit or operations; a record that the import began is gone again."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        verb = f"archives.{layer.key}.changed"
        super().__init__(layer.key, verb, [verb], f"archives.{layer.key}.restored")

    def switch(self, undo: Undo) -> None:
        rows: list[Row] = undo.made[self.key]
        records = self.layer.model._default_manager.filter(Among("customer_id", [pk for pk, _diff in rows]))
        begun = set(records.filter(version=1).values_list("pk", flat=True))
        records.filter(Among("customer_id", sorted(begun))).delete()
        restore(self.layer.model, [row for row in rows if row[0] not in begun])


BASICS = ChangedBasics(
    "basics", "archives.customer.changed",
    ("archives.customer.changed", "archives.customer.assigned", "archives.bank_account.changed"),
    "archives.customer.restored",
)  # fmt: skip
LAYERS_CHANGED = (ChangedLayer(CREDIT), ChangedLayer(OPERATIONS))


def restore(model: Any, rows: Sequence[Row], *, keyed: bool = False, versioned: bool = True) -> None:
    """Writes the old values over the records, set by set of equal fields. Empty texts were told as nothing."""
    texts = {str(f.column) for f in model._meta.concrete_fields if isinstance(f, CharField)}
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(sorted(row[1]))].append(row)
    sets = "version = old.version + 1" if versioned else ""
    if keyed:
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        sets += f", updated_at = '{now}'"
    for names, some in groups.items():
        columns = [*names, "name_key"] if keyed and "name" in names else list(names)
        if columns or sets:
            values = (_old_values(names, columns, texts, row) for row in some)
            update_rows(model._meta.db_table, columns, values, sets=sets, key=str(model._meta.pk.column))


def _old_values(names: Sequence[str], columns: Sequence[str], texts: set[str], row: Row) -> tuple[Any, ...]:
    pk, diff = row
    old = [("" if diff[n][0] is None and n in texts else diff[n][0]) for n in names]
    keys = [name_key(diff["name"][0])[:200]] if len(columns) > len(names) else []
    return (*old, *keys, pk)


def _parts(entries: Any) -> Iterator[list[Entry]]:
    last = 0
    rows = entries.select_related("values_row").order_by("pk")
    while some := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = some[-1].pk
        yield some


def _accounts_back(undo: Undo, ids: list[int]) -> None:
    kept = OverwrittenAccount.objects.filter(Among("customer_id", ids), batch_id=undo.batch.pk)
    rows = [
        (_bytes(sealed), _bytes(index), pk)
        for pk, sealed, index in kept.values_list("customer_id", "sealed", "index")
    ]
    update_rows(Customer._meta.db_table, ("bank_account_sealed", "bank_account_index"), rows)
    kept.delete()


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)


def _owners_back(undo: Undo, owners: list[tuple[int, list[Any]]]) -> None:
    """The spells that the import began are gone, those it ended go on."""
    before = {pk: old for pk, (old, _new) in owners}
    spells = list(Ownership.objects.filter(Among("customer_id", list(before))).order_by("pk"))
    begun = [s.pk for s in spells if s.ends_on is None]
    ended = {
        s.customer_id: s.pk for s in spells if s.ends_on is not None and s.person_id == before[s.customer_id]
    }
    Ownership.objects.filter(Among("id", begun)).delete()
    Ownership.objects.filter(Among("id", list(ended.values()))).update(ends_on=None)
    Ownership.objects.bulk_create(
        Ownership(customer_id=pk, person_id=old, starts_on=undo.actor.today, assigned_by=undo.actor.name[:60])
        for pk, old in before.items() if old and pk not in ended
    )  # fmt: skip

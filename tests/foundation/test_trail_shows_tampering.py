"""The trail: what it keeps, and that any change to it is named (O05)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from kemai.foundation import trail
from kemai.foundation.access.actor import system_actor
from kemai.foundation.batches.models import Batch
from kemai.foundation.trail.models import Entry, EntryValues, Head

pytestmark = pytest.mark.django_db
ACTOR = system_actor(date(2026, 11, 22))


def three_entries() -> list[Entry]:
    changes = {"name": ["旧", "新"], "limit": [None, Decimal("12.50")], "since": [None, date(2026, 1, 2)]}
    return [
        trail.record(actor=ACTOR, verb="test.thing.changed", subject_id=n, changes=changes) for n in range(3)
    ]


def sealed_batch() -> Batch:
    batch = Batch.objects.create(kind="customers", status=Batch.Status.LANDED)
    rows = [(n, n, {"name": [None, f"客户{n}"]}) for n in range(50)]
    assert (
        trail.record_rows(actor=ACTOR, verb="test.row.added", subject_type="x", batch_id=batch.pk, rows=rows)
        == 50
    )
    trail.seal_batch(actor=ACTOR, batch_id=batch.pk, verb="test.batch.landed")
    return batch


def test_an_untouched_trail_verifies() -> None:
    three_entries()
    sealed_batch()
    three_entries()
    assert trail.verify() == []
    assert trail.head()[0] == 7


def test_an_entry_vanishes_with_its_transaction_and_leaves_no_gap() -> None:
    three_entries()
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        trail.record(actor=ACTOR, verb="test.thing.lost")
        raise RuntimeError
    assert trail.record(actor=ACTOR, verb="test.thing.kept").sequence == 4
    assert trail.verify() == []


@pytest.mark.parametrize(
    "change", [{"verb": "x"}, {"actor_name": "别人"}, {"reason": "x"}, {"customer_id": 9}]
)
def test_o05_a_changed_entry_is_named(change: dict[str, object]) -> None:
    entry = three_entries()[1]
    Entry.objects.filter(pk=entry.pk).update(**change)
    assert [p for p in trail.verify() if "第 2 条被改过" in p]


def test_o05_a_changed_value_is_named() -> None:
    entry = three_entries()[1]
    EntryValues.objects.filter(entry=entry).update(changes={"name": ["旧", "别的"]})
    assert [p for p in trail.verify() if "新旧值被改过" in p]


def test_o05_swapped_entries_are_named() -> None:
    first, second, _ = three_entries()
    for entry, sequence in ((first, 99), (second, 1), (first, 2)):
        Entry.objects.filter(pk=entry.pk).update(sequence=sequence)
    assert trail.verify()


def test_o05_a_removed_entry_is_named_in_the_middle_and_at_the_end() -> None:
    entries = three_entries()
    entries[2].delete()
    assert [p for p in trail.verify() if "结尾" in p]
    entries[0].delete()
    assert [p for p in trail.verify() if "第 1 条不见了" in p]


def test_o05_a_changed_or_removed_row_of_a_batch_is_named() -> None:
    batch = sealed_batch()
    row = Entry.objects.filter(batch_id=batch.pk, sequence=None).first()
    assert row is not None
    Entry.objects.filter(pk=row.pk).update(subject_id=999)
    assert [p for p in trail.verify() if "明细痕迹" in p]
    row.delete()
    assert [p for p in trail.verify() if "不符" in p]


def test_rows_slipped_in_after_the_seal_are_named() -> None:
    batch = sealed_batch()
    trail.record_rows(actor=ACTOR, verb="x", subject_type="x", batch_id=batch.pk, rows=[(1, 1, None)])
    assert [p for p in trail.verify() if "没有封存" in p]


def test_erasing_values_keeps_the_chain_whole_and_says_who_erased() -> None:
    entry = three_entries()[0]
    assert trail.erase_values(actor=ACTOR, entry_ids=[entry.pk], reason="本人要求") == 1
    assert trail.verify() == []
    last = Entry.objects.order_by("-sequence").first()
    assert last is not None
    assert (last.verb, last.reason) == ("trail.values.erased", "本人要求")


def test_a_rewritten_end_of_the_chain_differs_from_the_noted_head() -> None:
    three_entries()
    noted = trail.head()
    Head.objects.update(sequence=2)
    assert trail.head() != noted
    assert trail.verify()

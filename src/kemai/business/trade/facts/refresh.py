"""Brings the facts up to the ledger: dirty months only, or all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from uuid import uuid4

from django.db import transaction

from kemai.business.trade.facts import dirty, manifest
from kemai.business.trade.facts.manifest import FactsManifest, MonthFile
from kemai.business.trade.facts.partitions import ledger_months, month_table, read_codes, write_month
from kemai.business.trade.facts.snapshot import Snapshot, take_snapshot, undone_batches
from kemai.business.trade.models import FactsMark
from kemai.foundation.ahead import spread
from kemai.foundation.arrow.reading import Reader, reader, readers
from kemai.foundation.faults import fault
from kemai.foundation.locks import only_one

Progress = Callable[[int, int], None]
READERS = 2  # months that are read at once


def refresh_facts(progress: Progress | None = None) -> FactsManifest:
    """Reads the months again that were noted as dirty and puts the new manifest in force.

    All months are read as of one horizon of batches, so that a batch which lands meanwhile is in none of them.
    `progress` hears (months done, months to do).
    """
    with only_one(manifest.folder() / ".lock"):
        return _refresh(_of_this_database(manifest.load()), progress)


def rebuild_facts(progress: Progress | None = None) -> FactsManifest:
    """Reads every month again; gives the manifest that refreshing would have given."""
    with only_one(manifest.folder() / ".lock"):
        return _refresh(None, progress)


def current_facts() -> FactsManifest:
    """The manifest in force, empty before the first refresh."""
    return manifest.load() or FactsManifest()


def _of_this_database(found: FactsManifest | None) -> FactsManifest | None:
    """The manifest, unless the files were read from another database: one put back from a backup, or one that a
    machine with a folder of its own has refreshed since."""
    return found if found and FactsMark.objects.filter(pk=1, mark=found.mark).exists() else None


def _refresh(old: FactsManifest | None, progress: Progress | None) -> FactsManifest:
    while True:
        seen = take_snapshot()
        months = None if old is None else sorted(seen.dirty)
        if old is not None and not months:
            return old
        files = _read_months(months, seen, progress)
        if seen.undone == undone_batches():
            break  # else a batch was in some of the months only
    kept = dict(old.months) if old else {}
    new = FactsManifest(_merged(kept, files), seen.horizon, seen.hidden, uuid4().hex)
    fault("facts.before_swap")
    manifest.swap(new)
    fault("facts.after_swap")
    with transaction.atomic():
        FactsMark.objects.update_or_create(pk=1, defaults={"mark": new.mark})
        dirty.forget(seen.dirty)
    manifest.sweep(new)
    return new


def _read_months(
    months: list[date] | None, seen: Snapshot, progress: Progress | None
) -> dict[date, MonthFile]:
    with reader() as read:
        wanted = ledger_months(read) if months is None else months
        customers, products = read_codes(read, "archives_customer"), read_codes(read, "trade_product")

    def written(read: Reader, month: date) -> MonthFile:
        return write_month(month_table(read, month, seen, customers, products), month)

    files = {}
    with readers(min(READERS, len(wanted))) as reading:
        for done, (month, file) in enumerate(
            zip(wanted, spread(reading, wanted, written), strict=True), start=1
        ):
            files[month] = file
            fault("facts.month")
            if progress:
                progress(done, len(wanted))
    return files


def _merged(kept: Mapping[str, MonthFile], files: Mapping[date, MonthFile]) -> dict[str, MonthFile]:
    """Months that have become empty leave the manifest."""
    merged = dict(kept) | {f"{month:%Y-%m}": each for month, each in files.items()}
    return {month: each for month, each in sorted(merged.items()) if each.rows}

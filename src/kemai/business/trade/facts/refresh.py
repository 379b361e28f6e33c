"""Brings the facts up to the ledger: dirty months only, or all of them."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from kemai.business.trade.facts import dirty, manifest
from kemai.business.trade.facts.manifest import FactsManifest, MonthFile
from kemai.business.trade.facts.partitions import ledger_months, month_table, read_codes, write_month
from kemai.business.trade.facts.reading import reader
from kemai.foundation.batches.models import Batch, unlanded_ids
from kemai.foundation.faults import fault

Progress = Callable[[int, int], None]


def refresh_facts(progress: Progress | None = None) -> FactsManifest:
    """Reads the months again that were noted as dirty and puts the new manifest in force.

    All months are read as of one horizon of batches, so that a batch which lands meanwhile is in none of them.
    `progress` hears (months done, months to do).
    """
    with _only_one():
        return _refresh(manifest.load(), progress)


def rebuild_facts(progress: Progress | None = None) -> FactsManifest:
    """Reads every month again; gives the manifest that refreshing would have given."""
    with _only_one():
        return _refresh(None, progress)


def current_facts() -> FactsManifest:
    """The manifest in force, empty before the first refresh."""
    return manifest.load() or FactsManifest()


def _refresh(old: FactsManifest | None, progress: Progress | None) -> FactsManifest:
    noted = dirty.dirty_months()
    hidden = unlanded_ids()
    horizon = Batch.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    months = None if old is None else sorted(noted)
    if old is not None and not months:
        return old
    files = _read_months(months, horizon, hidden, progress)
    kept = dict(old.months) if old else {}
    new = FactsManifest(_merged(kept, files), horizon, tuple(hidden))
    fault("facts.before_swap")
    manifest.swap(new)
    fault("facts.after_swap")
    dirty.forget(noted)
    manifest.sweep(new)
    return new


def _read_months(
    months: list[date] | None, horizon: int, hidden: list[int], progress: Progress | None
) -> dict[date, MonthFile]:
    with reader() as read:
        wanted = ledger_months(read) if months is None else months
        customers, products = read_codes(read, "archives_customer"), read_codes(read, "trade_product")
        files = {}
        for done, month in enumerate(wanted, start=1):
            files[month] = write_month(month_table(read, month, horizon, hidden, customers, products), month)
            fault("facts.month")
            if progress:
                progress(done, len(wanted))
        return files


def _merged(kept: Mapping[str, MonthFile], files: Mapping[date, MonthFile]) -> dict[str, MonthFile]:
    """Months that have become empty leave the manifest."""
    merged = dict(kept) | {f"{month:%Y-%m}": each for month, each in files.items()}
    return {month: each for month, each in sorted(merged.items()) if each.rows}


@contextmanager
def _only_one() -> Iterator[None]:
    """One refresh at a time on this machine; the lock goes with the process, however it ends."""
    with (manifest.folder() / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

"""Brings the facts up to the ledger: dirty pieces only, or all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import uuid4

from django.db import transaction

from kemai.business.trade.facts import dirty, manifest
from kemai.business.trade.facts.manifest import FactsManifest, PieceFile
from kemai.business.trade.facts.partitions import cut, ledger_months, lines_of, read_codes, write_piece
from kemai.business.trade.facts.pieces import Piece, cut_wrongly, pieces_of, to_read
from kemai.business.trade.facts.snapshot import Snapshot, take_snapshot, undone_batches
from kemai.business.trade.models import FactsMark
from kemai.foundation.ahead import spread
from kemai.foundation.arrow.reading import Reader, reader, readers
from kemai.foundation.faults import fault
from kemai.foundation.locks import only_one

Progress = Callable[[int, int], None]
READERS = 2  # months that are read at once


def refresh_facts(progress: Progress | None = None) -> FactsManifest:
    """Reads the pieces again whose days were noted as dirty and puts the new manifest in force.

    All of them are read as of one horizon of batches, so that a batch which lands meanwhile is in none of them.
    `progress` hears (pieces done, pieces to do).
    """
    with only_one(manifest.folder() / ".lock"):
        return _refresh(facts_of_this_database(), progress)


def rebuild_facts(progress: Progress | None = None) -> FactsManifest:
    """Reads every month again; gives the manifest that refreshing would have given."""
    with only_one(manifest.folder() / ".lock"):
        return _refresh(None, progress)


def current_facts() -> FactsManifest:
    """The manifest in force, empty before the first refresh."""
    return manifest.load() or FactsManifest()


def facts_of_this_database() -> FactsManifest | None:
    """The manifest in force, unless the files were read from another database: one put back from a backup, or one that a
    machine with a folder of its own has refreshed since."""
    found = manifest.load()
    return found if found and FactsMark.objects.filter(pk=1, mark=found.mark).exists() else None


def _refresh(old: FactsManifest | None, progress: Progress | None) -> FactsManifest:
    while True:
        seen = take_snapshot()
        kept = dict(old.pieces) if old else {}
        wanted = None if old is None else to_read(_lines(kept), seen.dirty)
        if old is not None and not seen.dirty and not wanted:
            return old
        pieces = _read(wanted, kept, seen, progress)
        if seen.undone == undone_batches():
            break  # else a batch was in some of the pieces only
    new = FactsManifest(pieces, seen.horizon, seen.hidden, uuid4().hex)
    fault("facts.before_swap")
    manifest.swap(new)
    fault("facts.after_swap")
    with transaction.atomic():
        FactsMark.objects.update_or_create(pk=1, defaults={"mark": new.mark})
        dirty.forget(seen.dirty)
    manifest.sweep(new)
    return new


def _read(
    wanted: Sequence[Piece] | None, kept: dict[str, PieceFile], seen: Snapshot, progress: Progress | None
) -> dict[str, PieceFile]:
    """All pieces, those that are wanted (None: every month) anew; then once more the months that these made too large
    or too small for the way they are cut."""
    with reader() as read:
        wanted = [Piece(month) for month in ledger_months(read)] if wanted is None else wanted
        customers, products = read_codes(read, "archives_customer"), read_codes(read, "trade_product")

    def written(read: Reader, piece: Piece) -> dict[str, PieceFile]:
        lines = lines_of(read, piece, seen, customers, products)
        pieces = pieces_of(piece.month, lines.num_rows) if piece.is_month else [piece]
        return {each.key: write_piece(part, each) for each, part in cut(lines, pieces)}

    done, to_do = 0, len(wanted)
    with readers(min(READERS, len({each.month for each in wanted}))) as reading:
        while wanted:
            for piece, files in zip(wanted, spread(reading, wanted, written), strict=True):
                kept = _merged(kept, piece, files)
                fault("facts.month")
                done += 1
                if progress:
                    progress(done, to_do)
            wanted = cut_wrongly(_lines(kept))
            to_do += len(wanted)
    return kept


def _lines(pieces: Mapping[str, PieceFile]) -> dict[str, int]:
    return {key: each.rows for key, each in pieces.items()}


def _merged(
    kept: Mapping[str, PieceFile], read: Piece, files: Mapping[str, PieceFile]
) -> dict[str, PieceFile]:
    """What was read instead of what it takes the place of; what has become empty leaves."""
    gone = {
        key for key in kept if key == read.key or (read.is_month and Piece.named(key).month == read.month)
    }
    return {key: kept[key] for key in kept.keys() - gone} | dict(files)

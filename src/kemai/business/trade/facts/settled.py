"""Which days of the ledger can be read from its files instead, because nothing has changed there since."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kemai.business.trade.facts.dirty import dirty_days
from kemai.business.trade.facts.manifest import folder
from kemai.business.trade.facts.pieces import Piece
from kemai.business.trade.facts.refresh import facts_of_this_database


def settled(start: date, end: date) -> tuple[list[Path], list[tuple[date, date]]]:
    """The files that lie within `start` up to but not including `end` and hold what the ledger holds, and the spans of
    days between them, for which the ledger has to be asked."""
    waiting = sorted(
        dirty_days()
    )  # before the manifest: a refresh puts the new files in force, then forgets the notes
    manifest = facts_of_this_database()
    paths, left, upto = [], [], start
    for key, file in sorted(manifest.pieces.items()) if manifest else ():
        piece = Piece.named(key)
        if piece.start < start or piece.end > end or any(piece.start <= day < piece.end for day in waiting):
            continue
        paths.append(folder() / file.file)
        if piece.start > upto:
            left.append((upto, piece.start))
        upto = piece.end
    return paths, [*left, *([(upto, end)] if upto < end else [])]

"""The ledger as Parquet, a file a month or several for a large one: what valuation reads. Always rebuildable from the database.

Every write to the ledger notes the days it touched, in its own transaction; `refresh_facts` reads the files with those
days again and swaps the manifest by rename, so that a reader has the old set of files or the new one.
"""

from kemai.business.trade.facts.condensed import condensed_facts
from kemai.business.trade.facts.dirty import note_dirty, note_dirty_batch
from kemai.business.trade.facts.manifest import FactsManifest, PieceFile
from kemai.business.trade.facts.refresh import current_facts, rebuild_facts, refresh_facts
from kemai.business.trade.facts.settled import settled
from kemai.business.trade.facts.sold import added, sold_in, sold_sums

__all__ = [
    "FactsManifest",
    "PieceFile",
    "added",
    "condensed_facts",
    "current_facts",
    "note_dirty",
    "note_dirty_batch",
    "rebuild_facts",
    "refresh_facts",
    "settled",
    "sold_in",
    "sold_sums",
]

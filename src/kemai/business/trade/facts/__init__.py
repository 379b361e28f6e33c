"""The ledger as Parquet, one file a month: what valuation reads. Always rebuildable from the database.

Every write to the ledger notes the months it touched, in its own transaction; `refresh_facts` reads those months
again and swaps the manifest by rename, so that a reader has the old set of files or the new one.
"""

from kemai.business.trade.facts.condensed import condensed_facts
from kemai.business.trade.facts.dirty import note_dirty, note_dirty_batch
from kemai.business.trade.facts.manifest import FactsManifest, MonthFile
from kemai.business.trade.facts.refresh import current_facts, rebuild_facts, refresh_facts

__all__ = [
    "FactsManifest",
    "MonthFile",
    "condensed_facts",
    "current_facts",
    "note_dirty",
    "note_dirty_batch",
    "rebuild_facts",
    "refresh_facts",
]

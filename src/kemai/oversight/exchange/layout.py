"""What the mapping page shows of an upload: sheets, columns with samples and guesses, what to decide."""

from __future__ import annotations

from typing import Any

from kemai.foundation import jobs
from kemai.oversight.exchange.models import Import, RememberedMapping
from kemai.oversight.exchange.parsing.columns import Guess, guess_mapping
from kemai.oversight.exchange.parsing.mapping import MappingRefused, header_signature, mapping_from_names
from kemai.oversight.exchange.planning.source import own_header
from kemai.oversight.exchange.queries import stored_path
from kemai.oversight.exchange.reading import RawTable, SheetUnclear, read_file

SAMPLES = 3
SAMPLE_ROWS = 4


def layout_of(item: Import) -> dict[str, Any]:
    """Reads the upload and guesses its columns. Raises ReadRefused with a sentence."""

    def cancelled() -> bool:
        jobs.current().check_cancelled()
        return False

    try:
        with read_file(
            stored_path(item), kind=item.kind, sheet=item.sheet or None, cancelled=cancelled
        ) as table:
            return _layout(item, table)
    except SheetUnclear as unclear:
        return {"sheets": unclear.sheets, "asks_sheet": True, "header": [], "columns": [], "questions": []}


def _layout(item: Import, table: RawTable) -> dict[str, Any]:
    header, head = own_header(table.header), table.head()
    remembered = _remembered(item, header)
    guess = guess_mapping(header, head, item.kind, remembered=remembered)
    notes = table.notes
    return {
        "sheet": notes.sheet, "sheets": list(notes.sheets), "asks_sheet": False, "header": list(table.header),
        "header_row": table.header_row, "rows": table.rows, "columns": _columns(guess, head),
        "questions": [{"field": q.field, "places": list(q.places), "chosen": q.chosen} for q in guess.questions],
        "missing": list(guess.missing), "sample_rows": head[:SAMPLE_ROWS], "is_remembered": remembered is not None,
        "is_ambiguous": guess.is_ambiguous, "titles": list(notes.titles)[:20], "totals_count": len(notes.totals),
        "totals": list(notes.totals)[:20], "hidden_rows": len(notes.hidden_rows),
        "hidden_columns": list(notes.hidden_columns), "merged_blocks": notes.merged_blocks,
        "encoding": notes.encoding,
    }  # fmt: skip


def _columns(guess: Guess, head: list[list[str | None]]) -> list[dict[str, Any]]:
    return [
        {
            "position": one.place, "name": one.name, "field": one.field, "confidence": one.confidence, "why": one.why,
            "could_be": list(one.could_be),
            "samples": [row[one.place] for row in head if row[one.place]][:SAMPLES],
        }
        for one in guess.columns
    ]  # fmt: skip


def _remembered(item: Import, header: tuple[str, ...]) -> Any:
    """The mapping this person settled for the same header before, or None."""
    signature = header_signature(item.kind, header)
    row = RememberedMapping.objects.filter(
        person_id=item.person_id, kind=item.kind, signature=signature
    ).first()
    if row is None:
        return None
    try:
        return mapping_from_names(item.kind, row.mapping["columns"], header)
    except MappingRefused:
        return None

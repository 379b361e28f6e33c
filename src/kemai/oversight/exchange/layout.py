"""What the mapping page shows of an upload: sheets, columns with samples and guesses, what to decide."""

from __future__ import annotations

import re
from typing import Any

from kemai.foundation import jobs
from kemai.foundation.access.actor import Actor
from kemai.oversight.exchange.models import Import, RememberedMapping
from kemai.oversight.exchange.parsing.columns import Guess, guess_mapping
from kemai.oversight.exchange.parsing.mapping import (
    Mapping,
    MappingRefused,
    header_signature,
    mapping_from_names,
)
from kemai.oversight.exchange.planning.source import own_header
from kemai.oversight.exchange.queries import kinds_for, stored_path
from kemai.oversight.exchange.reading import RawTable, SheetUnclear, read_file
from kemai.oversight.exchange.reading.cells import CellKind

SAMPLES = 3
SAMPLE_ROWS = 6
_BEFORE = (
    "sales",
    "customers",
    "contacts",
    "links",
    "potentials",
    "products",
)  # of kinds that fit a header equally well
_YEAR_LAST = re.compile(r"\s*\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})\b.*")
_FINE = re.compile(r"\D*[\d,]*\.\d\d\d*[1-9]\d*\D*")


def layout_of(item: Import, actor: Actor) -> dict[str, Any]:
    """Reads the upload, decides what is in it and guesses its columns. Raises ReadRefused with a sentence."""

    def cancelled() -> bool:
        jobs.current().check_cancelled()
        return False

    try:
        with read_file(
            stored_path(item), kind=item.kind or None, sheet=item.sheet or None, cancelled=cancelled
        ) as table:
            kind = item.kind or _kind_of(table, actor)
            return _layout(item, kind, table)
    except SheetUnclear as unclear:
        return {
            "kind": item.kind, "sheets": unclear.sheets, "asks_sheet": True, "header": [], "columns": [], "questions": [],
        }  # fmt: skip


def _kind_of(table: RawTable, actor: Actor) -> str:
    """The kind whose needed fields the header names, and most of whose fields; the actor's kinds only."""
    header, head = own_header(table.header), table.head()

    def fit(kind: str) -> tuple[int, int, int]:
        guess = guess_mapping(header, head, kind)
        found = [column for column in guess.columns if column.field]
        return -len(guess.missing), len(found), sum(column.why_code in ("name", "same") for column in found)

    mine = dict(kinds_for(actor))
    order = sorted(mine, key=lambda key: _BEFORE.index(key) if key in _BEFORE else len(_BEFORE))
    return max(order, key=fit)


def _layout(item: Import, kind: str, table: RawTable) -> dict[str, Any]:
    header, head = own_header(table.header), table.head()
    mapping, remembered = _remembered(item, kind, header)
    guess = guess_mapping(header, head, kind, remembered=mapping)
    notes = table.notes
    return {
        "kind": kind, "sheet": notes.sheet, "sheets": list(notes.sheets), "asks_sheet": False, "header": list(table.header),
        "header_row": table.header_row, "rows": table.rows, "columns": _columns(guess, table),
        "questions": [{"field": q.field, "places": list(q.places), "chosen": q.chosen} for q in guess.questions],
        "missing": list(guess.missing), "sample_rows": head[:SAMPLE_ROWS], **_samples(table),
        "is_remembered": remembered is not None, "remembered_by": remembered.person_name if remembered else "",
        "remembered_options": remembered.mapping.get("options", {}) if remembered else {},
        "is_ambiguous": guess.is_ambiguous, "titles": list(notes.titles)[:20], "totals_count": len(notes.totals),
        "totals": list(notes.totals)[:20], "repeated_headers": len(notes.repeated_headers),
        "hidden_rows": len(notes.hidden_rows), "hidden_columns": list(notes.hidden_columns),
        "hidden_sheets": list(notes.hidden_sheets), "merged_blocks": notes.merged_blocks, "encoding": notes.encoding,
        "is_1904": notes.is_1904,
    }  # fmt: skip


def _columns(guess: Guess, table: RawTable) -> list[dict[str, Any]]:
    head, kinds = table.head(), table.head_kinds()
    return [
        {
            "position": one.place, "name": one.name, "field": one.field, "confidence": one.confidence, "why": one.why,
            "could_be": list(one.could_be),
            "samples": [row[one.place] for row in head if row[one.place]][:SAMPLES],
            **_oddities([row[one.place] for row in head], [row[one.place] for row in kinds] if kinds else None),
        }
        for one in guess.columns
    ]  # fmt: skip


def _oddities(cells: list[str | None], kinds: list[int] | None) -> dict[str, int]:
    """What only a person can settle, counted in the first rows: gaps below a value, merged cells, 03/04/2026, fractions of a fen."""
    first = next((place for place, cell in enumerate(cells) if cell and cell.strip()), len(cells))
    return {
        "gaps": sum(1 for cell in cells[first:] if not cell or not cell.strip()),
        "merged": sum(kind == CellKind.MERGED for kind in kinds or ()),
        "year_last": sum(1 for cell in cells if cell and _YEAR_LAST.fullmatch(cell)),
        "fine": sum(1 for cell in cells if cell and _FINE.fullmatch(cell)),
    }


def _samples(table: RawTable) -> dict[str, Any]:
    """Row numbers and kinds of the sample rows, so that they can be read as the whole file will be."""
    batch = next(table.batches(), None)
    numbers = batch.column("row").slice(0, SAMPLE_ROWS).to_pylist() if batch is not None else []
    kinds = table.head_kinds(SAMPLE_ROWS)
    return {"sample_numbers": numbers, "sample_kinds": kinds}


def _remembered(
    item: Import, kind: str, header: tuple[str, ...]
) -> tuple[Mapping | None, RememberedMapping | None]:
    """What was settled for the same header before: by this person, else by a colleague, the latest first."""
    known = RememberedMapping.objects.filter(kind=kind, signature=header_signature(kind, header))
    latest = known.order_by("-updated_at")
    row = latest.filter(person_id=item.person_id).first() or latest.first()
    if row is None:
        return None, None
    try:
        return mapping_from_names(kind, row.mapping["columns"], header), row
    except MappingRefused:
        return None, None

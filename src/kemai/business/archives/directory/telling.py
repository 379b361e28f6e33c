"""What the fields that one may ask about hold for the customers of a page: one statement for each table they lie in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from kemai.business.archives.directory.askable import Askable, askable, askable_fields, own_of
from kemai.business.archives.directory.facets import BadFilter
from kemai.business.archives.directory.sql import C, Sql, among, run
from kemai.business.archives.directory.where import Source, source_of
from kemai.foundation.access.actor import Actor

TOLD_KINDS = ("text", "choice", "number", "money", "day")


def tellable_fields(actor: Actor) -> list[Askable]:
    """The fields whose values can stand in a column; the company's own ones have `own_cells`."""
    return [each for each in askable_fields(actor) if each.kind in TOLD_KINDS and own_of(each) is None]


def stored_values(actor: Actor, ids: Sequence[int], keys: Sequence[str]) -> dict[int, dict[str, Any]]:
    """{customer: {key: value}} of customers that the actor sees: money in fen, numbers as Decimal, days as dates,
    choices in words; a key is missing where nothing is filled in. Keys that are not for the actor are left out."""
    if not ids:
        return {}
    by_table: dict[tuple[str, Sql], list[tuple[Askable, Source]]] = {}
    for field in _known(actor, keys):
        source = source_of(field)
        by_table.setdefault((source.table, source.rows), []).append((field, source))
    found: dict[int, dict[str, Any]] = {}
    for (table, rows), fields in by_table.items():
        for pk, *values in run(_statement(table, rows, [source.column for _f, source in fields], ids)):
            named = {f.key: _value(f, v) for (f, _s), v in zip(fields, values, strict=True)}
            found.setdefault(pk, {}).update({k: v for k, v in named.items() if v not in (None, "")})
    return found


def _known(actor: Actor, keys: Sequence[str]) -> list[Askable]:
    found = []
    for key in keys:
        try:
            found.append(askable(actor, key))
        except BadFilter:
            continue
    return [each for each in found if each.kind in TOLD_KINDS and own_of(each) is None]


def _statement(table: str, rows: Sql, columns: Sequence[str], ids: Sequence[int]) -> Sql:
    pk = "customer_id" if table else "id"
    some = among(f"x.{pk}", list(ids))
    written = ", ".join(f"x.{column}" for column in columns)
    text = f"SELECT x.{pk}, {written} FROM {table or C} x WHERE {rows.text} AND {some.text}"
    return Sql(text, rows.params + some.params)


def _value(field: Askable, stored: Any) -> Any:
    if stored is None:
        return None
    if field.kind == "day":
        return date.fromisoformat(str(stored)[:10])
    if field.kind == "number":
        return Decimal(str(stored)) / field.scale
    return dict(field.options).get(stored, stored) if field.kind == "choice" else stored

"""Own fields in a customer file: what each cell may hold, what stands already, whose value nobody else may have."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from kemai.business.archives.custom_fields import active_fields, cleaned, label_of, values_of
from kemai.business.archives.models import CustomField, CustomValue
from kemai.foundation.among import Among
from kemai.foundation.batches.models import unlanded_ids
from kemai.oversight.exchange.own_fields import TOGETHER, fields_of_files
from kemai.oversight.exchange.parsing.problems import no_problems
from kemai.oversight.exchange.planning.customers_named import chunks
from kemai.oversight.exchange.planning.refusals import frame_of, one

Kind = CustomField.Kind
UNIQUE = "_unique"
Own = Sequence[CustomField]


def mapped(fields: Collection[str]) -> tuple[CustomField, ...]:
    """Those of the own fields that the file has a column for; most files have none, and pay for none."""
    return tuple(f for f in active_fields() if f.key in fields)


def unique_key(field: CustomField) -> str:
    """The column by which a value that must not repeat is compared, whatever its letters' case."""
    return f"{field.key}{UNIQUE}"


def stored(table: pl.DataFrame, own: Own) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table with each own field as the text that is kept (several choices together), without the rows of which
    a cell can't be, and the problems."""
    problems: list[dict[str, Any]] = []
    columns = {f.key: f.output for f in fields_of_files()} if own else {}
    for field in own:
        known: dict[Any, str | ValueError] = {}
        texts: list[str | None] = []
        for row, cell in zip(table["row"], table[columns[field.key]], strict=True):
            if cell is not None and cell not in known:
                known[cell] = _read(field, cell)
            found = known.get(cell)
            if isinstance(found, ValueError):
                problems.append(one(row, field.key, _plain(field, cell), "own_field", why=str(found)))
            texts.append(found if isinstance(found, str) else None)
        table = table.with_columns(pl.Series(field.key, texts, pl.String))
        if field.is_unique:
            table = table.with_columns(
                pl.col(field.key).map_elements(str.casefold, pl.String).alias(unique_key(field))
            )
    bad = {each["row"] for each in problems}
    return (table.filter(~pl.col("row").is_in(list(bad))) if bad else table), frame_of(problems)


def standing(ids: Sequence[int], own: Own) -> pl.DataFrame:
    """What known customers have in the fields, in the same writing."""
    rows: list[tuple[Any, ...]] = []
    for some in chunks(ids):
        held = values_of(list(some), own)
        rows += [(pk, *(TOGETHER.join(held[pk].get(f.pk, ())) or None for f in own)) for pk in some]
    schema = {"customer_ref": pl.Int64, **{f.key: pl.String for f in own}}
    return pl.DataFrame(rows, schema=schema, orient="row")


def of_other_types(rows: pl.DataFrame, existing: pl.DataFrame, own: Own) -> pl.DataFrame:
    """Problems of cells filled in a field that customers of this type do not have."""
    narrow = [f for f in own if f.types]
    if not narrow:
        return no_problems()
    types = existing.select("customer_ref", pl.col("type").alias("type_now"))
    typed = rows.join(types, on="customer_ref", how="left", maintain_order="left").with_columns(
        pl.coalesce("type", "type_now", pl.lit("enterprise")).alias("type")
    )
    found = []
    for field in narrow:
        wrong = typed.filter(pl.col(field.key).is_not_null() & ~pl.col("type").is_in(field.types))
        found += [
            one(row, field.key, text, "own_type", label=label_of(field))
            for row, text in wrong.select("row", field.key).iter_rows()
        ]
    return frame_of(found)


def taken(rows: pl.DataFrame, own: Own) -> pl.DataFrame:
    """Problems of values that must not repeat and are another customer's."""
    found = []
    for field in (f for f in own if f.is_unique):
        given = rows.filter(pl.col(field.key).is_not_null())
        holders: dict[str, int] = {}
        for some in chunks(given[unique_key(field)].unique().to_list()):
            keys = [f"{field.pk}:{text}" for text in some]
            held = CustomValue.objects.filter(Among("unique_key", keys))
            held = held.exclude(customer__batch_id__in=unlanded_ids())
            holders |= {
                str(key).partition(":")[2]: pk for key, pk in held.values_list("unique_key", "customer_id")
            }
        for row, ref, text, key in given.select(
            "row", "customer_ref", field.key, unique_key(field)
        ).iter_rows():
            if key in holders and holders[key] != ref:
                found.append(one(row, field.key, text, "own_taken", label=label_of(field)))
    return frame_of(found)


def _read(field: CustomField, cell: Any) -> str | ValueError:
    text = _plain(field, cell)
    given = [part for part in _apart(text) if part] if field.kind == Kind.CHOICES else text
    try:
        return TOGETHER.join(row["text"] for row in cleaned(field, given))
    except ValueError as odd:
        return odd


def _plain(field: CustomField, cell: Any) -> str:
    if field.kind == Kind.MONEY and isinstance(cell, int):
        return f"{Decimal(cell) / 100:f}"
    return str(cell)


def _apart(text: str) -> list[str]:
    for mark in "，,；;\n":
        text = text.replace(mark, TOGETHER)
    return [part.strip() for part in text.split(TOGETHER)]

"""The first rows of an upload as they would be read by a mapping that is not settled yet."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from kemai.oversight.exchange.parsing.convert import Converter, ConvertOptions
from kemai.oversight.exchange.parsing.fields import Field
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.parsing.mapping import Mapping
from kemai.oversight.exchange.parsing.problems import each_problem

_NUMBERS = {"money": (100, 2), "quantity": (1000, 3)}
_OPTIONS = ("fill_down", "date_order", "round_money")


@dataclass(frozen=True)
class Cell:
    """One cell as it will be read; a refused one keeps what was written and says why."""

    text: str
    is_number: bool = False
    problem: str = ""


@dataclass(frozen=True)
class Sample:
    """Headings of the fields in use, and rows of (row number in the file, cells)."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


def read_sample(
    layout: MappingOf[str, Any], kind: str, fields: MappingOf[int, str], options: MappingOf[str, Any], today: date
) -> Sample:  # fmt: skip
    """The sample rows under `fields` (column place → field key), by the same rules as the whole file."""
    places = {key: place for place, key in fields.items() if key and KINDS[kind].find(key)}
    shown = [one for one in KINDS[kind].fields if one.key in places]
    if kind == "sales" and places.keys() >= {"amount"} and "kind" not in places:
        shown.append(KINDS[kind].field("kind"))
    header = tuple(layout.get("header", ()))
    raw = _raw(layout, len(header))
    if not len(raw) or not shown:
        return Sample((), ())
    chosen = {key: options[key] for key in _OPTIONS if options.get(key)}
    chosen["fill_down"] = tuple(key for key in chosen.get("fill_down", ()) if key in places)
    settings = ConvertOptions(today=today, is_1904=bool(layout.get("is_1904")), **chosen)
    converted = Converter(kind, Mapping(kind, places, header), settings).convert(raw.to_arrow())
    problems = {
        (each.row, each.field): each.problem
        for each in each_problem(converted.problems)
        if not each.is_warning
    }
    good = {row["row"]: row for row in converted.table.iter_rows(named=True)}
    rows = [
        (each["row"], tuple(_cell(one, each, good.get(each["row"]), places, problems) for one in shown))
        for each in raw.iter_rows(named=True)
    ]
    return Sample(tuple(one.label for one in shown), tuple(rows))


def _raw(layout: MappingOf[str, Any], width: int) -> pl.DataFrame:
    rows, kinds = layout.get("sample_rows", []), layout.get("sample_kinds")
    numbers = layout.get("sample_numbers") or range(1, len(rows) + 1)
    columns: dict[str, pl.Series] = {
        "row": pl.Series(list(numbers)[: len(rows)], dtype=pl.Int64),
        "cells": pl.Series([width] * len(rows), dtype=pl.Int16),
    }
    for place in range(width):
        columns[f"c{place}"] = pl.Series([row[place] for row in rows], dtype=pl.String)
    for place in range(width if kinds else 0):
        columns[f"k{place}"] = pl.Series([row[place] for row in kinds or ()], dtype=pl.UInt8)
    return pl.DataFrame(columns)


def _cell(
    one: Field, raw: MappingOf[str, Any], good: MappingOf[str, Any] | None, places: MappingOf[str, int],
    problems: MappingOf[tuple[int, str], str],
) -> Cell:  # fmt: skip
    is_number = one.type in ("money", "quantity", "fraction", "integer")
    if good is not None:
        key = "customer" if one.key == "customer" and "customer_code" not in places else one.output
        return Cell(_shown(one, good[key]), is_number)
    written = (raw[f"c{places[one.key]}"] or "") if one.key in places else ""
    return Cell(written, is_number, problems.get((raw["row"], one.key), ""))


def _shown(one: Field, found: Any) -> str:
    if found is None:
        return ""
    if one.type in _NUMBERS:
        unit, decimals = _NUMBERS[one.type]
        exact = Decimal(found) / unit
        text = f"{exact:,.{decimals}f}"
        return text.rstrip("0").rstrip(".") if one.type == "quantity" else text
    if one.type == "fraction":
        return f"{(Decimal(found) / 10_000).normalize():f}%"
    if one.type == "choice":
        return str(one.choices.get(found, (found,))[0])
    return found.isoformat() if isinstance(found, date) else str(found)

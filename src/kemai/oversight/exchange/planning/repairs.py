"""Cells mended by hand in the wizard, laid over the file each time it is read; the file itself never changes.

``{"cells": {"12": {"day": "2026-02-28"}}, "values": {"customer": {"甲店": "K1"}}}``: row 12 of the file, and every
cell of the column that says 甲店 ("" for an empty one).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
import pyarrow as pa

from kemai.oversight.exchange.parsing.mapping import Mapping as Columns
from kemai.oversight.exchange.reading.cells import CellKind

_CUSTOMER_ORDER = ("customer_code", "customer", "customer_name")


@dataclass(frozen=True)
class Repairs:
    """`cells`: column place → {row: text}; `values`: column place → {text: text}."""

    cells: Mapping[int, Mapping[int, str]]
    values: Mapping[int, Mapping[str, str]]

    @classmethod
    def given(cls, asked: Mapping[str, Any], columns: Columns) -> Repairs | None:
        """The repairs by column place, or None without any; those of columns that are not imported rest."""
        cells: dict[int, dict[int, str]] = defaultdict(dict)
        values: dict[int, dict[str, str]] = defaultdict(dict)
        for row, fields in asked.get("cells", {}).items():
            for key, text in fields.items():
                for place in _places(key, columns)[:1]:
                    cells[place][int(row)] = text
        for key, texts in asked.get("values", {}).items():
            for place in _places(key, columns):
                values[place].update(texts)
        return cls(cells, values) if cells or values else None

    def over(self, batch: pa.RecordBatch | pa.Table) -> pa.Table:
        """The batch with the right values in place of what was written."""
        frame = pl.DataFrame(pl.from_arrow(batch))
        for place in {*self.cells, *self.values}:
            frame = self._column(frame, place)
        return frame.to_arrow()

    def _column(self, frame: pl.DataFrame, place: int) -> pl.DataFrame:
        name, kind = f"c{place}", f"k{place}"
        new = pl.lit(None, pl.String)
        if texts := self.values.get(place):
            written = pl.col(name).str.strip_chars().fill_null("")
            new = written.replace_strict(
                list(texts), list(texts.values()), default=None, return_dtype=pl.String
            )
        if rows := self.cells.get(place):
            mine = pl.col("row").replace_strict(
                list(rows), list(rows.values()), default=None, return_dtype=pl.String
            )
            new = pl.coalesce(mine, new)
        frame = frame.with_columns(new.alias("_new"))
        repaired = pl.col("_new").is_not_null()
        changed = [pl.coalesce("_new", name).alias(name)]
        if kind in frame.columns:
            changed.append(
                pl.when(repaired)
                .then(pl.lit(int(CellKind.TEXT), pl.UInt8))
                .otherwise(pl.col(kind))
                .alias(kind)
            )
        return frame.with_columns(changed).drop("_new")


def _places(key: str, columns: Columns) -> list[int]:
    """Where a field stands; a customer may stand in any of three columns, the one that decides first."""
    keys = _CUSTOMER_ORDER if key in _CUSTOMER_ORDER else (key,)
    return [columns.fields[each] for each in keys if each in columns.fields]

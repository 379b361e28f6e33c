"""Credit and operations of a customer file: with the new customers, or in the flip over what was planned against."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from kemai.business.archives.layers import LAYERS, Layer
from kemai.foundation import trail
from kemai.foundation.among import Among
from kemai.foundation.arrow.arriving import Rows
from kemai.foundation.batches.models import Batch
from kemai.oversight.exchange.landing import bulk
from kemai.oversight.exchange.landing.products import before_and_after
from kemai.oversight.exchange.planning.layer_columns import COLUMNS
from kemai.oversight.exchange.planning.request import ImportRefused, ImportRequest


def columns_in(rows: pl.DataFrame) -> list[str]:
    """The layers' columns that the frame has."""
    return [name for name in rows.columns if name in COLUMNS]


def rows_of_layers(rows: pl.DataFrame) -> Iterator[Rows]:
    """The records of new customers that have something in a layer."""
    for layer in LAYERS:
        names = _names(rows, layer)
        some = rows.filter(pl.any_horizontal(pl.col(names).is_not_null())) if names else rows.clear()
        if len(some):
            frame = some.select(pl.col("id").alias("customer_id"), *_values(names))
            yield bulk.rows_of(layer.model, frame, version=1)


def note_layer_changes(request: ImportRequest, batch: Batch, rows: pl.DataFrame) -> None:
    """One entry for each layer of a known customer that changes, so that credit is read by those only who may."""
    for layer in LAYERS:
        changed, names = _changed(rows, layer)
        trail.record_rows(
            actor=request.actor, verb=f"archives.{layer.key}.changed", subject_type="customer", batch_id=batch.pk,
            rows=[(row["old_id"], row["old_id"], before_and_after(row, names)) for row in changed.iter_rows(named=True)],
        )  # fmt: skip


def change_layers(rows: pl.DataFrame) -> None:
    """Writes over the versions that were planned against. Raises ImportRefused when somebody was quicker."""
    for layer in LAYERS:
        changed, names = _changed(rows, layer)
        if not len(changed):
            continue
        held = layer.model._default_manager.filter(Among("customer_id", changed["old_id"].to_list()))
        now: dict[Any, int] = dict(held.values_list("customer_id", "version"))
        planned = changed.select("old_id", f"{layer.key}_version").iter_rows()
        if any(now.get(pk) != version for pk, version in planned):
            raise ImportRefused(_("有客户刚被别人改过，什么都没有入账；请再核对一次。"))
        is_new = pl.col(f"{layer.key}_version").is_null()
        fresh = changed.filter(is_new).select(pl.col("old_id").alias("customer_id"), *_values(names))
        if len(fresh):
            bulk.insert(layer.model, fresh, version=1)
        bulk.update(
            layer.model,
            changed.filter(~is_new).select(*_values(names), "old_id"),
            sets="version = old.version + 1",
        )


def _changed(rows: pl.DataFrame, layer: Layer) -> tuple[pl.DataFrame, list[str]]:
    names = _names(rows, layer)
    if not names:
        return rows.clear(), names
    differs = [pl.col(name).ne_missing(pl.col(f"before_{name}")) for name in names]
    return rows.filter(pl.any_horizontal(differs)), names


def _names(rows: pl.DataFrame, layer: Layer) -> list[str]:
    return [name for name in columns_in(rows) if COLUMNS[name].layer is layer]


def _values(names: list[str]) -> list[pl.Expr]:
    return [pl.col(n).fill_null("") if COLUMNS[n].dtype is pl.String else pl.col(n) for n in names]

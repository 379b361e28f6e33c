"""Sums over the files of a run, of the customers that an actor may see.

The database would visit each row of a million in no order; a file holds a column together.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kemai.business.archives.keys import COLUMNS, keys_by, seen_keys
from kemai.business.valuation.models import Run
from kemai.business.valuation.runs.files import folder
from kemai.business.valuation.runs.parts import part_file
from kemai.foundation.access.actor import Actor, Gone
from kemai.foundation.access.scopes import customer_scope

if TYPE_CHECKING:
    import polars as pl

STANDINGS = ""  # instead of the key of a part


def seen_in(actor: Actor, run: Run, part: str = STANDINGS) -> pl.LazyFrame:
    """The rows of the file whose customers the actor may see today. Raises Gone where the run's file is no more."""
    import polars as pl

    rows = pl.scan_parquet(file_of(run, part))
    if customer_scope(actor) is None:
        return rows
    return rows.join(pl.LazyFrame({"customer_key": seen_keys(actor)}), on="customer_key", how="semi")


def summed_by(actor: Actor, run: Run, part: str, by: str, sums: Sequence[pl.Expr]) -> list[tuple[Any, ...]]:
    """Rows of the key ("unit", "owner" or another column of the customer that has an index) and the sums. Raises LookupError
    where the run's file is gone."""
    import polars as pl

    people = keys_by(actor, COLUMNS.get(by, by))
    rows = pl.scan_parquet(file_of(run, part)).join(people.rows.lazy(), on="customer_key")
    found = rows.group_by("place").agg(*sums).collect()
    return [(people.groups[place], *each) for place, *each in found.iter_rows()]


def file_of(run: Run, part: str) -> Path:
    """The file of a part, or that of the standings. Raises Gone where it is no more."""
    path = part_file(run.pk, part) if part else folder() / (run.file or "none")
    if not path.is_file():
        raise Gone(_("第 %(n)s 次估值的文件不在了，再估值一次就有。") % {"n": run.pk})
    return path

"""Sums over the file of a part by a column of the customers that an actor may see.

The database would visit each row of a million in no order; the file holds a column together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kemai.business.archives.keys import keys_by
from kemai.business.valuation.models import Run
from kemai.business.valuation.runs.parts import part_file
from kemai.foundation.access.actor import Actor

if TYPE_CHECKING:
    import polars as pl

COLUMNS = {"unit": "unit_id", "owner": "owner_id", "region": "region"}


def summed_by(actor: Actor, run: Run, part: str, by: str, sums: Sequence[pl.Expr]) -> list[tuple[Any, ...]]:
    """Rows of the key ("unit", "owner" or "region") and the sums. Raises LookupError where the run's file is gone."""
    import polars as pl

    path = part_file(run.pk, part)
    if not path.is_file():
        raise LookupError(_("第 %(n)s 次估值的文件不在了。") % {"n": run.pk})
    people = keys_by(actor, COLUMNS[by])
    rows = pl.scan_parquet(path).join(people.rows.lazy(), on="customer_key").group_by("place").agg(*sums)
    return [(people.groups[place], *found) for place, *found in rows.collect().iter_rows()]

"""Long lists of a run in any order: the file says who comes when, the database tells of those on the page.

An index for each order would be touched all over by every run that is written; a column of a million is sorted while a
page is being drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db.models import QuerySet

from kemai.business.archives.keys import keys_of_own
from kemai.business.valuation.models import Run
from kemai.business.valuation.runs.summed import seen_in
from kemai.foundation.access.actor import Actor

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

T = TypeVar("T")
AT_ONCE = 1_000


@dataclass(frozen=True)
class Listed(Generic[T]):
    """Rows of `rows`, a query over the run's table of a part, in the order of the customers `keys`. A slice is a list; who has
    gone since the run is left out of it."""

    rows: QuerySet[Any, T]
    keys: np.ndarray

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, part: slice) -> list[T]:
        keys = self.keys[part].tolist()
        found = {_customer_of(row): row for row in self.rows.filter(customer_id__in=keys)}
        return [found[key] for key in keys if key in found]

    def __iter__(self) -> Iterator[T]:
        """All of them, a thousand at a time."""
        for start in range(0, len(self.keys), AT_ONCE):
            yield from self[start : start + AT_ONCE]

    def of(self, rows: QuerySet[Any, Any]) -> Listed[Any]:
        """The same customers, told by another query over the table."""
        return Listed(rows, self.keys)


def with_margin(actor: Actor) -> pl.Expr:
    """Whether the actor sees the margin of the customer of a row: of everybody's, of his own only, or of nobody's."""
    import polars as pl

    if actor.sees("margin"):
        return pl.lit(True)
    if not actor.sees("margin", actor.person_id):
        return pl.lit(False)
    return pl.col("customer_key").is_in(pl.Series(keys_of_own(actor)).implode())


def _customer_of(row: Any) -> int:
    return int(row["customer_id"] if isinstance(row, dict) else row.customer_id)


def keys_in_order(
    actor: Actor, run: Run, part: str, by: Sequence[tuple[str, bool]], where: pl.Expr | None = None
) -> np.ndarray:
    """Keys of the customers of the part that the actor sees and for whom `where` holds, by columns (name, whether the largest
    comes first; nothing comes last), then by key. Raises Gone where the run's file is no more."""
    rows = seen_in(actor, run, part)
    if where is not None:
        rows = rows.filter(where)
    names, falling = [name for name, _ in by], [is_falling for _, is_falling in by]
    rows = rows.select("customer_key", *names)
    ordered = rows.sort(*names, "customer_key", descending=[*falling, False], nulls_last=True)
    return ordered.select("customer_key").collect()["customer_key"].to_numpy()

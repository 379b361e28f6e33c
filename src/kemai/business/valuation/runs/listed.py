"""Long lists of a run in any order: the file says who comes when, the database tells of those on the page.

An index for each order would be touched all over by every run that is written; a column of a million is sorted while a
page is being drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db.models import QuerySet

from kemai.business.archives.keys import keys_of_own
from kemai.business.valuation.models import Run
from kemai.business.valuation.runs.summed import seen_in
from kemai.foundation.access.actor import Actor

if TYPE_CHECKING:
    import polars as pl

T = TypeVar("T")
AT_ONCE = 1_000


@dataclass(frozen=True)
class Listed(Generic[T]):
    """Rows of `rows`, a query over the run's table of a part, in the order of the customers of `order`. A slice is a list; who
    has gone since the run is left out of it."""

    rows: QuerySet[Any, T]
    order: (
        pl.LazyFrame
    )  # customer_key, sorted when a slice is read: the first few of a million need no whole sort

    def __len__(self) -> int:
        import polars as pl

        return int(self.order.select(pl.len()).collect().item())

    def __getitem__(self, part: slice) -> list[T]:
        return list(chain.from_iterable(self._told(first_rows(self.order, part))))

    def __iter__(self) -> Iterator[T]:
        return chain.from_iterable(self.pieces())

    def pieces(self) -> Iterator[list[T]]:
        """All of them, sorted once, a thousand at a time."""
        return self._told(self.order.collect())

    def _told(self, order: pl.DataFrame) -> Iterator[list[T]]:
        """In pieces: a database takes only so many keys in one question."""
        for piece in order.iter_slices(AT_ONCE):
            keys = piece["customer_key"].to_list()
            found = {_customer_of(row): row for row in self.rows.filter(customer_id__in=keys)}
            yield [found[key] for key in keys if key in found]

    def of(self, rows: QuerySet[Any, Any]) -> Listed[Any]:
        """The same customers, told by another query over the table."""
        return Listed(rows, self.order)


def first_rows(order: pl.LazyFrame, part: slice) -> pl.DataFrame:
    """A slice of rows that are to be sorted, both ends counted from the front."""
    start = part.start or 0
    return order.slice(start, None if part.stop is None else max(part.stop - start, 0)).collect()


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
) -> pl.LazyFrame:
    """Keys (customer_key) of the customers of the part that the actor sees and for whom `where` holds, by columns (name, whether the largest
    comes first; nothing comes last), then by key. Raises Gone where the run's file is no more."""
    rows = seen_in(actor, run, part)
    if where is not None:
        rows = rows.filter(where)
    names, falling = [name for name, _ in by], [is_falling for _, is_falling in by]
    rows = rows.select("customer_key", *names)
    ordered = rows.sort(*names, "customer_key", descending=[*falling, False], nulls_last=True)
    return ordered.select("customer_key")

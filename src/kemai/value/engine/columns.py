"""Columns of a run as NumPy arrays, for what looks at everybody at once: ranks and their ties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kemai.value.ordering import falling, ranks, standing_order, sums_before

if TYPE_CHECKING:
    import pyarrow as pa


class Columns:
    """The columns of an Arrow table; `among` names the population's column."""

    def __init__(self, table: pa.Table, among: str | None) -> None:
        self._table, self._among = table, among

    def known(self, name: str) -> Any:
        """Where the column has a value."""
        return self._table[name].is_valid().to_numpy()

    def flags(self, name: str) -> Any:
        """A column of true and false."""
        return self._table[name].to_numpy()

    def numbers(self, name: str) -> Any:
        """Whole numbers, 0 where there is none."""
        return self._table[name].fill_null(0).to_numpy()

    @cached_property
    def groups(self) -> Any:
        """A number for each population; None where all are ranked together."""
        return None if self._among is None else self._encoded.indices.to_numpy()

    @property
    def group_count(self) -> int:
        """How many populations there are."""
        return len(self._encoded.dictionary)

    @cached_property
    def _encoded(self) -> Any:
        return self._table[self._among].combine_chunks().dictionary_encode()

    @cached_property
    def by_history(self) -> Any:
        """Everybody by historical amount falling, then by code: the order of ties."""
        return falling(self.numbers("history_fen"))

    def ranked(self, keys: Iterable[str], running: Iterable[str]) -> Mapping[str, Any]:
        """`<key>__rank` of each `<key>__value`, and `<key>__before` of those in `running`; as Arrow."""
        import pyarrow as pa

        size, summed = len(self._table), set(running)
        made: dict[str, Any] = {}
        for key in keys:
            values, known = self.numbers(f"{key}__value"), self.known(f"{key}__value")
            order = standing_order(values, known, self.by_history, self.groups)
            made[f"{key}__rank"] = pa.array(ranks(order, self.groups, size), mask=~known)
            if key in summed:
                made[f"{key}__before"] = pa.array(sums_before(order, values, self.groups), mask=~known)
        return made

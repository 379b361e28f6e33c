"""Everything about a customer in one row, in the order of the codes: people, sums and estimates side by side.

Rows find their place by the code once, on Arrow columns; from there on every table of the run keeps the order and
lies beside the others without a join.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from kemai.value.errors import FactError
from kemai.value.ordering import is_rising


def numbered(people: Any, name: str = "customers") -> Any:
    """The Arrow table by code point, with `seq`, the place of each row. FactError for an empty or repeated code."""
    import numpy as np
    import pyarrow as pa

    if not is_rising(people["customer_id"]):
        check_one_row_each(people, name)
        people = people.sort_by("customer_id")
    return people.append_column("seq", pa.array(np.arange(len(people), dtype=np.int64)))


def check_one_row_each(table: Any, name: str) -> None:
    """FactError when a customer has two rows or a row has no customer."""
    import pyarrow.compute as pc

    codes = table["customer_id"]
    if codes.null_count or pc.count_distinct(codes).as_py() != len(codes):
        raise FactError(f"{name} 的 customer_id 有空值或重复", code="repeated", column="customer_id")


def places_in(people: Any, parts: Sequence[Any]) -> list[Any]:
    """For each part the place among the people of each of its codes; null for nobody's. The people are hashed once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    codes = [part["customer_id"].combine_chunks() for part in parts]
    found = pc.index_in(
        pa.chunked_array(codes, pa.string()), value_set=people["customer_id"].combine_chunks()
    )
    joined = found.combine_chunks()
    ends = list(accumulate((len(each) for each in codes), initial=0))
    return [joined.slice(start, end - start) for start, end in pairwise(ends)]


def beside(people: Any, parts: Iterable[tuple[Any, Any]]) -> Any:
    """The people with the columns of each part, given with its places; null where a part has no row."""
    import numpy as np
    import pyarrow as pa

    columns = {name: people[name] for name in people.column_names}
    for part, places in parts:
        rows = part.drop_columns("customer_id")
        if places.null_count:
            rows, places = rows.filter(places.is_valid()), places.drop_null()
        at = places.to_numpy()
        is_absent = np.ones(len(people), bool)
        is_absent[at] = False
        columns |= {name: _spread(rows[name], at, is_absent) for name in rows.column_names}
    return pa.table(columns)


def _spread(column: Any, at: Any, is_absent: Any) -> Any:
    """The numbers or days of a column at these places of everybody; null elsewhere."""
    import numpy as np
    import pyarrow as pa

    days = pa.types.is_date32(column.type)
    numbers = column.cast(pa.int32()) if days else column
    if numbers.null_count:
        is_absent = is_absent.copy()
        is_absent[at] = numbers.is_null().to_numpy()
        numbers = numbers.fill_null(0)
    found = np.zeros(len(is_absent), numbers.to_numpy().dtype)
    found[at] = numbers.to_numpy()
    spread = pa.array(found, mask=is_absent)
    return spread.view(column.type) if days else spread


@dataclass(frozen=True, slots=True)
class Belonging:
    """A table of sums, and which of its rows are of nobody in particular or of nobody known."""

    table: Any
    rows: Mapping[str, Any]

    @classmethod
    def of(cls, table: Any, places: Any) -> Belonging:
        """The rows told apart by their code and its place."""
        import pyarrow.compute as pc

        anonymous = table["customer_id"].is_null()
        return cls(table, {"anonymous": anonymous, "unknown": pc.and_not(places.is_null(), anonymous)})

    def count(self, whose: str) -> int:
        """How many rows are anonymous, or unknown."""
        return int(self.rows[whose].to_numpy().sum())

    def total(self, column: str, whose: str | None = None) -> int:
        """The sum of a column, over all rows or over those."""
        import pyarrow.compute as pc

        rows = self.table[column] if whose is None else self.table[column].filter(self.rows[whose])
        return int(pc.sum(rows).as_py() or 0)

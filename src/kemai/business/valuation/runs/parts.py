"""Parts of a run: further measures beside the standings, each with a table and a file of its own.

A part is worked out after the standings, from the same facts and as of the same date; all parts are published with
the run in one step. What a part finds for a customer is one row of its model, found again by `run_id` and `customer`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db.models import CharField

from kemai.business.valuation.runs.files import folder
from kemai.business.valuation.runs.shelf import Shelf

if TYPE_CHECKING:
    import pyarrow as pa

    from kemai.business.valuation.models import RunRow


@dataclass(frozen=True, slots=True)
class Given:
    """What a part is worked out from.

    `sales` are Parquet files of `value.facts.SALES` (see `statuses` for which lines count), `standings` the run's wide
    Parquet file (customer_id, customer_key and every column of the engine, by customer_id), `customers` and
    `potentials` Arrow tables of their contracts, `parameters` the part's own values in force, `parts` the tables of
    the parts before this one by their keys. `order_days` are the same sales condensed (`value.facts.ORDER_DAYS`), fewer
    rows for what is summed by day or by order; None in a full run. `shelf` holds what parts read together.
    """

    as_of: date
    sales: list[str]
    statuses: tuple[str, ...]
    standings: Path
    customers: pa.Table
    potentials: pa.Table
    parameters: Mapping[str, Any]
    parts: Mapping[str, pa.Table] = field(default_factory=dict)
    order_days: list[str] | None = None
    shelf: Shelf = field(default=None)  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.shelf is None:
            own = Shelf(self.as_of, self.sales, self.statuses, self.customers, self.order_days)
            object.__setattr__(self, "shelf", own)

    @contextmanager
    def engine(self) -> Iterator[Any]:
        """An Ibis connection to DuckDB within limits. Its temporary tables go with it; what lies on the shelf stays for
        the parts after this one."""
        with self.shelf.engine() as made:
            yield made


@dataclass(frozen=True, slots=True)
class Found:
    """A row a customer (`customer_key` and the model's columns by name, at most one row each; nobody has to have one),
    and a summary of plain JSON values for the pages that speak of everybody."""

    table: pa.Table
    summary: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """`model` gives the class of the rows; `parameters` the values that the next run uses, as plain JSON. A part that
    `is_last` comes after all that are not, since it looks at what they found."""

    key: str
    model: Callable[[], type[RunRow]]
    work: Callable[[Given], Found]
    parameters: Callable[[], Mapping[str, Any]] = dict
    is_last: bool = False


def nobody(model: type[RunRow]) -> pa.Table:
    """The table of a part that has nobody to tell of."""
    import pyarrow as pa

    fields = [
        each for each in model._meta.concrete_fields if each.column not in ("id", "run_id", "customer_id")
    ]
    kinds = {
        str(each.column): pa.large_string() if isinstance(each, CharField) else pa.int64() for each in fields
    }
    return pa.schema({"customer_key": pa.int64(), **kinds}).empty_table()


_parts: dict[str, Part] = {}


def register_part(part: Part) -> None:
    """Called once at start; parts are worked out in the order in which they register."""
    _parts[part.key] = part


def parts() -> list[Part]:
    """All parts in their order."""
    return sorted(_parts.values(), key=lambda part: part.is_last)


def part_models() -> list[type[RunRow]]:
    """The tables of all parts."""
    return [part.model() for part in _parts.values()]


def part_file(run_id: int, key: str) -> Path:
    """Where the rows of a part of a run lie."""
    return folder() / f"{run_id}.{key}.parquet"


def part_summary(run: Any, key: str) -> Mapping[str, Any] | None:
    """What a part said of everybody; None where the run was made without it."""
    found = run.summary.get("parts", {}).get(key)
    return found["summary"] if found else None

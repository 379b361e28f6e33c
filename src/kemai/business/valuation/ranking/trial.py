"""What the classes would be if some lines were added to the ledger and others taken out: worked out, never stored."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kemai import value
from kemai.business.trade.facts import refresh_facts
from kemai.business.valuation.actions.inputs import Inputs, read_inputs
from kemai.business.valuation.leading import leading_scheme
from kemai.business.valuation.runs.files import folder
from kemai.business.valuation.schemes import in_force

if TYPE_CHECKING:
    import pyarrow as pa

LARGEST_LINES = 3_000_000
LARGEST_CUSTOMERS = 300_000


class TrialTooLarge(Exception):
    """The base is too large to be tried while a person waits; the message says so."""


@dataclass(frozen=True)
class Lines:
    """Lines to add and lines to take out (tables of `facts.SALES`), customers to add, and who becomes actual."""

    added: pa.Table
    removed: pa.Table
    newcomers: tuple[str, ...] = ()
    now_actual: Collection[str] = ()


@dataclass(frozen=True)
class Move:
    """One customer whose class would differ; "" is no class."""

    code: str
    before: str
    after: str
    before_fen: int | None
    after_fen: int | None


@dataclass(frozen=True)
class Trial:
    """Who would move by the leading scheme, the largest values first, and how many values would differ."""

    moves: tuple[Move, ...]
    values_changed: int
    classes: tuple[str, ...]


def try_lines(
    lines: Lines, *, as_of: date, told: Callable[[int, int], None] = lambda done, of: None
) -> Trial:
    """The classes now and with the lines, by the same engine as a run. Raises TrialTooLarge."""
    facts = refresh_facts()
    inputs, key = read_inputs(as_of, facts), leading_scheme()
    if facts.rows + lines.added.num_rows > LARGEST_LINES or inputs.customers.num_rows > LARGEST_CUSTOMERS:
        raise TrialTooLarge(_("账本很大，级别的变化等入账后的估值来算。"))
    with tempfile.TemporaryDirectory(prefix="trial-", dir=folder()) as work:
        place = Path(work)
        told(1, 4)
        before = _valued(key, inputs, inputs.paths, inputs.customers, place / "before.parquet")
        told(2, 4)
        then = str(_with_lines(inputs.paths, lines, place / "sales.parquet"))
        after = _valued(
            key, inputs, [then], _with_newcomers(inputs.customers, lines), place / "after.parquet"
        )
        told(3, 4)
        return _compared(key, before, after)


def _valued(key: str, inputs: Inputs, paths: list[str], customers: pa.Table, to: Path) -> Path:
    value.revalue(
        paths, customers, inputs.potentials, as_of=inputs.as_of, schemes={key: inputs.schemes[key][1]},
        settings=inputs.settings, to=to, temp_directory=to.parent,
    )  # fmt: skip
    return to


def _with_lines(paths: list[str], lines: Lines, to: Path) -> Path:
    """The facts less the removed lines, each once for each time it stands there, and with the added ones."""
    import duckdb

    columns = ", ".join(column.name for column in value.facts.SALES.columns)
    with duckdb.connect() as engine:
        engine.register("added", lines.added)
        engine.register("removed", lines.removed)
        kept = f"select {columns} from read_parquet({paths!r})"
        if lines.removed.num_rows:
            kept = f"({kept} except all select {columns} from removed)"
        engine.sql(f"copy ({kept} union all select {columns} from added) to '{to}' (format parquet)")
    return to


def _with_newcomers(customers: pa.Table, lines: Lines) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    moved = pc.is_in(customers["customer_id"], pa.array(list(lines.now_actual), pa.string()))
    states = pc.if_else(moved, pa.scalar("actual"), customers["state"])
    place = customers.schema.get_field_index("state")
    customers = customers.set_column(place, customers.schema.field("state"), states)
    rows = [
        {"customer_id": code, "customer_key": -number, "state": "actual", "type": "enterprise"}
        for number, code in enumerate(lines.newcomers, start=1)
    ]
    return pa.concat_tables([customers, pa.Table.from_pylist(rows, schema=customers.schema)])


def _compared(key: str, before: Path, after: Path) -> Trial:
    import duckdb

    joined = f"""from read_parquet('{after}') n left join read_parquet('{before}') o using (customer_id)"""
    moved = f"coalesce(n.{key}_class, '') <> coalesce(o.{key}_class, '')"
    with duckdb.connect() as engine:
        rows: list[Any] = engine.sql(
            f"""select customer_id, coalesce(o.{key}_class, ''), coalesce(n.{key}_class, ''),
            o.{key}_value, n.{key}_value {joined} where {moved}
            order by greatest(coalesce(n.{key}_value, 0), coalesce(o.{key}_value, 0)) desc, customer_id"""
        ).fetchall()
        [[changed]] = engine.sql(
            f"select count(*) {joined} where n.{key}_value is distinct from o.{key}_value"
        ).fetchall()
    classes = tuple(in_force()[key][1].classes)
    return Trial(tuple(Move(*row) for row in rows), changed, classes)

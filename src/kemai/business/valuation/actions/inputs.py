"""What a run is made from: customers and estimates as Arrow, schemes and settings, and one hash of all of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection

from kemai import value
from kemai.business.trade.facts import FactsManifest, condensed_facts
from kemai.business.valuation.own.ranking import groups_of_scheme
from kemai.business.valuation.parameters import engine_settings
from kemai.business.valuation.pictures.recorded import grades
from kemai.business.valuation.runs.files import folder
from kemai.business.valuation.runs.parts import parts
from kemai.business.valuation.schemes import in_force
from kemai.foundation.arrow.reading import Reader, reader
from kemai.foundation.batches.models import unlanded_ids

if TYPE_CHECKING:
    import pyarrow as pa

# Nothing is null here: ADBC on SQLite guesses a column's type from its first rows.
_CUSTOMERS = """
SELECT code AS customer_id, id AS customer_key, state, type, COALESCE(unit_id, 0) AS unit_id,
       COALESCE(owner_id, 0) AS owner_id, COALESCE(CAST(since AS varchar(10)), '') AS since
FROM archives_customer WHERE batch_id IS NULL OR batch_id NOT IN ({hidden}) ORDER BY id
"""
_POTENTIALS = """
SELECT c.code AS customer_id, COALESCE(p.mp_fen, -1) AS mp_fen, COALESCE(p.es_bp, -1) AS es_bp,
       COALESCE(p.p_bp, -1) AS p_bp, COALESCE(p.av_fen, -1) AS av_fen, p.horizon_months
FROM prospects_potential p JOIN archives_customer c ON c.id = p.customer_id
WHERE p.is_current = {true} AND (p.batch_id IS NULL OR p.batch_id NOT IN ({hidden})) ORDER BY p.id
"""
_MISSING = {"unit_id": 0, "owner_id": 0, "mp_fen": -1, "es_bp": -1, "p_bp": -1, "av_fen": -1}


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that decides what a run finds; the same inputs give the same bytes.

    `order_days` are the facts condensed: what a run finds from them is what it finds from the lines.
    """

    as_of: date
    facts: FactsManifest
    customers: pa.Table
    potentials: pa.Table
    schemes: Mapping[str, tuple[int, Any]]
    settings: value.EngineSettings
    parameters: Mapping[str, Mapping[str, Any]]
    order_days: list[str] | None = None

    @property
    def digest(self) -> str:
        """A hash of all inputs."""
        schemes = {key: definition.to_json() for key, (_number, definition) in self.schemes.items()}
        inputs = [
            self.facts.digest, _digest(self.customers), _digest(self.potentials), self.as_of.isoformat(),
            self.settings.to_json(), schemes, self.parameters,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(inputs, sort_keys=True, default=str).encode()).hexdigest()

    def schemes_to_json(self) -> dict[str, Any]:
        """What the run keeps of the schemes it used."""
        return {
            key: {
                "version": number,
                "definition": definition.to_json(),
                "groups": list(groups_of_scheme(definition, self.settings.quality_gates)),
            }
            for key, (number, definition) in self.schemes.items()
        }

    @property
    def paths(self) -> list[str]:
        """The files of sale lines; one without lines where nothing was ever sold."""
        return [str(path) for path in self.facts.paths] or [_no_sales()]


def read_inputs(as_of: date, facts: FactsManifest, *, from_lines: bool = False) -> Inputs:
    """The inputs as the database has them now; `from_lines` leaves out the condensed files.

    Raises SchemeError for a setting that makes no sense.
    """
    order_days = None if from_lines else [str(path) for path in condensed_facts(facts)]
    hidden = ", ".join(str(each) for each in (*unlanded_ids(), 0))
    true = "1" if connection.vendor == "sqlite" else "true"
    with reader() as read:
        customers = _table(read, _CUSTOMERS.format(hidden=hidden), value.facts.CUSTOMERS)
        potentials = _table(read, _POTENTIALS.format(hidden=hidden, true=true), value.facts.POTENTIALS)
    parameters, settings = {part.key: part.parameters() for part in parts()}, engine_settings()
    if "credit" in settings.quality_gates:
        customers = _with_grades(customers, as_of)
    return Inputs(as_of, facts, customers, potentials, in_force(), settings, parameters, order_days or None)


def _with_grades(customers: pa.Table, as_of: date) -> pa.Table:
    """The customers with the credit grade that each had by the day; null where nobody has assessed one."""
    import pyarrow.compute as pc

    found = grades(as_of)
    places = pc.index_in(customers["customer_id"], value_set=found["customer_id"].combine_chunks())
    return customers.append_column(
        "credit_grade", found["grade"].combine_chunks().take(places.combine_chunks())
    )


def _table(read: Reader, sql: str, contract: value.facts.FactTable) -> pa.Table:
    """The rows in the order of the codes, by code point whatever the database's collation."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = read(sql)
    schema: Any = contract.arrow_schema()
    columns = [_column(rows[field.name], field) for field in schema]
    table = pa.table(columns, schema=schema)
    return table.take(pc.sort_indices(table["customer_id"]))


def _column(found: Any, field: Any) -> Any:
    """The column as the contract has it; what stood for missing becomes null again."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_date(field.type):
        text = found.cast(pa.string())
        return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text).cast(field.type)
    column = found.cast(field.type)
    if field.name not in _MISSING:
        return column
    return pc.if_else(pc.equal(column, _MISSING[field.name]), pa.scalar(None, field.type), column)


def _digest(table: pa.Table) -> str:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


def _no_sales() -> str:
    import pyarrow.parquet as pq

    path = folder() / "no-sales.parquet"
    pq.write_table(value.facts.SALES.arrow_schema().empty_table(), path)  # type: ignore[attr-defined]
    return str(path)

"""One run from fact files to the wide table and its summary."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kemai.value import facts
from kemai.value.compiling import plainly
from kemai.value.engine import aggregate, base, measures, output, summary
from kemai.value.engine.alignment import Belonging, beside, check_one_row_each, numbered, places_in
from kemai.value.engine.columns import Columns
from kemai.value.engine.everybody import Everybody
from kemai.value.engine.order_days import as_ledger
from kemai.value.engine.settings import EngineSettings
from kemai.value.engine.sources import Source, files_of, source_of
from kemai.value.exact import sum_or_zero
from kemai.value.measures.expected import check_horizons, check_potentials
from kemai.value.measures.registry import MEASURES, Measure
from kemai.value.schemes.classes import Cut, cut
from kemai.value.schemes.definition import SchemeDefinition
from kemai.value.schemes.methods import METHODS
from kemai.value.schemes.ranking import totals
from kemai.value.windows import months_start

if TYPE_CHECKING:
    from ibis.expr.types import Table

AnyPath = str | PathLike[str]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RevalueResult:
    """What a run leaves behind: the file with its hash, and plain JSON values to store beside it.

    `schemes` holds a summary a scheme (see `engine.summary`), `benchmarks` the frozen benchmarks of the quality
    score in base units (fen, months), `facts` what was read: lines counted, left out, anonymous, unknown.
    """

    path: Path
    sha256: str
    as_of: date
    customers: int
    schemes: Mapping[str, Any]
    benchmarks: Mapping[str, int]
    facts: Mapping[str, int]
    windows: Mapping[str, str]
    settings: EngineSettings

    def to_json(self) -> dict[str, Any]:
        """Everything but the path as plain JSON values."""
        return {
            "sha256": self.sha256, "as_of": self.as_of.isoformat(), "customers": self.customers,
            "schemes": dict(self.schemes), "benchmarks": dict(self.benchmarks), "facts": dict(self.facts),
            "windows": dict(self.windows), "settings": self.settings.to_json(),
        }  # fmt: skip


def revalue(
    sales: Sequence[AnyPath],
    customers: Any,
    potentials: Any,
    *,
    as_of: date,
    schemes: Mapping[str, SchemeDefinition],
    settings: EngineSettings,
    to: AnyPath,
    memory_limit: str = "2GB",
    threads: int = 2,
    temp_directory: AnyPath | None = None,
    progress: Progress = lambda step: None,
    order_days: Sequence[AnyPath] | None = None,
    engine: str = "duckdb",
    engine_url: str = "",
) -> RevalueResult:
    """Value every customer and write one row each to the Parquet file `to`, sorted by customer_id.

    `sales` are Parquet files of `facts.SALES` (`write_sales` and `customers_of` make both from a table); `customers` and
    `potentials` an Arrow table or a Parquet path of `facts.CUSTOMERS` and `facts.POTENTIALS` (potentials may be None).
    `progress` hears the name of each step.
    `order_days` are the same sales condensed (see `order_days`): the lines are then not read, and the bytes of the result
    are the same. With the engine spark the ledger is added up by the cluster at `engine_url` (a master; see
    `engine.spark`) and ranked here; the result is the same as well.
    FactError names a bad column, HorizonError the customers whose estimates cannot be ranked together, EngineError what
    the engine lacks.
    """
    import ibis

    files = files_of(sales)
    limits = {"threads": threads, "memory_limit": memory_limit}
    if temp_directory is not None:
        limits["temp_directory"] = str(temp_directory)
    connection = ibis.duckdb.connect(**limits)
    with (
        closing(connection.con), plainly(), source_of(engine if files else "duckdb", engine_url, connection) as source,
    ):  # fmt: skip
        run = _Run(connection, source, as_of, dict(schemes), settings, Path(to), progress)
        return run.result(run.ledger(files, order_days), customers, potentials)


@dataclass(frozen=True, slots=True)
class _Run:
    connection: Any
    source: Source
    as_of: date
    schemes: dict[str, SchemeDefinition]
    settings: EngineSettings
    path: Path
    progress: Progress

    def ledger(self, sales: Sequence[str], order_days: Sequence[AnyPath] | None) -> Table:
        """The rows that are added up: the condensed ones where they are given, else one for each line."""
        if not sales:
            return as_ledger(self._read(None, facts.SALES))
        if order_days is not None:
            return facts.ORDER_DAYS.check(self.source.read([str(each) for each in order_days]))
        return as_ledger(facts.SALES.check(self.source.read(sales)))

    def result(self, ledger: Table, customers: Any, potentials: Any) -> RevalueResult:
        self.progress("aggregate")
        everybody, read = self._aligned(ledger, customers, potentials)
        with closing(everybody):
            everybody.add(base.base_table(everybody.table, self.as_of, self.settings))
            everybody.add(base.stability_table(everybody.table, self.as_of, self.settings))
            everybody.drop(*base.month_names(self.settings))
            return self._classed(everybody, read)

    def _aligned(self, ledger: Table, customers: Any, potentials: Any) -> tuple[Everybody, dict[str, Any]]:
        """Customers beside their sums and estimates, and what was read."""
        people = numbered(facts.CUSTOMERS.check(self._read(customers, facts.CUSTOMERS)).to_pyarrow())
        estimates = facts.POTENTIALS.check(self._read(potentials, facts.POTENTIALS))
        check_potentials(estimates)
        found = aggregate.sums_by_customer(ledger, self.as_of, self.settings)
        sums = {name: self.source.fetch(table) for name, table in found.items()}
        total = self.source.fetch(ledger.aggregate(lines=sum_or_zero(ledger.lines)))["lines"][0].as_py()
        self.progress("measures")
        parts = {**sums, "potentials": estimates.to_pyarrow()}
        check_one_row_each(parts["potentials"], "potentials")
        places = dict(zip(parts, places_in(people, [*parts.values()]), strict=True))
        read = {"customers": len(people), "facts": self._facts(total, parts, places)}
        aligned = beside(people, ((parts[name], places[name]) for name in parts))
        return Everybody(self.connection, aligned), read

    def _classed(self, everybody: Everybody, read: dict[str, Any]) -> RevalueResult:
        ranked_by = {scheme.measure: MEASURES[scheme.measure] for scheme in self.schemes.values()}
        whole = everybody.table
        if "expected_value" in ranked_by:
            ranked = measures.takes_part(whole, MEASURES["expected_value"]) & whole.ev_fen.notnull()
            check_horizons(whole, ranked, self.settings.horizon_months)
        frozen = measures.benchmarks(whole, self.settings)
        everybody.lay(measures.rfm_places(self._columns(everybody)))
        everybody.add(measures.scores(everybody.table, frozen, self.settings))
        cuts = self._ranked(everybody, ranked_by)
        self.progress("write")
        wide = output.wide_rows(everybody, cuts)
        output.write_parquet(wide, self.path)
        self.progress("summary")
        return RevalueResult(
            path=self.path, sha256=_sha256(self.path), as_of=self.as_of, customers=read["customers"],
            schemes=summary.scheme_summaries(wide, cuts), benchmarks=frozen, facts=read["facts"],
            windows=self._windows(), settings=self.settings,
        )  # fmt: skip

    def _ranked(self, everybody: Everybody, ranked_by: Mapping[str, Measure]) -> list[Cut]:
        """The lines of each scheme; ranks lie beside everybody."""
        self.progress("ranks")
        everybody.add(measures.ranked_values(everybody.table, ranked_by))
        running = {each.measure for each in self.schemes.values() if METHODS[each.method].needs_before}
        everybody.lay(self._columns(everybody).ranked(ranked_by, running))
        by_measure = totals(everybody.table, {key: f"{key}__value" for key in ranked_by})
        return [cut(scheme, by_measure[scheme.measure]) for scheme in self.schemes.values()]

    def _read(self, data: Any, contract: facts.FactTable) -> Table:
        if data is None:
            data = contract.arrow_schema().empty_table()  # type: ignore[attr-defined]
        if isinstance(data, str | PathLike):
            return self.connection.read_parquet(str(data))
        return self._registered(f"input_{contract.name}", data)

    def _registered(self, name: str, data: Any) -> Table:
        self.connection.con.register(name, data)
        return self.connection.table(name)

    def _columns(self, everybody: Everybody) -> Columns:
        return Columns(everybody.rows, self.settings.ranked_among)

    def _facts(self, total: int, parts: Mapping[str, Any], places: Mapping[str, Any]) -> dict[str, int]:
        """What was read: lines that count or do not, and whose they are."""
        ever, recent = (Belonging.of(parts[name], places[name]) for name in ("ever", "recent"))
        counted = ever.total("lines")
        return {
            "lines": total, "lines_counted": counted, "lines_left_out": total - counted,
            "anonymous_lines": ever.total("lines", "anonymous"),
            "anonymous_12m_fen": recent.total("sales_12m_fen", "anonymous"),
            "unknown_customers": ever.count("unknown"), "unknown_lines": ever.total("lines", "unknown"),
            "unknown_12m_fen": recent.total("sales_12m_fen", "unknown"),
            "sales_12m_fen": recent.total("sales_12m_fen"),
        }  # fmt: skip

    def _windows(self) -> dict[str, str]:
        return {
            "sales_12m_from": months_start(self.as_of).isoformat(),
            "prior_12m_from": months_start(self.as_of, 24).isoformat(),
            "to": self.as_of.isoformat(),
        }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""One run from fact files to the wide table and its summary."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kemai.value import facts
from kemai.value.engine import aggregate, base, measures, output, summary
from kemai.value.engine.settings import EngineSettings
from kemai.value.measures.expected import check_horizons, check_potentials
from kemai.value.measures.registry import MEASURES
from kemai.value.schemes.classes import cut, join_lines
from kemai.value.schemes.definition import SchemeDefinition
from kemai.value.schemes.methods import METHODS
from kemai.value.schemes.ranking import rank_columns, totals
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
) -> RevalueResult:
    """Value every customer and write one row each to the Parquet file `to`, sorted by customer_id.

    `sales` are Parquet files of `facts.SALES`; `customers` and `potentials` an Arrow table or a Parquet path of
    `facts.CUSTOMERS` and `facts.POTENTIALS` (potentials may be None). `progress` hears the name of each step.
    FactError names a bad column, HorizonError the customers whose estimates cannot be ranked together.
    """
    import ibis

    limits = {"threads": threads, "memory_limit": memory_limit}
    if temp_directory is not None:
        limits["temp_directory"] = str(temp_directory)
    connection = ibis.duckdb.connect(**limits)
    with closing(connection.con):
        return _Run(connection, as_of, dict(schemes), settings, Path(to), progress).result(
            sales, customers, potentials
        )


@dataclass(frozen=True, slots=True)
class _Run:
    connection: Any
    as_of: date
    schemes: dict[str, SchemeDefinition]
    settings: EngineSettings
    path: Path
    progress: Progress

    def result(self, sales: Sequence[AnyPath], customers: Any, potentials: Any) -> RevalueResult:
        lines = facts.SALES.check(self._read([str(each) for each in sales], facts.SALES))
        people = self._keep(
            "people", base.numbered(facts.CUSTOMERS.check(self._read(customers, facts.CUSTOMERS)))
        )
        estimates = facts.POTENTIALS.check(self._read(potentials, facts.POTENTIALS))
        for table, name in ((people, "customers"), (estimates, "potentials")):
            base.check_one_row_each(table, name)
        check_potentials(estimates)
        self.progress("aggregate")
        sums = self._keep("sums", aggregate.by_customer(lines, self.as_of, self.settings))
        self.progress("measures")
        whole = self._keep("base", base.base_table(people, sums, estimates, self.as_of, self.settings))
        read = {"customers": _count(people), "facts": self._facts(lines, people, sums)}
        self._drop("people", "sums")
        steady = self._keep("steady", base.stability_table(whole, self.as_of, self.settings, self._keep))
        self._drop("series_start", "series_sums")
        return self._classed(whole, steady, read)

    def _classed(self, whole: Table, steady: Table, read: dict[str, Any]) -> RevalueResult:
        ranked_by = {scheme.measure: MEASURES[scheme.measure] for scheme in self.schemes.values()}
        if "expected_value" in ranked_by:
            ranked = measures.takes_part(whole, MEASURES["expected_value"]) & whole.ev_fen.notnull()
            check_horizons(whole, ranked, self.settings.horizon_months)
        frozen = measures.benchmarks(whole, self.settings)
        scored = self._keep("scored", measures.scores(whole, frozen, self.settings))
        self.progress("ranks")
        values = self._keep("ranked_values", measures.ranked_values(whole, scored, ranked_by))
        ranks = self._keep("ranks", self._ranks(values, ranked_by))
        by_measure = totals(values, {key: f"{key}__value" for key in ranked_by})
        self._drop("ranked_values")
        cuts = [cut(scheme, by_measure[scheme.measure]) for scheme in self.schemes.values()]
        joined = whole
        for part in (steady, scored, ranks):
            joined = joined.inner_join(part, "seq")
        self.progress("write")
        output.write_parquet(self.connection, output.wide_table(join_lines(joined, cuts), cuts), self.path)
        self._drop("base", "steady", "scored", "ranks")
        self.progress("summary")
        wide = self.connection.read_parquet(str(self.path))
        return RevalueResult(
            path=self.path, sha256=_sha256(self.path), as_of=self.as_of, customers=read["customers"],
            schemes=summary.scheme_summaries(wide, cuts), benchmarks=frozen, facts=read["facts"],
            windows=self._windows(), settings=self.settings,
        )  # fmt: skip

    def _read(self, data: Any, contract: facts.FactTable) -> Table:
        if data is None or (isinstance(data, list) and not data):
            data = contract.arrow_schema().empty_table()  # type: ignore[attr-defined]
        if isinstance(data, list | str | PathLike):
            return self.connection.read_parquet(data if isinstance(data, list) else str(data))
        self.connection.con.register(f"input_{contract.name}", data)
        return self.connection.table(f"input_{contract.name}")

    def _keep(self, name: str, table: Table) -> Table:
        return self.connection.create_table(name, table, temp=True)

    def _drop(self, *names: str) -> None:
        """Memory for the next step: a million customers fill hundreds of megabytes in each."""
        for name in names:
            self.connection.drop_table(name)

    def _ranks(self, values: Table, keys: Iterable[str]) -> Table:
        """Ranks for each measure, and running sums for those that are cut by share of value."""
        among = self.settings.ranked_among
        running = {each.measure for each in self.schemes.values() if METHODS[each.method].needs_before}
        columns: dict[str, Any] = {}
        for key in keys:
            value = values[f"{key}__value"]
            columns |= rank_columns(among, value, values.history_fen, values.seq, key, key in running)
        return values.select("seq", **columns)

    def _facts(self, lines: Table, people: Table, sums: Table) -> dict[str, int]:
        anonymous = sums.filter(sums.customer_id.isnull())
        strangers = sums.filter(sums.customer_id.notnull()).anti_join(people, "customer_id")
        total = _count(lines)
        counted = _sum(sums, "lines")
        return {
            "lines": total, "lines_counted": counted, "lines_left_out": total - counted,
            "anonymous_lines": _sum(anonymous, "lines"), "anonymous_12m_fen": _sum(anonymous, "sales_12m_fen"),
            "unknown_customers": _count(strangers), "unknown_lines": _sum(strangers, "lines"),
            "unknown_12m_fen": _sum(strangers, "sales_12m_fen"), "sales_12m_fen": _sum(sums, "sales_12m_fen"),
        }  # fmt: skip

    def _windows(self) -> dict[str, str]:
        return {
            "sales_12m_from": months_start(self.as_of).isoformat(),
            "prior_12m_from": months_start(self.as_of, 24).isoformat(),
            "to": self.as_of.isoformat(),
        }


def _sum(table: Table, column: str) -> int:
    return int(table[column].sum().to_pyarrow().as_py() or 0)


def _count(table: Table) -> int:
    return int(table.count().to_pyarrow().as_py())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

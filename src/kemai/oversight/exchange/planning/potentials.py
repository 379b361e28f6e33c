"""The plan of a potentials file: a new version of a customer's estimate where something changed."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from kemai.business.prospects.models import Potential
from kemai.foundation.batches.models import unlanded_ids
from kemai.foundation.preferences.company import company_setting
from kemai.oversight.exchange.parsing.convert import Converted
from kemai.oversight.exchange.planning.cells import changed_cells, not_too_long
from kemai.oversight.exchange.planning.customers_named import CustomersNamed
from kemai.oversight.exchange.planning.refusals import found
from kemai.oversight.exchange.planning.report import Report
from kemai.oversight.exchange.planning.request import ImportRequest
from kemai.oversight.exchange.planning.source import Source
from kemai.oversight.exchange.planning.spool import Spool
from kemai.oversight.exchange.planning.twins import without_twins

REASONS = ("reason_product", "reason_market", "reason_relation")
FIELDS = ("mp_fen", "es_bp", "p_bp", "av_fen", "horizon_months", *REASONS)
LISTED_BP = (8000, 5000, 2000)  # S0.37
_PPM_OF_BP = 100


class PotentialsPlan:
    """`rows` are the versions to write, with `old_id` where one is replaced."""

    def __init__(self, request: ImportRequest, source: Source, folder: Path) -> None:
        self.report = Report("potentials")
        self.customers = CustomersNamed(request.actor, request.create_customers, request.aliases)
        self.rows = Spool(folder / "plan.parquet")
        self._request, self._source, self._folder = request, source, folder
        self._free = bool(company_setting("potential.free_probability"))

    def make(self) -> PotentialsPlan:
        """Reads, resolves and compares everything."""
        spool = Spool(self._folder / "potentials.parquet")
        for converted in self._source.converted():
            self._request.check_cancelled()
            spool.add(self._taken(converted))
        spool.close()
        spool, problems, equal = without_twins(spool, "customer_ref", FIELDS, "customer")
        self.report.note_problems(problems)
        self.report.unchanged += equal
        for rows in spool.batches():
            existing = _current(rows["customer_ref"].to_list())
            self.rows.add(changed_cells(rows, existing, "customer_ref", FIELDS, self.report))
        self.rows.close()
        self.report.new_customers = self.customers.created
        self.report.unknown = self.customers.unknown_rows()
        return self

    def _taken(self, converted: Converted) -> pl.DataFrame:
        self.report.rows += converted.rows
        self.report.note_problems(converted.problems)
        table, problems = self.customers.resolve(converted.table)
        self.report.note_problems(problems)
        table, problems = not_too_long(table, dict.fromkeys(REASONS, 200))
        self.report.note_problems(problems)
        table, problems = self._sensible(table)
        self.report.note_problems(problems)
        return table.with_columns(
            (pl.col("es_ppm") // _PPM_OF_BP).alias("es_bp"), (pl.col("p_ppm") // _PPM_OF_BP).alias("p_bp")
        ).select("row", "customer_ref", *FIELDS)

    def _sensible(self, table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """S0.37: P is 80, 50 or 20 %; S0.38: an estimated share has its reasons; shares up to 1."""
        table = table.with_columns(_percent("es_ppm"), _percent("p_ppm"))
        fine = {name: (pl.col(name) % _PPM_OF_BP != 0).fill_null(False) for name in ("es_ppm", "p_ppm")}
        listed = pl.col("p_ppm").is_in([bp * _PPM_OF_BP for bp in LISTED_BP])
        refused = [
            ("es", "es_ppm_text", "share_above_one", pl.col("es_ppm") > 1_000_000),
            ("es", "es_ppm_text", "basis_points", fine["es_ppm"]),
            ("p", "p_ppm_text", "basis_points", fine["p_ppm"]),
            ("p", "p_ppm_text", "probability_listed", pl.lit(not self._free) & ~listed),
            (
                "horizon_months",
                "horizon_months",
                "out_of_range",
                ~pl.col("horizon_months").is_between(1, 120),
            ),
        ]
        problems = [
            found(table.filter(wrong.fill_null(False)), field, column, code)
            for field, column, code, wrong in refused
        ]
        bad = pl.concat(problems)["row"].unique()
        table = table.filter(~pl.col("row").is_in(bad.implode()))
        silent = (
            pl.all_horizontal(pl.col(name).is_null() for name in REASONS) & pl.col("es_ppm").is_not_null()
        )
        problems.append(found(table.filter(silent), "es", "es_ppm_text", "no_reason", is_warning=True))
        return table, pl.concat(problems)


def _percent(name: str) -> pl.Expr:
    """A share as a person writes it, for the report."""
    return pl.format("{}%", pl.col(name) / 10_000).alias(f"{name}_text")


def _current(customer_ids: list[int]) -> pl.DataFrame:
    """The estimates that stand, as landed batches left them."""
    hidden = unlanded_ids()
    rows = Potential.objects.filter(customer_id__in=[pk for pk in customer_ids if pk > 0], is_current=True)
    rows = rows.exclude(batch_id__in=hidden)
    schema = {"customer_ref": pl.Int64, "old_id": pl.Int64, "mp_fen": pl.Int64, "es_bp": pl.Int64, "p_bp": pl.Int64,
              "av_fen": pl.Int64, "horizon_months": pl.Int64, **dict.fromkeys(REASONS, pl.String)}  # fmt: skip
    return pl.DataFrame(list(rows.values_list("customer_id", "pk", *FIELDS)), schema=schema, orient="row")

"""The plan of targets: rows of customers as in any book, and beside them rows of persons and units.

A row is of whom it names; which of the three it is, says the column that is filled.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from kemai.oversight.exchange.parsing.convert import Converted
from kemai.oversight.exchange.planning.cells import changed_cells
from kemai.oversight.exchange.planning.ledger_kinds import LEDGERS, STAFF_TARGETS, Ledger
from kemai.oversight.exchange.planning.ledgers import LedgerPlan
from kemai.oversight.exchange.planning.refusals import found
from kemai.oversight.exchange.planning.request import ImportRequest
from kemai.oversight.exchange.planning.source import Source
from kemai.oversight.exchange.planning.spool import Spool
from kemai.oversight.exchange.planning.staff_named import StaffNamed
from kemai.oversight.exchange.planning.twins import without_twins

WHOSE = ("customer", "person", "unit")
STAFF = ("person_ref", "unit_ref")
COLUMNS = ("customer_ref", *STAFF, "period", "amount_fen", "old_id")


class TargetsPlan(LedgerPlan):
    """`rows` are of both; who is not meant is null."""

    def __init__(self, request: ImportRequest, source: Source, folder: Path) -> None:
        super().__init__(LEDGERS["targets"], request, source, folder)
        self._people: StaffNamed | None = None
        self._staff = Spool(folder / "staff.parquet")

    def shares(self, rows: pl.DataFrame) -> list[tuple[Ledger, pl.DataFrame]]:
        of_customer = pl.col("customer_ref").is_not_null()
        shares = ((self.ledger, rows.filter(of_customer)), (STAFF_TARGETS, rows.filter(~of_customer)))
        return [(ledger, some) for ledger, some in shares if len(some)]

    def _taken(self, converted: Converted) -> pl.DataFrame:
        table, several = _of_one(converted.table)
        is_staff = pl.col("person").is_not_null() | pl.col("unit").is_not_null()
        problems = [converted.problems, several]
        if len(staff := table.filter(is_staff)):
            self._people = self._people or StaffNamed(self._request.actor)
            named, refused = self._people.resolve(staff)
            self._staff.add(
                named.with_columns(STAFF_TARGETS.key_of()).select("row", "key", *STAFF_TARGETS.columns)
            )
            problems.append(refused)
        return super()._taken(Converted(table.filter(~is_staff), pl.concat(problems), converted.rows))

    def _keep(self, changed: pl.DataFrame) -> None:
        nobody = pl.lit(None, pl.Int64)
        self.rows.add(changed.with_columns(nobody.alias(name) for name in STAFF).select(COLUMNS))

    def _beside(self) -> None:
        self._staff.close()
        ledger = STAFF_TARGETS
        spool, problems, equal = without_twins(self._staff, "key", (*STAFF, *ledger.fields), ledger.told)
        self.report.note_problems(problems)
        self.report.unchanged += equal
        for rows in spool.batches():
            standing = ledger.standing(rows).drop("holder")
            changed = changed_cells(rows, standing, "key", ledger.fields, self.report)
            self.rows.add(changed.with_columns(pl.lit(None, pl.Int64).alias("customer_ref")).select(COLUMNS))


def _of_one(table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that name one of the three; those that name several are refused."""
    count = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int64) for name in WHOSE)
    more = table.filter(count > 1)
    problems = [
        found(some, field, field, "target_of_several")
        for field, some in (
            ("person", more.filter(pl.col("person").is_not_null())),
            ("unit", more.filter(pl.col("person").is_null())),
        )
    ]
    return table.filter(count <= 1), pl.concat(problems)

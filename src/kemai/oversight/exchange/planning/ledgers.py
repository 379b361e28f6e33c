"""One plan for the books beside the sales: a row's key, customer and product, and what the book says to it.

Invoices and receipts are known by their number, which is one customer's; targets by customer and period;
stock counts by customer, day and product. What each book is, is data in `ledger_kinds`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from kemai.business.archives.models import Customer
from kemai.foundation.access.scopes import restrict
from kemai.foundation.among import Among
from kemai.oversight.exchange.parsing.convert import Converted
from kemai.oversight.exchange.planning.cells import changed_cells, not_too_long
from kemai.oversight.exchange.planning.customers_named import CustomersNamed
from kemai.oversight.exchange.planning.ledger_kinds import Ledger
from kemai.oversight.exchange.planning.month_totals import month_total, note_months
from kemai.oversight.exchange.planning.products_named import ProductsNamed
from kemai.oversight.exchange.planning.refusals import frame_of, one
from kemai.oversight.exchange.planning.report import KEPT_NAMES, Report
from kemai.oversight.exchange.planning.request import ImportRequest
from kemai.oversight.exchange.planning.source import Source
from kemai.oversight.exchange.planning.spool import Spool
from kemai.oversight.exchange.planning.twins import without_twins


def plan_of(ledger: Ledger) -> Callable[[ImportRequest, Source, Path], LedgerPlan]:
    """How a file of this book is planned."""
    return lambda request, source, folder: LedgerPlan(ledger, request, source, folder)


class LedgerPlan:
    """`rows` are the versions to write, with `old_id` where one is replaced."""

    def __init__(self, ledger: Ledger, request: ImportRequest, source: Source, folder: Path) -> None:
        self.ledger = ledger
        self.report = Report(request.kind)
        self.customers = CustomersNamed(request.actor, request.create_customers, request.aliases)
        self.products = ProductsNamed()
        self.rows = Spool(folder / "plan.parquet")
        self._request, self._source, self._folder = request, source, folder

    def make(self) -> LedgerPlan:
        """Reads, resolves and compares everything."""
        spool = Spool(self._folder / "ledger.parquet")
        for converted in self._source.converted():
            self._request.check_cancelled()
            spool.add(self._taken(converted))
            self._request.progress(self.report.rows, self._source.table.rows * 2, "read")
        spool.close()
        self.customers.forget()
        content = ("customer_ref", *self.ledger.fields)
        spool, problems, equal = without_twins(spool, "key", content, self.ledger.told)
        self.report.note_problems(problems)
        self.report.unchanged += equal
        for rows in spool.batches():
            self._request.check_cancelled()
            self._compare(rows)
        self._beside()
        self.rows.close()
        self._finish()
        return self

    def _taken(self, converted: Converted) -> pl.DataFrame:
        self.report.rows += converted.rows
        self.report.note_problems(converted.problems)
        table, problems = self.customers.resolve(converted.table)
        self.report.note_problems(problems)
        table, problems = not_too_long(table, self.ledger.limits)
        self.report.note_problems(problems)
        if "product_ref" in self.ledger.key:
            table, problems = self.products.resolve(table)
            self.report.note_problems(problems)
        return table.with_columns(self.ledger.key_of()).select("row", "key", *self.ledger.columns)

    def _compare(self, rows: pl.DataFrame) -> None:
        standing = self.ledger.standing(rows)
        rows = self._own(rows, standing)
        rows = self._sensible(_filled(rows, standing, self.ledger.fields))
        existing = standing.drop("holder")
        changed = changed_cells(rows, existing, "key", self.ledger.fields, self.report)
        if self.ledger.day:
            self._note_amounts(rows, changed)
        self._keep(changed)

    def _keep(self, changed: pl.DataFrame) -> None:
        self.rows.add(changed.select(*self.ledger.columns, "old_id"))

    def _beside(self) -> None:
        """What a file of this kind holds besides rows of the book: of most, nothing."""

    def shares(self, rows: pl.DataFrame) -> list[tuple[Ledger, pl.DataFrame]]:
        """Rows of the plan by the book that they belong to."""
        return [(self.ledger, rows)]

    def _own(self, rows: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
        """A number is one customer's: rows that would give it to another are refused, and say whose it is."""
        held = rows.join(standing.select("key", "holder"), on="key").filter(
            pl.col("holder") != pl.col("customer_ref")
        )
        if not len(held):
            return rows
        seen = restrict(
            Customer.objects.filter(Among("id", held["holder"].unique().to_list())), self._request.actor
        )
        names = {pk: f"{code} {name}" for pk, code, name in seen.values_list("pk", "code", "name")}
        told = [
            one(row, self.ledger.told, key, "key_of_other", holder=names[pk]) if pk in names
            else one(row, self.ledger.told, key, "key_of_foreign")
            for row, key, pk in held.select("row", "key", "holder").iter_rows()
        ]  # fmt: skip
        self.report.note_problems(frame_of(told))
        return rows.filter(~pl.col("row").is_in(held["row"].implode()))

    def _sensible(self, rows: pl.DataFrame) -> pl.DataFrame:
        problems = pl.concat([frame_of([]), *(check(rows) for check in self.ledger.checks)])
        self.report.note_problems(problems)
        bad = problems.filter(~pl.col("is_warning"))["row"]
        return rows.filter(~pl.col("row").is_in(bad.implode()))

    def _note_amounts(self, rows: pl.DataFrame, changed: pl.DataFrame) -> None:
        """Sums by month of what is read, and what becomes of those of the book."""
        day, amount, report = self.ledger.day, "amount_fen", self.report
        created, updated = (
            changed.filter(pl.col("old_id").is_null()),
            changed.filter(pl.col("old_id").is_not_null()),
        )
        report.created_fen += int(created[amount].sum())
        report.updated_fen += int(updated[amount].sum()) - int(updated[f"before_{amount}"].sum())
        for frame, on, fen, read, change in (
            (rows, day, amount, 1, 0),
            (changed, day, amount, 0, 1),
            (updated, f"before_{day}", f"before_{amount}", 0, -1),
        ):
            list(note_months(report, frame, on, fen, read=read, change=change))

    def new_customers(self) -> pl.DataFrame:
        """The customers to be created, with `ref`: those that no good row names are not."""
        new = self.customers.new().with_row_index("place")
        new = new.with_columns((-pl.col("place").cast(pl.Int64) - 1).alias("ref")).drop("place")
        refs = [rows["customer_ref"].unique() for rows in self.rows.batches(columns=["customer_ref"])]
        used = pl.concat(refs) if refs else pl.Series(dtype=pl.Int64)
        return new.filter(pl.col("ref").is_in(used.implode()))

    def _finish(self) -> None:
        new = self.new_customers()
        self.report.new_customers = len(new)
        self.report.new_names = new["name"].head(KEPT_NAMES).to_list()
        self.report.new_products = len(self.products.new)
        self.report.unknown = self.customers.unknown_rows()
        mine = restrict(self.ledger.model.objects.all(), self._request.actor)
        for month, total in self.report.months.items():
            total.before_fen = month_total(mine, self.ledger.day, month)


def _filled(rows: pl.DataFrame, standing: pl.DataFrame, fields: tuple[str, ...]) -> pl.DataFrame:
    """Blank cells keep what stands there, so that a row is judged by what it would become."""
    joined = rows.join(
        standing.select("key", *fields), on="key", how="left", maintain_order="left", suffix="_now"
    )
    return joined.select(
        *(pl.coalesce(name, f"{name}_now") if name in fields else pl.col(name) for name in rows.columns)
    )

"""The plan of a sales file: each line's key, customer and product, and what the ledger says to it.

Two passes: the first reads and spools, the second holds each key against the ledger. The ledger is
asked for the keys of one batch at a time, so memory does not grow with either.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from django.db import connection

from kemai.business.trade.line_keys import order_line_key
from kemai.business.trade.models import SaleLine
from kemai.business.trade.order_facts import order_facts_of
from kemai.foundation.among import Among
from kemai.foundation.faults import fault
from kemai.oversight.exchange.parsing.convert import Converted
from kemai.oversight.exchange.planning.cells import not_too_long
from kemai.oversight.exchange.planning.content_keys import CONTENT, PREFIX, content_keys
from kemai.oversight.exchange.planning.customers_named import CustomersNamed
from kemai.oversight.exchange.planning.month_totals import month_total, note_months
from kemai.oversight.exchange.planning.products_named import CODE_CHARACTERS, ProductsNamed
from kemai.oversight.exchange.planning.report import KEPT_NAMES, Report
from kemai.oversight.exchange.planning.request import ImportRequest
from kemai.oversight.exchange.planning.source import Source
from kemai.oversight.exchange.planning.spool import Spool, engine
from kemai.oversight.exchange.planning.twins import numbered_twins, without_twins

COLUMNS = ("row", "line_key", "content_key", "order_no", "line_no", *CONTENT)
_LIMITS = {"order_no": 60, "line_no": 20, "product_code": CODE_CHARACTERS}


class SalesPlan:
    """What a sales file would do; `rows` are the lines to write, with `old_id` where one is replaced."""

    def __init__(self, request: ImportRequest, source: Source, folder: Path) -> None:
        self.report = Report("sales")
        self.customers = CustomersNamed(request.actor, request.create_customers, request.aliases)
        self.products = ProductsNamed()
        self.rows = Spool(folder / "plan.parquet")
        self._request, self._source, self._folder = request, source, folder
        self._changed_months: Counter[str] = Counter()
        self._changed_days: set[date] = set()

    def make(self) -> SalesPlan:
        """Reads, resolves and compares everything; afterwards report and rows are complete."""
        spool = self._read()
        self.customers.forget()
        fault("exchange.read")
        spool, problems, equal = without_twins(spool, "line_key", CONTENT, "order_no")
        self.report.note_problems(problems)
        self.report.unchanged += equal
        if self._has_keyless:
            spool = numbered_twins(spool, "line_key", "content_key", PREFIX)
        self._compare(spool)
        self._finish()
        fault("exchange.planned")
        return self

    def months(self) -> list[str]:
        """The months (2026-03) whose totals change, old days of changed lines included."""
        return sorted(self._changed_months)

    def days(self) -> set[date]:
        """The days of these lines, old ones included."""
        return self._changed_days

    def new_customers(self) -> pl.DataFrame:
        """The customers to be created, with what their orders amount to: all of these are in this file."""
        new = self.customers.new()
        if not len(new) or not self.rows.rows:
            return new
        with engine(self._folder) as duck:
            duck.sql(
                f"""create view born as select customer_ref as customer_id, coalesce(order_no, '') as order_no, day, amount_fen,
                kind, status from read_parquet('{self.rows.path}') where customer_ref < 0"""
            )
            facts = pl.DataFrame(duck.sql(order_facts_of("born")).to_arrow_table())
        facts = facts.select(
            pl.col("customer_id").cast(pl.Int64), *(pl.col(name) for name in facts.columns[1:])
        )
        places = pl.DataFrame({"customer_id": -pl.Series(range(1, len(new) + 1), dtype=pl.Int64)})
        return pl.concat(
            [new, places.join(facts, on="customer_id", how="left", maintain_order="left")], how="horizontal"
        ).drop("customer_id")

    def known_customers(self) -> np.ndarray | None:
        """Ids of the customers, known before, whose orders change; None where that takes a look into the ledger, since
        lines are replaced."""
        if self.report.updated:
            return None
        refs = [rows["customer_ref"].unique() for rows in self.rows.batches(columns=["customer_ref"])]
        ids = np.unique(pl.concat(refs).drop_nulls().to_numpy()) if refs else np.array([], np.int64)
        return ids[ids > 0]

    def _read(self) -> Spool:
        spool = Spool(self._folder / "lines.parquet")
        self._has_keyless = False
        for converted in self._source.converted():
            self._request.check_cancelled()
            spool.add(self._taken(converted))
            self._request.progress(self.report.rows, self._source.table.rows * 2, "read")
            fault("exchange.batch")
        spool.close()
        return spool

    def _taken(self, converted: Converted) -> pl.DataFrame:
        self.report.rows += converted.rows
        self.report.note_problems(converted.problems)
        table, problems = not_too_long(converted.table, _LIMITS)
        self.report.note_problems(problems)
        table, problems = self.customers.resolve(table)
        self.report.note_problems(problems)
        table, problems = self.products.resolve(table)
        self.report.note_problems(problems)
        key = order_line_key("\x00", "\x01").split("\x00")[1].split("\x01")[0]
        numbered = pl.col("order_no").is_not_null() & pl.col("line_no").is_not_null()
        table = table.with_columns(
            pl.when(numbered).then(pl.concat_str("order_no", pl.lit(key), "line_no")).alias("line_key")
        )
        table = self._with_content_keys(table)
        self.report.anonymous += table["customer_ref"].null_count()
        return table.select(COLUMNS)

    def _with_content_keys(self, table: pl.DataFrame) -> pl.DataFrame:
        keyless = table.filter(pl.col("line_key").is_null())
        if not len(keyless):
            return table.with_columns(pl.lit(None, pl.String).alias("content_key"))
        self._has_keyless = True
        keys = pl.DataFrame({"row": keyless["row"], "content_key": content_keys(keyless)})
        return table.join(keys, on="row", how="left", maintain_order="left")

    def _compare(self, spool: Spool) -> None:
        ledger_is_empty = not SaleLine.objects.exists()
        done = 0
        for rows in spool.batches():
            self._request.check_cancelled()
            self._judge(rows, _nothing() if ledger_is_empty else ledger_lines(rows["line_key"].to_list()))
            done += len(rows)
            self._request.progress(self.report.rows + done, self.report.rows * 2, "compare")
        self.rows.close()

    def _judge(self, rows: pl.DataFrame, ledger: pl.DataFrame) -> None:
        joined = rows.join(ledger, on="line_key", how="left", maintain_order="left", suffix="_old")
        same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_old")) for name in CONTENT)
        joined = joined.with_columns((pl.col("old_id").is_not_null() & same).alias("is_same"))
        changed = joined.filter(~pl.col("is_same"))
        created = changed.filter(pl.col("old_id").is_null())
        updated = changed.filter(pl.col("old_id").is_not_null())
        self.report.created += len(created)
        self.report.updated += len(updated)
        self.report.unchanged += len(joined) - len(changed)
        self.report.created_fen += int(created["amount_fen"].sum())  # type: ignore[assignment]
        self.report.updated_fen += int(updated["amount_fen"].sum()) - int(updated["amount_fen_old"].sum())  # type: ignore[assignment, operator]
        self._note_months(joined, "day", "amount_fen", read=1, change=0)
        self._note_months(changed, "day", "amount_fen", read=0, change=1)
        self._note_months(updated, "day_old", "amount_fen_old", read=0, change=-1)
        self.rows.add(changed.select(*COLUMNS, "old_id"))

    def _note_months(self, lines: pl.DataFrame, day: str, amount: str, *, read: int, change: int) -> None:
        for month, count in note_months(self.report, lines, day, amount, read=read, change=change):
            if change:
                self._changed_months[month] += count
        if change:
            self._changed_days.update(lines[day].unique())

    def _finish(self) -> None:
        self.report.new_customers = self.customers.created
        self.report.new_names = self.customers.new()["name"].head(KEPT_NAMES).to_list()
        self.report.new_products = len(self.products.new)
        self.report.unknown = self.customers.unknown_rows()
        for month, total in self.report.months.items():
            total.before_fen = month_total(SaleLine.objects.landed(), "day", month)


def ledger_lines(keys: list[str]) -> pl.DataFrame:
    """The lines of the ledger with these keys, as it stands."""
    fields = ("line_key", "pk", "day", "customer_id", "product_id", *CONTENT[3:])
    rows = SaleLine.objects.landed().filter(Among("line_key", keys)).values_list(*fields)
    with connection.cursor() as cursor:  # the ORM would look at each cell once more
        cursor.execute(*rows.query.sql_with_params())
        found = cursor.fetchall()
    return pl.DataFrame(found, schema=_LEDGER, orient="row")


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema=_LEDGER)


_LEDGER: dict[str, Any] = {
    "line_key": pl.String, "old_id": pl.Int64, "day": pl.Date, "customer_ref": pl.Int64, "product_ref": pl.Int64,  # type: ignore[dict-item]
    "quantity_milli": pl.Int64, "amount_fen": pl.Int64, "cost_fen": pl.Int64, "kind": pl.String, "status": pl.String,  # type: ignore[dict-item]
}  # fmt: skip

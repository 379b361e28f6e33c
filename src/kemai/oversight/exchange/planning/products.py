"""The plan of a product file: by code, blank cells leave what is there."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from kemai.business.trade.models import Product
from kemai.foundation.batches.models import unlanded_ids
from kemai.oversight.exchange.planning.cells import changed_cells, not_too_long
from kemai.oversight.exchange.planning.report import Report
from kemai.oversight.exchange.planning.request import ImportRequest
from kemai.oversight.exchange.planning.source import Source
from kemai.oversight.exchange.planning.spool import Spool
from kemai.oversight.exchange.planning.twins import without_twins

FIELDS = ("name", "line", "grade", "launched_on")
_LIMITS = {"code": 60, "name": 200, "line": 60, "grade": 20}


class ProductsPlan:
    """`rows` are the products to create or change, with `old_id` and `before_…` where they exist."""

    def __init__(self, request: ImportRequest, source: Source, folder: Path) -> None:
        self.report = Report("products")
        self.rows = Spool(folder / "plan.parquet")
        self._request, self._source, self._folder = request, source, folder

    def make(self) -> ProductsPlan:
        """Reads and compares everything."""
        spool = Spool(self._folder / "products.parquet")
        for converted in self._source.converted():
            self._request.check_cancelled()
            self.report.rows += converted.rows
            self.report.note_problems(converted.problems)
            table, problems = not_too_long(converted.table, _LIMITS)
            self.report.note_problems(problems)
            spool.add(table.select("row", "code", *FIELDS))
        spool.close()
        spool, problems, equal = without_twins(spool, "code", FIELDS, "code")
        self.report.note_problems(problems)
        self.report.unchanged += equal
        for rows in spool.batches():
            self.rows.add(changed_cells(rows, _existing(rows["code"].to_list()), "code", FIELDS, self.report))
        self.rows.close()
        return self


def _existing(codes: list[str]) -> pl.DataFrame:
    rows = Product.objects.exclude(batch_id__in=unlanded_ids()).filter(code__in=codes)
    schema = {"code": pl.String, "old_id": pl.Int64, "name": pl.String, "line": pl.String, "grade": pl.String,
              "launched_on": pl.Date}  # fmt: skip
    return pl.DataFrame(list(rows.values_list("code", "pk", *FIELDS)), schema=schema, orient="row")

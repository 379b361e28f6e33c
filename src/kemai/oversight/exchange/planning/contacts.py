"""The plan of a contacts file: who is new at which customer, who changes, and who left and stays away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from kemai.business.archives import code_lists
from kemai.business.archives.models import Contact
from kemai.foundation.among import Among
from kemai.foundation.batches.models import unlanded_ids
from kemai.oversight.exchange.parsing.convert import Converted
from kemai.oversight.exchange.planning.cells import changed_cells, not_too_long
from kemai.oversight.exchange.planning.customers_named import CustomersNamed
from kemai.oversight.exchange.planning.refusals import found
from kemai.oversight.exchange.planning.report import Report
from kemai.oversight.exchange.planning.request import ImportRequest
from kemai.oversight.exchange.planning.source import Source
from kemai.oversight.exchange.planning.spool import Spool
from kemai.oversight.exchange.planning.twins import without_twins

TEXTS = ("title", "mobile", "phone", "email", "decision_role")
FIELDS = (*TEXTS, "birthday", "is_lunar")
_LIMITS = {
    str(f.name): int(f.max_length or 0)
    for f in Contact._meta.concrete_fields
    if f.name in (*TEXTS, "name")  # type: ignore[union-attr]
}
_TWICE = ("line_again", "line_differs")


class ContactsPlan:
    """`rows` are the people to add or to change, with `old_id`, `before_…` and `version` where they are known."""

    def __init__(self, request: ImportRequest, source: Source, folder: Path) -> None:
        self.report = Report("contacts")
        self.customers = CustomersNamed(request.actor, request.create_customers, request.aliases)
        self.rows = Spool(folder / "plan.parquet")
        self._request, self._source, self._folder = request, source, folder
        self._roles = code_lists.values("decision_role")

    def make(self) -> ContactsPlan:
        """Reads, resolves and compares everything."""
        spool = Spool(self._folder / "contacts.parquet")
        for converted in self._source.converted():
            self._request.check_cancelled()
            spool.add(self._taken(converted))
            self._request.progress(self.report.rows, self._source.table.rows * 2, "read")
        spool.close()
        spool, problems, equal = without_twins(spool, "key", FIELDS, "name", _TWICE)
        self.report.note_problems(problems)
        self.report.unchanged += equal
        for rows in spool.batches():
            self.rows.add(self._compared(rows))
        self.rows.close()
        self.report.new_customers = self.customers.created
        self.report.unknown = self.customers.unknown_rows()
        return self

    def _taken(self, converted: Converted) -> pl.DataFrame:
        self.report.rows += converted.rows
        self.report.note_problems(converted.problems)
        # A row is told all that is wrong with it, not the next thing each time it comes again.
        strange = self._strange_roles(converted.table)
        fitting, problems = not_too_long(converted.table, _LIMITS)
        self.report.note_problems(problems)
        good = pl.col("row").is_in(fitting["row"].implode()) & ~pl.col("row").is_in(strange.implode())
        # Who stands only in a refused row is not made a customer.
        asked = converted.table.filter(good) if self.customers.creates else converted.table
        table, problems = self.customers.resolve(asked)
        self.report.note_problems(problems)
        key = pl.format("{}/{}", "customer_ref", "name").alias("key")
        kept = table.filter(good).rename({"lunar": "is_lunar"})
        return kept.select("row", key, "customer_ref", "name", *FIELDS)

    def _strange_roles(self, table: pl.DataFrame) -> pl.Series:
        """The rows whose decision role is none of the company's."""
        wrong = table.filter(
            pl.col("decision_role").is_not_null() & ~pl.col("decision_role").is_in(self._roles)
        )
        offered = {"choices": "、".join(self._roles)}
        self.report.note_problems(
            found(wrong, "decision_role", "decision_role", "unknown_choice", params=offered)
        )
        return wrong["row"]

    def _compared(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows that write something; who is called like two people is refused, who left is only named."""
        known = _known(rows["customer_ref"].to_list())
        at_work = known.filter("is_active")
        namesakes = at_work.filter(pl.col("key").is_duplicated())["key"].unique()
        left = known.filter(~pl.col("is_active") & ~pl.col("key").is_in(at_work["key"].implode()))["key"]
        two, gone = (rows.filter(pl.col("key").is_in(keys.implode())) for keys in (namesakes, left))
        self.report.note_problems(found(two, "name", "name", "contact_ambiguous"))
        self.report.note_problems(found(gone, "name", "name", "contact_left", is_warning=True))
        self.report.unchanged += len(gone)
        rows = rows.filter(~pl.col("key").is_in(pl.concat([namesakes, left]).implode()))
        return changed_cells(rows, at_work.drop("is_active"), "key", FIELDS, self.report)


def _known(customer_ids: list[int]) -> pl.DataFrame:
    """The people of these customers, as landed batches left them; empty texts count as no value."""
    ids = sorted({pk for pk in customer_ids if pk > 0})
    people = Contact.objects.filter(Among("customer_id", ids)).exclude(batch_id__in=unlanded_ids())
    schema: dict[str, Any] = {"customer_id": pl.Int64, "name": pl.String, "old_id": pl.Int64, "version": pl.Int64,
              "is_active": pl.Boolean, **dict.fromkeys(TEXTS, pl.String), "birthday": pl.Date, "is_lunar": pl.Boolean}  # fmt: skip
    held = people.values_list("customer_id", "name", "pk", "version", "is_active", *FIELDS)
    frame = pl.DataFrame(list(held), schema=schema, orient="row")
    key = pl.format("{}/{}", "customer_id", "name").alias("key")
    filled = (pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in TEXTS)
    return frame.with_columns(key, *filled).drop("customer_id", "name")

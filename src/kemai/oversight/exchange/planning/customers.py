"""The plan of a customer file: which rows are new, which change whom, and which the actor may not touch.

A row names its customer by code; a row without a code by credit code, then by exact normalised name, so
that the same file twice adds nothing. Blank cells never erase.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
from django.db.models import QuerySet

from kemai.business.archives.models import Customer
from kemai.business.archives.names import name_key
from kemai.foundation.access.scopes import restrict
from kemai.foundation.batches.models import unlanded_ids
from kemai.foundation.sealing import blind_index
from kemai.oversight.exchange.parsing.convert import Converted
from kemai.oversight.exchange.planning import layer_columns, listed_columns, own_columns
from kemai.oversight.exchange.planning.cells import changed_cells, not_too_long
from kemai.oversight.exchange.planning.customers_named import Lookup, Meaning, chunks
from kemai.oversight.exchange.planning.people_named import PeopleNamed
from kemai.oversight.exchange.planning.refusals import found, frame_of, one
from kemai.oversight.exchange.planning.report import Report
from kemai.oversight.exchange.planning.request import ImportRequest
from kemai.oversight.exchange.planning.source import Source
from kemai.oversight.exchange.planning.spool import Spool
from kemai.oversight.exchange.planning.together import Together
from kemai.oversight.exchange.planning.twins import without_twins

TEXTS = ("name", "short_name", "type", "uscc", "region", "category", "size", "ownership", "address", "postcode",
         "phone", "fax", "email", "website", "principal", "tax_number", "registration_number")  # fmt: skip
FIELDS = (*TEXTS, "since", "owner_id", "unit_id", "bank_account_index")
COLUMNS = ("row", "key", "customer_ref", "code", "state", *FIELDS, "bank_account")
_LIMITS = {
    f.name: int(f.max_length or 0) for f in Customer._meta.concrete_fields if f.name in (*TEXTS, "code")
}


class CustomersPlan:
    """`rows` are the customers to create or change, with `old_id`, `before_…` and `version` where they exist."""

    def __init__(self, request: ImportRequest, source: Source, folder: Path) -> None:
        self.report = Report("customers")
        self.rows = Spool(folder / "plan.parquet")
        self._people = PeopleNamed(request.actor)
        self._request, self._source, self._folder = request, source, folder
        self._kept = layer_columns.mapped(list(source.mapping.fields))
        self.own = own_columns.mapped(source.mapping.fields)
        self.listed = listed_columns.mapped(source.mapping.fields)
        self._together = Together(request.actor)
        self._unique = [own_columns.unique_key(f) for f in self.own if f.is_unique]
        self._told: set[str] = set()
        self._fields = (*FIELDS, *(kept.column for kept in self._kept), *(f.key for f in self.own))
        self._written = (*self._fields, *(listed.field for listed in self.listed))

    def make(self) -> CustomersPlan:
        """Reads, resolves and compares everything."""
        spool = Spool(self._folder / "customers.parquet")
        for converted in self._source.converted():
            self._request.check_cancelled()
            spool.add(self._taken(converted))
            self._request.progress(self.report.rows, self._source.table.rows * 2, "read")
        spool.close()
        spool, problems, equal = without_twins(spool, "key", ("code", "state", *self._written), "code")
        self._note(problems)
        self.report.unchanged += equal
        for column in ("uscc", *self._unique):
            field = column.removesuffix(own_columns.UNIQUE)
            spool, problems, _none = without_twins(spool, column, ("key",), field)
            self._note(problems)
        for rows in spool.batches():
            self.rows.add(self._compared(rows))
            self._request.progress(self.report.rows * 2, self.report.rows * 2, "compare")
        self.rows.close()
        return self

    def _note(self, problems: pl.DataFrame) -> None:
        self.report.note_problems(problems)

    def _taken(self, converted: Converted) -> pl.DataFrame:
        self.report.rows += converted.rows
        self._note(converted.problems)
        table, problems = not_too_long(converted.table, _LIMITS)  # type: ignore[arg-type]
        self._note(problems)
        table, problems = layer_columns.stored(self._without_forbidden(table), self._kept)
        self._note(problems)
        table, problems = own_columns.stored(table, self.own)
        self._note(problems)
        table, problems = self._people.resolve(table)
        self._note(problems)
        table = self._with_own_credit_code(self._resolved(table))
        return table.with_columns(_index_of(table)).select(
            *COLUMNS, *self._written[len(FIELDS) :], *self._unique
        )

    def _without_forbidden(self, table: pl.DataFrame) -> pl.DataFrame:
        """Columns that the actor may not write are left out, and said once each."""
        actor = self._request.actor
        columns = [] if actor.sees("bank") else [("bank_account", "bank_account", "field_forbidden")]
        held = [k for k in self._kept if layer_columns.forbidden(actor, k)]
        columns += [(k.field, k.output, "field_forbidden") for k in held]
        for field, column, code in columns:
            given = table.filter(pl.col(column).is_not_null()).head(1)
            if len(given) and field not in self._told:
                self._told.add(field)
                nothing = given.with_columns(pl.lit("").alias("_nothing"))
                self._note(found(nothing, field, "_nothing", code, is_warning=True))
            table = table.with_columns(pl.lit(None, table.schema[column]).alias(column))
        return table

    def _resolved(self, table: pl.DataFrame) -> pl.DataFrame:
        """Adds `customer_ref` (null: new) and `key`, the same for rows that mean the same customer."""
        refs, keys, problems = [], [], []
        for some in chunks(table.select("row", "code", "uscc", "name").iter_rows()):
            meanings = self._meanings([row[1:] for row in some])
            for (row, code, _uscc, name), meaning in zip(some, meanings, strict=True):
                refs.append(meaning.ref)
                keys.append(
                    f"i:{meaning.ref}" if meaning.ref else f"c:{code}" if code else f"n:{name_key(name)}"
                )
                if meaning.code:
                    problems.append(
                        one(row, "code" if code else "name", code or name, meaning.code, **meaning.params)
                    )
        self._note(frame_of(problems))
        bad = {each["row"] for each in problems}
        table = table.with_columns(
            pl.Series("customer_ref", refs, pl.Int64), pl.Series("key", keys, pl.String)
        )
        return table.filter(~pl.col("row").is_in(list(bad))) if bad else table

    def _with_own_credit_code(self, table: pl.DataFrame) -> pl.DataFrame:
        """A credit code is one customer's: rows that would give it to a second are refused."""
        coded = table.filter(pl.col("uscc").is_not_null())
        holders: dict[str, int] = {}
        for some in chunks(coded["uscc"].unique().to_list()):
            holders.update(Customer.objects.filter(uscc__in=some).values_list("uscc", "pk"))
        taken = [
            row for row, uscc, ref in coded.select("row", "uscc", "customer_ref").iter_rows()
            if uscc in holders and holders[uscc] != ref
        ]  # fmt: skip
        if not taken:
            return table
        self._note(found(table.filter(pl.col("row").is_in(taken)), "uscc", "uscc", "uscc_taken"))
        return table.filter(~pl.col("row").is_in(taken))

    def _meanings(self, rows: list[tuple[str | None, str | None, str]]) -> list[Meaning]:
        coded = {code for code, _uscc, _name in rows if code}
        loose = {text for code, uscc, name in rows if not code for text in (uscc, name) if text}
        actor = self._request.actor
        seen = Lookup(restrict(Customer.objects.all(), actor), coded | loose)
        everybody = seen if actor.sees_all else Lookup(_landed(), coded | loose)  # type: ignore[no-untyped-call]
        return [self._meaning(seen, everybody, *row) for row in rows]

    @staticmethod
    def _meaning(seen: Lookup, everybody: Lookup, code: str | None, uscc: str | None, name: str) -> Meaning:
        if code:
            pk, into = seen.by_code(code), seen.merged_into(code)
            if pk is None and into:
                return Meaning(None, "customer_merged", {"into": into})
            if pk is None and (everybody.by_code(code) is not None or everybody.merged_into(code)):
                return Meaning(None, "customer_foreign")
            return Meaning(pk)
        meant = seen.loosely(uscc or "", name)
        if meant is None and everybody.loosely(uscc or "", name) is not None:
            return Meaning(None, "customer_foreign")
        return meant or Meaning(None)

    def _compared(self, rows: pl.DataFrame) -> pl.DataFrame:
        known = rows["customer_ref"].drop_nulls().to_list()
        existing = _existing(known)
        if self._kept:
            existing = existing.join(layer_columns.standing(known, self._kept), on="customer_ref", how="left")
        if self.own:
            existing = existing.join(own_columns.standing(known, self.own), on="customer_ref", how="left")
        rows = self._fitting(rows, existing)
        self._warn_states(rows, existing)
        nothing = [pl.lit(None, pl.String).alias(listed.field) for listed in self.listed]
        existing = existing.drop("state").with_columns(nothing)
        changed = changed_cells(rows, existing, "customer_ref", self._written, self.report)
        self._warn_names(changed.filter(pl.col("old_id").is_null()))
        return changed

    def _fitting(self, rows: pl.DataFrame, existing: pl.DataFrame) -> pl.DataFrame:
        """The rows whose own fields and lists can be kept beside what everybody else has."""
        for problems in (
            own_columns.of_other_types(rows, existing, self.own),
            own_columns.taken(rows, self.own),
        ):
            self._note(problems)
            rows = rows.filter(~pl.col("row").is_in(problems["row"].implode()))
        rows, problems = listed_columns.fresh(rows, self.listed)
        self._note(problems)
        rows, problems = self._together.without_repeated(rows, existing)
        self._note(problems)
        return rows

    def _warn_states(self, rows: pl.DataFrame, existing: pl.DataFrame) -> None:
        stated = rows.filter(pl.col("state").is_not_null()).join(
            existing.select("customer_ref", pl.col("state").alias("state_now")),
            on="customer_ref",
            how="inner",
        )
        differing = stated.filter(pl.col("state") != pl.col("state_now"))
        self._note(found(differing, "state", "state", "state_kept", is_warning=True))

    def _warn_names(self, created: pl.DataFrame) -> None:
        """A new customer that is called like another: a warning, never a refusal."""
        keys = pl.Series("name_key", [name_key(name) for name in created["name"]], pl.String)
        alike: dict[str, str] = {}
        seen = restrict(Customer.objects.all(), self._request.actor)
        for some in chunks(keys.unique().to_list()):
            alike.update(seen.filter(name_key__in=some).values_list("name_key", "name"))
        self._note(
            frame_of(
                [
                    one(row, "name", name, "name_similar", is_warning=True, similar=alike[key])
                    for (row, name), key in zip(created.select("row", "name").iter_rows(), keys, strict=True)
                    if key in alike
                ]
            )
        )


def _existing(ids: list[int]) -> pl.DataFrame:
    """The customers as they stand; empty texts count as no value."""
    schema = {
        "customer_ref": pl.Int64,
        "version": pl.Int64,
        "state": pl.String,
        **dict.fromkeys(FIELDS, pl.String),
    }
    schema |= {"since": pl.Date, "owner_id": pl.Int64, "unit_id": pl.Int64, "bank_account_index": pl.Binary}
    rows: list[tuple[object, ...]] = []
    for some in chunks(ids):
        found_rows = Customer.objects.filter(pk__in=some).values_list("pk", "version", "state", *FIELDS)
        rows += [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in found_rows]
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        pl.col("customer_ref").alias("old_id")
    )
    return frame.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)).name.keep())


def _landed() -> QuerySet[Customer]:
    return Customer.objects.exclude(batch_id__in=unlanded_ids())


def _index_of(table: pl.DataFrame) -> pl.Series:
    """The blind index of each account number: equal accounts compare equal without being read."""
    values = [None if text is None else blind_index(text) for text in table["bank_account"]]
    return pl.Series("bank_account_index", values, pl.Binary)
